// Data made by rule, each for one point of the course: what a line cannot part (Minsky and Papert, "Perceptrons", 1969),
// two spirals (Lang and Witbrock, "Learning to Tell Two Spirals Apart", 1988), sorting, and copying over a long pause
// (Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997; in the form of Arjovsky, Shah and Bengio, "Unitary Evolution
// Recurrent Neural Networks", 2016, section 5.1).

import { atMost, checkArguments, checkWholeNumber, NUMBER, NUMERIC, settings, WHOLE } from "../arguments";
import { type Column, Dataset } from "../data/dataset";
import { Random } from "../random";

/** What {@link xor} can be asked for. */
export interface XorOptions {
  /** Examples, a multiple of 4, so that all four corners come equally often. Default 4: the truth table. */
  size?: number;
  /** The standard deviation of what is added to each coordinate. Default 0. */
  noise?: number;
  /** The same seed gives the same noise. Default 1. */
  seed?: number;
}

/**
 * Exclusive or: the class of `(a, b)` is 1 where exactly one of them is 1.
 *
 * @returns inputs `[2]`, float32; targets class 0 or 1.
 * @see Minsky and Papert 1969, "Perceptrons"
 *
 * @example
 * ```ts
 * xor().labels() // => [0, 1, 1, 0]
 * ```
 */
export function xor(options: XorOptions = {}): Dataset {
  checkArguments("xor", { options }, { options: settings({ size: atMost(1_000_000), noise: NUMERIC, seed: WHOLE }) });
  const { size = 4, noise = 0, seed = 1 } = options;
  checkWhole("xor", { size }, 4);
  checkNoise("xor", noise);
  if (size % 4 !== 0) throw new RangeError(`xor: size is ${size}; it is a multiple of 4, one for each corner.`);
  const random = new Random(seed);
  const points = new Float32Array(2 * size);
  const labels = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const [a, b] = [(i >> 1) & 1, i & 1];
    points.set([a + noise * random.normal(), b + noise * random.normal()], 2 * i);
    labels[i] = a ^ b;
  }
  return classes("XOR", points, labels, ["0", "1"]);
}

/** What {@link spirals} can be asked for. */
export interface SpiralsOptions {
  /** How many spirals, one for each class. Default 2. */
  arms?: number;
  /** The examples of each class. Default 97, as in the paper. */
  pointsPerArm?: number;
  /** How often a spiral goes around. Default 1.5; the paper's, 3, is hard. */
  turns?: number;
  /** The standard deviation of what is added to each coordinate; the radius is 1. Default 0. */
  noise?: number;
  /** The same seed gives the same noise. Default 1. */
  seed?: number;
}

/**
 * Spirals that wind around each other, one for each class: easy to see, and far from linear.
 *
 * @returns inputs `[2]`, float32, arm after arm from the inside out; targets the number of the arm.
 * @see Lang and Witbrock 1988, "Learning to tell two spirals apart"
 *
 * @example
 * ```ts
 * const data = spirals({ turns: 1, noise: 0.02 })
 * data.classCounts() // => [97, 97]
 * ```
 */
export function spirals(options: SpiralsOptions = {}): Dataset {
  checkArguments(
    "spirals",
    { options },
    {
      options: settings({
        arms: atMost(1000),
        pointsPerArm: atMost(100_000),
        turns: NUMBER,
        noise: NUMERIC,
        seed: WHOLE,
      }),
    },
  );
  const { arms = 2, pointsPerArm = 97, turns = 1.5, noise = 0, seed = 1 } = options;
  checkWhole("spirals", { arms, pointsPerArm }, 2);
  checkNoise("spirals", noise);
  const random = new Random(seed);
  const points = new Float32Array(2 * arms * pointsPerArm);
  const labels = new Int32Array(arms * pointsPerArm);
  for (let arm = 0, i = 0; arm < arms; arm++)
    for (let step = 0; step < pointsPerArm; step++, i++) {
      const radius = 0.05 + (0.95 * step) / (pointsPerArm - 1);
      const angle = 2 * Math.PI * (turns * radius + arm / arms);
      points.set(
        [radius * Math.cos(angle) + noise * random.normal(), radius * Math.sin(angle) + noise * random.normal()],
        2 * i,
      );
      labels[i] = arm;
    }
  return classes(
    "spirals",
    points,
    labels,
    Array.from({ length: arms }, (_, arm) => `arm ${arm + 1}`),
  );
}

/** What {@link sorting} can be asked for. */
export interface SortingOptions {
  /** The number of examples. Default 1000. */
  size?: number;
  /** The numbers in an example. Default 6. */
  length?: number;
  /** How many different numbers there are, from 0. Default 10. */
  symbols?: number;
  /** The same seed gives the same sequences. Default 1. */
  seed?: number;
}

/**
 * Sequences of random numbers, and the same in ascending order: each output depends on all inputs, so a model has to look
 * everywhere. For an encoder–decoder, give both to `sequencePairs`.
 *
 * @returns inputs and targets `[length]`, int32.
 *
 * @example
 * ```ts
 * const data = sorting({ size: 500, length: 6 })
 * data.targets[0]?.shape // => [6]
 * ```
 */
export function sorting(options: SortingOptions = {}): Dataset {
  checkArguments(
    "sorting",
    { options },
    { options: settings({ size: atMost(1_000_000), length: atMost(1000), symbols: atMost(1_000_000), seed: WHOLE }) },
  );
  const { size = 1000, length = 6, symbols = 10, seed = 1 } = options;
  checkWhole("sorting", { size, length }, 1);
  checkWhole("sorting", { symbols }, 2);
  const random = new Random(seed);
  const unsorted = Int32Array.from({ length: size * length }, () => random.below(symbols));
  const sorted = unsorted.slice();
  for (let start = 0; start < sorted.length; start += length) sorted.subarray(start, start + length).sort();
  return new Dataset({ name: "sorting", inputs: [tokens(unsorted, length)], targets: [tokens(sorted, length)] });
}

/** What {@link copying} can be asked for. */
export interface CopyingOptions {
  /** The number of examples. Default 1000. */
  size?: number;
  /** The symbols to repeat. Default 4 (the paper: 10). */
  length?: number;
  /** How many different ones there are. Default 8, as in the paper. */
  symbols?: number;
  /** How many steps lie between the last symbol and the first to be repeated, at least 1. Default 10. */
  delay?: number;
  /** The same seed gives the same sequences. Default 1. */
  seed?: number;
}

/**
 * Symbols to be kept in mind over a pause and then repeated: a model without memory does no better than to guess, with a
 * cross-entropy of `length · ln(symbols) / (2 · length + delay)`, and a plain recurrent network forgets as the delay grows.
 *
 * Token 0 is the blank, 1 to `symbols` are the symbols, `symbols + 1` says that it is time to repeat.
 *
 * @returns inputs `symbols…, blanks…, repeat!, blanks…` and targets `blanks…, symbols…`, both `[2 · length + delay]`, int32;
 * `symbols + 2` tokens in all.
 * @see Hochreiter and Schmidhuber 1997; in the form of Arjovsky, Shah and Bengio 2016, "Unitary evolution recurrent neural
 * networks", section 5.1
 *
 * @example
 * ```ts
 * const data = copying({ length: 4, delay: 10 })
 * data.inputs[0]?.shape // => [18]
 * ```
 */
export function copying(options: CopyingOptions = {}): Dataset {
  checkArguments(
    "copying",
    { options },
    {
      options: settings({
        size: atMost(1_000_000),
        length: atMost(1000),
        symbols: atMost(1_000_000),
        delay: atMost(1000),
        seed: WHOLE,
      }),
    },
  );
  const { size = 1000, length = 4, symbols = 8, delay = 10, seed = 1 } = options;
  checkWhole("copying", { size, length, delay }, 1);
  checkWhole("copying", { symbols }, 2);
  const random = new Random(seed);
  const time = 2 * length + delay;
  const inputs = new Int32Array(size * time);
  const targets = new Int32Array(size * time);
  for (let start = 0; start < inputs.length; start += time) {
    for (let i = 0; i < length; i++) {
      const symbol = 1 + random.below(symbols);
      inputs[start + i] = symbol;
      targets[start + length + delay + i] = symbol;
    }
    inputs[start + length + delay - 1] = symbols + 1;
  }
  return new Dataset({ name: "copying", inputs: [tokens(inputs, time)], targets: [tokens(targets, time)] });
}

function classes(name: string, points: Float32Array, labels: Int32Array, classNames: readonly string[]): Dataset {
  return new Dataset({
    name,
    inputs: [{ values: points, shape: [2], dtype: "float32" }],
    targets: [{ values: labels, shape: [], dtype: "int32" }],
    classNames,
  });
}

function tokens(values: Int32Array, length: number): Column {
  return { values, shape: [length], dtype: "int32" };
}

function checkWhole(caller: string, counts: Record<string, number>, least: number): void {
  for (const [name, count] of Object.entries(counts)) checkWholeNumber(`${caller}: ${name}`, count, { least });
}

function checkNoise(caller: string, noise: number): void {
  if (!(noise >= 0 && Number.isFinite(noise)))
    throw new RangeError(`${caller}: noise is ${noise}; it is a number of at least 0.`);
}
