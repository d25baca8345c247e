// Grad-CAM: where in an image a convolution found what speaks for a class (Selvaraju et al., "Grad-CAM: Visual Explanations from
// Deep Networks via Gradient-based Localization", 2017, section 3).

import { checkArguments, either, MODEL, NUMBERS, NUMERIC, STRING, settings, TENSOR } from "../arguments";
import { at, lastOf } from "../indexing";
import { bringNewestWeights } from "../layers/model-layers";
import { Replacements } from "../tfjs/replacements";
import { tensorOf } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { type ClassChoice, type ClassMaps, checkClasses, classMaps } from "./class-scores";
import { convolutions, imageLayer } from "./image-layers";
import { checkImages } from "./input-shapes";

/** What {@link gradCamMaps} can be asked for. */
export interface GradCamOptions {
  /** A layer with images as its output, by its name or its number in `model.layers`. Default: the last convolution. */
  layer?: string | number;
  /** A class for each image, or one for all. Default: the predicted ones. */
  classes?: ClassChoice;
}

/** For each image, where a layer found what speaks for a class. */
export interface GradCamMaps extends ClassMaps {
  /** The name of the layer. */
  readonly layer: string;
}

/**
 * For each image the channels of a convolution's output (after its activation function), added up, each weighted by the mean of
 * the gradients of the class's score by its values; 0 where the sum is negative. The score is that of `saliencyMaps`: what the
 * class has before the softmax, if the model ends in one.
 *
 * @param model from images `[batch, height, width, channels]` to `[batch, classes]`, with a convolution in it.
 * @param inputs images `[batch, height, width, channels]`.
 * @returns maps of the height and width that the layer's output has. Plain numbers: there is nothing to dispose.
 * @throws RangeError when the images do not fit the model, there is no such class, no such layer or no convolution.
 * @see Selvaraju et al. 2017, "Grad-CAM", section 3, equations 1 and 2
 *
 * @example
 * ```ts
 * const { inputs } = (await loadMnist()).test.batch([0])
 * const maps = gradCamMaps(buildCnn(), inputs[0]!, { layer: "conv2" })
 * maps.shape // => [1, 11, 11]
 * ```
 */
export function gradCamMaps(model: tf.LayersModel, inputs: tf.Tensor, options: GradCamOptions = {}): GradCamMaps {
  checkArguments(
    "gradCamMaps",
    { model, inputs, options },
    {
      model: MODEL,
      inputs: TENSOR,
      options: settings({ layer: either(STRING, NUMERIC), classes: either(NUMERIC, NUMBERS) }),
    },
  );
  checkImages("gradCamMaps", model, inputs);
  const last = lastOf(convolutions("gradCamMaps", model));
  const layer = options.layer === undefined ? last : imageLayer("gradCamMaps", model, options.layer);
  checkClasses("gradCamMaps", model, inputs, options.classes);
  bringNewestWeights(model);
  const output = outputOf(layer, model, inputs); // [batch, height, width, channels]
  try {
    // A copy, since tfjs-layers disposes what a layer gave as soon as no other layer needs it.
    const standIn = (output: tf.Tensor) => () => () => output.clone();
    const run = (output: tf.Tensor) => withCall(layer, standIn(output), () => forward(model, inputs));
    const maps = classMaps(output, run, options.classes, (gradients) => {
      const weights = gradients.mean([1, 2], true); // [batch, 1, 1, channels]
      return output.mul(weights).sum(-1).relu(); // [batch, height, width]
    });
    return { layer: layer.name, ...maps };
  } finally {
    output.dispose();
  }
}

type Call = tf.layers.Layer["call"];

/** Runs something in which a layer does something else than it would. */
function withCall<Result>(layer: tf.layers.Layer, replacement: (original: Call) => Call, run: () => Result): Result {
  const calls = new Replacements();
  calls.replace(layer, "call", replacement);
  try {
    return run();
  } finally {
    calls.restore();
  }
}

function forward(model: tf.LayersModel, inputs: tf.Tensor): tf.Tensor {
  return tensorOf(model.apply(inputs, { training: false }));
}

/** What a layer gives while the model runs. */
function outputOf(layer: tf.layers.Layer, model: tf.LayersModel, inputs: tf.Tensor): tf.Tensor {
  const seen: tf.Tensor[] = [];
  const recordingCall =
    (call: Call): Call =>
    (...parameters) => {
      const output = call.apply(layer, parameters) as tf.Tensor;
      seen.push(tf.keep(output.clone()));
      return output;
    };
  try {
    withCall(layer, recordingCall, () => forward(model, inputs).dispose());
    if (seen.length !== 1)
      throw new RangeError(
        `gradCamMaps: the layer "${layer.name}" runs ${seen.length} times in the model ${model.name}; choose one that runs once.`,
      );
  } catch (error) {
    tf.dispose(seen);
    throw error;
  }
  return at(seen, 0);
}
