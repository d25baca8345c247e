// Where something measured has to lie for a sentence to be true, and by how much it does.
import { short } from "../exercises/answer";

/** Numbers strictly above one limit, strictly below another, or between two. */
export interface Limits {
  /** The measured number is larger than this. */
  readonly above?: number;
  /** The measured number is smaller than this. */
  readonly below?: number;
}

/** Numbers around one: `{ about: 0.7, within: 0.05 }` is 0.65 to 0.75. */
export interface Around {
  /** The number in the middle. */
  readonly about: number;
  /** How far the measured number may be off, at least 0. */
  readonly within: number;
}

/** What is measured exactly: a count, a word, a truth value, or lists of these. */
export type Exact = number | string | boolean | readonly Exact[];

/** One value and no other. */
export interface Same {
  /** The one value that is right. */
  readonly is: Exact;
}

/** What {@link claim} holds a measured value to. */
export type Bound = Limits | Around | Same;

/** How a measured value stands to its bound. */
export interface Standing {
  readonly holds: boolean;
  /**
   * How far it is inside (positive) or outside (negative), as a share of the bound's size: 0 is on the edge, 1 is the whole
   * `within`, or twice the limit. `null` where one value alone is right.
   */
  readonly margin: number | null;
}

/** How a number stands to limits, or to the numbers around one. NaN is never inside. */
export function standing(measured: number, bound: Limits | Around): Standing {
  const margins = "about" in bound ? [marginAround(measured, bound)] : marginsOfLimits(measured, bound);
  const margin = Math.min(...margins);
  return { holds: "about" in bound ? margin >= 0 : margin > 0, margin };
}

/** A bound in words: `above 0.94 and below 0.98`. */
export function boundInWords(bound: Bound): string {
  if ("is" in bound) return exactInWords(bound.is);
  if ("about" in bound) return `${short(bound.about)} ± ${short(bound.within)}`;
  const { above, below } = bound;
  return [above !== undefined && `above ${short(above)}`, below !== undefined && `below ${short(below)}`]
    .filter(Boolean)
    .join(" and ");
}

/** An exact value as one would write it in a cell. */
export function exactInWords(value: Exact): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === "number" && !Number.isFinite(inner) ? `${inner}` : inner,
  );
}

/** Why a bound is none, or `undefined` for a good one. */
export function faultOf(bound: Bound): string | undefined {
  if ("is" in bound) return undefined;
  if ("about" in bound)
    return Number.isFinite(bound.about) && bound.within >= 0 && bound.within !== Number.POSITIVE_INFINITY
      ? undefined
      : "about is finite, and within at least 0 and finite";
  const { above, below } = bound;
  const limits = [above, below].filter((limit) => limit !== undefined);
  if (limits.length === 0) return "it is empty: give above, below, about with within, or is";
  if (limits.some(Number.isNaN)) return "a limit is a number, not NaN";
  return above !== undefined && below !== undefined && above >= below ? "nothing is above and below these" : undefined;
}

function marginAround(measured: number, { about, within }: Around): number {
  const off = Math.abs(measured - about);
  if (Number.isNaN(off)) return Number.NEGATIVE_INFINITY;
  return within === 0 ? (off === 0 ? 0 : Number.NEGATIVE_INFINITY) : 1 - off / within;
}

function marginsOfLimits(measured: number, { above, below }: Limits): number[] {
  // Between two limits the size that counts is that of the interval.
  const size = above !== undefined && below !== undefined ? (below - above) / 2 : undefined;
  const share = (distance: number, limit: number): number => {
    if (Number.isNaN(distance)) return Number.NEGATIVE_INFINITY;
    if (distance === 0 || !Number.isFinite(distance)) return distance;
    return distance / (size ?? (Math.abs(limit) || Math.abs(distance)));
  };
  return [
    ...(above === undefined ? [] : [share(measured - above, above)]),
    ...(below === undefined ? [] : [share(below - measured, below)]),
  ];
}
