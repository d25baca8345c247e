// Products of vectors, and the eigenvectors of symmetric matrices, in plain numbers of double precision.

import { at } from "./indexing";

/** A symmetric matrix, or several vectors: a row for each. */
export type Matrix = readonly Float64Array[];

/** The sum of the products of two vectors' entries. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let axis = 0; axis < a.length; axis++) sum += (a[axis] as number) * (b[axis] as number);
  return sum;
}

/** The rows of a matrix as columns. */
export const transposed = (matrix: Matrix): Matrix =>
  matrix.map((_, axis) => Float64Array.from(matrix, (row) => at(row, axis)));

const MOST_SWEEPS = 50;
/** What was beside the diagonal in a sweep, as a share of the whole, when it is settled. */
const SETTLED = 1e-22;

/**
 * Eigenvalues of a symmetric matrix, and its eigenvectors as columns, by Jacobi's rotations (Golub and Van Loan, "Matrix computations",
 * section 8.5): each makes one entry beside the diagonal zero.
 */
export function symmetricEigen(matrix: Matrix): { values: number[]; vectors: Matrix } {
  const size = matrix.length;
  // Exactly symmetric, whatever rounding has left.
  const a = matrix.map((row, i) => row.map((entry, j) => (entry + at(at(matrix, j), i)) / 2));
  const turned = a.map((_, i) => Float64Array.from(a, (_, j) => Number(i === j))); // rows: the eigenvectors
  const whole = a.reduce((sum, row) => sum + dot(row, row), 0);
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
