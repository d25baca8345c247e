// What a learner's code gave, as numbers of a shape (or as it is, where it has none), so that answers can be compared.
import { at } from "../indexing";
import { tf } from "../tfjs/tf";

/** What an answer may be: a number, a text, a truth value, a tensor, or (nested) lists of numbers. */
export type Answer = number | string | boolean | tf.Tensor | ArrayLike<number> | readonly Answer[];

/** Numbers in reading order; a single number has the shape `[]`. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** The numbers in an answer; `undefined` where it is something else, or rows differ in length. */
export function numbersIn(answer: unknown): Numbers | undefined {
  if (typeof answer === "number") return { shape: [], values: [answer] };
  if (answer instanceof tf.Tensor) {
    if (answer.isDisposed || answer.dtype === "string" || answer.dtype === "complex64") return undefined;
    return { shape: answer.shape, values: Array.from(answer.dataSync<"float32">(), Number) };
  }
  if (ArrayBuffer.isView(answer) && !(answer instanceof DataView))
    return numbersIn(Array.from(answer as unknown as ArrayLike<number>));
  if (!Array.isArray(answer)) return undefined;
  const rows = answer.map(numbersIn);
  const inner = rows[0]?.shape ?? [];
  if (rows.some((row) => row === undefined || row.shape.join() !== inner.join())) return undefined;
  return { shape: [rows.length, ...inner], values: rows.flatMap((row) => row?.values ?? []) };
}

const SHOWN = 6;

/** An answer in a few words: `48`, `[0.1, 0.9]`, `numbers of shape [3, 4]`, `undefined`. */
export function answerText(answer: unknown): string {
  if (answer instanceof tf.Tensor && answer.isDisposed) return "a tensor that is disposed";
  const numbers = numbersIn(answer);
  if (!numbers)
    return typeof answer === "string"
      ? JSON.stringify(answer)
      : typeof answer === "object"
        ? kind(answer)
        : String(answer);
  const { shape, values } = numbers;
  if (shape.length === 0) return numberText(at(values, 0));
  if (shape.length === 1 && values.length <= SHOWN) return `[${values.map(numberText).join(", ")}]`;
  return `numbers of shape [${shape.join(", ")}] (${values.slice(0, SHOWN).map(numberText).join(", ")}${values.length > SHOWN ? ", …" : ""})`;
}

/** Five digits. */
export function numberText(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en") : String(Number(value.toPrecision(5)));
}

function kind(value: object | null): string {
  if (value === null) return "null";
  return Array.isArray(value)
    ? "a list that is no table of numbers"
    : `an object (${value.constructor?.name ?? "Object"})`;
}
