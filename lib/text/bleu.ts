// How good translations are, by the runs of words that they share with right ones (Papineni et al. 2002, "BLEU: a method for
// automatic evaluation of machine translation").

import { checkArguments, choice, countFrom, either, kind, list, STRING, settings } from "../arguments";
import { at } from "../indexing";
import { wordsOf } from "./words";

/** A text, which is cut into words at white space, or a list of words or tokens. */
export type Translation = string | ArrayLike<number | string>;

/** What {@link bleu} can be asked for. */
export interface BleuOptions {
  /** Runs of one word (or token) to so many are counted. Default 4. */
  longest?: number;
  /**
   * What is done about runs of which there are none, as there are no four words in a phrase of three: `none` leaves their precision,
   * and with it the score, at 0; `add-one` counts one more run of each length but the first, and it is right (Lin and Och 2004; the second
   * technique of Chen and Cherry 2014). Default `none`, as in the paper.
   */
  smoothing?: "none" | "add-one";
}

/** What {@link bleu} finds. */
export interface Bleu {
  /** From 0, nothing in common, to 1. Papers give it in hundredths. */
  readonly score: number;
  /** The share of the runs of one word, of two words and so on that are in a right text too. */
  readonly precisions: readonly number[];
  /** What the score is multiplied by because the translations are shorter than the right texts; 1 where they are not. */
  readonly brevityPenalty: number;
}

const TRANSLATION = either(
  STRING,
  list(
    "words or tokens",
    kind("a finite number or a text", (value) => Number.isFinite(value) || typeof value === "string"),
  ),
);

/**
 * BLEU, the usual measure of translations, of a whole test set: the geometric mean of the precisions of runs of one to four words, times
 * a penalty for translations that are too short. A run counts at most as often as it is in one of the right texts. The
 * length that is asked for is, translation by translation, that of the right text whose length is nearest, of two the shorter.
 *
 * What is a word is told by white space; small and capital letters and punctuation count. Scores can be compared only where
 * words, right texts and smoothing are the same.
 *
 * @param truths for each translation the list of its right ones, at least one
 * @param guesses the translations, in the same order
 * @throws RangeError unless there is a translation, and for each a right one
 * @see Papineni et al. 2002, section 2
 *
 * @example
 * ```ts
 * const { score, precisions } = bleu([["the cat is on the mat", "there is a cat on the mat"]], ["the cat sat on the mat"], {
 *   smoothing: "add-one",
 * })
 * precisions.map((precision) => precision.toFixed(2)) // => ["0.83", "0.67", "0.40", "0.25"]
 * score.toFixed(2) // => "0.49"
 * ```
 */
export function bleu(
  truths: readonly (readonly Translation[])[],
  guesses: readonly Translation[],
  options: BleuOptions = {},
): Bleu {
  checkArguments(
    "bleu",
    { truths, guesses, options },
    {
      truths: list("for each translation the list of its right ones", list("right translations", TRANSLATION)),
      guesses: list("translations", TRANSLATION),
      options: settings({ longest: countFrom(1, 100), smoothing: choice("none", "add-one") }),
    },
  );
  const { longest = 4, smoothing = "none" } = options;
  if (truths.length !== guesses.length || guesses.length === 0)
    throw new RangeError(
      `bleu was given right texts for ${truths.length} translations, and ${guesses.length} translations; there is at least one, ` +
        "and each needs a list of right ones.",
    );
  const alone = truths.findIndex((texts) => texts.length === 0);
  if (alone >= 0)
    throw new RangeError(
      `bleu: truths[${alone}] is an empty list; translation ${alone} needs at least one right text.`,
    );

  const pairs = guesses.map((guess, i) => ({ guess: itemsOf(guess), right: at(truths, i).map(itemsOf) }));
  const precisions = Array.from({ length: longest }, (_, i) => precision(pairs, i + 1, smoothing));
  const length = pairs.reduce((sum, { guess }) => sum + guess.length, 0);
  const asked = pairs.reduce((sum, { guess, right }) => sum + nearestLength(guess.length, right), 0);
  const brevityPenalty = length >= asked ? 1 : Math.exp(1 - asked / length);
  const mean = Math.exp(precisions.reduce((sum, share) => sum + Math.log(share), 0) / longest);
  return { score: brevityPenalty * mean, precisions, brevityPenalty };
}

type Items = readonly (number | string)[];

interface Pair {
  readonly guess: Items;
  readonly right: readonly Items[];
}

function itemsOf(text: Translation): Items {
  return typeof text === "string" ? wordsOf(text) : Array.from(text);
}

/** The share of the translations' runs of one length that are right. */
function precision(pairs: readonly Pair[], length: number, smoothing: "none" | "add-one"): number {
  const added = smoothing === "add-one" && length > 1 ? 1 : 0;
  let [right, all] = [added, added];
  for (const pair of pairs) {
    const known = pair.right.map((text) => runsOf(text, length));
    for (const [run, count] of runsOf(pair.guess, length)) {
      right += Math.min(count, Math.max(...known.map((runs) => runs.get(run) ?? 0)));
      all += count;
    }
  }
  return all === 0 ? 0 : right / all;
}

/** How often each run of so many items is in a text. */
function runsOf(items: Items, length: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + length <= items.length; start++) {
    const run = JSON.stringify(items.slice(start, start + length)); // 1 and "1" differ
    counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  return counts;
}

function nearestLength(length: number, texts: readonly Items[]): number {
  const distance = (other: number): number => Math.abs(other - length);
  return texts
    .map((text) => text.length)
    .reduce((best, other) => {
      const nearer = distance(other) - distance(best);
      return nearer < 0 || (nearer === 0 && other < best) ? other : best;
    });
}
