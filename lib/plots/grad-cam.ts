// Which regions speak for what a classifier says.
import { type GradCamOptions, gradCamMaps } from "../inspection/grad-cam";
import { tf } from "../tf";
import type { Figure } from "./figure";
import { type MapsOverImagesOptions, mapsOverImages } from "./maps-over-images";

/** What {@link gradCam} can be asked for. */
export interface GradCamFigureOptions extends GradCamOptions, MapsOverImagesOptions {}

/**
 * Images, and under each the regions that speak for its class ({@link gradCamMaps}), enlarged to the image (between the places of
 * the map in straight lines). Over each image stand the class and its probability.
 *
 * @param model a classifier of images.
 * @param inputs up to 10 grey images, `[batch, height, width, 1]`.
 * @throws RangeError when model, images, layer or classes do not fit each other.
 * @see Selvaraju et al. 2017, "Grad-CAM", section 3
 */
export function gradCam(model: tf.LayersModel, inputs: tf.Tensor, options: GradCamFigureOptions = {}): Figure {
  const maps = gradCamMaps(model, inputs, options);
  const [, height, width] = inputs.shape as [number, number, number];
  const values = tf.tidy(() => {
    const coarse = tf.tensor(maps.values, [...maps.shape, 1]) as tf.Tensor4D;
    return tf.image.resizeBilinear(coarse, [height, width], false, true).dataSync<"float32">().slice();
  });
  return mapsOverImages("gradCam", inputs, { ...maps, values }, { title: `Grad-CAM of ${maps.layer}`, ...options });
}
