// What the training loop asks of what it trains; it knows neither models nor tasks.

import type { Dataset } from "../../data/dataset";
import type { tf } from "../../tfjs/tf";
import type { BatchMeans, Engine } from "../history";

// ## Of an engine
// The loop knows steps; how one is computed (operation by operation, or as one compiled graph) is left to the step.

/** One training step, ready to be run on batch after batch. */
export interface TrainingStep {
  readonly engine: Engine;
  /**
   * Forward pass, gradients and update on one batch.
   *
   * @returns what was measured before the update.
   */
  run(inputs: tf.Tensor[], targets: tf.Tensor[]): BatchMeans;
  /** Puts the trained weights back into the model's own variables. */
  sync(): void;
  /** Frees what the step holds; the model keeps its weights. */
  dispose(): void;
}

// ## Of what it trains

/** Something that can be trained, ready to be. */
export interface Trainee {
  /** What is measured, the loss first. */
  readonly measures: readonly string[];
  /** Whether the batches follow one another in order, each going on from the one before. */
  readonly inOrder: boolean;
  /** What learns, by which a training without a seed is told from the next one. */
  readonly owner: object;
  readonly optimizers: readonly tf.Optimizer[];
  /** All that a checkpoint keeps beside the optimizers' own. */
  variables(): tf.Variable[];
  /** @throws RangeError when a data set does not fit, or there is nothing to train. */
  check(dataset: Dataset, use: "training" | "validation"): void;
  /** @throws RangeError when the size that was asked for cannot be. */
  batchSize(dataset: Dataset, sizes: { given?: number | undefined; usual: number }): number;
  /** A step as one graph; its first run throws an UncompilableError, nothing being changed, where none can be recorded. */
  compiledStep(seed: number): TrainingStep;
  /** A step operation by operation. */
  eagerStep(): TrainingStep;
  /** @param batches how many will be measured in all */
  createMeasure(batches: number, engine: Engine): Measuring;
}

/** Measures batches without training. */
export interface Measuring {
  measure(inputs: tf.Tensor[], targets: tf.Tensor[]): BatchMeans;
  dispose(): void;
}
