// What is given to a model that is looked into, checked before anything runs.
import { batchShapeText, imageRemedy, shapeFits, shapeText } from "../arguments";
import type { tf } from "../tfjs/tf";

/**
 * @param caller who was given the inputs: `"layerActivations"`.
 * @throws RangeError unless there is one tensor of the right shape for each input of the model.
 */
export function checkInputShapes(caller: string, model: tf.LayersModel, inputs: tf.Tensor | tf.Tensor[]): void {
  const given = [inputs].flat();
  if (given.length !== model.inputs.length)
    throw new RangeError(
      `${caller}: the model ${model.name} takes ${model.inputs.length} input(s); ${given.length} were given.`,
    );
  for (const [number, { shape }] of model.inputs.entries()) {
    const own = given[number]?.shape ?? [];
    if (!shapeFits(own, shape))
      throw new RangeError(
        `${caller}: input ${number} has the shape ${shapeText(own)}, the model ${model.name} expects ` +
          `${batchShapeText(shape)}. ${imageRemedy(own.slice(1), shape.slice(1)) ?? "Give a batch: dataset.batch([0, 1, 2]).inputs."}`,
      );
  }
}

/** @throws RangeError unless the model sorts images into classes, and the inputs are at least one image for it. */
export function checkImages(caller: string, model: tf.LayersModel, inputs: tf.Tensor): void {
  const [input, output] = [model.inputs[0]?.shape ?? [], model.outputs[0]?.shape ?? []];
  if (model.inputs.length !== 1 || input.length !== 4 || model.outputs.length !== 1 || output.length !== 2)
    throw new RangeError(
      `${caller}: the model ${model.name} goes from ${model.inputs.map(({ shape }) => batchShapeText(shape)).join(", ")} to ` +
        `${model.outputs.map(({ shape }) => batchShapeText(shape)).join(", ")}; it needs one from images ` +
        "[batch, height, width, channels] to classes [batch, classes], as buildCnn makes.",
    );
  checkInputShapes(caller, model, inputs);
  if (inputs.shape[0] === 0) throw new RangeError(`${caller} was given 0 images; give at least one.`);
}
