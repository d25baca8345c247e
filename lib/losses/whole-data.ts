// Metrics that are no means: of each batch statistics are taken, which are merged over the batches; what is measured follows from
// those of the whole data alone.

import { batchShapeText } from "../arguments";
import { at, lastOf } from "../indexing";
import { areaOf, auc, rocCounts, rootMeanSquaredError } from "../tfjs/measures/of-keras";
import { ofRank } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";

/** A metric over whole data. */
export interface WholeMetric {
  readonly name: string;
  /** Of one batch, from rows of targets and outputs, `[rows, columns]`, with weights of 1 or 0, `[rows, 1]`. */
  statistics(truth: tf.Tensor, output: tf.Tensor, weights: tf.Tensor): tf.Tensor1D;
  /** Of two sets of data together. */
  merge(a: readonly number[], b: readonly number[]): number[];
  /** What is measured. */
  result(statistics: readonly number[]): number;
}

/**
 * The share of the targets' variance that the outputs explain (coefficient of determination), for each column by itself, then
 * their mean: as Keras's `R2Score` has it. A column that does not vary counts as 0.
 *
 * Statistics: how many rows; by column the targets' mean, the squares of their distances from it, and those from the outputs.
 */
const r2Score: WholeMetric = {
  name: "r2Score",
  statistics(truth, output, weights) {
    const count = weights.sum();
    const mean = truth.mul(weights).sum(0).div(count.maximum(1)); // [columns]
    const distances = truth.sub(mean).square().mul(weights).sum(0);
    const errors = truth.sub(output).square().mul(weights).sum(0);
    return tf.concat1d([count.reshape([1]), ofRank(mean, 1), ofRank(distances, 1), ofRank(errors, 1)]);
  },
  // Chan, Golub and LeVeque 1983, "Algorithms for computing the sample variance", equation 2.1.
  merge(a, b) {
    const [one, other] = [byColumn(a), byColumn(b)];
    const count = one.count + other.count;
    const columns = one.columns.map((column, i) => {
      const { mean, distances, errors } = at(other.columns, i);
      const apart = mean - column.mean;
      return {
        mean: column.mean + (apart * other.count) / Math.max(count, 1),
        distances: column.distances + distances + (apart ** 2 * one.count * other.count) / Math.max(count, 1),
        errors: column.errors + errors,
      };
    });
    const all = (field: keyof Column): number[] => columns.map((column) => column[field]);
    return [count, ...all("mean"), ...all("distances"), ...all("errors")];
  },
  result(statistics) {
    const { count, columns } = byColumn(statistics);
    if (count === 0) return 0;
    const scores = columns.map(({ distances, errors }) => (distances > 0 ? 1 - errors / distances : 0));
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  },
};

interface Column {
  readonly mean: number;
  readonly distances: number;
  readonly errors: number;
}

function byColumn(statistics: readonly number[]): { count: number; columns: Column[] } {
  const [count = 0, ...rest] = statistics;
  const size = rest.length / 3;
  const columns = rest.slice(0, size).map((mean, i) => {
    const [distances, errors] = [at(rest, size + i), at(rest, 2 * size + i)];
    return { mean, distances, errors };
  });
  return { count, columns };
}

const added = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value + at(b, i));

/** The root of the mean square of all errors. Statistics: how many there are, and the sum of their squares. */
const ofSquares: WholeMetric = {
  name: "rootMeanSquaredError",
  statistics(truth, output, weights) {
    const squares = truth.sub(output).square().mul(weights);
    return ofRank(tf.stack([weights.mul(tf.onesLike(truth)).sum(), squares.sum()]), 1);
  },
  merge: added,
  result: ([count = 0, squares = 0]) => Math.sqrt(squares / Math.max(count, 1)),
};

/** The area under the receiver operating characteristic, of all columns together. Statistics: what is above each threshold. */
const ofCurve: WholeMetric = {
  name: "auc",
  statistics: (truth, output, weights) => rocCounts(truth, output, weights.mul(tf.onesLike(truth))),
  merge: added,
  result: (statistics) => tf.tidy(() => at(areaOf(tf.tensor1d([...statistics])).dataSync(), 0)),
};

/** Those of the functions that metrics are given as. */
export const WHOLE_METRICS: ReadonlyMap<unknown, WholeMetric> = new Map<unknown, WholeMetric>([
  [tf.metrics.r2Score, r2Score],
  [rootMeanSquaredError, ofSquares],
  [auc, ofCurve],
]);

/**
 * The statistics of one batch, behind their number.
 *
 * @throws RangeError when targets and outputs have other shapes
 */
export function wholeStatistics(
  metric: WholeMetric,
  truth: tf.Tensor,
  output: tf.Tensor,
  mask: tf.Tensor | undefined,
): tf.Tensor1D {
  if (truth.size !== output.size)
    throw new RangeError(
      `${metric.name} compares targets and outputs value by value: targets of shape ${batchShapeText([null, ...truth.shape.slice(1)])} and ` +
        `outputs of shape ${batchShapeText([null, ...output.shape.slice(1)])} were given. Give targets shaped like the output.`,
    );
  const columns = lastOf(output.shape);
  const rows = output.size / columns;
  const [targets, outputs] = [truth.reshape([rows, columns]), output.toFloat().reshape([rows, columns])];
  const weights = mask?.size === rows ? mask.toFloat().reshape([rows, 1]) : tf.ones([rows, 1]);
  const statistics = metric.statistics(targets, outputs, weights);
  return tf.concat1d([tf.tensor1d([statistics.size]), statistics]);
}
