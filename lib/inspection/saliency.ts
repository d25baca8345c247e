// Which pixels matter to a class: how much its score changes with each of them.
import { tf } from "../tf";
import { bringNewestWeights } from "../training/newest-weights";
import { type ChosenClasses, type Classes, checkImages, chosenClasses, scoreOf } from "./class-scores";

/** A number for each pixel of each image. */
export interface SaliencyMaps extends ChosenClasses {
  /** As many maps as images. */
  readonly shape: readonly [batch: number, height: number, width: number];
  /** At least 0, in reading order. */
  readonly values: Float32Array;
}

/**
 * Saliency maps: the size of the derivative of a class's score by each pixel, the largest over the channels. The score is what the
 * class has before the softmax, since the softmax's own slope vanishes where the model is sure.
 *
 * @param model a classifier of images.
 * @param inputs a batch of images `[batch, height, width, channels]`.
 * @param classes whose scores: one for each image, or one number for all. Default: the classes predicted.
 * @returns plain numbers: there is nothing to dispose.
 * @throws RangeError when model, images or classes do not fit each other.
 * @see Simonyan, Vedaldi and Zisserman 2014, "Deep inside convolutional networks", section 3
 */
export function saliencyMaps(model: tf.LayersModel, inputs: tf.Tensor, classes?: Classes): SaliencyMaps {
  checkImages("saliencyMaps", model, inputs);
  bringNewestWeights(model);
  const chosen = chosenClasses("saliencyMaps", model, inputs, classes);
  const [batch, height, width] = inputs.shape as [number, number, number];
  const values = tf.tidy(() => {
    const gradient = tf.grad((images: tf.Tensor) => scoreOf(model, images, chosen.classes))(inputs); // as the images
    return gradient.abs().max(3).dataSync<"float32">().slice(); // [batch, height, width]
  });
  return { ...chosen, shape: [batch, height, width], values };
}
