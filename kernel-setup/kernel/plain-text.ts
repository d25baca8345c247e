// A value as text.
import { inspect } from "node:util";
import { cut } from "./cut";

/** Characters of `text/plain` beyond which a value is cut. */
const TEXT_LIMIT = 20_000;

/** A value as a learner wants to read it: four levels, lines that fit, long arrays cut. */
export function plainText(value: unknown): string {
  const text = inspect(value, {
    depth: 4,
    maxArrayLength: 100,
    maxStringLength: 10_000,
    breakLength: 100,
    compact: 3,
  });
  return cut(text, TEXT_LIMIT);
}
