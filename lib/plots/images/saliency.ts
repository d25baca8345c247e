// Which pixels a network's answer hangs on, over the images themselves (Simonyan, Vedaldi and Zisserman 2014).
import { checkArguments, either, MODEL, NUMBERS, NUMERIC, STRING, STRINGS, settings, TENSOR } from "../../arguments";
import type { ClassChoice } from "../../inspection/class-scores";
import { saliencyMaps } from "../../inspection/saliency";
import type { tf } from "../../tfjs/tf";
import type { Figure } from "../figure/figure";
import { type ClassMapFigureOptions, classMapRows, imagesToDraw } from "./class-map-rows";

/** What {@link saliency} can be asked for. */
export interface SaliencyOptions extends ClassMapFigureOptions {
  /** A class for each image, or one for all. Default: the predicted ones. */
  classes?: ClassChoice;
}

/**
 * Images, each with its class and the probability of that over it (where the model ends in a softmax), and under it the same
 * image in grey with its saliency map: the stronger the orange, the more the score of the class changes with that pixel. Each map is
 * scaled by its own highest value.
 *
 * @param model from images, grey or in colour, to classes.
 * @param inputs 1 to 10 images, `[batch, height, width, 1]`, or in colour `[batch, height, width, 3]`. Colours from 0 to 1 or 0 to 255
 * are drawn as they are; of another range, such as −1 to 1, from its lowest value to its highest.
 * @throws RangeError when the images do not fit the model, have other channels or are too many, or there is no such class.
 * @see saliencyMaps, for the numbers and the paper
 *
 * @example
 * ```ts
 * const { inputs } = (await loadMnist()).test.batch([0, 1, 2])
 * saliency(buildCnn(), inputs[0]!)
 * ```
 */
export function saliency(model: tf.LayersModel, inputs: tf.Tensor, options: SaliencyOptions = {}): Figure {
  checkArguments(
    "saliency",
    { model, inputs, options },
    {
      model: MODEL,
      inputs: TENSOR,
      options: settings({ classes: either(NUMERIC, NUMBERS), pictures: TENSOR, classNames: STRINGS, title: STRING }),
    },
  );
  const images = imagesToDraw("saliency", inputs, options.pictures);
  const maps = saliencyMaps(model, inputs, options.classes);
  return classMapRows(images, maps, options.title ?? "Saliency", options.classNames);
}
