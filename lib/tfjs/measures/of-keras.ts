// Losses and metrics that Keras has by name and tfjs has not. They are written with what tensors can do by themselves, since this
// file is loaded before tfjs is mended.
import type { Tensor, Tensor1D } from "@tensorflow/tfjs-node";
import { lastOf, tuple } from "../../indexing";

/** Beyond this an error counts in proportion, not by its square. */
const DELTA = 1;

/** Huber 1964: half the square of errors up to 1, and what is beyond in proportion; the mean over the last axis. */
export function huber(truth: Tensor, output: Tensor): Tensor {
  const error = output.sub(truth).abs();
  const near = error.minimum(DELTA);
  return near.square().mul(0.5).add(error.sub(near).mul(DELTA)).mean(-1);
}

/** As many answers may be wrong before the right one. */
const K = 5;

/** Whether fewer than five classes have a higher score than the right one, which has the greatest of the targets. */
export const topKCategoricalAccuracy = (truth: Tensor, output: Tensor): Tensor => isAmongBest(truth.argMax(-1), output);

/** The same for class numbers. */
export const sparseTopKCategoricalAccuracy = (truth: Tensor, output: Tensor): Tensor =>
  isAmongBest(truth.reshape(output.shape.slice(0, -1)).cast("int32"), output);

function isAmongBest(labels: Tensor, output: Tensor): Tensor {
  const right = labels.oneHot(lastOf(output.shape), 1, 0).cast("float32");
  const score = output.mul(right).sum(-1, true);
  const better = output.greater(score).cast("float32").sum(-1);
  const isNumber = score.equal(score).squeeze([-1]);
  return better.less(K).logicalAnd(isNumber).cast("float32");
}

/** The root of the mean square of all errors. */
export const rootMeanSquaredError = (truth: Tensor, output: Tensor): Tensor => output.sub(truth).square().mean().sqrt();

/** As Keras has them: 0 and 1 are between the first two and the last two. */
const THRESHOLDS = 200;
const EPSILON = 1e-7;
const thresholds = Float32Array.from({ length: THRESHOLDS }, (_, i) =>
  i === 0 ? -EPSILON : i === THRESHOLDS - 1 ? 1 + EPSILON : i / (THRESHOLDS - 1),
);

/**
 * For each threshold how much of the positive targets, then how much of the negative ones, has an output above it: what the
 * curve is made of. Those of several batches may be added up. Outputs are taken for probabilities, 0 to 1.
 *
 * @param weights how much each counts; all of one shape
 * @returns `[2 · thresholds]`
 */
export function rocCounts(truth: Tensor, output: Tensor, weights: Tensor): Tensor1D {
  const above = output.clipByValue(0, 1).reshape([-1, 1]).greater(thresholds).cast("float32"); // [outputs, thresholds]
  const positive = truth.mul(weights).reshape([1, -1]);
  const negative = weights.reshape([1, -1]).sub(positive);
  return positive.concat(negative, 0).matMul(above).as1D();
}

/** The area under the curve of true positives over false ones, by trapezia; 0 where one of the two classes is missing. */
export function areaOf(counts: Tensor): Tensor {
  const rates = counts.reshape([2, THRESHOLDS]);
  // Everything is above the first threshold.
  const [hits, alarms] = tuple(rates.div(rates.slice([0, 0], [2, 1]).maximum(EPSILON)).unstack(), 2);
  const pairs = (curve: Tensor): [Tensor, Tensor] => [
    curve.slice([0], [THRESHOLDS - 1]),
    curve.slice([1], [THRESHOLDS - 1]),
  ];
  const [[y, nextY], [x, nextX]] = [pairs(hits), pairs(alarms)];
  return x.sub(nextX).mul(y.add(nextY).div(2)).sum();
}

/** The area under the receiver operating characteristic, of targets 0 and 1. */
export const auc = (truth: Tensor, output: Tensor): Tensor => areaOf(rocCounts(truth, output, output.onesLike()));
