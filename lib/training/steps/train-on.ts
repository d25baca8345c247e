// One training step as both engines do it: forward pass, gradients, the optimizer's update.
import { takingGradients } from "../../tfjs/gradients";
import { tf } from "../../tfjs/tf";
import { applyConstraints } from "./constraints";
import { objective } from "./objective";
import { trainableVariables } from "./trainable";

/**
 * Trains a compiled model on one batch. Call it inside `tf.tidy`.
 *
 * @returns what was measured before the update, for `BatchMeans`.
 * @throws RangeError when the model has nothing to train.
 */
export function trainOn(model: tf.LayersModel, inputs: tf.Tensor[], targets: tf.Tensor[]): tf.Tensor1D {
  let measured: tf.Tensor1D | undefined;
  const update = (): tf.Scalar => {
    const { loss, numbers } = objective(model, inputs, targets, true);
    // The gradient's own scope ends before they are read.
    measured = tf.keep(numbers);
    return loss;
  };
  try {
    takingGradients(`The loss of ${model.name}`, () =>
      model.optimizer.minimize(update, false, trainableVariables(model)),
    );
    applyConstraints(model);
    return (measured as unknown as tf.Tensor1D).clone();
  } finally {
    measured?.dispose();
  }
}
