// A sound as Whisper hears it (Radford et al. 2022, section 2.2): windows of 30 seconds, 16,000 samples a second, and of each 80
// mel bands in frames of 25 milliseconds, one every 10, as logarithms, which are brought to about −1 to 1.

import { at } from "../../indexing";
import { resample } from "../../sound/resample";
import { LEAST_POWER, logMelSpectrogram } from "../../sound/spectrogram";
import { monoOf, type Sound } from "../../sound/wav";
import { tf } from "../../tfjs/tf";

export const RATE = 16_000;
export const HOP = 160;
/** What is a hundred million times weaker than the strongest of a window counts as that weak: 8 in logarithms to the base 10. */
const RANGE = 8;

/** Part of a sound, by its samples. */
export interface SoundWindow {
  readonly start: number;
  readonly samples: Float32Array;
}

/** One channel of 16,000 samples a second. */
export function heardSamples(sound: Sound): Float32Array {
  const mono = { sampleRate: sound.sampleRate, channels: [monoOf(sound)] };
  return at(resample(mono, RATE).channels, 0);
}

/** Where in a window a cut is looked for: its last sixth. And how long a silence it lies in the middle of, in samples. */
const LOOKED_AT = 1 / 6;
const SILENCE = 1600;

/** A sound in windows, cut where it is most quiet, so that no word is. */
export function windowsOf(samples: Float32Array, longest: number): SoundWindow[] {
  const windows: SoundWindow[] = [];
  let start = 0;
  while (samples.length - start > longest) {
    const end = start + quietest(samples.subarray(start, start + longest));
    windows.push({ start, samples: samples.subarray(start, end) });
    start = end;
  }
  return [...windows, { start, samples: samples.subarray(start) }];
}

function quietest(window: Float32Array): number {
  const silence = Math.min(SILENCE, Math.floor((window.length * LOOKED_AT) / 2));
  let [best, least] = [window.length, Number.POSITIVE_INFINITY];
  for (let from = Math.floor(window.length * (1 - LOOKED_AT)); from + silence <= window.length; from += silence >> 1) {
    const energy = window.subarray(from, from + silence).reduce((sum, sample) => sum + sample ** 2, 0);
    if (energy < least) [best, least] = [from + (silence >> 1), energy];
  }
  return best;
}

/** Behind a sound as much silence as a frame is long: beyond, frames are all alike. */
const FRAME = 400;

/**
 * The spectrogram of a window, filled up with silence `[1, frames, bands]`.
 *
 * @param samples at most 160 for each frame
 */
export function whisperInput(samples: Float32Array, frames: number, bands: number): tf.Tensor3D {
  const filled = new Float32Array(Math.min(frames * HOP, samples.length + FRAME));
  filled.set(samples);
  const options = { bands, centred: true, unpadded: true, scale: "slaney", equalArea: true } as const;
  const { values } = logMelSpectrogram({ sampleRate: RATE, channels: [filled] }, options);
  const logs = new Float32Array(frames * bands).fill(Math.log10(LEAST_POWER));
  // A frame stands in the middle of each hundredth of a second, and one at the very end, which is left out.
  for (let i = 0; i < Math.min(values.length, logs.length); i++) logs[i] = at(values, i) / Math.LN10;
  const lowest = logs.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY) - RANGE;
  return tf.tensor3d(
    logs.map((value) => (Math.max(value, lowest) + 4) / 4),
    [1, frames, bands],
  );
}
