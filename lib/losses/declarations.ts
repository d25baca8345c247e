// What the losses and metrics of tfjs take and mean, which their functions alone do not tell. Those of one's own, and the
// library's for sequences (models/sequence-loss.ts), say it themselves: a function may have `ignoredLabel` and `counting`.
import { tf } from "../tfjs/tf";

/** A value for each position (or each example), and which of them count: 1 or 0. */
export interface Counted {
  readonly values: tf.Tensor;
  readonly counted: tf.Tensor;
}

/** A loss or metric function: a value for each example (or each position in it), or their mean. */
export interface Measure {
  (truth: tf.Tensor, output: tf.Tensor): tf.Tensor;
  /** The targets are class numbers, and positions with this one do not count. */
  readonly ignoredLabel?: number;
  /** The values one by one, where the function itself returns their mean. */
  readonly counting?: (truth: tf.Tensor, output: tf.Tensor) => Counted;
}

/** What the numbers of an output stand for: scores of classes along the last axis, probabilities each by itself, or neither. */
export type Meaning = "scores of classes" | "probabilities" | "numbers";

/** What is known of a loss. */
export interface LossDeclaration {
  /** Targets are a class number for each position of the output; otherwise they are shaped like the output. */
  readonly classNumbers?: boolean;
  /** The class number of positions that do not count. */
  readonly ignoredLabel?: number | undefined;
  /** What outputs trained with it mean. */
  readonly outputs?: Meaning;
}

const SCORES = { outputs: "scores of classes" } as const;
const LOSSES: Readonly<Record<string, LossDeclaration>> = {
  sparseCategoricalCrossentropy: { classNumbers: true, ...SCORES },
  categoricalCrossentropy: SCORES,
  categoricalHinge: SCORES,
  kullbackLeiblerDivergence: SCORES,
  binaryCrossentropy: { outputs: "probabilities" },
};

/** @param given a loss as `compile` was given it for one output */
export function declaredLoss(given: unknown): LossDeclaration {
  if (typeof given === "string") return LOSSES[given] ?? {};
  const { ignoredLabel } = Object(given) as Partial<Measure>;
  return ignoredLabel === undefined ? {} : { classNumbers: true, ignoredLabel, ...SCORES };
}

const sparseCategoricalCrossentropy: Measure = (truth, output) => {
  const oneHot = tf.oneHot(truth.flatten().toInt(), output.shape.at(-1) as number).reshape(output.shape);
  return tf.metrics.categoricalCrossentropy(oneHot, output);
};

/** What a metric becomes for targets that are class numbers; tfjs goes by the loss's name alone. */
const OF_CLASS_NUMBERS: Readonly<Record<string, Measure>> = {
  accuracy: tf.metrics.sparseCategoricalAccuracy,
  acc: tf.metrics.sparseCategoricalAccuracy,
  crossentropy: sparseCategoricalCrossentropy,
  ce: sparseCategoricalCrossentropy,
};

/**
 * The metric for class numbers in place of one for one-hot targets, as Keras chooses by the shapes.
 *
 * @param given a metric as `compile` was given it
 */
export function forClassNumbers(given: unknown, truth: tf.Tensor, output: tf.Tensor): Measure | undefined {
  const classes = output.shape.at(-1) ?? 1;
  const numbers = truth.rank < output.rank || truth.shape.at(-1) === 1;
  return classes > 1 && numbers && typeof given === "string" ? OF_CLASS_NUMBERS[given] : undefined;
}

/**
 * Precision is a mean over the places that are predicted to be 1, recall over those that are 1. So they do not depend on the
 * batches; and as in Keras what is above a half is taken for 1, where tfjs takes 1 alone.
 */
const precision = (truth: tf.Tensor, output: tf.Tensor): Counted => ({
  values: truth,
  counted: output.greater(0.5).toFloat(),
});
const recall = (truth: tf.Tensor, output: tf.Tensor): Counted => ({
  values: output.greater(0.5).toFloat(),
  counted: truth,
});
const COUNTING: ReadonlyMap<unknown, NonNullable<Measure["counting"]>> = new Map<unknown, typeof precision>([
  ["precision", precision],
  [tf.metrics.precision, precision],
  [tf.metrics.recall, recall],
]);

/** How a loss or metric comes to its mean, where that is known. */
export const countingOf = (given: unknown, measure: Measure): Measure["counting"] =>
  measure.counting ?? COUNTING.get(given) ?? COUNTING.get(measure);
