// What a training can be asked for.
import type { Dataset } from "../../data/dataset";
import type { BatchReport, Engine, EpochReport } from "../history";

/** What {@link fit} can be asked for. */
export interface FitOptions {
  /** How many times to go through the data. Default 1. */
  epochs?: number;
  /** Examples in a step. Default 32, as in Keras; for a stateful model, those it was built for. */
  batchSize?: number;
  /** Measured after each epoch. Default: nothing is. */
  validation?: Dataset;
  /** Whether each epoch goes through the data in a new random order. Default true; false for a stateful model. */
  shuffle?: boolean;
  /**
   * The same seed gives the same orders and, in the compiled engine, the same dropout. Default: 1 for a model's first training,
   * 2 for its second, …, so that one that is trained on meets the data in new orders.
   */
  seed?: number;
  /** How steps are computed. Default: compiled, and eager (with a line that says why) where a step cannot be compiled. */
  engine?: Engine;
  /**
   * The step size of each epoch, counted from 1; after the training the optimizer has its own again. Default: always the
   * optimizer's own. A task of several optimizers sets theirs in its callbacks.
   */
  learningRate?: (epoch: number) => number;
  /** Whether to show progress. Default true. */
  verbose?: boolean;
  /** Ends the training after the running step. Default: the running cell's interrupt. */
  signal?: AbortSignal;
  /** Called after each step. To look at the model's weights there, call the report's `sync` first. Default: nothing. */
  onBatchEnd?: (report: BatchReport) => void | Promise<void>;
  /** Called after each epoch, with the model up to date; a return of `false` ends the training. Default: nothing. */
  onEpochEnd?: (report: EpochReport) => unknown;
}
