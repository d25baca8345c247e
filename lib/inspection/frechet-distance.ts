// How far the pictures of a generator are from real ones, as papers measure it: by the features of a network, taken for normally
// distributed (Heusel et al. 2017, "GANs trained by a two time-scale update rule converge to a local Nash equilibrium", section 3).
import { checkArguments, either, list, NUMERIC, TENSOR, valueText } from "../arguments";
import { at } from "../indexing";
import { ofRank } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";

type Matrix = readonly Float64Array[];
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
  const { values } = eigen(product(product(root, b.covariance), root));
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
  const { values, vectors } = eigen(matrix);
  const scaled = vectors.map((row) => row.map((entry, axis) => entry * Math.sqrt(Math.max(0, at(values, axis)))));
  return product(scaled, transposed(vectors));
}

const transposed = (matrix: Matrix): Matrix =>
  matrix.map((_, axis) => Float64Array.from(matrix, (row) => at(row, axis)));

const MOST_SWEEPS = 50;
/** What is left beside the diagonal, as a share of the whole, when it is settled. */
const SETTLED = 1e-22;

/**
 * Eigenvalues, and eigenvectors as columns, by Jacobi's rotations (Golub and Van Loan, "Matrix computations", section 8.5): each makes one
 * entry beside the diagonal zero.
 */
function eigen(matrix: Matrix): { values: number[]; vectors: Matrix } {
  const size = matrix.length;
  // Exactly symmetric, whatever rounding has left.
  const a = matrix.map((row, i) => row.map((entry, j) => (entry + at(at(matrix, j), i)) / 2));
  const turned = a.map((_, i) => Float64Array.from(a, (_, j) => Number(i === j))); // rows: the eigenvectors
  const whole = a.reduce((sum, row) => sum + row.reduce((squares, entry) => squares + entry * entry, 0), 0);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let beside = 0;
    for (let p = 0; p < size; p++)
      for (let q = p + 1; q < size; q++) {
        const [rowP, rowQ] = [at(a, p), at(a, q)];
        const entry = at(rowP, q);
        if (entry === 0) continue;
        beside += entry * entry;
        const ratio = (at(rowQ, q) - at(rowP, p)) / (2 * entry);
        const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1));
        const cosine = 1 / Math.hypot(tangent, 1);
        const sine = tangent * cosine;
        for (const row of a) rotateEntries(row, p, q, cosine, sine);
        rotateRows(rowP, rowQ, cosine, sine);
        rotateRows(at(turned, p), at(turned, q), cosine, sine);
      }
    if (beside <= SETTLED * whole) break;
  }
  return { values: a.map((row, axis) => at(row, axis)), vectors: transposed(turned) };
}

function rotateRows(p: Float64Array, q: Float64Array, cosine: number, sine: number): void {
  for (let k = 0; k < p.length; k++) {
    const [x, y] = [at(p, k), at(q, k)];
    p[k] = cosine * x - sine * y;
    q[k] = sine * x + cosine * y;
  }
}

function rotateEntries(row: Float64Array, p: number, q: number, cosine: number, sine: number): void {
  const [x, y] = [at(row, p), at(row, q)];
  row[p] = cosine * x - sine * y;
  row[q] = sine * x + cosine * y;
}
