// Where something measured has to lie for a sentence to be true, and by how much it does.

import { valueText } from "../arguments";
import { numberText } from "../exercises/answer";
import { at } from "../indexing";

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
export function compareToBound(measured: number, bound: Limits | Around): Standing {
  const margins = "about" in bound ? [marginAround(measured, bound)] : marginsOfLimits(measured, bound);
  const margin = Math.min(...margins);
  return { holds: "about" in bound ? margin >= 0 : margin > 0, margin };
}

/** A bound in words: `above 0.94 and below 0.98`. */
export function boundInWords(bound: Bound): string {
  if ("is" in bound) return exactInWords(bound.is);
  if ("about" in bound) return `${numberText(bound.about)} ± ${numberText(bound.within)}`;
  const { above, below } = bound;
  return [above !== undefined && `above ${numberText(above)}`, below !== undefined && `below ${numberText(below)}`]
    .filter(Boolean)
    .join(" and ");
}

/** An exact value as it is written in a cell. */
export function exactInWords(value: Exact): string {
  if (typeof value === "object") return `[${value.map(exactInWords).join(",")}]`;
  return typeof value === "string" ? JSON.stringify(value) : `${value}`;
}

/** Whether two exact values are the same: of one kind, and NaN is NaN. */
export function isSame(value: Exact, other: Exact): boolean {
  if (typeof value !== "object" || typeof other !== "object")
    return value === other || (Number.isNaN(value) && Number.isNaN(other));
  return value.length === other.length && value.every((one, place) => isSame(one, at(other, place)));
}

/** Lists deeper than this hold themselves, or nothing that a sentence speaks of. */
const DEEPEST = 20;

/** What in a value is not exact, in words; `undefined` where all is. */
export function inexactIn(value: unknown, depth = 0): string | undefined {
  if (["number", "string", "boolean"].includes(typeof value)) return undefined;
  if (typeof value === "bigint") return `the BigInt ${value}`;
  if (!Array.isArray(value)) return valueText(value);
  if (depth === DEEPEST) return `a list of more than ${DEEPEST} lists in one another`;
  const faults = Array.from(value as unknown[], (one) => inexactIn(one, depth + 1));
  return faults.find((fault) => fault !== undefined);
}

/** What an exact value may be, in words. */
export const EXACT = "a number, a text, true or false, or a list of these";

/** The fields that go together, one set for each kind of bound. */
const KINDS: readonly (readonly string[])[] = [["above", "below"], ["about", "within"], ["is"]];

/** Why a bound is none, or `undefined` for a good one. */
export function faultOf(bound: Bound): string | undefined {
  const given = Object.keys(bound);
  if (KINDS.filter((fields) => fields.some((field) => given.includes(field))).length > 1)
    return "it mixes kinds: give above and below, or about with within, or is, and make two claims of two";
  if ("is" in bound) {
    const inexact = inexactIn(bound.is);
    return inexact === undefined ? undefined : `is has ${inexact} in it; what is exact is ${EXACT}`;
  }
  if (given.includes("within") && !("about" in bound)) return "within is there without about: give both";
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
