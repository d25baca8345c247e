// Saliency maps: which pixels a network's answer hangs on (Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks:
// Visualising Image Classification Models and Saliency Maps", 2014, section 3).

import { checkArguments, either, MODEL, NUMBERS, NUMERIC, optional, TENSOR } from "../arguments";
import { bringNewestWeights } from "../layers/model-layers";
import { tensorOf } from "../tfjs/tensors";
import type { tf } from "../tfjs/tf";
import { type ClassChoice, type ClassMaps, checkClasses, classMaps } from "./class-scores";
import { checkImages } from "./input-shapes";

/**
 * For each pixel the size of the derivative of a class's score by it, |d score / d pixel|; of several channels the largest. The
 * score is what the class has before the softmax, if the model ends in one: on the way back, the softmax that makes the output
 * hands its gradient on as if it were not there. (The probability would not do: where the network is sure, its gradient
 * vanishes.) Of another model the score is the output.
 *
 * @param model from images `[batch, height, width, channels]` to `[batch, classes]`.
 * @param inputs images `[batch, height, width, channels]`.
 * @param classes a class for each image, or one for all. Default: the predicted ones.
 * @returns maps of the images' height and width, in units of score for each unit of a pixel. Plain numbers: there is nothing to dispose.
 * @throws RangeError when the images do not fit the model, or there is no such class.
 * @see Simonyan, Vedaldi and Zisserman 2014, "Deep Inside Convolutional Networks", section 3
 *
 * @example
 * ```ts
 * const { inputs } = (await loadMnist()).test.batch([0, 1])
 * const maps = saliencyMaps(buildCnn(), inputs[0]!)
 * maps.shape // => [2, 28, 28]
 * ```
 */
export function saliencyMaps(model: tf.LayersModel, inputs: tf.Tensor, classes?: ClassChoice): ClassMaps {
  checkArguments(
    "saliencyMaps",
    { model, inputs, classes },
    { model: MODEL, inputs: TENSOR, classes: optional(either(NUMERIC, NUMBERS)) },
  );
  checkImages("saliencyMaps", model, inputs);
  checkClasses("saliencyMaps", model, inputs, classes);
  bringNewestWeights(model);
  const images = inputs.toFloat();
  try {
    const run = (images: tf.Tensor) => tensorOf(model.apply(images, { training: false }));
    return classMaps(images, run, classes, (gradients) => gradients.abs().max(-1));
  } finally {
    images.dispose();
  }
}
