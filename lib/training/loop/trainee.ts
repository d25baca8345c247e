// What the training loop asks of what it trains; it knows neither models nor tasks.
import type { Dataset } from "../../data/dataset";
import type { tf } from "../../tfjs/tf";
import type { Engine } from "../history";
import type { BatchMeans } from "../steps/batch-means";
import type { TrainingStep } from "../steps/step";

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
  createStep(engine: Engine | undefined, seed: number): TrainingStep;
  /** @param batches how many will be measured in all */
  createMeasure(batches: number, engine: Engine): Measuring;
}

/** Measures batches without training. */
export interface Measuring {
  measure(inputs: tf.Tensor[], targets: tf.Tensor[]): BatchMeans;
  dispose(): void;
}
