// What the training loop asks of an engine. The loop knows steps; how one is computed (operation by operation, or as one
// compiled graph) is the step's own affair.

import type { tf } from "../../tfjs/tf";
import type { Engine } from "../history";
import type { BatchMeans } from "./batch-means";

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
