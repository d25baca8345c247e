// One training step as both engines do it: forward pass, gradients, the optimizer's update.

import { at } from "../../indexing";
import { trainableVariables } from "../../layers/model-layers";
import { type CountedMean, countedMean, measuresOf, type OutputMeasure } from "../../losses/measures";
import { wholeStatistics } from "../../losses/whole-data";
import { Replacements, takingGradients } from "../../tfjs/replacements";
import { constraintOf, ofRank, tensorsOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";

// ## A model's outputs, with the masks that its layers hand on beside them
// An embedding with `maskZero`, or a masking layer, says which positions of a sequence are padding. tfjs drops the masks when
// the last layer is done; Keras's losses go by them.

/** What a function is called with. */
interface MaskedOutputs {
  readonly outputs: tf.Tensor[];
  /** The mask of each output that has one: `[batch, time]`. */
  readonly masks: (tf.Tensor | undefined)[];
}

/** Runs a model and hands its outputs and their masks to a function. */
function withMaskedOutputs<Result>(
  model: tf.LayersModel,
  inputs: tf.Tensor[],
  training: boolean,
  use: (given: MaskedOutputs) => Result,
): Result {
  const maskOf = new Map<tf.Tensor, tf.Tensor>();
  const watching = new Replacements();
  try {
    for (const layer of lastLayers(model)) watch(layer, watching, maskOf);
    const outputs = tensorsOf(model.apply(inputs, { training }));
    watching.restore();
    return use({ outputs, masks: outputs.map((output) => maskOf.get(output)) });
  } finally {
    watching.restore();
    tf.dispose([...maskOf.values()]);
  }
}

/** The layers whose outputs are the model's; of a model that is a layer, its own last ones. */
function lastLayers(model: tf.LayersModel): Set<tf.layers.Layer> {
  const layers = new Set<tf.layers.Layer>();
  for (const { sourceLayer } of model.outputs)
    for (const layer of sourceLayer instanceof tf.LayersModel ? lastLayers(sourceLayer) : [sourceLayer])
      layers.add(layer);
  return layers;
}

/** tfjs asks a layer for its mask when it has computed its output. */
function watch(layer: tf.layers.Layer, watching: Replacements, maskOf: Map<tf.Tensor, tf.Tensor>): void {
  interface Masked {
    apply(...parameters: unknown[]): unknown;
    computeMask(...parameters: unknown[]): unknown;
  }
  const masked = layer as Masked;
  let output: unknown;
  watching.replace(masked, "apply", (original) => (...parameters) => {
    const result = original.apply(layer, parameters);
    [output] = [result].flat();
    return result;
  });
  watching.replace(masked, "computeMask", (original) => (...parameters) => {
    const result = original.apply(layer, parameters);
    const [mask] = [result].flat();
    // The model disposes its masks when it is done, and its outputs' scope ends before they are used.
    if (output instanceof tf.Tensor && mask instanceof tf.Tensor && !maskOf.has(output))
      maskOf.set(output, tf.keep(mask.clone()));
    return result;
  });
}

// ## What it is trained for: the loss of a batch, and the metrics beside it
// tfjs computes both inside its own fit and evaluate, where their tensors cannot be reached; the training steps and `evaluate`
// need them outside.

/** The loss of one batch, and all that is measured with it. */
interface Objective {
  /** What is minimised: the sum of the outputs' mean losses and the penalties of regularizers. */
  readonly loss: tf.Scalar;
  /**
   * For `BatchMeans`: the mean of each loss, the penalties, the mean of each metric; then how much each is over; then the
   * statistics of metrics that are no means.
   */
  readonly numbers: tf.Tensor1D;
}

/**
 * Runs the model on a batch and measures its outputs against the targets. Call it inside `tf.tidy` or a gradient function.
 *
 * @param training whether layers such as dropout behave as in training.
 */
export function objective(
  model: tf.LayersModel,
  inputs: tf.Tensor[],
  targets: tf.Tensor[],
  training: boolean,
): Objective {
  const { losses, metrics } = measuresOf(model);
  return withMaskedOutputs(model, inputs, training, ({ outputs, masks }) => {
    const statistics: tf.Tensor1D[] = [];
    const meanOf = (measured: OutputMeasure): CountedMean => {
      const output = at(outputs, measured.output);
      const truth = asTruth(at(targets, measured.output), output.shape);
      const mask = masks[measured.output];
      if (!measured.whole) return countedMean(measured, truth, output, mask);
      statistics.push(wholeStatistics(measured.whole, truth, output, mask));
      return { mean: tf.scalar(0), count: tf.scalar(0) };
    };
    const lossMeans = losses.map(meanOf);
    const penalties = model.calculateLosses();
    const penalty = {
      mean: penalties.length > 0 ? (tf.addN(penalties) as tf.Scalar) : tf.scalar(0),
      count: tf.scalar(outputs[0]?.shape[0] ?? 0),
    };
    const means = [...lossMeans, penalty, ...metrics.map(meanOf)];
    return {
      loss: tf.addN([...lossMeans.map(({ mean }) => mean), ...penalties]) as tf.Scalar,
      numbers: tf.concat1d([
        ofRank(tf.stack([...means.map(({ mean }) => mean), ...means.map(({ count }) => count)]), 1),
        ...statistics,
      ]),
    };
  });
}

/** Targets as losses take them: float32 even for class numbers, and with the output's last axis where that has size 1. */
function asTruth(target: tf.Tensor, outputShape: readonly number[]): tf.Tensor {
  const float = target.toFloat();
  const lacksAxis = float.rank === outputShape.length - 1 && outputShape.at(-1) === 1;
  return float.rank === 1 || lacksAxis ? float.expandDims(-1) : float; // [batch, 1] or [batch, …]
}

// ## Weight constraints (maxNorm, nonNeg, …)
// tfjs-layers applies them only where weights are set by hand; Keras does so after each update, as is meant.

/** Brings a model's weights back to where their constraints allow them. Call it inside `tf.tidy`, after each update. */
function applyConstraints(model: tf.LayersModel): void {
  for (const weight of model.trainableWeights) {
    const constraint = constraintOf(weight);
    if (constraint) weight.write(constraint.apply(weight.read()));
  }
}

// ## The step

/**
 * Trains a compiled model on one batch. Call it inside `tf.tidy`.
 *
 * @returns what was measured before the update, for `BatchMeans`.
 * @throws RangeError when the model has nothing to train.
 */
export function trainOn(model: tf.LayersModel, inputs: tf.Tensor[], targets: tf.Tensor[]): tf.Tensor1D {
  let measured: tf.Tensor1D | undefined;
  const update = (): tf.Scalar => {
    const { loss, numbers } = objective(model, inputs, targets, true);
    // The gradient's own scope ends before they are read.
    measured = tf.keep(numbers);
    return loss;
  };
  try {
    takingGradients(`The loss of ${model.name}`, () =>
      model.optimizer.minimize(update, false, trainableVariables(model)),
    );
    applyConstraints(model);
    return (measured as unknown as tf.Tensor1D).clone();
  } finally {
    measured?.dispose();
  }
}
