// What one batch measured, as plain numbers, and the means over several batches.
import { type Measures, named } from "./history";

/** The means of one batch: of each output's loss, of the regularizers' penalties, and of each metric. */
export class BatchMeans {
  /** Each over what it counts; 0 where that is nothing. */
  readonly means: readonly number[];
  /** How many examples (or positions, where some do not count) each mean is over. */
  readonly counts: readonly number[];

  /**
   * @param losses how many of the means are losses.
   * @param numbers all means, then all counts.
   */
  constructor(
    readonly losses: number,
    numbers: ArrayLike<number>,
  ) {
    const all = Array.from(numbers);
    this.means = all.slice(0, all.length / 2);
    this.counts = all.slice(all.length / 2);
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

/** Means over all that counts in several batches, whatever their sizes. */
export class RunningMeans {
  readonly #names: readonly string[];
  readonly #sums: number[] = [];
  readonly #counts: number[] = [];
  #losses = 0;

  /** @param names what is measured, in the order of `measureNames`. */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Adds a batch; a mean over nothing adds nothing. */
  add({ means, counts, losses }: BatchMeans): void {
    this.#losses = losses;
    for (const [number, mean] of means.entries()) {
      const count = counts[number] as number;
      this.#sums[number] = (this.#sums[number] ?? 0) + (count > 0 ? mean * count : 0);
      this.#counts[number] = (this.#counts[number] ?? 0) + count;
    }
  }

  /** The means so far; 0 where nothing has counted, as in Keras. */
  means(): Measures {
    const means = this.#sums.map((sum, number) => sum / Math.max(this.#counts[number] as number, 1));
    return named(this.#names, inOrderOfNames(means, this.#losses));
  }
}
