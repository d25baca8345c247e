// How far a recognised or translated text is from the right one (Levenshtein 1966, "Binary codes capable of correcting deletions,
// insertions, and reversals").

import { checkArguments, either, kind, list, STRING, STRINGS } from "../arguments";
import { at, lastOf } from "../indexing";
import { wordsOf } from "./words";

const ITEMS = either(
  STRING,
  list(
    "labels or words",
    kind("a finite number or a text", (value) => Number.isFinite(value) || typeof value === "string"),
  ),
);

/**
 * The least number of items to insert, remove or exchange that make one sequence of the other.
 *
 * @param a a text, of which each character is an item, or a list of labels or words
 *
 * @example
 * ```ts
 * editDistance("kitten", "sitting") // => 3
 * editDistance([1, 2, 3], [1, 3]) // => 1
 * ```
 */
export function editDistance(a: string | ArrayLike<number | string>, b: string | ArrayLike<number | string>): number {
  checkArguments("editDistance", { a, b }, { a: ITEMS, b: ITEMS });
  const [from, to] = [Array.from(a), Array.from(b)];
  // From the items so far of one sequence to each beginning of the other.
  let distances = [0, ...to.map((_, i) => i + 1)];
  for (const [row, item] of from.entries()) {
    const next = [row + 1];
    for (const [i, other] of to.entries()) {
      const exchanged = at(distances, i) + Number(item !== other);
      next.push(Math.min(exchanged, at(distances, i + 1) + 1, at(next, i) + 1));
    }
    distances = next;
  }
  return lastOf(distances);
}

/**
 * The word error rate of recognised texts: the words to insert, remove or exchange in them, for each word of the right ones. It
 * may be above 1. What is a word is told by white space; small and capital letters and punctuation count.
 *
 * @param truths the right texts
 * @param guesses what was recognised, in the same order
 * @throws RangeError unless there are as many texts in both, and a word in the right ones
 *
 * @example
 * ```ts
 * wordErrorRate(["four two", "nine"], ["four too", "nine nine"]) // => 0.6666666666666666
 * ```
 */
export function wordErrorRate(truths: readonly string[], guesses: readonly string[]): number {
  checkArguments("wordErrorRate", { truths, guesses }, { truths: STRINGS, guesses: STRINGS });
  if (truths.length !== guesses.length)
    throw new RangeError(
      `wordErrorRate was given ${truths.length} right texts and ${guesses.length} recognised ones; each needs one of the others.`,
    );
  const words = truths.reduce((sum, text) => sum + wordsOf(text).length, 0);
  if (words === 0)
    throw new RangeError(
      `wordErrorRate: the ${truths.length} right texts are empty, or white space; errors are counted by their words, of which there is at least one.`,
    );
  const errors = truths.reduce((sum, text, i) => sum + editDistance(wordsOf(text), wordsOf(at(guesses, i))), 0);
  return errors / words;
}
