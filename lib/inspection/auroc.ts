// How well a score tells two kinds apart, whatever the threshold.
import { checkArguments, list, NUMBER } from "../arguments";
import { at } from "../indexing";

const SCORES = list("scores", NUMBER);

/**
 * The area under the receiver operating characteristic: the probability that one drawn from the first kind has a higher score than one
 * from the second, equal ones counted half. 1: the score separates them; 0.5: it says nothing.
 *
 * @param positives the scores of those that should have high ones.
 * @param negatives the scores of the others.
 * @throws RangeError when one of the lists is empty, or a score is not a finite number.
 * @see Fawcett 2006, "An introduction to ROC analysis", section 7
 *
 * @example
 * ```ts
 * auroc([0.35, 0.8], [0.1, 0.4]) // => 0.75
 * ```
 */
export function auroc(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  checkArguments("auroc", { positives, negatives }, { positives: SCORES, negatives: SCORES });
  for (const [name, scores] of Object.entries({ positives, negatives }))
    if (scores.length === 0) throw new RangeError(`auroc: ${name} is empty; it needs at least one score of each kind.`);
  const lower = Float64Array.from(negatives).sort();
  let won = 0;
  for (let i = 0; i < positives.length; i++) {
    const score = at(positives, i);
    won += (countBelow(lower, score, false) + countBelow(lower, score, true)) / 2;
  }
  return won / positives.length / negatives.length;
}

/** How many of the sorted scores are below one, or, with `orEqual`, not above it. */
function countBelow(sorted: Float64Array, score: number, orEqual: boolean): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const found = at(sorted, middle);
    if (found < score || (orEqual && found === score)) from = middle + 1;
    else to = middle;
  }
  return from;
}
