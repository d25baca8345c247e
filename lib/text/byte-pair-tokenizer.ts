// Byte-pair encoding (Sennrich, Haddow and Birch, "Neural Machine Translation of Rare Words with Subword Units", ACL 2016)
// over bytes (Radford et al., "Language Models are Unsupervised Multitask Learners", 2019, section 2.2): the 256 bytes of
// UTF-8 are tokens, so that nothing is unknown; then the two neighbours that stand together most often become one token,
// again and again, until there are as many as one wants.
import { checkId, specialId, type Tokenizer } from "./tokenizer";

/** A merge: the two tokens that become one. */
export type Merge = readonly [left: number, right: number];

/** What {@link BytePairTokenizer.train} can be asked for. */
export interface BytePairOptions {
  /** Tokens in all: the special ones, 256 bytes, and what is merged. Default 512. */
  vocabularySize?: number;
  /** Tokens without text, numbered from 0: `["<pad>"]`. Default: none. */
  specials?: readonly string[];
}

const BYTES = 256;

/**
 * Merges stay within a word, which takes along the space before it, a number, or a run of signs or of white space; all of
 * a text is covered, as each character is white space or not.
 */
const PIECE = / ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s/gu;

/** Text as byte pairs: `decode(encode(text)) === text` for every text. */
export class BytePairTokenizer implements Tokenizer {
  readonly size: number;
  readonly specials: readonly string[];
  /** In the order in which they were learned. Byte b is written b here, what merge m makes 256 + m. */
  readonly merges: readonly Merge[];
  readonly #merged: ReadonlyMap<number, number>;
  /** The bytes of each token. */
  readonly #bytes: readonly Uint8Array[];
  readonly #known = new Map<string, readonly number[]>();

  /** From merges learned before; `train` learns them from a text. */
  constructor(merges: readonly Merge[], specials: readonly string[] = []) {
    this.merges = merges;
    this.specials = specials;
    this.size = specials.length + BYTES + merges.length;
    this.#merged = new Map(merges.map(([left, right], order) => [pairOf(left, right), BYTES + order]));
    const bytes = Array.from({ length: BYTES }, (_, byte) => Uint8Array.of(byte));
    for (const [left, right] of merges)
      bytes.push(Uint8Array.of(...(bytes[left] as Uint8Array), ...(bytes[right] as Uint8Array)));
    this.#bytes = bytes;
  }

  /**
   * Learns merges from a text. It ends early, with fewer tokens, when no two neighbours stand together twice.
   *
   * @throws RangeError for a vocabulary without room for the bytes, or of more than 65,536 tokens.
   */
  static train(text: string, options: BytePairOptions = {}): BytePairTokenizer {
    const { vocabularySize = 512, specials = [] } = options;
    const room = vocabularySize - specials.length - BYTES;
    if (!Number.isInteger(room) || room < 0 || vocabularySize > 65_536)
      throw new RangeError(
        `vocabularySize is ${vocabularySize}; it is a whole number from ${specials.length + BYTES} (${specials.length} special ` +
          "tokens and 256 bytes) to 65536.",
      );
    const pieces = new PieceCounts(text);
    const merges: Merge[] = [];
    while (merges.length < room) {
      const pair = pieces.mostFrequent();
      if (!pair) break;
      pieces.merge(pair, BYTES + merges.length);
      merges.push(pair);
    }
    return new BytePairTokenizer(merges, specials);
  }

  /** @throws RangeError for half of a surrogate pair, which is no character and has no bytes. */
  encode(text: string): Int32Array {
    const ids: number[] = [];
    for (const piece of piecesOf(text)) {
      let known = this.#known.get(piece);
      if (!known) {
        known = this.#encodePiece(piece);
        this.#known.set(piece, known);
      }
      for (const id of known) ids.push(id + this.specials.length);
    }
    return Int32Array.from(ids);
  }

  /** Bytes that are no whole character (a token can end within one) come out as U+FFFD. */
  decode(ids: ArrayLike<number>): string {
    const parts = Array.from(ids, (id) => {
      checkId(id, this.size);
      return id < this.specials.length ? [] : (this.#bytes[id - this.specials.length] as Uint8Array);
    });
    return decodeUtf8(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
  }

  /** A token that is no whole character is written by its bytes, `\xE2\x80`. */
  token(id: number): string {
    checkId(id, this.size);
    if (id < this.specials.length) return this.specials[id] as string;
    const bytes = this.#bytes[id - this.specials.length] as Uint8Array;
    const text = decodeUtf8(bytes);
    if (!text.includes("\uFFFD")) return text;
    return Array.from(bytes, (byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  }

  special(name: string): number {
    return specialId(this.specials, name);
  }

  /** The earliest learned merge first, until none is left. */
  #encodePiece(piece: string): readonly number[] {
    let symbols = bytesOf(piece);
    for (;;) {
      let first = Number.POSITIVE_INFINITY;
      for (let i = 1; i < symbols.length; i++)
        first = Math.min(first, this.#merged.get(pairOf(symbols[i - 1] as number, symbols[i] as number)) ?? first);
      const merge = this.merges[first - BYTES];
      if (!merge) return symbols;
      symbols = replacePair(symbols, merge, first);
    }
  }
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

function replacePair(symbols: readonly number[], [left, right]: Merge, symbol: number): number[] {
  const replaced: number[] = [];
  for (let i = 0; i < symbols.length; i++) {
    const found = symbols[i] === left && symbols[i + 1] === right;
    replaced.push(found ? symbol : (symbols[i] as number));
    if (found) i++;
  }
  return replaced;
}

/** Both numbers in one, for a map. */
function pairOf(left: number, right: number): number {
  return left * 65_536 + right;
}

function piecesOf(text: string): readonly string[] {
  const half = /\p{Surrogate}/u.exec(text);
  if (half)
    throw new RangeError(
      `Place ${half.index} of the text is half of a surrogate pair (U+${text.charCodeAt(half.index).toString(16).toUpperCase()}), ` +
        "which is no character. Cut texts between characters: [...text].slice(…).",
    );
  return text.match(PIECE) ?? [];
}

function bytesOf(piece: string): number[] {
  return [...Buffer.from(piece, "utf8")];
}

function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
