// What is inside a network in one run: the outputs of its layers, and the gradients of its weights.

import { checkArguments, MODEL, TENSORS, valueText } from "../arguments";
import { messageOf } from "../error-message";
import { bringNewestWeights } from "../layers/model-layers";
import { Replacements } from "../tfjs/replacements";
import { variableOf } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { objective } from "../training/steps/train-on";
import { checkInputShapes } from "./input-shapes";

/** Some values of one layer, as plain numbers. */
export interface LayerValues {
  /** The layer's name; for a weight with the weight's: `"dense1/kernel"`. */
  readonly layer: string;
  /** How many along each axis. */
  readonly shape: readonly number[];
  /** In reading order. */
  readonly values: Float32Array;
}

/**
 * The output of every layer, in the order in which they run, as in prediction (no dropout).
 *
 * @param model any model; of its layers those are seen that `model.layers` lists.
 * @param inputs one tensor for each input, the batch axis first.
 * @returns an entry for each layer but inputs, `shape` with the batch axis first. Plain numbers: nothing to dispose.
 *
 * @example
 * ```ts
 * const mnist = await loadMnist()
 * const { inputs } = mnist.test.batch([0, 1, 2])
 * histograms(layerActivations(buildMlp(), inputs))
 * ```
 */
export function layerActivations(model: tf.LayersModel, inputs: tf.Tensor | tf.Tensor[]): LayerValues[] {
  checkArguments("layerActivations", { model, inputs }, { model: MODEL, inputs: TENSORS });
  checkInputShapes("layerActivations", model, inputs);
  bringNewestWeights(model);
  const seen: LayerValues[] = [];
  const calls = new Replacements();
  for (const layer of model.layers.filter((layer) => layer.getClassName() !== "InputLayer"))
    calls.replace(layer, "call", (call) => (...parameters) => {
      const result = call.apply(layer, parameters);
      for (const output of [result].flat())
        seen.push({ layer: layer.name, shape: output.shape, values: Float32Array.from(output.dataSync()) });
      return result;
    });
  try {
    tf.tidy(() => {
      model.apply(inputs, { training: false });
    });
  } finally {
    calls.restore();
  }
  return seen;
}

/**
 * The gradient of the loss by every trainable weight, on one batch: where it vanishes or explodes on its way back. Nothing is
 * trained.
 *
 * @param model a compiled model.
 * @param inputs one tensor for each input, the batch axis first.
 * @param targets one tensor for each output, as the model's loss takes them.
 * @returns an entry for each weight, from the first layer to the last. Plain numbers: nothing to dispose.
 *
 * @example
 * ```ts
 * const mnist = await loadMnist()
 * const { inputs, targets } = mnist.test.batch([0, 1, 2])
 * histograms(layerGradients(buildMlp(), inputs, targets), { magnitudes: true })
 * ```
 */
export function layerGradients(
  model: tf.LayersModel,
  inputs: tf.Tensor | tf.Tensor[],
  targets: tf.Tensor | tf.Tensor[],
): LayerValues[] {
  checkArguments("layerGradients", { model, inputs, targets }, { model: MODEL, inputs: TENSORS, targets: TENSORS });
  checkInputShapes("layerGradients", model, inputs);
  checkExamples(model, [inputs].flat(), [targets].flat());
  bringNewestWeights(model);
  const weights = model.layers.flatMap((layer) =>
    layer.trainableWeights.map((weight) => ({ layer, weight, variable: variableOf(weight) })),
  );
  return tf.tidy(() => {
    const loss = () => objective(model, [inputs].flat(), [targets].flat(), false).loss;
    explainTargetErrors(loss, targets); // an error while gradients are taken would leave behind what tfjs keeps for them
    const { grads } = tf.variableGrads(
      loss,
      weights.map(({ variable }) => variable),
    );
    return weights.map(({ layer, weight, variable }) => {
      const gradient = grads[variable.name] as tf.Tensor;
      const called = weight.originalName.startsWith(`${layer.name}/`) ? "" : `${layer.name}/`;
      return {
        layer: `${called}${weight.originalName}`,
        shape: gradient.shape,
        values: gradient.dataSync<"float32">().slice(),
      };
    });
  });
}

/** TensorFlow's words on targets that the loss does not take name neither them nor what to do. */
function explainTargetErrors(run: () => unknown, targets: tf.Tensor | tf.Tensor[]): void {
  try {
    run();
  } catch (error) {
    if (!messageOf(error).includes("TF_Status")) throw error;
    throw new RangeError(
      `layerGradients: targets is ${valueText(targets)}, which the model's loss does not take. Give what it was trained on: class ` +
        "numbers [batch] for sparse categorical cross-entropy, else targets shaped like the output.",
      { cause: error },
    );
  }
}

/** @throws RangeError unless there is a target for each output, and in it one for each example. */
function checkExamples(model: tf.LayersModel, inputs: readonly tf.Tensor[], targets: readonly tf.Tensor[]): void {
  const examples = inputs[0]?.shape[0];
  const fitting = targets.length === model.outputs.length && targets.every(({ shape }) => shape[0] === examples);
  if (fitting) return;
  throw new RangeError(
    `layerGradients: targets is ${valueText(targets)}; the model ${model.name} takes ${model.outputs.length}, with one target for each ` +
      `of the ${examples} examples. Give those of the same batch: dataset.batch([0, 1]).targets.`,
  );
}
