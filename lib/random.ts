// Random numbers of the library's own, and the seeds that they and TensorFlow's begin with.

import { checkArguments, countFrom, list, NUMERIC } from "./arguments";

// ## Every seed of the course moved at once
// What a text claims must not hang on a seed: `npm run notebooks -- --elsewhere` executes the notebooks with CELLWISE_SEED_SHIFT
// set. Without it nothing here does anything.

/** How far seeds are moved; 0 for a learner. */
const SEED_SHIFT = wholeNumber(process.env.CELLWISE_SEED_SHIFT);

/** A seed as it is used. */
export function shiftSeed(seed: number): number {
  // Far apart, so that no seed of the course becomes a neighbour's.
  return SEED_SHIFT === 0 ? seed : (seed + Math.imul(SEED_SHIFT, 0x3c6ef372)) | 0;
}

function wholeNumber(text: string | undefined): number {
  if (text === undefined || text === "") return 0;
  const shift = Number(text);
  if (!Number.isSafeInteger(shift))
    throw new RangeError(`CELLWISE_SEED_SHIFT is ${JSON.stringify(text)}; a whole number is expected.`);
  return shift;
}

// ## Random numbers from a seed
// The same seed gives the same numbers on every machine. The generator is xoshiro128** (Blackman and Vigna, "Scrambled linear
// pseudorandom number generators", ACM TOMS 47:4, 2021); its state is filled by counting in golden-ratio steps and mixing the
// bits of each count (MurmurHash3's finalizer).

/** Not more than there are different random bits. */
const LIMIT = countFrom(1, 2 ** 32);

/**
 * A seeded source of random numbers.
 *
 * @example
 * ```ts
 * const dice = new Random(1)
 * const six = Array.from({ length: 6 }, () => 1 + dice.below(6)) // six throws, the same at each run
 * six.length // => 6
 * ```
 */
export class Random {
  readonly #state = new Uint32Array(4);

  /**
   * Begins a sequence.
   *
   * @param seed any integer; only its low 32 bits count.
   * @throws RangeError when the seed is no whole number.
   */
  constructor(seed: number) {
    checkArguments("Random", { seed }, { seed: NUMERIC });
    if (!Number.isSafeInteger(seed)) throw new RangeError(`A seed is a whole number; ${seed} was given. Try seed: 1.`);
    let counter = shiftSeed(seed) >>> 0;
    for (let word = 0; word < 4; word++) {
      counter = (counter + 0x9e3779b9) >>> 0;
      let mixed = Math.imul(counter ^ (counter >>> 16), 0x85ebca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
      this.#state[word] = mixed ^ (mixed >>> 16);
    }
  }

  /** The next 32 random bits, as an integer from 0 to 2³² − 1. */
  bits(): number {
    const [s0, s1, s2, s3] = this.#state as unknown as [number, number, number, number];
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    const [t2, t3] = [s2 ^ s0, s3 ^ s1];
    this.#state[1] = s1 ^ t2;
    this.#state[0] = s0 ^ t3;
    this.#state[2] = t2 ^ (s1 << 9);
    this.#state[3] = rotateLeft(t3, 11);
    return result;
  }

  /** A number at least 0 and below 1. */
  uniform(): number {
    return this.bits() / 2 ** 32;
  }

  /** An integer at least 0 and below `limit`. */
  below(limit: number): number {
    checkArguments("below", { limit }, { limit: LIMIT });
    return Math.floor(this.uniform() * limit);
  }

  /** A number from the normal distribution with mean 0 and standard deviation 1 (Box and Muller, 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Puts the numbers into a random order, in place (Fisher–Yates: every order equally likely), and returns them. */
  shuffle<Numbers extends Uint32Array | number[]>(numbers: Numbers): Numbers {
    checkArguments("shuffle", { numbers }, { numbers: list("whatever is to be shuffled", () => undefined) });
    for (let last = numbers.length - 1; last > 0; last--) {
      const chosen = this.below(last + 1);
      const kept = numbers[last] as number;
      numbers[last] = numbers[chosen] as number;
      numbers[chosen] = kept;
    }
    return numbers;
  }
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
