// Sounds as a speech recogniser's inputs: log-mel spectrograms of one length, from which is taken what tells microphones and
// loudness apart.

import { checkArguments, countFrom, kind, list, optional, settings } from "../arguments";
import type { Column } from "../data/dataset";
import { at } from "../indexing";
import { logMelSpectrogram, type Spectrogram } from "./spectrogram";
import { SOUND, type Sound } from "./wav";

/** What {@link speechFeatures} can be asked for. */
export interface SpeechFeaturesOptions {
  /** How many bands of frequencies there are, from 60 to 6,000 hertz. Default 32. */
  bands?: number;
  /** How many seconds after the one before each frame begins. Default 0.02. */
  hop?: number;
  /** How many frames each sound is filled up to. Default: those of the longest. */
  frames?: number;
}

const LOWEST = 60;
const HIGHEST = 6000;

/**
 * Makes a data set's column of sounds: the log-mel spectrogram of each, every band shifted to mean 0 and scaled to deviation 1 over
 * the sound, and filled up with zeros.
 *
 * @returns values of shape `[frames, bands]`
 * @throws RangeError when something is no sound, a sound has fewer than 12,000 samples a second or is longer than the frames
 *
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 16_000 }, (_, i) => Math.sin(i / 5))
 * speechFeatures([{ sampleRate: 16_000, channels: [tone] }], { frames: 60 }).shape // => [60, 32]
 * ```
 */
export function speechFeatures(sounds: readonly Sound[], options: SpeechFeaturesOptions = {}): Column {
  const seconds = kind("a number of seconds above 0, and 1 at most", (value) => isAbove0(value) && value <= 1);
  checkArguments(
    "speechFeatures",
    { sounds, options },
    {
      sounds: list("sounds", SOUND),
      options: settings({ bands: countFrom(1, 1000), hop: seconds, frames: optional(countFrom(1, 100_000)) }),
    },
  );
  const { bands = 32, hop = 0.02 } = options;
  if (sounds.length === 0) throw new RangeError("speechFeatures was given 0 sounds; it needs at least 1.");
  const slow = sounds.findIndex(({ sampleRate }) => sampleRate < 2 * HIGHEST);
  if (slow >= 0)
    throw new RangeError(
      `speechFeatures: sound ${slow} has ${at(sounds, slow).sampleRate} samples a second; frequencies up to ${HIGHEST} hertz need at ` +
        `least ${2 * HIGHEST}. Record it with 16,000.`,
    );
  const spectrograms = sounds.map((sound) => logMelSpectrogram(sound, { bands, hop, from: LOWEST, to: HIGHEST }));
  const longest = Math.max(...spectrograms.map(({ shape }) => shape[0]));
  const { frames = longest } = options;
  if (longest > frames)
    throw new RangeError(
      `speechFeatures: frames is ${frames}, and the longest sound has ${longest}. Give at least as many.`,
    );
  const values = new Float32Array(sounds.length * frames * bands);
  for (const [i, spectrogram] of spectrograms.entries()) values.set(standardized(spectrogram), i * frames * bands);
  return { values, shape: [frames, bands], dtype: "float32" };
}

const isAbove0 = (value: unknown): value is number => typeof value === "number" && value > 0;

/** Added to deviations: that of a band of silence is 0. */
const LEAST_DEVIATION = 1e-3;

function standardized({ values, shape }: Spectrogram): Float32Array {
  const [frames, bands] = shape;
  const sums = new Float64Array(bands);
  const squares = new Float64Array(bands);
  for (const [i, value] of values.entries()) {
    sums[i % bands] = at(sums, i % bands) + value;
    squares[i % bands] = at(squares, i % bands) + value ** 2;
  }
  return values.map((value, i) => {
    const mean = at(sums, i % bands) / frames;
    const variance = Math.max(0, at(squares, i % bands) / frames - mean ** 2);
    return (value - mean) / (Math.sqrt(variance) + LEAST_DEVIATION);
  });
}
