// The loss of models that answer at every step with a class, where the labels are fewer than the steps and nobody has said which
// label belongs to which step: speech, handwriting.

import { checkArguments, countFrom, settings, shapeText, TENSOR } from "../arguments";
import { ctcOfLogits } from "../ops/ctc";
import { tf } from "../tfjs/tf";

/** What {@link ctcLoss} can be asked for. */
export interface CtcLossOptions {
  /** The class that stands for no label. It also fills up targets that have fewer labels than others. Default 0. */
  blank?: number;
}

/** Connectionist temporal classification, as `model.compile` takes it. */
export interface CtcLoss {
  (labels: tf.Tensor, probabilities: tf.Tensor): tf.Tensor;
  /** What its targets are. */
  readonly targets: "label sequences";
  /** What its outputs stand for. */
  readonly outputs: "scores of classes";
  /** The class that stands for no label. */
  readonly blank: number;
  /** The loss of each example `[batch]`, and which of them count: those of which the mask leaves a step. */
  readonly counting: (
    labels: tf.Tensor,
    probabilities: tf.Tensor,
    mask?: tf.Tensor,
  ) => {
    /** −ln of the probability of each example's labels. */
    values: tf.Tensor;
    /** 1 where it counts, 0 where it does not. */
    counted: tf.Tensor;
  };
}

/**
 * Connectionist temporal classification: −ln of the probability of an example's labels, summed over all the ways to spread them
 * over the steps. A path of one class a step is read by merging what is repeated and then leaving blanks out, so between two
 * labels that are the same there is a blank. Where the model hands on a mask, the steps that it leaves out do not count.
 *
 * @returns a loss for `model.compile`, from labels `[batch, labels]`, filled up with the blank at the end, and probabilities
 * `[batch, time, classes]` to the loss of each example, `[batch]`. It is infinite where there are fewer steps than the
 * labels need, or a label is none of the classes.
 * @throws RangeError when the blank is no class number, or labels and probabilities do not fit together.
 * @see Graves, Fernández, Gomez and Schmidhuber 2006, "Connectionist temporal classification", section 4
 *
 * @example
 * ```ts
 * const model = tf.sequential()
 * model.add(tf.layers.lstm({ units: 32, returnSequences: true, inputShape: [50, 13] })) // 50 steps of 13 features
 * model.add(tf.layers.dense({ units: 11, activation: "softmax" })) // the blank, 0, and ten digits
 * model.compile({ optimizer: "adam", loss: ctcLoss() })
 * ```
 */
export function ctcLoss(options: CtcLossOptions = {}): CtcLoss {
  checkArguments("ctcLoss", { options }, { options: settings({ blank: countFrom(0) }) });
  const { blank = 0 } = options;
  const onLogits: CtcLoss["counting"] = (labels, logits, mask) =>
    tf.tidy(() => {
      const [batch = 1, time = 1] = logits.shape;
      const steps = mask?.toInt().sum(1) ?? tf.fill([batch], time, "int32");
      const counted = steps.greater(0).toFloat();
      const losses = ctcOfLogits(logits, labels.toInt(), steps.maximum(tf.scalar(1, "int32")), blank);
      return { values: mask ? tf.where(steps.greater(0), losses, tf.zerosLike(losses)) : losses, counted };
    });
  const counting: CtcLoss["counting"] = (labels, probabilities, mask) =>
    tf.tidy(() => onLogits(labels, probabilities.toFloat().clipByValue(LEAST, 1).log(), mask));
  const ctc = (labels: tf.Tensor, probabilities: tf.Tensor): tf.Tensor => {
    checkArguments("ctcLoss", { labels, probabilities }, { labels: TENSOR, probabilities: TENSOR });
    checkShapes(labels, probabilities, blank);
    return tf.tidy(() => counting(labels, probabilities).values);
  };
  const said = { targets: "label sequences", outputs: "scores of classes", blank, counting, onLogits } as const;
  return Object.assign(ctc, said);
}

/** Smaller probabilities count as this one, whose logarithm is a number. */
const LEAST = 1e-7;

function checkShapes(labels: tf.Tensor, probabilities: tf.Tensor, blank: number): void {
  const [batch, , classes = 0] = probabilities.shape;
  if (labels.rank !== 2 || probabilities.rank !== 3 || labels.shape[0] !== batch || labels.size === 0)
    throw new RangeError(
      `ctcLoss: labels ${shapeText(labels.shape)} and probabilities ${shapeText(probabilities.shape)}; each example's ` +
        "probabilities, [batch, time, classes], need one row of labels, [batch, labels].",
    );
  if (classes < 2 || blank >= classes)
    throw new RangeError(
      `ctcLoss: blank is ${blank}, and the probabilities ${shapeText(probabilities.shape)} are those of ${classes} classes, 0 to ` +
        `${classes - 1}. Give the model a class more, or another blank.`,
    );
}
