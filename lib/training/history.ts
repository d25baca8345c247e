// What is measured: by a batch, by several together, and in all of a training.

import { at } from "../indexing";
import type { WholeMetric } from "../losses/whole-data";

// ## Measured values under their names

/** Values by the name of what was measured: `loss` always, `accuracy` and others as the model was compiled. */
export interface Measures {
  /** What training makes small. */
  loss: number;
  [metric: string]: number;
}

/** A series of values for each thing measured, in the order of time. */
export interface MeasureSeries {
  /** What training makes small. */
  loss: number[];
  [metric: string]: number[];
}

/** Adds one value to each series. */
export function appendMeasures(series: MeasureSeries, measures: Measures): void {
  for (const [name, value] of Object.entries(measures)) series[name]?.push(value);
}

/** Puts names to values that come in the same order. */
export function measuresByName(names: readonly string[], values: readonly number[]): Measures {
  return Object.fromEntries(names.map((name, number) => [name, values[number] ?? Number.NaN])) as Measures;
}

// ## What one batch measured, as plain numbers, and what several batches did together

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

// ## What a training tells its observers: the progress that the learner sees, and callbacks

/** What happened in one step. */
export interface BatchReport {
  /** Counted from 1. */
  readonly epoch: number;
  /** Of the epoch, counted from 1. */
  readonly step: number;
  /** The batch's own loss and metrics. */
  readonly batch: Measures;
  /** Their means over the epoch so far. */
  readonly running: Measures;
  /** Puts the weights of this moment into the model: the compiled engine keeps them in its graph while an epoch runs. */
  sync(): void;
}

/** What happened in one epoch. */
export interface EpochReport {
  /** Counted from 1. */
  readonly epoch: number;
  /** Means over the epoch's examples (or the positions in them that count), taken while the weights changed. */
  readonly training: Measures;
  /** Measured after the epoch, when a validation set was given. */
  readonly validation: Measures | undefined;
}

// ## What a training was: every number that `fit` saw, as plain arrays, ready for a figure or a file

/** How a training step is computed: recorded once and run as one graph, or operation by operation. */
export type Engine = "compiled" | "eager";

/** The record of one call of `fit`; as the last expression of a cell it shows its learning curves. */
export interface History {
  /** How the steps were computed. */
  readonly engine: Engine;
  /** Examples in a batch (fewer in an epoch's last, if they do not divide). */
  readonly batchSize: number;
  /** Steps that make an epoch. */
  readonly stepsPerEpoch: number;
  /** One value an epoch: the mean over its examples, taken while the weights changed. Only whole epochs count. */
  readonly epochs: MeasureSeries;
  /** One value an epoch, measured on the validation set after it; `undefined` without one. */
  readonly validation: MeasureSeries | undefined;
  /** One value a step: the batch's own. */
  readonly steps: MeasureSeries;
  /** How long each epoch took, validation included. */
  readonly secondsPerEpoch: number[];
  /** True when the learner interrupted the training: it then ended after a whole step, before the last epoch's end. */
  interrupted: boolean;
}

/** The history that `fit` fills. It is a class so that displays.ts can say what it looks like. */
export class TrainingHistory implements History {
  engine: Engine;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly epochs: MeasureSeries;
  readonly validation: MeasureSeries | undefined;
  readonly steps: MeasureSeries;
  readonly secondsPerEpoch: number[] = [];
  interrupted = false;

  /** @param names what is measured. */
  constructor(
    names: readonly string[],
    training: { engine: Engine; batchSize: number; stepsPerEpoch: number; validated: boolean },
  ) {
    this.engine = training.engine;
    this.batchSize = training.batchSize;
    this.stepsPerEpoch = training.stepsPerEpoch;
    this.epochs = emptySeries(names);
    this.validation = training.validated ? emptySeries(names) : undefined;
    this.steps = emptySeries(names);
  }
}

/** An empty series for each name. */
function emptySeries(names: readonly string[]): MeasureSeries {
  return { loss: [], ...Object.fromEntries(names.map((name) => [name, []])) };
}
