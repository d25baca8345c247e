// The mean of a loss or metric over what counts in a batch. Positions of a sequence do not count where their label says so, or
// where the output is masked, as in Keras: the mean is over the others, and how many they were goes with it.
import { valueText } from "../arguments";
import { at } from "../indexing";
import { logitsOf } from "../ops/softmax-cross-entropy";
import { batchShapeText } from "../shapes";
import { tf } from "../tfjs/tf";
import type { Counted } from "./measure";
import type { OutputMeasure } from "./measures";
import { countingOf, declaredLoss, forClassNumbers } from "./tfjs-measures";

/** A mean, and how many positions (or, where all count, examples) it is over. */
export interface CountedMean {
  readonly mean: tf.Scalar;
  readonly count: tf.Scalar;
}

/**
 * Measures one output of a batch. Where nothing counts the mean is 0.
 *
 * @param mask `[batch, time]`, 1 or true where positions count
 * @throws RangeError when a function cannot be computed from targets and outputs of these shapes
 */
export function countedMean(
  measured: OutputMeasure,
  truth: tf.Tensor,
  output: tf.Tensor,
  mask: tf.Tensor | undefined,
): CountedMean {
  const { values, counted } = valuesOf(measured, truth, output);
  const masked = mask && tf.util.arraysEqual(mask.shape, values.shape) ? mask.toFloat() : undefined;
  const weights = masked && counted ? masked.mul(counted) : (masked ?? counted);
  if (!weights) return { mean: tf.mean(values) as tf.Scalar, count: tf.scalar(at(output.shape, 0)) };
  const count = weights.sum() as tf.Scalar;
  // A function that returns the mean itself has left out what does not count.
  const mean = values.rank === 0 ? values : values.mul(weights).sum().div(count.maximum(1));
  return { mean: mean as tf.Scalar, count };
}

function valuesOf(
  measured: OutputMeasure,
  truth: tf.Tensor,
  output: tf.Tensor,
): { values: tf.Tensor; counted?: tf.Tensor } {
  const { given } = measured;
  const measure = forClassNumbers(given, truth, output) ?? measured.measure;
  const { onLogits } = declaredLoss(given);
  const logits = onLogits && logitsOf(output);
  if (onLogits && logits) {
    const values = explainShapeErrors(measured, truth, output, () => onLogits(truth, logits));
    return values instanceof tf.Tensor ? { values } : values;
  }
  const counting = countingOf(given, measure);
  if (counting) return explainShapeErrors(measured, truth, output, () => counting(truth, output));
  const values = explainShapeErrors(measured, truth, output, () => measure(truth, output));
  if (!(values instanceof tf.Tensor))
    throw new TypeError(
      `${title(measured)} returned ${valueText(values)}; a loss or metric returns ` +
        "a tensor: a value for each example, or their mean.",
    );
  if (measure.ignoredLabel === undefined) return { values: values.toFloat() };
  const counted = truth.notEqual(measure.ignoredLabel).toFloat();
  return { values: values.toFloat(), counted: values.size === counted.size ? counted.reshape(values.shape) : counted };
}

/** tfjs's words about shapes do not say whose they are. */
function explainShapeErrors<Result extends tf.Tensor | Counted>(
  measured: OutputMeasure,
  truth: tf.Tensor,
  output: tf.Tensor,
  compute: () => Result,
): Result {
  try {
    return compute();
  } catch (error) {
    const ofTfjs = error instanceof Error && Object.getPrototypeOf(error) === Error.prototype;
    if (!ofTfjs || tf.util.arraysEqual(truth.shape, output.shape)) throw error;
    throw new RangeError(
      `${title(measured)} could not be computed from targets of shape ${batchShapeText([null, ...truth.shape.slice(1)])} and outputs of shape ` +
        `${batchShapeText([null, ...output.shape.slice(1)])}. Give targets that it takes, or a loss that takes these. (${error.message})`,
      { cause: error },
    );
  }
}

function title({ given, name }: OutputMeasure): string {
  const own = typeof given === "function" && (given as { name: string }).name;
  return own === "" ? `A function of your own (${name})` : `The function ${own || String(given)} (${name})`;
}
