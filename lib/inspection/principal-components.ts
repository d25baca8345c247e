// Principal component analysis (Pearson, "On lines and planes of closest fit to systems of points in space", 1901): the
// directions in which points of many dimensions differ most, and the points as seen along them.

import { checkArguments, either, isWholeNumber, list, NUMERIC, TENSOR, valueText } from "../arguments";
import { at } from "../indexing";
import { dot } from "../linear-algebra";
import { Random } from "../random";
import { tf } from "../tfjs/tf";

/** Points seen along their principal components. */
export interface PrincipalComponents {
  /** Each point along the components: `[points][components]`. */
  readonly points: readonly (readonly number[])[];
  /** Unit vectors, from the most important on: `[components][dimensions]`. The largest entry of each is positive. */
  readonly components: readonly (readonly number[])[];
  /** Which part of all variance lies along each component. */
  readonly shares: readonly number[];
}

/** Where a component has settled. */
const SETTLED = 1e-9;
const MOST_ROUNDS = 2000;

/**
 * The first principal components of points, by power iteration on their covariance: a random vector, multiplied by a matrix
 * again and again, turns towards its largest eigenvector; what is found is then taken out of the matrix.
 *
 * @param matrix a row for each point; a `[points, dimensions]` tensor, which stays the caller's, or plain rows.
 * @param count how many components. Default 2.
 * @returns plain numbers: there is nothing to dispose.
 * @throws RangeError for rows of different lengths, values that are no finite numbers, fewer than two points, points that
 * are all the same, or more components than dimensions.
 *
 * @example
 * ```ts
 * const { shares } = principalComponents([[0, 0], [1, 1], [2, 2]], 1)
 * shares // => [1.00]
 * ```
 */
export function principalComponents(
  matrix: tf.Tensor2D | readonly ArrayLike<number>[],
  count = 2,
): PrincipalComponents {
  checkArguments(
    "principalComponents",
    { matrix, count },
    { matrix: either(list("rows of numbers", list("numbers", NUMERIC)), TENSOR), count: NUMERIC },
  );
  const rows = checkRows(matrix instanceof tf.Tensor ? matrix.arraySync() : matrix, count, valueText(matrix));
  const dimensions = at(rows, 0).length;
  const means = Array.from(
    { length: dimensions },
    (_, axis) => rows.reduce((sum, row) => sum + at(row, axis), 0) / rows.length,
  );
  const centred = rows.map((row) => row.map((value, axis) => value - at(means, axis)));
  const covariance = scatter(centred);
  const variance = covariance.reduce((sum, row, axis) => sum + at(row, axis), 0);
  if (!(variance > 0))
    throw new RangeError(
      `principalComponents: all ${rows.length} points of ${valueText(matrix)} are the same; there must be a direction in which they differ.`,
    );

  const random = new Random(1);
  const components: Float64Array[] = [];
  const shares: number[] = [];
  for (let number = 0; number < count; number++) {
    const { vector, value } = largestEigenvector(covariance, components, random);
    components.push(vector);
    shares.push(value / variance);
  }
  return {
    points: centred.map((row) => components.map((component) => dot(row, component))),
    components: components.map((component) => Array.from(component)),
    shares,
  };
}

/** The covariance of centred points, times their number. */
function scatter(centred: readonly Float64Array[]): Float64Array[] {
  const dimensions = at(centred, 0).length;
  const entries = tf.tidy(() => {
    const values = Float32Array.from({ length: centred.length * dimensions }, (_, i) =>
      Number(centred[Math.floor(i / dimensions)]?.[i % dimensions]),
    );
    const points = tf.tensor2d(values, [centred.length, dimensions]);
    return tf.matMul(points, points, true, false).dataSync(); // [dimensions, dimensions]
  });
  return Array.from({ length: dimensions }, (_, row) =>
    Float64Array.from(entries.subarray(row * dimensions, (row + 1) * dimensions)),
  );
}

/** Power iteration, kept at right angles to the eigenvectors that are known. */
function largestEigenvector(
  matrix: readonly Float64Array[],
  known: readonly Float64Array[],
  random: Random,
): { vector: Float64Array; value: number } {
  let vector = unit(
    Float64Array.from(matrix, () => random.normal()),
    known,
  );
  let value = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const product = Float64Array.from(matrix, (row) => dot(row, vector));
    value = dot(vector, product);
    const next = unit(product, known);
    const change = 1 - Math.abs(dot(next, vector));
    vector = next;
    if (change < SETTLED * SETTLED) break;
  }
  const largest = vector.reduce((most, entry) => (Math.abs(entry) > Math.abs(most) ? entry : most), 0);
  return { vector: largest < 0 ? vector.map((entry) => -entry) : vector, value: Math.max(0, value) };
}

/** A vector of length 1, at right angles to the known ones. Where nothing is left of it, any such vector. */
function unit(vector: Float64Array, known: readonly Float64Array[]): Float64Array {
  const before = Math.hypot(...vector);
  for (const other of known) {
    const along = dot(vector, other);
    vector = vector.map((entry, axis) => entry - along * (other[axis] as number));
  }
  const length = Math.hypot(...vector);
  if (length > 1e-12 * (before || 1)) return vector.map((entry) => entry / length);
  const random = new Random(known.length + 2);
  return unit(
    vector.map(() => random.normal()),
    known,
  );
}

function checkRows(matrix: readonly ArrayLike<number>[], count: number, given: string): Float64Array[] {
  const dimensions = matrix[0]?.length ?? 0;
  if (matrix.length < 2)
    throw new RangeError(`principalComponents was given ${matrix.length} points, ${given}; it needs at least 2.`);
  if (dimensions === 0)
    throw new RangeError(`principalComponents: the first point of ${given} is empty; it needs at least 1 number.`);
  if (!isWholeNumber(count, { most: dimensions }))
    throw new RangeError(
      `principalComponents: ${count} components of points that are each a list of ${dimensions} numbers; ask for 1 to ${dimensions}.`,
    );
  return matrix.map((row, number) => {
    if (row.length !== dimensions)
      throw new RangeError(
        `principalComponents: point ${number} is a list of ${row.length} numbers, the first one of ${dimensions}; all need the same.`,
      );
    const values = Float64Array.from(row);
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0)
      throw new RangeError(
        `principalComponents: value ${wrong} of point ${number} is ${values[wrong]}; it needs finite numbers.`,
      );
    return values;
  });
}
