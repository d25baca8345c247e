// A text's claim, held to what was measured. It stands after the output it speaks of, in a cell of its own, so that no
// prediction is answered before it is made.

import { checkArguments, NUMERIC, optional, optionsOf, STRING, valueText } from "../arguments";
import { colour, TEXT } from "../colours";
import { numberText } from "../exercises/answer";
import { at } from "../indexing";
import { display, escapeHtml } from "../notebook";
import {
  type Bound,
  boundInWords,
  compareToBound,
  EXACT,
  type Exact,
  exactInWords,
  faultOf,
  inexactIn,
  isSame,
  type Same,
  type Standing,
} from "./bound";

const BOUND = optionsOf({
  ...{ above: optional(NUMERIC), below: optional(NUMERIC), about: optional(NUMERIC), within: optional(NUMERIC) },
  is: () => undefined,
});

/** The MIME type under which a claim also says to programs what it measured. */
const CLAIM = "application/vnd.cellwise.claim+json";

/**
 * Holds a sentence of the text to its word, and says under the cell that it holds, with what was measured.
 *
 * @param sentence what the text says.
 * @param measured a number; or numbers that were measured over several seeds, of which the median is held to the bound.
 * @param bound where it has to lie: `above`, `below` or both; `about` with `within`; or `is`, for what is exact (a count, a
 * word, a truth value, a list of these).
 * @throws Error when it does not hold. The message has the sentence, what was measured and the bound.
 * @throws RangeError when the bound is none or mixes kinds, or there is nothing measured that it is about.
 *
 * @example
 * ```ts
 * claim("the network parts the spirals", [0.97, 0.99, 0.96], { above: 0.95 }) // of a list it is the median
 * claim("after the clap the state is 0.76", Math.tanh(1), { about: 0.76, within: 0.005 })
 * claim("the network has 93,322 parameters", buildCnn().countParams(), { is: 93_322 })
 * ```
 */
export function claim(sentence: string, measured: number | readonly number[], bound: Exclude<Bound, Same>): void;
export function claim(sentence: string, measured: Exact, bound: Same): void;
export function claim(sentence: string, measured: Exact, given: Bound): void {
  checkArguments("claim", { sentence, bound: given }, { sentence: STRING, bound: BOUND });
  const bound = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as unknown as Bound;
  const fault = faultOf(bound);
  if (fault) throw new RangeError(`The claim "${sentence}" has the bound ${inWords(given)}; ${fault}.`);
  const { value, words, margin, holds } = "is" in bound ? exactly(measured, bound) : numerically(measured, bound);
  const expected = boundInWords(bound);
  display({
    [CLAIM]: { sentence, measured: value, words, expected, margin, holds },
    "text/html":
      `<div style="color: ${TEXT}"><span style="color: ${colour(holds ? 2 : 1)}">${holds ? "✓" : "✗"}</span> ` +
      `${escapeHtml(sentence)} <small>(${escapeHtml(words)}; expected ${escapeHtml(expected)})</small></div>`,
    "text/plain": `${holds ? "✓" : "✗"} ${sentence} (${words}; expected ${expected})`,
  });
  if (!holds)
    throw new Error(
      `Not as the text says: ${sentence}. Measured: ${words}; expected: ${expected}. If nothing was changed above, run the ` +
        "notebook once more from its first cell; if it says so again, the text is wrong on this machine, and we would like to know.",
    );
}

function inWords(bound: object): string {
  const fields = Object.entries(bound).map(([name, value]) => `${name}: ${valueText(value)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

interface Measured extends Standing {
  /** The number that is held to the bound, or the exact value. */
  readonly value: Exact;
  /** What was measured, in words. */
  readonly words: string;
}

function exactly(measured: Exact, { is }: Same): Measured {
  const inexact = inexactIn(measured);
  if (inexact !== undefined)
    throw new RangeError(
      `A claim with is takes what is exact, ${EXACT}; ${inexact} was measured. Await a promise, and take the numbers out of ` +
        "what holds them: Number(…), Array.from(…), await tensor.array().",
    );
  return { value: measured, words: exactInWords(measured), holds: isSame(measured, is), margin: null };
}

function numerically(measured: Exact, bound: Exclude<Bound, Same>): Measured {
  const values = (Array.isArray(measured) ? measured : [measured]) as unknown[];
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length === 0 || numbers.length < values.length)
    throw new RangeError(
      `A claim with limits is about numbers; ${inexactIn(measured) ?? valueText(measured)} was measured. Give a number, a list of at least one, or is.`,
    );
  const value = medianOf(numbers);
  if (numbers.length === 1) return { value, words: numberText(value), ...compareToBound(value, bound) };
  const inside = numbers.filter((number) => compareToBound(number, bound).holds).length;
  const list = numbers.map(numberText).join(", ");
  const words = `median ${numberText(value)} of ${list}; ${inside} of ${numbers.length} inside`;
  return { value, words, ...compareToBound(value, bound) };
}

/** The middle one; of an even count the mean of the middle two. NaN if one of them is. */
function medianOf(numbers: readonly number[]): number {
  if (numbers.some(Number.isNaN)) return Number.NaN;
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (at(sorted, Math.ceil(middle) - 1) + at(sorted, Math.floor(middle))) / 2;
}
