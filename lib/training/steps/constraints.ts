// Weight constraints (maxNorm, nonNeg, …). tfjs-layers applies them only where weights are set by hand; Keras does so after each
// update, as is meant.
import type { tf } from "../../tfjs/tf";

/** Private fields of tfjs-layers' weights. */
interface Constrained {
  readonly constraint?: { apply(weight: tf.Tensor): tf.Tensor } | null;
}

/** Brings a model's weights back to where their constraints allow them. Call it inside `tf.tidy`, after each update. */
export function applyConstraints(model: tf.LayersModel): void {
  for (const weight of model.trainableWeights) {
    const { constraint } = weight as unknown as Constrained;
    if (constraint) weight.write(constraint.apply(weight.read()));
  }
}
