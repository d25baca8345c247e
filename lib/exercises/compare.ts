// How far an answer is from the right one, and what it looks as if it were: a wrong sign, a forgotten factor, rows for
// columns. To say "nearly", and why, teaches more than to say "wrong".
import { type Answer, type Numbers, named, numbersIn, short } from "./answer";

/** `right`; `nearly`, with what is off; or `not yet`. */
export type Status = "right" | "nearly" | "not yet";

/** A comparison's result: how good the answer is, and what to say of it. */
export interface Finding {
  readonly status: Status;
  readonly words: string;
}

/** Numbers differ by less than a tenth: the idea is there, a detail is not. */
const NEAR = 0.1;

/**
 * Compares an answer with the right one.
 *
 * @param tolerance how far numbers may be apart, as a share of the largest of the right ones.
 */
export function compared(got: unknown, expected: Answer, tolerance: number): Finding {
  const right = numbersIn(expected);
  if (!right)
    return got === expected
      ? { status: "right", words: "" }
      : { status: "not yet", words: `it gives ${named(got)} and should give ${named(expected)}` };
  const numbers = numbersIn(got);
  if (!numbers)
    return {
      status: "not yet",
      words: `it gives ${named(got)}; expected ${right.shape.length === 0 ? "a number" : named(expected)}`,
    };
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
  if (likeness)
    return { status: "nearly", words: `it gives ${named(got)} and should give ${named(expected)}: ${likeness}` };
  const words =
    right.shape.length === 0
      ? `it gives ${named(got)} and should give ${named(expected)}`
      : `it gives ${named(got)}; the largest difference is ${short(largest(numbers.values.map((value, i) => value - (right.values[i] as number))))}`;
  return { status: off <= NEAR ? "nearly" : "not yet", words };
}

function ofOtherShape(numbers: Numbers, right: Numbers, tolerance: number): Finding {
  const shapes = `it has the shape [${numbers.shape.join(", ")}], expected [${right.shape.join(", ")}]`;
  if (numbers.values.length === right.values.length && distance(numbers.values, right.values) <= tolerance)
    return { status: "nearly", words: `the numbers are right; ${shapes}` };
  const turned = transposed(numbers);
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
  const turned = transposed(numbers);
  if (turned && distance(turned.values, right.values) <= tolerance) return "rows and columns are exchanged";
  if (right.shape.length === 0) return undefined; // one number is always another times something
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
    return `every number is ${short(factor)} times what it should be`;
  const apart = (values[0] as number) - (right.values[0] as number);
  if (
    distance(
      values.map((value) => value - apart),
      right.values,
    ) <= tolerance
  )
    return `every number is ${short(Math.abs(apart))} too ${apart > 0 ? "large" : "small"}`;
  return undefined;
}

function transposed({ shape, values }: Numbers): Numbers | undefined {
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
