// The template modelling score (Zhang and Skolnick 2004, "Scoring function for automated assessment of protein structure template
// quality", Proteins 57): how much of a fold is right. A residue far off counts as nothing, but no more than that.

import { checkArguments } from "../arguments";
import { at } from "../indexing";
import { distance, POINTS, type Point } from "./points";
import { bestMove, checkPaired, moved } from "./superposition";

/** Shorter chains would have no scale, or one below 0 (as in the authors' own program). */
const LEAST_SCALE = 0.5;
const SHORTEST = 21;
/** The smallest piece that a search begins with, and how often a piece may grow or shrink. */
const [LEAST_PIECE, ROUNDS] = [4, 20];

/**
 * The TM-score of a chain against the right one: the mean of 1 / (1 + (d / d₀)²) over the residues, where d is how far a residue
 * is from its place and d₀ = 1.24 ∛(length − 15) − 1.8 Å, which makes chance the same for all lengths; with the chain laid on the other in
 * the way that makes the score highest, without a reflection. From 0 to 1, which is the same chain; above 0.5 two chains have the
 * same fold, chance is at about 0.17.
 *
 * The best way of laying is searched for as the authors' program does it: from pieces of the chain, each grown by what then lies near.
 *
 * @param model a place for each residue, of Cα, in ångströms.
 * @param truth as many.
 * @throws RangeError unless both have as many places, and at least 3.
 * @see Zhang and Skolnick 2004, equations 1 and 5; Xu and Zhang 2010, "How significant is a protein structure similarity with TM-score = 0.5?"
 *
 * @example
 * ```ts
 * const helix = Array.from({ length: 30 }, (_, i): Point => [2.3 * Math.cos(1.75 * i), 2.3 * Math.sin(1.75 * i), 1.5 * i])
 * tmScore(helix, helix) // => 1
 * ```
 */
export function tmScore(model: readonly Point[], truth: readonly Point[]): number {
  checkArguments("tmScore", { model, truth }, { model: POINTS, truth: POINTS });
  checkPaired("tmScore", model, truth);
  const { length } = truth;
  const scale = length > SHORTEST ? Math.max(LEAST_SCALE, 1.24 * Math.cbrt(length - 15) - 1.8) : LEAST_SCALE;
  const near = Math.min(8, Math.max(4.5, scale));
  let best = 0;
  for (let size = length; ; size = Math.max(Math.min(LEAST_PIECE, length), size >> 1)) {
    for (let start = 0; start + size <= length; start++) {
      const piece = Array.from({ length: size }, (_, i) => start + i);
      best = Math.max(best, searched(model, truth, piece, scale, near));
    }
    if (size <= LEAST_PIECE) return best;
  }
}

/** Lays the chain by a piece of it, then by what is near, until this stays the same. */
function searched(
  model: readonly Point[],
  truth: readonly Point[],
  piece: readonly number[],
  scale: number,
  near: number,
): number {
  let [best, chosen] = [0, piece];
  for (let round = 0; round < ROUNDS; round++) {
    const move = bestMove(
      chosen.map((i) => at(model, i)),
      chosen.map((i) => at(truth, i)),
    );
    const distances = model.map((point, i) => distance(moved(move, point), at(truth, i)));
    const score = distances.reduce((sum, d) => sum + 1 / (1 + (d / scale) ** 2), 0) / truth.length;
    best = Math.max(best, score);
    const next = nearest(distances, near);
    if (next.length === chosen.length && next.every((i, place) => i === chosen[place])) break;
    chosen = next;
  }
  return best;
}

/** Those nearer than a limit; the three nearest, where they are fewer. */
function nearest(distances: readonly number[], limit: number): number[] {
  const chosen = [...distances.keys()].filter((i) => at(distances, i) < limit);
  if (chosen.length >= 3) return chosen;
  const order = [...distances.keys()].sort((a, b) => at(distances, a) - at(distances, b));
  return order.slice(0, 3).sort((a, b) => a - b);
}
