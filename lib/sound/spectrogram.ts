// Sound as a picture: how much of each frequency there is at each time, in the even steps of the Fourier transform, or by the mel
// scale, on which steps sound even to the ear (Stevens, Volkmann and Newman 1937, "A scale for the measurement of the psychological
// magnitude pitch"; the formula is O'Shaughnessy's, "Speech communication", 1987, p. 150, or that of Slaney 1998, "Auditory Toolbox").

import { checkArguments, choice, countFrom, FLAG, kind, optional, optionsOf, settings } from "../arguments";
import { at } from "../indexing";
import { powerSpectrumOf } from "./power-spectrum";
import { monoOf, SOUND, type Sound } from "./wav";

/** What {@link spectrogram} can be asked for. */
export interface SpectrogramOptions {
  /** How many seconds of sound each frame looks at. Default 0.025. */
  window?: number;
  /** How many seconds after the one before each frame begins. Default 0.01. */
  hop?: number;
  /** Whether the middle of each frame is where it else would begin, the sound being mirrored at both ends. Default false. */
  centred?: boolean;
  /** Whether the transform takes just the samples of a frame, and no zeros behind them. Default false. */
  unpadded?: boolean;
}

/** How the bands of {@link melFilters} lie. */
export interface MelScaleOptions {
  /**
   * `"htk"`: mel = 2595 log₁₀(1 + hertz / 700), which the tool HTK has. `"slaney"`: even steps in hertz up to 1,000, even factors above.
   * Default `"htk"`.
   */
  scale?: "htk" | "slaney";
  /** Whether each band is divided by half its width in hertz, so that all have the area 1. Default false: each is 1 at its highest. */
  equalArea?: boolean;
}

/** What {@link logMelSpectrogram} can be asked for. */
export interface LogMelOptions extends SpectrogramOptions, MelScaleOptions {
  /** How many bands of frequencies there are. Default 40. */
  bands?: number;
  /** The frequency in hertz at which the first band begins. Default 0. */
  from?: number;
  /** That at which the last one ends. Default: half the sampling rate. */
  to?: number;
}

/** A spectrogram, frame after frame. */
export interface Spectrogram {
  /** Of each frame, the values of all frequencies, from low to high. */
  readonly values: Float32Array;
  /** How many frames and frequencies there are. */
  readonly shape: readonly [frames: number, frequencies: number];
  /** Each frequency in hertz; of bands, where they are highest. */
  readonly frequencies: readonly number[];
  /** The seconds from one frame to the next. */
  readonly hop: number;
}

const SECONDS = kind(
  "a number of seconds above 0, and 10 at most",
  (value) => typeof value === "number" && value > 0 && value <= 10,
);
const HERTZ = kind(
  "a frequency in hertz, 0 or more",
  (value) => typeof value === "number" && value >= 0 && value < 1e6,
);
const FRAMES = { window: SECONDS, hop: SECONDS, centred: FLAG, unpadded: FLAG };
const SCALE = choice("htk", "slaney");

/**
 * The power of each frequency at each time: the squared size of the Fourier transform of a frame that a Hann window fades in and
 * out, filled up with zeros to a power of 2 unless `unpadded`. Of several channels their mean is taken; what is left after the last whole
 * frame is not.
 *
 * @throws RangeError when it is no sound, is shorter than a frame, or an option cannot be
 *
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 8000 }, (_, i) => Math.sin((2 * Math.PI * 1000 * i) / 8000))
 * spectrogram({ sampleRate: 8000, channels: [tone] }).shape // => [98, 129]
 * ```
 */
export function spectrogram(sound: Sound, options: SpectrogramOptions = {}): Spectrogram {
  checkArguments("spectrogram", { sound, options }, { sound: SOUND, options: settings(FRAMES) });
  const { rows, frequencies, hop } = powerRows("spectrogram", sound, options);
  return pictureOf(rows, frequencies, hop);
}

/**
 * The spectrogram as speech recognisers take it: the natural logarithm of the power in each band of {@link melFilters}. Powers below
 * 1e−10 count as that much.
 *
 * @throws RangeError when it is no sound, is shorter than a frame, or an option cannot be
 *
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 8000 }, (_, i) => Math.sin((2 * Math.PI * 1000 * i) / 8000))
 * const { shape } = logMelSpectrogram({ sampleRate: 8000, channels: [tone] }, { bands: 24, hop: 0.02 })
 * shape // => [49, 24]
 * ```
 */
export function logMelSpectrogram(sound: Sound, options: LogMelOptions = {}): Spectrogram {
  const kinds = { ...FRAMES, bands: countFrom(1, 1000), from: HERTZ, to: HERTZ, scale: SCALE, equalArea: FLAG };
  checkArguments("logMelSpectrogram", { sound, options }, { sound: SOUND, options: settings(kinds) });
  const { sampleRate } = sound;
  const { bands = 40, from = 0, to = sampleRate / 2, scale = "htk", equalArea = false } = options;
  const { rows, hop, size } = powerRows("logMelSpectrogram", sound, options);
  // The triangles are narrow: what lies outside of them is not looked at.
  const filters = melFilters({ bands, size, sampleRate, from, to, scale, equalArea }).map((filter) => {
    const isIn = (weight: number): boolean => weight > 0;
    return { first: Math.max(0, filter.findIndex(isIn)), weights: filter.filter(isIn) };
  });
  const logs = rows.map((row) =>
    filters.map(({ first, weights }) => {
      let power = 0;
      for (let k = 0; k < weights.length; k++) power += at(weights, k) * at(row, first + k);
      return Math.log(Math.max(power, LEAST_POWER));
    }),
  );
  return pictureOf(logs, melPoints(scale, bands, from, to).slice(1, -1), hop);
}

/** What less power counts as. */
export const LEAST_POWER = 1e-10;

/** What {@link melFilters} has to be told. */
export interface MelFiltersOptions extends MelScaleOptions {
  /** How many bands there are. */
  bands: number;
  /** How many samples the Fourier transform takes. */
  size: number;
  /** How many samples there are in a second. */
  sampleRate: number;
  /** The frequency in hertz at which the first band begins. Default 0. */
  from?: number;
  /** That at which the last one ends. Default: half the sampling rate. */
  to?: number;
}

/**
 * Bands of frequencies at even distances on the mel scale, mel = 2595 log₁₀(1 + hertz / 700). Each is a triangle over the frequencies
 * of the Fourier transform: 0 where the bands beside it are highest, 1 between them.
 *
 * @returns the weight of each frequency, band by band `[bands][size / 2 + 1]`, of an odd size rounded down
 * @throws RangeError when an option cannot be
 *
 * @example
 * ```ts
 * const weights = melFilters({ bands: 24, size: 256, sampleRate: 8000 })
 * weights.length // => 24
 * weights[0]?.length // => 129
 * ```
 */
export function melFilters(options: MelFiltersOptions): number[][] {
  checkArguments(
    "melFilters",
    { options },
    {
      options: optionsOf({
        bands: countFrom(1, 1000),
        size: countFrom(2, 65_536),
        sampleRate: countFrom(1, 768_000),
        from: optional(HERTZ),
        to: optional(HERTZ),
        scale: optional(SCALE),
        equalArea: optional(FLAG),
      }),
    },
  );
  const { bands, size, sampleRate, from = 0, to = sampleRate / 2, scale = "htk", equalArea = false } = options;
  if (from >= to || to > sampleRate / 2)
    throw new RangeError(
      `melFilters: from is ${from} and to is ${to}; frequencies go up, to half the sampling rate at most, ${sampleRate / 2} hertz.`,
    );
  const [points, frequencies] = [melPoints(scale, bands, from, to), frequenciesOf(size, sampleRate)];
  return Array.from({ length: bands }, (_, band) => {
    const [low, middle, high] = [at(points, band), at(points, band + 1), at(points, band + 2)];
    const height = equalArea ? 2 / (high - low) : 1;
    return frequencies.map(
      (hertz) => height * Math.max(0, Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle))),
    );
  });
}

/** From hertz to mel, and back. */
const SCALES = {
  htk: {
    melOf: (hertz: number): number => 2595 * Math.log10(1 + hertz / 700),
    hertzOf: (mel: number): number => 700 * (10 ** (mel / 2595) - 1),
  },
  // 15 mel are 1,000 hertz; 27 more are a factor of 6.4.
  slaney: {
    melOf: (hertz: number): number =>
      hertz < 1000 ? (3 * hertz) / 200 : 15 + (27 * Math.log(hertz / 1000)) / Math.log(6.4),
    hertzOf: (mel: number): number => (mel < 15 ? (200 * mel) / 3 : 1000 * 6.4 ** ((mel - 15) / 27)),
  },
};

/** Where the bands begin, are highest and end, in hertz. */
function melPoints(scale: "htk" | "slaney", bands: number, from: number, to: number): number[] {
  const { melOf, hertzOf } = SCALES[scale];
  const [first, last] = [melOf(from), melOf(to)];
  return Array.from({ length: bands + 2 }, (_, i) => hertzOf(first + ((last - first) * i) / (bands + 1)));
}

const frequenciesOf = (size: number, sampleRate: number): number[] =>
  Array.from({ length: Math.floor(size / 2) + 1 }, (_, k) => (k * sampleRate) / size);

function powerRows(owner: string, sound: Sound, options: SpectrogramOptions) {
  const { window = 0.025, hop = 0.01, centred = false, unpadded = false } = options;
  const { sampleRate } = sound;
  const mono = monoOf(sound);
  const [length, step] = [Math.round(window * sampleRate), Math.round(hop * sampleRate)];
  if (length < 2 || step < 1 || mono.length < length)
    throw new RangeError(
      `${owner}: the sound has ${mono.length} samples, ${sampleRate} a second; a window of ${window} seconds takes ${length} of them and a hop of ` +
        `${hop} seconds ${step}. Of a window there must be at least 2, and as many in the sound; of a hop at least 1.`,
    );
  const samples = centred ? mirrored(mono, Math.floor(length / 2)) : mono;
  const size = unpadded ? length : 2 ** Math.ceil(Math.log2(length));
  const fade = Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / length));
  const powersOf = powerSpectrumOf(size);
  const rows = Array.from({ length: 1 + Math.floor((samples.length - length) / step) }, (_, t) => {
    const frame = new Float64Array(size);
    for (let i = 0; i < length; i++) frame[i] = at(samples, t * step + i) * at(fade, i);
    return powersOf(frame);
  });
  return { rows, size, frequencies: frequenciesOf(size, sampleRate), hop: step / sampleRate };
}

/** Samples with so many more at both ends, as in mirrors that stand on the first and on the last one. */
function mirrored(samples: Float32Array, more: number): Float32Array {
  const longer = new Float32Array(samples.length + 2 * more);
  longer.set(samples, more);
  for (let i = 1; i <= more; i++) {
    longer[more - i] = at(samples, i);
    longer[more + samples.length - 1 + i] = at(samples, samples.length - 1 - i);
  }
  return longer;
}

function pictureOf(rows: readonly ArrayLike<number>[], frequencies: readonly number[], hop: number): Spectrogram {
  const values = new Float32Array(rows.length * frequencies.length);
  for (const [t, row] of rows.entries()) values.set(row, t * frequencies.length);
  return { values, shape: [rows.length, frequencies.length], frequencies, hop };
}
