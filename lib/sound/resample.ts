// A sound with more or fewer samples in a second: the sinc function goes through all samples, and a window cuts it off after some
// (Smith, "Digital audio resampling", 1984). With fewer samples it is as many times wider, so that frequencies which they cannot
// hold are taken out, and do not come back as others.

import { checkArguments, countFrom } from "../arguments";
import { at } from "../indexing";
import { SOUND, type Sound } from "./wav";

/** How many zeros of the sinc function to each side count. */
const ZEROS = 16;

/**
 * The same sound with another number of samples a second; frequencies above half of it are taken out.
 *
 * @throws RangeError when it is no sound, or the sampling rate is no whole number of at least 1
 *
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 44_100 }, (_, i) => Math.sin((2 * Math.PI * 440 * i) / 44_100))
 * resample({ sampleRate: 44_100, channels: [tone] }, 8000).channels[0]?.length // => 8000
 * ```
 */
export function resample(sound: Sound, sampleRate: number): Sound {
  checkArguments("resample", { sound, sampleRate }, { sound: SOUND, sampleRate: countFrom(1, 768_000) });
  if (sound.channels.length === 0)
    throw new RangeError("resample: the sound has 0 channels; it needs at least 1, a Float32Array of samples.");
  if (sampleRate === sound.sampleRate) return sound;
  return { sampleRate, channels: sound.channels.map((samples) => resampled(samples, sound.sampleRate, sampleRate)) };
}

function resampled(samples: Float32Array, from: number, to: number): Float32Array {
  /** Below 1 where there will be fewer samples. */
  const band = Math.min(1, to / from);
  const reach = Math.ceil(ZEROS / band);
  /** For each way in which new samples lie between the old ones, what these weigh; the same ways come again and again. */
  const weightsAt = new Map<number, Float64Array>();
  const weightsOf = (phase: number): Float64Array =>
    Float64Array.from({ length: 2 * reach + 1 }, (_, k) => {
      const away = (k - reach - phase / to) * band;
      if (Math.abs(away) >= ZEROS) return 0;
      const sinc = away === 0 ? 1 : Math.sin(Math.PI * away) / (Math.PI * away);
      return band * sinc * Math.cos((Math.PI * away) / (2 * ZEROS)) ** 2;
    });
  return Float32Array.from({ length: Math.round((samples.length * to) / from) }, (_, i) => {
    const phase = (i * from) % to;
    const weights = weightsAt.get(phase) ?? weightsOf(phase);
    weightsAt.set(phase, weights);
    const first = (i * from - phase) / to - reach;
    let sum = 0;
    for (let k = Math.max(0, -first); k < Math.min(weights.length, samples.length - first); k++)
      sum += at(weights, k) * at(samples, first + k);
    return sum;
  });
}
