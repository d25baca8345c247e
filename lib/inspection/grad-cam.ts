// Which regions of an image speak for a class, by the maps of a convolution.
import { Replacements } from "../graph/replacement";
import { tf } from "../tf";
import { bringNewestWeights } from "../training/newest-weights";
import { type ChosenClasses, type Classes, checkImages, chosenClasses, scoreOf } from "./class-scores";
import { findLayer, type LayerChoice, layersWithMaps } from "./map-layers";

/** What {@link gradCamMaps} can be asked for. */
export interface GradCamOptions {
  /** The layer whose maps are asked: its name, or its number in `model.layers`. Default: the last convolution. */
  layer?: LayerChoice;
  /** For which classes the regions speak: one for each image, or one number for all. Default: the classes predicted. */
  classes?: Classes;
}

/** A number for each place of the layer's maps, for each image. */
export interface GradCamMaps extends ChosenClasses {
  /** The layer's name. */
  readonly layer: string;
  /** As many maps as images, of the size of the layer's own. */
  readonly shape: readonly [batch: number, height: number, width: number];
  /** At least 0, in reading order: 0 where nothing speaks for the class. */
  readonly values: Float32Array;
}

/**
 * Grad-CAM: a layer's feature maps `A`, each weighted with the mean over its places of the derivative of the class's score (before
 * the softmax), added up, and what is below 0 left out: `relu(Σ_m mean(∂z/∂A_m) A_m)`.
 *
 * @param model a classifier of images.
 * @param inputs a batch of images `[batch, height, width, channels]`.
 * @returns plain numbers: there is nothing to dispose.
 * @throws RangeError when model, images, layer or classes do not fit each other.
 * @see Selvaraju et al. 2017, "Grad-CAM: visual explanations from deep networks via gradient-based localization", section 3
 */
export function gradCamMaps(model: tf.LayersModel, inputs: tf.Tensor, options: GradCamOptions = {}): GradCamMaps {
  checkImages("gradCamMaps", model, inputs);
  const layer = findLayer("gradCamMaps", model, options.layer, layersWithMaps(model, "Conv").at(-1));
  bringNewestWeights(model);
  const chosen = chosenClasses("gradCamMaps", model, inputs, options.classes);
  const maps = outputOf(model, layer, inputs); // [batch, height, width, channels]
  try {
    const values = tf.tidy(() => {
      const score = (own: tf.Tensor): tf.Scalar => withOutput(layer, own, () => scoreOf(model, inputs, chosen.classes));
      const weights = tf.grad(score)(maps).mean([1, 2], true); // [batch, 1, 1, channels]
      return weights.mul(maps).sum(3).relu().dataSync<"float32">().slice(); // [batch, height, width]
    });
    return { ...chosen, layer: layer.name, shape: maps.shape.slice(0, 3) as [number, number, number], values };
  } finally {
    maps.dispose();
  }
}

/** The caller disposes it. */
function outputOf(model: tf.LayersModel, layer: tf.layers.Layer, inputs: tf.Tensor): tf.Tensor {
  let seen: tf.Tensor | undefined;
  // A model disposes what its layers give as soon as no other layer needs it, so a copy is kept.
  const watched = new Replacements();
  watched.replace(layer, "call", (call) => (...parameters) => {
    const output = call.apply(layer, parameters);
    seen = tf.keep(([output].flat()[0] as tf.Tensor).clone());
    return output;
  });
  try {
    tf.dispose(model.apply(inputs, { training: false }) as tf.Tensor);
  } finally {
    watched.restore();
  }
  return seen as tf.Tensor;
}

/** What a task gives while the layer's output is another. */
function withOutput(layer: tf.layers.Layer, output: tf.Tensor, task: () => tf.Scalar): tf.Scalar {
  const replaced = new Replacements();
  replaced.replace(layer, "call", () => () => output.clone()); // the model disposes what it was given
  try {
    return task();
  } finally {
    replaced.restore();
  }
}
