// Where in an image a convolution found what speaks for a class, over the images themselves (Selvaraju et al. 2017).
import { checkArguments, either, MODEL, NUMBERS, NUMERIC, STRING, STRINGS, settings, TENSOR } from "../../arguments";
import { type GradCamOptions, gradCamMaps } from "../../inspection/grad-cam";
import type { tf } from "../../tfjs/tf";
import type { Figure } from "../figure/figure";
import { type ClassMapFigureOptions, classMapRows, imagesToDraw } from "./class-map-rows";

/** What {@link gradCam} can be asked for. */
export interface GradCamFigureOptions extends GradCamOptions, ClassMapFigureOptions {}

/**
 * Images, each with its class and the probability of that over it (where the model ends in a softmax), and under it the same
 * image in grey with its Grad-CAM, enlarged to the image's size by bilinear interpolation: the stronger the orange, the more what the
 * layer found there speaks for the class. Each map is scaled by its own highest value.
 *
 * @param model from images, grey or in colour, to classes, with a convolution in it.
 * @param inputs 1 to 10 images, `[batch, height, width, 1]`, or in colour `[batch, height, width, 3]`. Colours from 0 to 1 or 0 to 255
 * are drawn as they are; of another range, such as −1 to 1, from its lowest value to its highest.
 * @throws RangeError when the images do not fit the model, have other channels or are too many, there is no such class, no such layer or
 * no convolution.
 * @see gradCamMaps, for the numbers and the paper
 *
 * @example
 * ```ts
 * const { inputs } = (await loadMnist()).test.batch([0, 1, 2])
 * gradCam(buildCnn(), inputs[0]!, { layer: "conv2" })
 * ```
 */
export function gradCam(model: tf.LayersModel, inputs: tf.Tensor, options: GradCamFigureOptions = {}): Figure {
  checkArguments(
    "gradCam",
    { model, inputs, options },
    {
      model: MODEL,
      inputs: TENSOR,
      options: settings({
        layer: either(STRING, NUMERIC),
        pictures: TENSOR,
        classes: either(NUMERIC, NUMBERS),
        classNames: STRINGS,
        title: STRING,
      }),
    },
  );
  const { title, classNames, pictures, ...choice } = options;
  const images = imagesToDraw("gradCam", inputs, pictures);
  const { layer, ...maps } = gradCamMaps(model, inputs, choice);
  return classMapRows(images, maps, title ?? `Grad-CAM of ${layer}`, classNames);
}
