// A loss or a metric, and what it says of itself: the targets that it takes, what the outputs stand for, and its faster form. A
// custom function may carry all of it as properties; those that are known by name are declared here.
import { lastOf } from "../indexing";
import { crossEntropyOfLogits } from "../ops/softmax-cross-entropy";
import { lossByName, normalizeName } from "../tfjs/measures/names";
import { huber } from "../tfjs/measures/of-keras";
import { tf } from "../tfjs/tf";

/** A value for each position (or each example), and which of them count: 1 or 0. */
export interface Counted {
  readonly values: tf.Tensor;
  readonly counted: tf.Tensor;
}

/** What the numbers of an output stand for: scores of classes along the last axis, probabilities each by itself, or neither. */
export type Meaning = "scores of classes" | "probabilities" | "numbers";

/**
 * The targets that a loss takes: a class number for each position of the output, values in the output's shape, the class numbers of
 * a sequence that has fewer positions than the output, or whatever it takes.
 */
type Targets = "class numbers" | "values" | "label sequences" | "any";

/**
 * What numbers a loss that compares value by value takes for targets: probabilities, 0 to 1 (with those of one-hot classes); signs,
 * -1 for the one class and 1 for the other; counts, 0 or more.
 */
export type TargetNumbers = "probabilities" | "signs" | "counts";

/** What a loss says of itself. Its forms are handed the mask of the output `[batch, time]`, where that has one. */
export interface LossDeclaration {
  /** Default: `"class numbers"` where there is an `ignoredLabel`, otherwise `"any"`. */
  readonly targets?: Targets;
  /** What numbers they are. Default: any. */
  readonly numbers?: TargetNumbers;
  /** The class number of positions that do not count. */
  readonly ignoredLabel?: number | undefined;
  /** The class that stands for no label, and fills label sequences up. */
  readonly blank?: number;
  /** What outputs trained with it stand for. */
  readonly outputs?: Meaning;
  /** The same from the logits where the output is their softmax: TensorFlow takes both together in one operation. */
  readonly onLogits?: (truth: tf.Tensor, logits: tf.Tensor, mask?: tf.Tensor) => tf.Tensor | Counted;
}

/** A loss or metric function: a value for each example (or each position in it), or their mean. */
export interface Measure extends LossDeclaration {
  (truth: tf.Tensor, output: tf.Tensor): tf.Tensor;
  /** The values one by one, where the function itself returns their mean, or goes by the mask. */
  readonly counting?: (truth: tf.Tensor, output: tf.Tensor, mask?: tf.Tensor) => Counted;
}

// ## Losses and metrics that are known by name
// What they take and mean, which their functions alone do not tell.

const SCORES = { targets: "values", outputs: "scores of classes" } as const;
const SHARES = { ...SCORES, numbers: "probabilities" } as const;
const PROBABILITIES = { targets: "values", numbers: "probabilities", outputs: "probabilities" } as const;
const LOSSES: Readonly<Record<string, LossDeclaration>> = {
  sparseCategoricalCrossentropy: {
    ...SCORES,
    targets: "class numbers",
    onLogits(truth, logits) {
      // tfjs keeps probabilities within these limits before their logarithm.
      const epsilon = tf.backend().epsilon();
      return sparseCrossEntropy(truth, logits).clipByValue(-Math.log(1 - epsilon), -Math.log(epsilon));
    },
  },
  categoricalCrossentropy: SHARES,
  categoricalHinge: SHARES,
  kullbackLeiblerDivergence: SHARES,
  binaryCrossentropy: PROBABILITIES,
  hinge: { targets: "values", numbers: "signs" },
  squaredHinge: { targets: "values", numbers: "signs" },
  poisson: { targets: "values", numbers: "counts" },
};
const BY_VALUE: LossDeclaration = { targets: "values" };
const YES_OR_NO: LossDeclaration = { targets: "values", numbers: "probabilities" };
const CLASS_NUMBERS: LossDeclaration = { ...SCORES, targets: "class numbers" };

/** What metrics that are no losses take, by their plain names. */
const METRICS: Readonly<Record<string, LossDeclaration>> = {
  binaryaccuracy: YES_OR_NO,
  precision: YES_OR_NO,
  recall: YES_OR_NO,
  auc: YES_OR_NO,
  // The greatest target is the class, whatever it is.
  categoricalaccuracy: SCORES,
  topkcategoricalaccuracy: SCORES,
  sparsecategoricalaccuracy: CLASS_NUMBERS,
  sparsetopkcategoricalaccuracy: CLASS_NUMBERS,
};

const declaredByName = (name: string): LossDeclaration =>
  METRICS[normalizeName(name)] ?? LOSSES[lossByName(name) ?? ""] ?? BY_VALUE;

/** The same of functions that `compile` may be given. */
const FUNCTIONS: ReadonlyMap<unknown, LossDeclaration> = new Map<unknown, LossDeclaration>([
  [huber, BY_VALUE],
  [tf.losses.absoluteDifference, BY_VALUE],
  [tf.losses.huberLoss, BY_VALUE],
  [tf.losses.meanSquaredError, BY_VALUE],
  [tf.losses.logLoss, PROBABILITIES],
  [tf.losses.softmaxCrossEntropy, SHARES],
  // These make signs, or probabilities, of 0 and 1 themselves.
  [tf.losses.hingeLoss, YES_OR_NO],
  [tf.losses.sigmoidCrossEntropy, YES_OR_NO],
  ...Object.entries(tf.metrics).map(([name, metric]) => [metric, declaredByName(name)] as const),
]);

/** @param given a loss as `compile` was given it for one output; `undefined` for an output without one */
export function declaredLoss(given: unknown): LossDeclaration {
  if (typeof given === "string") return LOSSES[given] ?? BY_VALUE;
  const known = FUNCTIONS.get(given);
  if (known) return known;
  const { ignoredLabel, targets = "any", numbers, blank, outputs, onLogits } = Object(given) as Partial<Measure>;
  const said = { ...(numbers && { numbers }), ...(outputs && { outputs }), ...(onLogits && { onLogits }) };
  if (ignoredLabel !== undefined)
    return { ...said, targets: "class numbers", outputs: "scores of classes", ignoredLabel };
  return { ...said, targets, ...(blank !== undefined && { blank }) };
}

/**
 * −ln of the softmax at the labels.
 *
 * @param truth class numbers, `[batch, …]` or `[batch, …, 1]`
 * @param logits `[batch, …, classes]`
 * @returns `[batch, …]`
 */
export function sparseCrossEntropy(truth: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const rows = logits.reshape([-1, lastOf(logits.shape)]); // [positions, classes]
  const labels = truth.flatten().floor().cast("int32");
  return crossEntropyOfLogits(rows, labels).reshape(logits.shape.slice(0, -1));
}

const sparseCategoricalCrossentropy: Measure = (truth, output) => {
  const oneHot = tf.oneHot(truth.flatten().toInt(), lastOf(output.shape)).reshape(output.shape);
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
  return ofClassNumbers(given, truth.shape, output.shape);
}

function ofClassNumbers(
  given: unknown,
  truth: readonly number[],
  output: readonly (number | null)[],
): Measure | undefined {
  const numbers = truth.length < output.length || truth.at(-1) === 1;
  return (output.at(-1) ?? 1) > 1 && numbers && typeof given === "string" ? OF_CLASS_NUMBERS[given] : undefined;
}

/**
 * What a metric says of itself.
 *
 * @param given as `compile` was given it
 * @param loss the output's, as `compile` was given it
 * @param truth the shape of one example's targets
 * @param output that of its output
 */
export function declaredMetric(
  given: unknown,
  loss: unknown,
  truth: readonly number[],
  output: readonly (number | null)[],
): LossDeclaration {
  if (typeof given !== "string") return declaredLoss(given);
  if (ofClassNumbers(given, truth, output)) return CLASS_NUMBERS;
  // tfjs chooses so too, but knows binary cross-entropy alone of the losses on probabilities.
  const binary = output.at(-1) === 1 || declaredLoss(loss).outputs === "probabilities";
  if (["accuracy", "acc"].includes(given)) return binary ? YES_OR_NO : SCORES;
  if (["crossentropy", "ce"].includes(given)) return binary ? PROBABILITIES : SHARES;
  return declaredByName(given);
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
