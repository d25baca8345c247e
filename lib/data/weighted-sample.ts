// Examples drawn by weight, where some kinds of them are far more frequent in the data than they should be.

import { checkArguments, countFrom, DATASET, list, NUMBER, settings, WHOLE } from "../arguments";
import { at, lastOf } from "../indexing";
import { Random } from "../random";
import type { Dataset } from "./dataset";

/** What {@link weightedSample} can be asked for. */
export interface WeightedSampleOptions {
  /** How many to draw. Default: as many as the data set has. */
  count?: number;
  /** The same seed draws the same. Default 1. */
  seed?: number;
}

/**
 * Draws examples at random, each as likely as its weight says; one may come several times, another not at all.
 *
 * @param weights a number of at least 0 for each example.
 * @throws RangeError unless there is a weight for each example, and one of them is above 0.
 *
 * @example
 * ```ts
 * const drawn = weightedSample(xor(), Array.from({ length: xor().size }, (_, i) => i % 2), { count: 100 })
 * drawn.size // => 100
 * ```
 */
export function weightedSample(
  dataset: Dataset,
  weights: readonly number[],
  options: WeightedSampleOptions = {},
): Dataset {
  checkArguments(
    "weightedSample",
    { dataset, weights, options },
    {
      dataset: DATASET,
      weights: list("weights", NUMBER),
      options: settings({ count: countFrom(1, 10_000_000), seed: WHOLE }),
    },
  );
  const { count = dataset.size, seed = 1 } = options;
  const negative = weights.findIndex((weight) => weight < 0);
  const sums: number[] = [];
  let total = 0;
  for (const weight of weights) {
    total += weight;
    sums.push(total);
  }
  if (weights.length !== dataset.size || negative >= 0 || !(total > 0))
    throw new RangeError(
      `weightedSample: ${weights.length} weights, ${total} in all, were given for the ${dataset.size} examples of ${dataset.name}` +
        `${negative < 0 ? "" : `; weight ${negative} is ${weights[negative]}`}. Give a number of at least 0 for each of them, and not 0 for all.`,
    );
  const random = new Random(seed);
  return dataset.subset(Uint32Array.from({ length: count }, () => firstAbove(sums, random.uniform() * lastOf(sums))));
}

/** The place of the first of growing sums that is above a number, by halving. */
function firstAbove(sums: readonly number[], value: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(sums, middle) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
