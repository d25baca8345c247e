// The training step as tfjs runs it: forward pass, gradients and update, one operation after another.
import { tf } from "../tf";
import { applyConstraints } from "./constraints";
import { refuseKeptLayers } from "./kept-layers";
import { bringNewestWeights } from "./newest-weights";
import { objective } from "./objective";
import type { TrainingStep } from "./step";
import { trainableVariables } from "./trainable";

/** A step for any compiled model. It works on the model's own weights, so there is nothing to sync and nothing to free. */
export function eagerStep(model: tf.LayersModel): TrainingStep {
  let first = true;
  return {
    engine: "eager",
    run(inputs, targets) {
      bringNewestWeights(model);
      const trainable = trainableVariables(model);
      const measured = tf.tidy(() => {
        let metrics: tf.Scalar[] = [];
        const loss = model.optimizer.minimize(
          () => {
            const forward = () => objective(model, inputs, targets, true);
            const batch = first ? refuseKeptLayers(model, forward) : forward();
            first = false;
            // The gradient's own scope ends before they are read.
            metrics = batch.metrics.map((metric) => tf.keep(metric));
            return batch.loss;
          },
          true,
          trainable,
        ) as tf.Scalar;
        applyConstraints(model);
        return [loss, ...metrics];
      });
      const values = measured.map((scalar) => scalar.dataSync()[0] as number);
      tf.dispose(measured);
      return values;
    },
    sync() {},
    dispose() {},
  };
}
