// Connectionist temporal classification: −ln of the probability of a label sequence, summed over all its alignments, which are the
// paths of classes that become it when repetitions are merged and then blanks removed (Graves et al. 2006, "Connectionist temporal
// classification", section 4). TensorFlow computes it together with its gradient; where that is differentiated itself, the
// paper's recursion takes its place.

import { at, tuple } from "../indexing";
import { ctcLossAndGradient } from "../tfjs/ctc-op";
import { ofRank } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { withFastGradient } from "./fast-gradient";

/**
 * −ln of the probability of each label sequence; infinite, with gradient 0, where there are too few steps for it
 * or one of its labels is no class.
 *
 * @param logits [batch, time, classes]
 * @param labels [batch, labels], int32; filled up at the end with `blank`
 * @param lengths how many steps of each example count, at least 1 [batch], int32
 * @param blank the class that stands for no label
 * @returns [batch]
 */
export function ctcOfLogits(logits: tf.Tensor, labels: tf.Tensor, lengths: tf.Tensor, blank: number): tf.Tensor {
  const [, , classes] = ofRank(logits, 3).shape;
  const known = labels.greaterEqual(0).logicalAnd(labels.less(classes)).all(1);
  const possible = stepsNeeded(labels, blank).lessEqual(lengths).logicalAnd(known);
  const reached = tf.where(possible.expandDims(1), labels, tf.fill(labels.shape, blank, "int32"));
  const labelled = reached.notEqual(blank).any(1);
  const loss = tf.where(labelled, ofLabelled(logits, reached, lengths, blank), ofBlanks(logits, lengths, blank));
  return tf.where(possible, loss, tf.fill(loss.shape, Number.POSITIVE_INFINITY));
}

/** The loss of examples that have a label; of others any number. */
function ofLabelled(logits: tf.Tensor, labels: tf.Tensor, lengths: tf.Tensor, blank: number): tf.Tensor {
  return withFastGradient(
    (inputs, keep) => {
      const [x, y, steps] = tuple(inputs, 3);
      const isLabel = y.notEqual(blank);
      // TensorFlow's blank is the last class, and each example must have a label: the first one where it has none.
      const moved = tf.where(isLabel, y.sub(y.greater(blank).toInt()), tf.zerosLike(y));
      const taken = isLabel.logicalOr(tf.range(0, ofRank(y, 2).shape[1], 1, "int32").equal(0));
      const [value, slope] = ctcLossAndGradient(blankLast(x, blank).transpose([1, 0, 2]), moved, taken, steps);
      keep([slope]);
      return {
        value,
        gradient: (dy, kept) => {
          const [slope] = tuple(kept, 1);
          return [blankBack(slope.transpose([1, 0, 2]), blank).mul(dy.reshape([-1, 1, 1]))];
        },
      };
    },
    [logits, labels, lengths],
    (inputs) => forwardRecursion(...tuple(inputs, 3), blank),
  );
}

/** The loss of examples without labels: of nothing but blanks. */
function ofBlanks(logits: tf.Tensor, lengths: tf.Tensor, blank: number): tf.Tensor {
  const [, time] = ofRank(logits, 3).shape;
  const logs = logits.sub(logSumExp(logits, 2, true)).gather(tf.scalar(blank, "int32"), 2); // [batch, time]
  const counted = tf.range(0, time, 1, "int32").less(lengths.expandDims(1));
  return logs.mul(counted.toFloat()).sum(1).neg();
}

/** A step for each label, and one for the blank between two that are the same. */
function stepsNeeded(labels: tf.Tensor, blank: number): tf.Tensor {
  const isLabel = labels.notEqual(blank);
  const count = isLabel.toInt().sum(1);
  const [batch, length] = ofRank(labels, 2).shape;
  if (length < 2) return count;
  const before = labels.slice([0, 0], [batch, length - 1]);
  const repeated = before.equal(labels.slice([0, 1])).logicalAnd(isLabel.slice([0, 1]));
  return count.add(repeated.toInt().sum(1));
}

function blankLast(x: tf.Tensor, blank: number): tf.Tensor {
  const last = ofRank(x, 3).shape[2] - 1;
  const [before, own, after] = tuple(tf.split(x, [blank, 1, last - blank], 2), 3);
  return tf.concat([before, after, own], 2);
}

function blankBack(x: tf.Tensor, blank: number): tf.Tensor {
  const last = ofRank(x, 3).shape[2] - 1;
  const [before, after, own] = tuple(tf.split(x, [blank, last - blank, 1], 2), 3);
  return tf.concat([before, own, after], 2);
}

/** tfjs's has no second gradient. What the numbers are scaled by does not change the sum, and counts as constant. */
function logSumExp(x: tf.Tensor, axis: number, keepDims = false): tf.Tensor {
  const greatest = tf.customGrad((given) => ({
    value: (given as tf.Tensor).max(axis, true),
    gradFunc: () => [tf.zerosLike(x)],
  }))(x);
  const sum = x.sub(greatest).exp().sum(axis, true).log().add(greatest);
  return keepDims ? sum : sum.squeeze([axis]);
}

/** The logarithm of a probability of 0, as a number that one can go on with. */
const IMPOSSIBLE = -1e30;
const logOf = (possible: tf.Tensor): tf.Tensor => possible.logicalNot().toFloat().mul(IMPOSSIBLE);

/** The forward variables of section 4.1, by logarithms: how likely each prefix is after each step. */
function forwardRecursion(logits: tf.Tensor, labels: tf.Tensor, lengths: tf.Tensor, blank: number): tf.Tensor {
  const [batch, time, classes] = ofRank(logits, 3).shape;
  const [, length] = ofRank(labels, 2).shape;
  // A blank before each label, and after the last.
  const blanks = tf.fill([batch, length], blank, "int32");
  const symbols = tf.concat([tf.stack([blanks, labels], 2).reshape([batch, -1]), blanks.slice([0, 0], [batch, 1])], 1);
  const places = tf.range(0, 2 * length + 1, 1, "int32"); // [places]
  const oneHot = tf.oneHot(symbols.toInt(), classes).toFloat(); // [batch, places, classes]
  const steps = tf.unstack(tf.matMul(logits.sub(logSumExp(logits, 2, true)), oneHot, false, true), 1); // [batch, places]
  const shifted = (x: tf.Tensor, by: number, filling: number): tf.Tensor =>
    tf
      .pad(
        x,
        [
          [0, 0],
          [by, 0],
        ],
        filling,
      )
      .slice([0, 0], x.shape);
  // The blank between two labels may be left out unless they are the same.
  const skips = logOf(symbols.notEqual(blank).logicalAnd(symbols.notEqual(shifted(symbols, 2, blank))));
  let prefixes = at(steps, 0).add(logOf(places.lessEqual(1)));
  for (let t = 1; t < time; t++) {
    const ways = [prefixes, shifted(prefixes, 1, IMPOSSIBLE), shifted(prefixes, 2, IMPOSSIBLE).add(skips)];
    const next = logSumExp(tf.stack(ways), 0).add(at(steps, t));
    prefixes = tf.where(lengths.greater(t).expandDims(1).tile([1, places.size]), next, prefixes);
  }
  const end = labels.notEqual(blank).toInt().sum(1, true).mul(tf.scalar(2, "int32")); // [batch, 1]
  const ends = logOf(places.equal(end).logicalOr(places.equal(end.sub(tf.scalar(1, "int32")))));
  return logSumExp(prefixes.add(ends), 1).neg();
}
