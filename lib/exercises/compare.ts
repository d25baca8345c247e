// How far an answer is from the right one, and what it looks as if it were: a wrong sign, a forgotten factor, rows for
// columns. To say "nearly", and why, teaches more than to say "wrong".
import { at } from "../indexing";
import { type Answer, answerText, type Numbers, numbersIn, numberText } from "./answer";

/** `right`; `nearly`, with what is off; or `not yet`. */
export type Status = "right" | "nearly" | "not yet";

/** A comparison's result: how good the answer is, and what to say of it. */
export interface Finding {
  readonly status: Status;
  readonly words: string;
}

/** Numbers differ by less than a tenth: the idea is there, a detail is not. */
const NEAR = 0.1;
/** What is forgotten most often: a half, a percent, the unit's prefix. Any other factor between two numbers says nothing. */
const FACTORS = [2, 10, 100, 1000, 1_000_000];

/**
 * Compares an answer with the right one. The words say what is off, and not the right answer itself: whoever reads it stops
 * looking for it.
 *
 * @param tolerance how far numbers may be apart, as a share of the largest of the right ones.
 */
export function compareAnswers(got: unknown, expected: Answer, tolerance: number): Finding {
  const right = numbersIn(expected);
  if (!right) {
    if (got === expected) return { status: "right", words: "" };
    const words = typeof got === typeof expected ? "this is not right" : `expected ${answerKindOf(expected)}`;
    return { status: "not yet", words: `it gives ${answerText(got)}; ${words}` };
  }
  const numbers = numbersIn(got);
  if (!numbers) return { status: "not yet", words: `it gives ${answerText(got)}; expected ${answerKindOf(expected)}` };
  const missing = numbers.values.filter((value) => !Number.isFinite(value)).length;
  if (missing > 0 && right.values.every(Number.isFinite))
    return {
      status: "not yet",
      words:
        numbers.shape.length === 0
          ? `it gives ${numbers.values[0]}`
          : `${missing} of its ${numbers.values.length} numbers are NaN or infinite`,
    };
  if (numbers.shape.join() !== right.shape.join()) return ofOtherShape(numbers, right, tolerance);
  const off = distance(numbers.values, right.values);
  if (off <= tolerance) return { status: "right", words: "" };
  const likeness = looksLike(numbers, right, tolerance);
  if (likeness) return { status: "nearly", words: `it gives ${answerText(got)}: ${likeness}` };
  const near = off <= NEAR;
  return {
    status: near ? "nearly" : "not yet",
    words: `it gives ${answerText(got)}; ${whatIsOff(numbers, right, tolerance)}`,
  };
}

/** What is expected, without its values. */
function answerKindOf(expected: Answer): string {
  const shape = numbersIn(expected)?.shape;
  if (!shape) return typeof expected === "string" ? "a text" : "true or false";
  return shape.length === 0 ? "a number" : `numbers of shape [${shape.join(", ")}]`;
}

/** One number: too large or too small. Several: how many are off, and where to look first. */
function whatIsOff({ shape, values }: Numbers, right: Numbers, tolerance: number): string {
  const size = largest(right.values) || 1;
  const errors = values.map((value, i) =>
    Object.is(value, right.values[i]) ? 0 : value - (right.values[i] as number),
  );
  const wrong = Array.from(errors.keys()).filter((i) => !(Math.abs(at(errors, i)) <= tolerance * size));
  const first = at(wrong, 0);
  const error = at(errors, first);
  const share = Math.abs(error) / size;
  const off = `${share <= NEAR ? "a little " : share > 10 ? "far " : ""}too ${error > 0 ? "large" : "small"}`;
  if (shape.length === 0) return `this is ${off}`;
  const which = `${numberText(at(values, first))} at [${placeOf(first, shape)}]`;
  return wrong.length === 1
    ? `one of its ${values.length} numbers is off: ${which} is ${off}`
    : `${wrong.length} of its ${values.length} numbers are off; the first of them, ${which}, is ${off}`;
}

/** The place of a number, an index for each axis. */
function placeOf(index: number, shape: readonly number[]): string {
  const place: number[] = [];
  let rest = index;
  for (const side of shape.toReversed()) {
    place.unshift(rest % side);
    rest = Math.floor(rest / side);
  }
  return place.join(", ");
}

function ofOtherShape(numbers: Numbers, right: Numbers, tolerance: number): Finding {
  const shapes = `it has the shape [${numbers.shape.join(", ")}], expected [${right.shape.join(", ")}]`;
  if (numbers.values.length === right.values.length && distance(numbers.values, right.values) <= tolerance)
    return { status: "nearly", words: `the numbers are right; ${shapes}` };
  const turned = transpose(numbers);
  if (turned && turned.shape.join() === right.shape.join() && distance(turned.values, right.values) <= tolerance)
    return { status: "nearly", words: `rows and columns are exchanged: ${shapes}` };
  return { status: "not yet", words: shapes };
}

/** What would make the answer right, if it is one simple thing. */
function looksLike(numbers: Numbers, right: Numbers, tolerance: number): string | undefined {
  const { values } = numbers;
  if (
    distance(
      values.map((value) => -value),
      right.values,
    ) <= tolerance
  )
    return "the sign is the wrong way round";
  const turned = transpose(numbers);
  if (turned && distance(turned.values, right.values) <= tolerance) return "rows and columns are exchanged";
  if (right.shape.length === 0) return slipOfOneNumber(at(values, 0), at(right.values, 0), tolerance);
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
  const factor = dot(values, right.values) / dot(right.values, right.values);
  if (
    Number.isFinite(factor) &&
    factor !== 0 &&
    distance(
      values.map((value) => value / factor),
      right.values,
    ) <= tolerance
  )
    return `every number is ${numberText(factor)} times what it should be`;
  const apart = at(values, 0) - at(right.values, 0);
  if (
    distance(
      values.map((value) => value - apart),
      right.values,
    ) <= tolerance
  )
    return `every number is ${numberText(Math.abs(apart))} too ${apart > 0 ? "large" : "small"}`;
  return undefined;
}

/** One number is always another times something: only the factors that are forgotten say anything, and to be off by one. */
function slipOfOneNumber(value: number, right: number, tolerance: number): string | undefined {
  for (const factor of FACTORS)
    for (const [times, where] of [
      [factor, "large"],
      [1 / factor, "small"],
    ] as const)
      if (value !== 0 && distance([value / times], [right]) <= tolerance)
        return `it is too ${where} by a factor of ${numberText(factor)}`;
  if (Math.abs(value - right) === 1 && Math.abs(right) > 1 / NEAR)
    return `it is too ${value > right ? "large" : "small"} by one`;
  return undefined;
}

function transpose({ shape, values }: Numbers): Numbers | undefined {
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === undefined || columns === undefined) return undefined;
  return {
    shape: [columns, rows],
    values: values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)] as number),
  };
}

/** The largest difference, as a share of the largest of the right numbers. */
function distance(values: readonly number[], right: readonly number[]): number {
  const off = largest(values.map((value, i) => (Object.is(value, right[i]) ? 0 : value - (right[i] as number))));
  return off / (largest(right) || 1);
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
