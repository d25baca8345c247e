// Learning byte pairs from a text: every text begins as the 256 bytes of UTF-8, so that nothing is unknown; then the two
// neighbours that stand together most often become one symbol, again and again (Sennrich, Haddow and Birch, "Neural Machine
// Translation of Rare Words with Subword Units", ACL 2016, section 3.2; over bytes: Radford et al., "Language Models are
// Unsupervised Multitask Learners", 2019, section 2.2).

/** A merge: the two tokens that become one. */
export type Merge = readonly [left: number, right: number];

/** Symbols 0 to 255 are the bytes; merge m makes the symbol 256 + m. */
export const BYTES = 256;

/**
 * Merges stay within a word, which takes along the space before it, a number, or a run of signs or of white space; all of
 * a text is covered, as each character is white space or not.
 */
const PIECE = / ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s/gu;

/**
 * Learns merges from a text.
 *
 * @param most how many to learn. There are fewer when no two neighbours stand together twice.
 */
export function learnMerges(text: string, most: number): Merge[] {
  const pieces = new PieceCounts(text);
  const merges: Merge[] = [];
  while (merges.length < most) {
    const pair = pieces.mostFrequent();
    if (!pair) break;
    pieces.merge(pair, BYTES + merges.length);
    merges.push(pair);
  }
  return merges;
}

/** The different pieces of a text, how often each is there, and how often each pair of neighbours. */
class PieceCounts {
  readonly #pieces: { symbols: number[]; readonly count: number }[] = [];
  readonly #pairs = new Map<number, { count: number; readonly pieces: Set<number> }>();

  constructor(text: string) {
    const counts = new Map<string, number>();
    for (const piece of piecesOf(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
    for (const [piece, count] of counts) {
      this.#pieces.push({ symbols: bytesOf(piece), count });
      this.#count(this.#pieces.length - 1, 1);
    }
  }

  /** The pair that stands in the text most often, at least twice; of several, the one with the lowest numbers. */
  mostFrequent(): Merge | undefined {
    let [best, most] = [-1, 1];
    for (const [pair, { count }] of this.#pairs)
      if (count > most || (count === most && most > 1 && pair < best)) [best, most] = [pair, count];
    return best < 0 ? undefined : [Math.floor(best / 65_536), best % 65_536];
  }

  /** Replaces a pair by one symbol, everywhere; only pieces that have it are touched. */
  merge(pair: Merge, symbol: number): void {
    for (const number of this.#pairs.get(pairOf(...pair))?.pieces ?? []) {
      const piece = this.#pieces[number] as { symbols: number[] };
      this.#count(number, -1);
      piece.symbols = replacePair(piece.symbols, pair, symbol);
      this.#count(number, 1);
    }
    this.#pairs.delete(pairOf(...pair));
  }

  /** Adds a piece's pairs to the counts, or takes them away. */
  #count(number: number, sign: 1 | -1): void {
    const { symbols, count } = this.#pieces[number] as { symbols: number[]; count: number };
    for (let i = 1; i < symbols.length; i++) {
      const key = pairOf(symbols[i - 1] as number, symbols[i] as number);
      let pair = this.#pairs.get(key);
      if (!pair) {
        pair = { count: 0, pieces: new Set() };
        this.#pairs.set(key, pair);
      }
      pair.count += sign * count;
      pair.pieces.add(number);
    }
  }
}

/** A piece after one merge: the pair stands as one symbol wherever it was. */
export function replacePair(symbols: readonly number[], [left, right]: Merge, symbol: number): number[] {
  const replaced: number[] = [];
  for (let i = 0; i < symbols.length; i++) {
    const found = symbols[i] === left && symbols[i + 1] === right;
    replaced.push(found ? symbol : (symbols[i] as number));
    if (found) i++;
  }
  return replaced;
}

/** Both numbers in one, for a map. */
export function pairOf(left: number, right: number): number {
  return left * 65_536 + right;
}

/** Cuts a text into pieces that merges stay within. */
export function piecesOf(text: string): readonly string[] {
  const half = /\p{Surrogate}/u.exec(text);
  if (half)
    throw new RangeError(
      `Place ${half.index} of the text is half of a surrogate pair (U+${text.charCodeAt(half.index).toString(16).toUpperCase()}), ` +
        "which is no character. Cut texts between characters: [...text].slice(…).",
    );
  return text.match(PIECE) ?? [];
}

/** The UTF-8 of a piece: symbols before any merge. */
export function bytesOf(piece: string): number[] {
  return [...Buffer.from(piece, "utf8")];
}
