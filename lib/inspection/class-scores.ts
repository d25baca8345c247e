// How the score of a class changes with what it was made from: what saliency maps and Grad-CAM are made of.

import { isWholeNumber, sizeOfAxis } from "../arguments";
import { at, tuple } from "../indexing";
import { gradientOf, Replacements } from "../tfjs/replacements";
import { ofRank } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";

/** A class for each image, or one for all of them. */
export type ClassChoice = number | ArrayLike<number>;

/** For each image, a map of what speaks for a class. */
export interface ClassMaps {
  /** Images, and the height and width of each map. */
  readonly shape: readonly [batch: number, height: number, width: number];
  /** At least 0, in reading order. */
  readonly values: Float32Array;
  /** The class of each map. */
  readonly classes: readonly number[];
  /** The model's probabilities of these classes; undefined for a model that does not end in a softmax. */
  readonly probabilities: readonly number[] | undefined;
}

/**
 * Maps from the gradients of the examples' class scores, each by its own part of a batch. The score is the class's output; of a
 * softmax it is what the softmax was given: where the network is sure, the probability is flat, and its gradient vanishes. For
 * that the softmax that makes the output hands its gradient on as if it were not there.
 *
 * @param point where the gradients are taken, `[batch, …]`.
 * @param run what leads from there to the model's output, `[batch, classes]`.
 * @param choice the classes, as `checkClasses` lets pass. Default: for each example the one with the highest output.
 * @param mapsOf makes maps `[batch, height, width]` of the gradients, which have the shape of `point`.
 */
export function classMaps(
  point: tf.Tensor,
  run: (point: tf.Tensor) => tf.Tensor,
  choice: ClassChoice | undefined,
  mapsOf: (gradients: tf.Tensor) => tf.Tensor,
): ClassMaps {
  let made: object | undefined;
  let [outputs, classes, probable]: [number[][], number[], boolean] = [[], [], false];
  // Examples do not touch each other, so that the gradient of the sum holds the gradient of each score.
  const sumOfScores = (point: tf.Tensor): tf.Tensor => {
    const output = ofRank(run(point), 2);
    made = output.dataId;
    outputs = output.arraySync();
    classes = outputs.map((all, example) => chosenClass(choice, example) ?? all.indexOf(Math.max(...all)));
    return output.mul(tf.oneHot(tf.tensor1d(classes, "int32"), output.shape[1])).sum();
  };
  const softmax = new Replacements();
  softmax.replace(gradientOf("Softmax"), "gradFunc", (original) => (gradient, saved, attributes) => {
    if (saved[0]?.dataId !== made) return original(gradient, saved, attributes);
    probable = true;
    return { logits: () => gradient as tf.Tensor };
  });
  try {
    const maps = tf.tidy(() => mapsOf(tf.grad(sumOfScores)(point)));
    const values = maps.dataSync<"float32">().slice();
    maps.dispose();
    const probabilities = classes.map((label, example) => at(at(outputs, example), label));
    const shape = tuple(maps.shape, 3);
    return { shape, values, classes, probabilities: probable ? probabilities : undefined };
  } finally {
    softmax.restore();
  }
}

function chosenClass(choice: ClassChoice | undefined, example: number): number | undefined {
  return typeof choice === "object" ? choice[example] : choice;
}

/** @throws RangeError unless there is a class of the model's for each image, or one for all; or none is chosen. */
export function checkClasses(
  caller: string,
  model: tf.LayersModel,
  inputs: tf.Tensor,
  choice: ClassChoice | undefined,
): void {
  if (choice === undefined) return;
  const images = at(inputs.shape, 0);
  const classes = typeof choice === "number" ? [choice] : Array.from(choice);
  if (typeof choice !== "number" && classes.length !== images)
    throw new RangeError(
      `${caller}: ${classes.length} classes were given for ${images} images; give one for each, or one number for all.`,
    );
  const count = sizeOfAxis(at(model.outputs, 0).shape, 1);
  const wrong = classes.findIndex((label) => !isWholeNumber(label, { least: 0, most: count - 1 }));
  if (wrong >= 0)
    throw new RangeError(
      `${caller}: the class of image ${wrong} is ${classes[wrong]}; the model has ${count} classes: give one from 0 to ${count - 1}.`,
    );
}
