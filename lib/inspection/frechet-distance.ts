// How far the pictures of a generator are from real ones, as papers measure it: by the features of a network, taken for normally
// distributed (Heusel et al. 2017, "GANs trained by a two time-scale update rule converge to a local Nash equilibrium", section 3).
import { checkArguments, either, list, NUMERIC, TENSOR, valueText } from "../arguments";
import { at } from "../indexing";
import { type Matrix, symmetricEigen, transposed } from "../linear-algebra";
import { ofRank } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";

/** A row for each picture: a `[pictures, features]` tensor, which stays the caller's, or plain rows. */
type Features = tf.Tensor2D | readonly ArrayLike<number>[];

/**
 * The Fréchet distance between two sets of features, each taken for a normal distribution of its mean μ and covariance Σ:
 * |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½). It is 0 for two sets with the same mean and covariance. With few pictures the
 * covariances are rough, and it comes out too large: compare it only for sets of the same sizes and features of the same network. (The FID
 * of papers is this with the 2,048 features of Inception-v3 and 50,000 pictures.)
 *
 * @param first a `[pictures, features]` tensor, which stays the caller's, or a row of features for each picture.
 * @param second the same, of as many features; there may be another number of pictures.
 * @returns a number of at least 0: there is nothing to dispose.
 * @throws RangeError for fewer than two pictures, rows of different lengths, values that are no finite numbers, or more than 512 features.
 * @see Heusel et al. 2017, equation 6; Dowson and Landau 1982, for the distance
 *
 * @example
 * ```ts
 * frechetDistance([[-1, 0], [1, 0]], [[-1, 3], [1, 3]]) // => 9
 * ```
 */
export function frechetDistance(
  first: tf.Tensor2D | readonly ArrayLike<number>[],
  second: tf.Tensor2D | readonly ArrayLike<number>[],
): number {
  const features = either(list("rows of numbers", list("numbers", NUMERIC)), TENSOR);
  checkArguments("frechetDistance", { first, second }, { first: features, second: features });
  const [a, b] = [normalOf("first", first), normalOf("second", second)];
  if (a.mean.length !== b.mean.length)
    throw new RangeError(
      `frechetDistance: first has ${a.mean.length} features, second ${b.mean.length}; take both from the same network.`,
    );
  const shift = a.mean.reduce((sum, value, axis) => sum + (value - at(b.mean, axis)) ** 2, 0);
  const root = symmetricRoot(a.covariance);
  // The eigenvalues of Σ₁Σ₂ are those of Σ₁^½ Σ₂ Σ₁^½, which is symmetric.
  const { values } = symmetricEigen(product(product(root, b.covariance), root));
  const shared = values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  return Math.max(0, shift + trace(a.covariance) + trace(b.covariance) - 2 * shared);
}

const MOST_FEATURES = 512;

function normalOf(name: string, given: Features): { mean: Float64Array; covariance: Matrix } {
  const rows: readonly ArrayLike<number>[] = given instanceof tf.Tensor ? rowsOf(name, given) : given;
  const size = rows[0]?.length ?? 0;
  if (rows.length < 2 || size < 1 || size > MOST_FEATURES)
    throw new RangeError(
      `frechetDistance: ${name} is ${valueText(given)}, ${rows.length} picture(s) of ${size} features; it needs at least 2, of 1 to ` +
        `${MOST_FEATURES}.`,
    );
  for (const [place, row] of rows.entries()) {
    if (row.length !== size)
      throw new RangeError(
        `frechetDistance: row ${place} of ${name} is ${valueText(row)}, of ${row.length} features, row 0 has ${size}; all rows need the same number.`,
      );
    const wrong = Array.from(row).find((value) => !Number.isFinite(value));
    if (wrong !== undefined)
      throw new RangeError(`frechetDistance: row ${place} of ${name} holds ${wrong}; features are finite numbers.`);
  }
  const mean = new Float64Array(size);
  for (const row of rows) for (let i = 0; i < size; i++) mean[i] = at(mean, i) + at(row, i) / rows.length;
  const covariance = Array.from({ length: size }, () => new Float64Array(size));
  for (const row of rows) {
    const centred = Float64Array.from(mean, (value, axis) => at(row, axis) - value);
    for (const [i, line] of covariance.entries())
      for (let j = 0; j < size; j++) line[j] = at(line, j) + (at(centred, i) * at(centred, j)) / (rows.length - 1);
  }
  return { mean, covariance };
}

function rowsOf(name: string, tensor: tf.Tensor): number[][] {
  if (tensor.rank !== 2)
    throw new RangeError(`frechetDistance: ${name} is ${valueText(tensor)}; it needs two axes, [pictures, features].`);
  return ofRank(tensor, 2).arraySync();
}

// ## Symmetric matrices

const trace = (matrix: Matrix): number => matrix.reduce((sum, row, axis) => sum + at(row, axis), 0);

function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => {
    const sum = new Float64Array(row.length);
    for (const [k, other] of b.entries()) {
      const factor = at(row, k);
      for (let j = 0; j < sum.length; j++) sum[j] = at(sum, j) + factor * at(other, j);
    }
    return sum;
  });
}

/** The symmetric matrix whose square this one is. */
function symmetricRoot(matrix: Matrix): Matrix {
  const { values, vectors } = symmetricEigen(matrix);
  const scaled = vectors.map((row) => row.map((entry, axis) => entry * Math.sqrt(Math.max(0, at(values, axis)))));
  return product(scaled, transposed(vectors));
}
