// The weights that compression is about: kernels and tables, which are nearly all of them; biases and scales stay as they are.

import { bringNewestWeights } from "../../layers/model-layers";
import type { tf } from "../../tfjs/tf";

/**
 * The newest weights of a model that have at least two axes.
 *
 * @throws RangeError when there are none
 */
export function newestKernels(owner: string, model: tf.LayersModel): tf.LayerVariable[] {
  const kernels = model.weights.filter(({ shape }) => shape.length >= 2);
  if (kernels.length === 0)
    throw new RangeError(
      `${owner}: the model ${model.name} has ${model.weights.length} weight(s), none with two axes or more (a kernel); give one that has ` +
        "a dense, convolutional, recurrent or attention layer.",
    );
  bringNewestWeights(model);
  return kernels;
}
