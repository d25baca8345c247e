// The score that a classifier gives a class, before its softmax: what saliency and Grad-CAM differentiate. After the softmax the
// gradient of a sure prediction is all but zero, and says what speaks against the other classes (Simonyan et al. 2014, section 3).
import { Replacements } from "../graph/replacement";
import { fits, written, writtenBatch } from "../layers/checks";
import { tf } from "../tf";

/** For which classes the scores of a batch are asked: one for each example, or one for all. Default: those predicted. */
export type Classes = number | readonly number[];

/** The classes asked for, and how probable the model finds them. */
export interface ChosenClasses {
  /** The class number of each example. */
  readonly classes: readonly number[];
  /** What the model's output says of that class, for each example. */
  readonly probabilities: readonly number[];
}

/** @throws RangeError unless the model is a classifier of images with one input and one output, and these fit. */
export function checkImages(caller: string, model: tf.LayersModel, inputs: tf.Tensor): void {
  const [input, ...more] = model.inputs;
  const [output, ...others] = model.outputs;
  if (!input || !output || more.length + others.length > 0 || input.shape.length !== 4 || output.shape.length !== 2)
    throw new RangeError(
      `${caller}: the model ${model.name} has the inputs ${model.inputs.map(({ shape }) => writtenBatch(shape)).join(", ")} and the ` +
        `outputs ${model.outputs.map(({ shape }) => writtenBatch(shape)).join(", ")}; it needs one input of images, [batch, height, ` +
        "width, channels], and one output with a score for each class, [batch, classes].",
    );
  if (!fits(inputs.shape, input.shape))
    throw new RangeError(
      `${caller}: the images have the shape ${written(inputs.shape)}, the model ${model.name} expects ${writtenBatch(input.shape)}. ` +
        "Give a batch: dataset.batch([0, 1, 2]).inputs[0].",
    );
}

/** @throws RangeError for classes that the model has not, or not one for each example. */
export function chosenClasses(
  caller: string,
  model: tf.LayersModel,
  inputs: tf.Tensor,
  asked: Classes | undefined,
): ChosenClasses {
  const outputs = tf.tidy(() => (model.apply(inputs, { training: false }) as tf.Tensor2D).arraySync());
  const count = outputs[0]?.length ?? 0;
  const classes = outputs.map((scores, example) =>
    asked === undefined ? scores.indexOf(Math.max(...scores)) : typeof asked === "number" ? asked : asked[example],
  );
  if (typeof asked === "object" && asked.length !== outputs.length)
    throw new RangeError(
      `${caller}: there are ${outputs.length} images and ${asked.length} classes; give one class for each, or one number for all.`,
    );
  const wrong = classes.find((label) => label === undefined || !Number.isInteger(label) || label < 0 || label >= count);
  if (wrong !== undefined)
    throw new RangeError(
      `${caller}: class ${wrong} was asked for; the model ${model.name} has the classes 0 to ${count - 1}.`,
    );
  const known = classes as number[];
  return { classes: known, probabilities: known.map((label, example) => outputs[example]?.[label] as number) };
}

/**
 * The sum over the batch of the scores of the chosen classes, the last layer's softmax left out. Each image has a score of its
 * own, so the gradient by an image is that of its own score.
 */
export function scoreOf(model: tf.LayersModel, inputs: tf.Tensor, classes: readonly number[]): tf.Scalar {
  const bare = new Replacements();
  for (const layer of model.layers.slice(-1)) leaveOutSoftmax(bare, layer);
  try {
    const scores = model.apply(inputs, { training: false }) as tf.Tensor2D; // [batch, classes]
    return scores.mul(tf.oneHot(tf.tensor1d([...classes], "int32"), scores.shape[1])).sum();
  } finally {
    bare.restore();
  }
}

/** What stands in for the softmax that a dense layer has in it. */
const LINEAR = { apply: (x: tf.Tensor): tf.Tensor => x, getClassName: () => "linear" };

/** A softmax is part of a dense layer, or a layer of its own. */
function leaveOutSoftmax(bare: Replacements, layer: tf.layers.Layer): void {
  const { activation } = layer.getConfig();
  if (layer.getClassName() === "Softmax" || (layer.getClassName() === "Activation" && activation === "softmax"))
    bare.replace(layer, "call", () => (inputs) => ([inputs].flat()[0] as tf.Tensor).clone());
  else if (activation === "softmax")
    bare.replace(layer as tf.layers.Layer & { activation: typeof LINEAR }, "activation", () => LINEAR);
}
