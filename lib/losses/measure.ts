// A loss or a metric, and what it says of itself: the targets that it takes, what the outputs stand for, and its faster form. A
// custom function may carry all of it as properties; those that tfjs knows by name are declared in tfjs-measures.ts.
import type { tf } from "../tfjs/tf";

/** A value for each position (or each example), and which of them count: 1 or 0. */
export interface Counted {
  readonly values: tf.Tensor;
  readonly counted: tf.Tensor;
}

/** What the numbers of an output stand for: scores of classes along the last axis, probabilities each by itself, or neither. */
export type Meaning = "scores of classes" | "probabilities" | "numbers";

/**
 * The targets that a loss takes: a class number for each position of the output, values in the output's shape, or whatever it
 * takes (a sequence of another length, say).
 */
type Targets = "class numbers" | "values" | "any";

/**
 * What numbers a loss that compares value by value takes for targets: probabilities, 0 to 1 (with those of one-hot classes); signs,
 * -1 for the one class and 1 for the other; counts, 0 or more.
 */
export type TargetNumbers = "probabilities" | "signs" | "counts";

/** What a loss says of itself. */
export interface LossDeclaration {
  /** Default: `"class numbers"` where there is an `ignoredLabel`, otherwise `"any"`. */
  readonly targets?: Targets;
  /** What numbers they are. Default: any. */
  readonly numbers?: TargetNumbers;
  /** The class number of positions that do not count. */
  readonly ignoredLabel?: number | undefined;
  /** What outputs trained with it stand for. */
  readonly outputs?: Meaning;
  /** The same from the logits where the output is their softmax: TensorFlow takes both together in one operation. */
  readonly onLogits?: (truth: tf.Tensor, logits: tf.Tensor) => tf.Tensor | Counted;
}

/** A loss or metric function: a value for each example (or each position in it), or their mean. */
export interface Measure extends LossDeclaration {
  (truth: tf.Tensor, output: tf.Tensor): tf.Tensor;
  /** The values one by one, where the function itself returns their mean. */
  readonly counting?: (truth: tf.Tensor, output: tf.Tensor) => Counted;
}
