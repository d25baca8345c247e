// What an alignment says of pairs of positions by counting alone: the comparison for any model. And how much each of its sequences
// should count, since some kinds of organisms have been sequenced far more often than others.

import { both, checkArguments, countFrom, kind, list, NUMBER, NUMERIC, settings } from "../arguments";
import { at } from "../indexing";
import { GAP } from "./amino-acids";
import { symmetric } from "./matrices";

/** What {@link sequenceWeights} can be asked for. */
export interface SequenceWeightsOptions {
  /** Sequences with at least this share of equal tokens count as one. Default 0.8. */
  identity?: number;
}

/** What {@link covarianceScores} and {@link mutualInformation} can be asked for. */
export interface PairScoresOptions {
  /** How much each sequence counts, a number above 0 for each. Default: all the same. */
  weights?: readonly number[];
}

const MOST_TOKENS = 256;
const TOKEN = countFrom(0, MOST_TOKENS - 1);
/** Sequences of tokens; typed arrays of bytes hold nothing else. */
const SEQUENCES = list("sequences", (row, name) =>
  row instanceof Uint8Array ? undefined : list("tokens", TOKEN)(row, name),
);
const WEIGHTS = list(
  "a number above 0 for each sequence",
  both(
    NUMBER,
    kind("a number above 0", (value) => Number(value) > 0),
  ),
);

/**
 * How much each sequence of an alignment counts: 1 divided by the number of sequences that are nearly the same, itself among them.
 * Their sum is the effective number of sequences.
 *
 * @param sequences rows of tokens, equally long.
 * @see Morcos et al. 2011, "Direct-coupling analysis of residue coevolution", PNAS 108, "Sequence reweighting"
 *
 * @example
 * ```ts
 * sequenceWeights([[1, 2, 3, 4, 5], [1, 2, 3, 4, 6], [9, 9, 9, 9, 9]]) // => [0.5, 0.5, 1]
 * ```
 */
export function sequenceWeights(
  sequences: readonly ArrayLike<number>[],
  options: SequenceWeightsOptions = {},
): number[] {
  checkArguments(
    "sequenceWeights",
    { sequences, options },
    { sequences: SEQUENCES, options: settings({ identity: NUMERIC }) },
  );
  const { identity = 0.8 } = options;
  if (!(identity > 0 && identity <= 1))
    throw new RangeError(
      `sequenceWeights: identity is ${identity}; it is a share above 0 and at most 1. 0.8 is usual.`,
    );
  const length = lengthOf("sequenceWeights", sequences);
  // Rounded before it is compared: 0.2 · 5 is not quite 1.
  const most = Math.floor((1 - identity) * length + 1e-9);
  const alike = new Array<number>(sequences.length).fill(1);
  for (const [i, one] of sequences.entries())
    for (let j = 0; j < i; j++) {
      if (!atMostDifferent(one, at(sequences, j), most)) continue;
      alike[i] = at(alike, i) + 1;
      alike[j] = at(alike, j) + 1;
    }
  return alike.map((count) => 1 / count);
}

function atMostDifferent(a: ArrayLike<number>, b: ArrayLike<number>, most: number): boolean {
  let different = 0;
  for (let i = 0; i < a.length && different <= most; i++) if (a[i] !== b[i]) different++;
  return different <= most;
}

/**
 * The covariance of each two positions of an alignment: the Frobenius norm of what the frequency of each pair of residues is more
 * than the product of their own. Sequences with a gap (token 0) at one of the two do not count there.
 *
 * @param sequences rows of tokens, equally long.
 * @returns a row for each position, with a number of at least 0 for each; 0 on the diagonal.
 *
 * @example
 * ```ts
 * covarianceScores([[1, 1], [1, 1], [2, 2], [2, 2]]) // => [[0, 0.5], [0.5, 0]]
 * ```
 */
export function covarianceScores(sequences: readonly ArrayLike<number>[], options: PairScoresOptions = {}): number[][] {
  return pairScores("covarianceScores", sequences, options, (pairs) => {
    let sum = 0;
    forEachPair(pairs, (together, apart) => {
      sum += (together - apart) ** 2;
    });
    return Math.sqrt(sum);
  });
}

/**
 * The mutual information of each two positions of an alignment, in nats: how much is known of the residue at one of them when the
 * other is seen. Sequences with a gap (token 0) at one of the two do not count there.
 *
 * @param sequences rows of tokens, equally long.
 * @returns a row for each position, with a number of at least 0 for each; 0 on the diagonal.
 * @see Dunn et al. 2008, "Mutual information without the influence of phylogeny or entropy", Bioinformatics 24, section 2.1
 *
 * @example
 * ```ts
 * mutualInformation([[1, 1], [1, 1], [2, 2], [2, 2]]) // => [[0, 0.69], [0.69, 0]]
 * ```
 */
export function mutualInformation(
  sequences: readonly ArrayLike<number>[],
  options: PairScoresOptions = {},
): number[][] {
  return pairScores("mutualInformation", sequences, options, (pairs) => {
    let sum = 0;
    forEachPair(pairs, (together, apart) => {
      if (together > 0) sum += together * Math.log(together / apart);
    });
    return Math.max(0, sum);
  });
}

/** The frequencies of two positions' residues: of pairs, and of each alone. */
interface PairFrequencies {
  readonly pairs: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Calls with the frequency of each pair, and with what it were if the two knew nothing of each other. */
function forEachPair({ pairs, first, second }: PairFrequencies, task: (together: number, apart: number) => void): void {
  for (let a = 0; a < first.length; a++)
    for (let b = 0; b < second.length; b++) {
      const apart = at(first, a) * at(second, b);
      if (apart > 0) task(at(pairs, a * second.length + b), apart);
    }
}

function pairScores(
  owner: string,
  sequences: readonly ArrayLike<number>[],
  options: PairScoresOptions,
  score: (frequencies: PairFrequencies) => number,
): number[][] {
  checkArguments(owner, { sequences, options }, { sequences: SEQUENCES, options: settings({ weights: WEIGHTS }) });
  const length = lengthOf(owner, sequences);
  const weights = options.weights ?? sequences.map(() => 1);
  if (weights.length !== sequences.length)
    throw new RangeError(
      `${owner}: there are ${weights.length} weights for ${sequences.length} sequences; give one for each: sequenceWeights(sequences).`,
    );
  // Column by column, so that what is read together lies together.
  const columns = Array.from({ length }, (_, i) => Uint8Array.from(sequences, (row) => at(row, i)));
  const tokens = 1 + columns.reduce((most, column) => column.reduce((a, b) => Math.max(a, b), most), 0);
  return symmetric(length, (i, j) => score(frequenciesOf(at(columns, i), at(columns, j), weights, tokens)));
}

function frequenciesOf(a: Uint8Array, b: Uint8Array, weights: readonly number[], tokens: number): PairFrequencies {
  const pairs = new Float64Array(tokens * tokens);
  let total = 0;
  for (let row = 0; row < a.length; row++) {
    const [one, other, weight] = [at(a, row), at(b, row), at(weights, row)];
    if (one === GAP || other === GAP) continue;
    const place = one * tokens + other;
    pairs[place] = at(pairs, place) + weight;
    total += weight;
  }
  const [first, second] = [new Float64Array(tokens), new Float64Array(tokens)];
  for (let place = 0; total > 0 && place < pairs.length; place++) {
    const share = at(pairs, place) / total;
    const [row, column] = [Math.floor(place / tokens), place % tokens];
    pairs[place] = share;
    first[row] = at(first, row) + share;
    second[column] = at(second, column) + share;
  }
  return { pairs, first, second };
}

/** @throws RangeError unless there are at least two sequences, all of one length of at least 2. */
function lengthOf(owner: string, sequences: readonly ArrayLike<number>[]): number {
  const length = sequences[0]?.length ?? 0;
  const other = sequences.findIndex((row) => row.length !== length);
  if (sequences.length < 2 || length < 2 || other >= 0)
    throw new RangeError(
      `${owner}: ${sequences.length} sequences were given, the first of ${length} tokens` +
        `${other < 0 ? "" : `, number ${other} of ${sequences[other]?.length}`}; at least 2 are needed, all of one length of at least 2.`,
    );
  return length;
}
