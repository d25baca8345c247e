// Samples of sound as one of 256 codes: the steps between codes are small where the sound is quiet, as the ear hears it (µ-law, the
// companding of ITU-T's recommendation G.711, here as van den Oord et al. 2016, "WaveNet", section 2.2, have it).

import { checkArguments, countFrom, list, NUMBER, settings } from "../arguments";

/** What {@link muLawEncode} and {@link muLawDecode} can be asked for. */
export interface MuLawOptions {
  /** How many codes there are. Default 256, of 8 bits. */
  levels?: number;
}

const LEVELS = 256;
const OPTIONS = settings({ levels: countFrom(2, 65_536) });

/**
 * Samples as whole numbers: f(x) = sign(x) ln(1 + µ|x|) / ln(1 + µ), µ being one less than the levels, from −1 to 1 in equal
 * steps. What is above 1 or below −1 counts as that.
 *
 * @param samples from −1 to 1
 * @returns a code for each, from 0 to one less than the levels; silence is in the middle
 * @throws RangeError when they are no finite numbers, or an option cannot be
 * @see van den Oord et al. 2016, "WaveNet: a generative model for raw audio", section 2.2
 *
 * @example
 * ```ts
 * muLawEncode([-1, -0.01, 0, 0.01, 1]) // => [0, 98, 128, 157, 255]
 * ```
 */
export function muLawEncode(samples: ArrayLike<number>, options: MuLawOptions = {}): Int32Array {
  checkArguments("muLawEncode", { samples, options }, { samples: list("samples of sound", NUMBER), options: OPTIONS });
  const µ = (options.levels ?? LEVELS) - 1;
  return Int32Array.from(samples, (x) => {
    const size = Math.log1p(µ * Math.min(1, Math.abs(x))) / Math.log1p(µ);
    return Math.floor(((Math.sign(x) * size + 1) / 2) * µ + 0.5);
  });
}

/**
 * The samples that codes of {@link muLawEncode} stand for.
 *
 * @returns for each code a sample from −1 to 1
 * @throws RangeError for what is no code, or an option that cannot be
 *
 * @example
 * ```ts
 * muLawDecode([0, 98, 157, 255]) // => [-1.00, -0.01, 0.01, 1.00]
 * ```
 */
export function muLawDecode(codes: ArrayLike<number>, options: MuLawOptions = {}): Float32Array {
  checkArguments("muLawDecode", { options }, { options: OPTIONS });
  const µ = (options.levels ?? LEVELS) - 1;
  checkArguments("muLawDecode", { codes }, { codes: list("codes of muLawEncode", countFrom(0, µ)) });
  return Float32Array.from(codes, (code) => {
    const y = (2 * code) / µ - 1;
    return (Math.sign(y) * Math.expm1(Math.abs(y) * Math.log1p(µ))) / µ;
  });
}
