// What a compiled model is trained for: the loss of a batch, and the metrics beside it. tfjs computes both inside its own
// fit and evaluate, where their tensors cannot be reached; the training steps and `evaluate` need them outside.

import { at } from "../../indexing";
import { type CountedMean, countedMean, measuresOf, type OutputMeasure } from "../../losses/measures";
import { wholeStatistics } from "../../losses/whole-data";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { withMaskedOutputs } from "./output-masks";

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
