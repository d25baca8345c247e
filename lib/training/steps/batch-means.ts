// What one batch measured, as plain numbers, and what several batches did together.

import { at } from "../../indexing";
import type { WholeMetric } from "../../losses/whole-data";
import { type Measures, measuresByName } from "../named-measures";

/** What a batch was measured by. */
interface Measured {
  readonly losses: readonly unknown[];
  readonly metrics: readonly { readonly whole?: WholeMetric | undefined }[];
}

/** A metric over whole data, with its place among the means. */
interface Whole {
  readonly place: number;
  readonly metric: WholeMetric;
  readonly statistics: readonly number[];
}

/** The metrics of batches that are no means; their places among the means hold what they are in the batch. */
const wholeOf = new WeakMap<BatchMeans, readonly Whole[]>();

/** The means of one batch: of each output's loss, of the regularizers' penalties, and of each metric. */
export class BatchMeans {
  /** Each over what it counts; 0 where that is nothing. */
  readonly means: readonly number[];
  /** How many examples (or positions, where some do not count) each mean is over. */
  readonly counts: readonly number[];
  /** How many of the means are losses. */
  readonly losses: number;

  /** @param numbers all means, then all counts, then the statistics of the metrics that are no means, each behind their number. */
  constructor({ losses, metrics }: Measured, numbers: ArrayLike<number>) {
    const all = Array.from(numbers);
    const size = losses.length + 1 + metrics.length;
    const means = all.splice(0, size);
    this.counts = all.splice(0, size);
    this.losses = losses.length;
    const whole = metrics.flatMap(({ whole }, i) => {
      if (!whole) return [];
      const [length = 0] = all.splice(0, 1);
      return [{ place: losses.length + 1 + i, metric: whole, statistics: all.splice(0, length) }];
    });
    for (const { place, metric, statistics } of whole) means[place] = metric.result(statistics);
    wholeOf.set(this, whole);
    this.means = means;
  }

  /** The loss, each output's where there are several, and the metrics: in the order of `measureNames`. */
  get values(): number[] {
    return inOrderOfNames(this.means, this.losses);
  }
}

function inOrderOfNames(means: readonly number[], losses: number): number[] {
  const loss = means.slice(0, losses + 1).reduce((sum, mean) => sum + mean, 0);
  return [loss, ...(losses > 1 ? means.slice(0, losses) : []), ...means.slice(losses + 1)];
}

/** Means over all that counts in several batches, whatever their sizes; and metrics that are no means, over the same. */
export class RunningMeans {
  readonly #names: readonly string[];
  readonly #sums: number[] = [];
  readonly #counts: number[] = [];
  readonly #whole = new Map<number, Whole>();
  #losses = 0;

  /** @param names what is measured, in the order of `measureNames`. */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Adds a batch; a mean over nothing adds nothing. */
  add(batch: BatchMeans): void {
    const { means, counts, losses } = batch;
    this.#losses = losses;
    for (const one of wholeOf.get(batch) ?? []) {
      const before = this.#whole.get(one.place);
      const statistics = before ? one.metric.merge(before.statistics, one.statistics) : one.statistics;
      this.#whole.set(one.place, { ...one, statistics });
    }
    for (const [number, mean] of means.entries()) {
      const count = at(counts, number);
      this.#sums[number] = (this.#sums[number] ?? 0) + (count > 0 ? mean * count : 0);
      this.#counts[number] = (this.#counts[number] ?? 0) + count;
    }
  }

  /** The means so far; 0 where nothing has counted, as in Keras. */
  means(): Measures {
    const means = this.#sums.map((sum, number) => sum / Math.max(at(this.#counts, number), 1));
    for (const { place, metric, statistics } of this.#whole.values()) means[place] = metric.result(statistics);
    return measuresByName(this.#names, inOrderOfNames(means, this.#losses));
  }
}
