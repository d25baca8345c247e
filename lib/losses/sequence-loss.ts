// The loss of models that answer at every position of a sequence, where some positions do not count: padding, or what a masked
// language model was not asked for.

import { checkArguments, shapeText, TENSOR, TOKEN } from "../arguments";
import { lastOf } from "../indexing";
import { ofRank } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { sparseCrossEntropy } from "./declarations";

/** A loss or a metric, as `model.compile` takes it. */
export interface SequenceMeasure {
  (labels: tf.Tensor, probabilities: tf.Tensor): tf.Tensor;
  /** The label of the positions that do not count. */
  readonly ignoredLabel: number;
  /** The value of each position, and which of them count, `[batch, time]` both. */
  readonly counting: (
    labels: tf.Tensor,
    probabilities: tf.Tensor,
  ) => {
    /** The loss or the metric at each position. */
    values: tf.Tensor;
    /** 1 where it counts, 0 where it does not. */
    counted: tf.Tensor;
  };
}

/**
 * Sparse categorical cross-entropy, as a mean over the positions that count.
 *
 * @param ignoredLabel the label of those that do not: 0 where it stands for padding, or −1, which is no class.
 * @returns a loss for `model.compile`, from labels `[batch, time]` and probabilities `[batch, time, classes]`.
 *
 * @example
 * ```ts
 * const model = buildRnnLanguageModel({ vocabulary: 28 }) // token 0 is padding
 * model.compile({ optimizer: "adam", loss: crossentropyIgnoring(0) })
 * ```
 */
export function crossentropyIgnoring(ignoredLabel: number): SequenceMeasure {
  checkArguments("crossentropyIgnoring", { ignoredLabel }, { ignoredLabel: TOKEN });
  const composed = measure("sparseCategoricalCrossentropy", ignoredLabel, (labels, probabilities) => {
    const truth = tf.oneHot(labels, probabilities.shape[1]).toFloat(); // [positions, classes]
    return probabilities.clipByValue(LEAST, 1).log().mul(truth).sum(1).neg();
  });
  const onLogits: SequenceMeasure["counting"] = (labels, logits) =>
    tf.tidy(() => {
      const counted = labels.notEqual(ignoredLabel).toFloat();
      // Where nothing counts any class will do.
      const values = sparseCrossEntropy(labels.mul(counted), logits).clipByValue(0, -Math.log(LEAST));
      return { values, counted: counted.reshape(values.shape) }; // [batch, time]
    });
  return Object.assign(composed, { onLogits });
}

/** Smaller probabilities count as this one, whose logarithm is a number. */
const LEAST = 1e-7;

/**
 * The share of right answers at the positions that count; see {@link crossentropyIgnoring}.
 *
 * @example
 * ```ts
 * const model = buildRnnLanguageModel({ vocabulary: 28 }) // token 0 is padding
 * model.compile({ optimizer: "adam", loss: crossentropyIgnoring(0), metrics: [accuracyIgnoring(0)] })
 * ```
 */
export function accuracyIgnoring(ignoredLabel: number): SequenceMeasure {
  checkArguments("accuracyIgnoring", { ignoredLabel }, { ignoredLabel: TOKEN });
  return measure("accuracy", ignoredLabel, (labels, probabilities) => probabilities.argMax(1).equal(labels).toFloat());
}

function measure(
  name: string,
  ignoredLabel: number,
  each: (labels: tf.Tensor1D, probabilities: tf.Tensor2D) => tf.Tensor,
): SequenceMeasure {
  const counting: SequenceMeasure["counting"] = (given, output) =>
    tf.tidy(() => {
      const positions = output.shape.slice(0, -1);
      const labels = ofRank(given.flatten().toInt(), 1);
      const values = each(labels, output.toFloat().reshape([labels.size, lastOf(output.shape)]));
      return {
        values: values.reshape(positions), // [batch, time]
        counted: labels.notEqual(ignoredLabel).toFloat().reshape(positions),
      };
    });
  // For tfjs's own fit and evaluate, which know only one number for a batch.
  const mean = (given: tf.Tensor, output: tf.Tensor): tf.Tensor =>
    tf.tidy(() => {
      checkArguments(name, { labels: given, probabilities: output }, { labels: TENSOR, probabilities: TENSOR });
      const classes = output.shape.at(-1);
      if (classes === undefined || given.size * classes !== output.size)
        throw new RangeError(
          `${name}: labels ${shapeText(given.shape)} and probabilities ${shapeText(output.shape)}; each position of the ` +
            "probabilities [batch, time, classes] needs one label, [batch, time].",
        );
      const { values, counted } = counting(given, output);
      return values.mul(counted).sum().div(counted.sum().maximum(1));
    });
  // tfjs-layers names a metric after its function.
  return Object.assign(Object.defineProperty(mean, "name", { value: name }), { ignoredLabel, counting });
}
