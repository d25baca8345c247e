// Two chains laid on each other: rotated and moved, so that the squares of the distances between residues of the same number add up to
// as little as can be (Kabsch 1976, "A solution for the best rotation to relate two sets of vectors"). The rotation comes from a
// quaternion (Horn 1987, "Closed-form solution of absolute orientation using unit quaternions"), so that it never is a reflection.

import { checkArguments } from "../arguments";
import { at, tuple } from "../indexing";
import { symmetricEigen } from "../linear-algebra";
import { distance, middleOf, minus, POINTS, type Point } from "./points";

/** A chain laid on another one. */
export interface Superposition {
  /** The places of the chain that was moved. */
  readonly points: Point[];
  /** The root of the mean square distance from the other chain, in ångströms. */
  readonly rmsd: number;
}

/** A rotation about one place, which comes to lie on another. */
export interface Move {
  readonly rotation: readonly [Point, Point, Point];
  readonly from: Point;
  readonly to: Point;
}

/** Where a move takes a place. */
export function moved({ rotation, from, to }: Move, point: Point): Point {
  const [x, y, z] = minus(point, from);
  const along = ([a, b, c]: Point): number => a * x + b * y + c * z;
  return [to[0] + along(rotation[0]), to[1] + along(rotation[1]), to[2] + along(rotation[2])];
}

/** The move that takes places as near as can be to others. */
export function bestMove(moving: readonly Point[], fixed: readonly Point[]): Move {
  const [from, to] = [middleOf(moving), middleOf(fixed)];
  const s = [0, 1, 2].map(() => [0, 0, 0]);
  for (let i = 0; i < moving.length; i++) {
    const [a, b] = [minus(at(moving, i), from), minus(at(fixed, i), to)];
    for (let row = 0; row < 3; row++)
      for (let column = 0; column < 3; column++)
        at(s, row)[column] = at(at(s, row), column) + at(a, row) * at(b, column);
  }
  const [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = tuple(
    s.map((row) => tuple(row, 3)),
    3,
  );
  // Horn's equation 1 of section 4.A: the eigenvector of the largest eigenvalue is the quaternion.
  const { values, vectors } = symmetricEigen(
    [
      [xx + yy + zz, yz - zy, zx - xz, xy - yx],
      [yz - zy, xx - yy - zz, xy + yx, zx + xz],
      [zx - xz, xy + yx, yy - xx - zz, yz + zy],
      [xy - yx, zx + xz, yz + zy, zz - xx - yy],
    ].map((row) => Float64Array.from(row)),
  );
  const largest = values.indexOf(Math.max(...values));
  const [w, x, y, z] = tuple(
    vectors.map((row) => at(row, largest)),
    4,
  );
  const rotation = [
    [w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)],
    [2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)],
    [2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z],
  ] as const;
  return { rotation, from, to };
}

/** @throws RangeError unless both chains have as many places, and at least three. */
export function checkPaired(owner: string, a: readonly Point[], b: readonly Point[]): void {
  if (a.length === b.length && a.length >= 3) return;
  throw new RangeError(
    `${owner}: the chains have ${a.length} and ${b.length} places; they need as many, and at least 3. Take the residues that both have.`,
  );
}

/**
 * Lays a chain on another one: rotates and moves it, without changing its shape, so that residues of the same number come as near as
 * can be, by the squares of their distances. It is not reflected.
 *
 * @param moving a place for each residue, in ångströms.
 * @param fixed as many.
 * @throws RangeError unless both have as many places, and at least 3.
 * @see Kabsch 1976, "A solution for the best rotation to relate two sets of vectors", Acta Crystallographica A32
 *
 * @example
 * ```ts
 * const turned = superpose([[0, 0, 0], [2, 0, 0], [0, 1, 0]], [[5, 5, 5], [5, 7, 5], [4, 5, 5]])
 * turned.rmsd // => 0.00
 * turned.points[1] // => [5, 7, 5]
 * ```
 */
export function superpose(moving: readonly Point[], fixed: readonly Point[]): Superposition {
  checkArguments("superpose", { moving, fixed }, { moving: POINTS, fixed: POINTS });
  checkPaired("superpose", moving, fixed);
  return layOn(moving, fixed);
}

/** The same for chains that are known to be paired. */
export function layOn(moving: readonly Point[], fixed: readonly Point[]): Superposition {
  const move = bestMove(moving, fixed);
  const points = moving.map((point) => moved(move, point));
  const squares = points.reduce((sum, point, i) => sum + distance(point, at(fixed, i)) ** 2, 0);
  return { points, rmsd: Math.sqrt(squares / points.length) };
}

/**
 * The root mean square deviation of two chains, in ångströms, after one was laid on the other in the best way, without a reflection:
 * see {@link superpose}. A few residues far off weigh heavily in it.
 *
 * @throws RangeError unless both have as many places, and at least 3.
 * @see Kabsch 1976, "A solution for the best rotation to relate two sets of vectors", Acta Crystallographica A32
 *
 * @example
 * ```ts
 * rmsd([[0, 0, 0], [2, 0, 0], [0, 1, 0]], [[5, 5, 5], [5, 7, 5], [4, 5, 5]]) // => 0.00
 * ```
 */
export function rmsd(a: readonly Point[], b: readonly Point[]): number {
  checkArguments("rmsd", { a, b }, { a: POINTS, b: POINTS });
  checkPaired("rmsd", a, b);
  return layOn(a, b).rmsd;
}
