// Places in space.

import { both, kind, list, NUMBER } from "../arguments";

/** A place in space, in ångströms (10⁻¹⁰ m). */
export type Point = readonly [x: number, y: number, z: number];

/** What an argument has to be that is a point. */
export const POINT = both(
  list("three numbers, x, y and z", NUMBER),
  kind("a list of three numbers, x, y and z", (value) => Object(value).length === 3),
);
/** A chain. */
export const POINTS = list("the place of each residue", POINT);

/** How far apart two places are. */
export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** One place less another. */
export const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** The middle of some places. */
export function middleOf(points: readonly Point[]): Point {
  const mean = (axis: 0 | 1 | 2): number => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return [mean(0), mean(1), mean(2)];
}
