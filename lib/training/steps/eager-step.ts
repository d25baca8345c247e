// The training step as tfjs runs it: forward pass, gradients and update, one operation after another.

import { refuseKeptLayers } from "../../layers/model-layers";
import { measuresOf } from "../../losses/measures";
import { tf } from "../../tfjs/tf";
import { BatchMeans } from "./batch-means";
import type { TrainingStep } from "./step";
import { trainOn } from "./train-on";
import { bringNewestWeights } from "./weight-sync";

/** A step for any compiled model. It works on the model's own weights, so there is nothing to sync and nothing to free. */
export function eagerStep(model: tf.LayersModel): TrainingStep {
  const measures = measuresOf(model);
  let first = true;
  return {
    engine: "eager",
    run(inputs, targets) {
      bringNewestWeights(model);
      const train = () => trainOn(model, inputs, targets);
      const numbers = tf.tidy(() => (first ? refuseKeptLayers(model, train) : train()));
      first = false;
      try {
        return new BatchMeans(measures, numbers.dataSync());
      } finally {
        numbers.dispose();
      }
    },
    sync() {},
    dispose() {},
  };
}
