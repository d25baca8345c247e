// What a training tells its observers: the progress that the learner sees, and callbacks.
import type { Measures } from "./named-measures";

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
