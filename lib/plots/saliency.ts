// Which pixels matter to what a classifier says.
import type { Classes } from "../inspection/class-scores";
import { saliencyMaps } from "../inspection/saliency";
import type { tf } from "../tf";
import type { Figure } from "./figure";
import { type MapsOverImagesOptions, mapsOverImages } from "./maps-over-images";

/** What {@link saliency} can be asked for. */
export interface SaliencyOptions extends MapsOverImagesOptions {
  /** Whose scores: a class for each image, or one for all. Default: the classes predicted. */
  classes?: Classes;
}

/**
 * Images, and under each where a change would change the class's score most ({@link saliencyMaps}), relative to its largest value.
 * Over each image stand the class and its probability.
 *
 * @param model a classifier of images.
 * @param inputs up to 10 grey images, `[batch, height, width, 1]`.
 * @throws RangeError when model, images or classes do not fit each other.
 * @see Simonyan, Vedaldi and Zisserman 2014, "Deep inside convolutional networks", section 3
 */
export function saliency(model: tf.LayersModel, inputs: tf.Tensor, options: SaliencyOptions = {}): Figure {
  const maps = saliencyMaps(model, inputs, options.classes);
  return mapsOverImages("saliency", inputs, maps, { title: "Saliency", ...options });
}
