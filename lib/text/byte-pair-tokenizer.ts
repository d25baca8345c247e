// Text as byte pairs: a text is cut into what learnMerges (byte-pairs.ts) found to stand together often, the earliest found
// first, as the 2016 paper does.

import { checkArguments, checkWholeNumber, list, NUMERIC, STRING, STRINGS, settings, WHOLE } from "../arguments";
import { at } from "../indexing";
import { BYTES, bytesOf, learnMerges, type Merge, pairOf, piecesOf, replacePair } from "./byte-pairs";
import { checkId, specialId, type Tokenizer } from "./tokenizer";

/** What {@link BytePairTokenizer.train} can be asked for. */
export interface BytePairOptions {
  /** Tokens in all: the special ones, 256 bytes, and what is merged. Default 512. */
  vocabularySize?: number;
  /** Tokens without text, numbered from 0: `["<pad>"]`. Default: none. */
  specials?: readonly string[];
}

/**
 * Text as byte pairs: `decode(encode(text)) === text` for every text.
 *
 * @see Sennrich, Haddow and Birch 2016, "Neural machine translation of rare words with subword units"
 *
 * @example
 * ```ts
 * const tokenizer = BytePairTokenizer.train("the whale, the whale, the whale", { vocabularySize: 260 })
 * tokenizer.decode(tokenizer.encode("the whale")) // => "the whale"
 * ```
 */
export class BytePairTokenizer implements Tokenizer {
  readonly size: number;
  /** Tokens without text, numbered from 0. */
  readonly specials: readonly string[];
  /** In the order in which they were learned. Byte b is written b here, what merge m makes 256 + m. */
  readonly merges: readonly Merge[];
  readonly #merged: ReadonlyMap<number, number>;
  /** The bytes of each token. */
  readonly #bytes: readonly Uint8Array[];
  readonly #known = new Map<string, readonly number[]>();

  /** From merges learned before; `train` learns them from a text. */
  constructor(merges: readonly Merge[], specials: readonly string[] = []) {
    checkArguments(
      "BytePairTokenizer",
      { merges, specials },
      { merges: list("merges", list("two tokens", WHOLE)), specials: STRINGS },
    );
    checkMerges(merges);
    this.merges = merges;
    this.specials = specials;
    this.size = specials.length + BYTES + merges.length;
    this.#merged = new Map(merges.map(([left, right], order) => [pairOf(left, right), BYTES + order]));
    const bytes = Array.from({ length: BYTES }, (_, byte) => Uint8Array.of(byte));
    for (const [left, right] of merges) bytes.push(Uint8Array.of(...at(bytes, left), ...at(bytes, right)));
    this.#bytes = bytes;
  }

  /**
   * Learns merges from a text. It ends early, with fewer tokens, when no two neighbours stand together twice.
   *
   * @throws RangeError for a vocabulary without room for the bytes, or of more than 65,536 tokens.
   */
  static train(text: string, options: BytePairOptions = {}): BytePairTokenizer {
    checkArguments(
      "BytePairTokenizer.train",
      { text, options },
      { text: STRING, options: settings({ vocabularySize: NUMERIC, specials: STRINGS }) },
    );
    const { vocabularySize = 512, specials = [] } = options;
    const least = specials.length + BYTES;
    const remedy = `The ${specials.length} special tokens and 256 bytes are in it.`;
    checkWholeNumber("vocabularySize", vocabularySize, { least, most: 65_536 }, remedy);
    return new BytePairTokenizer(learnMerges(text, vocabularySize - least), specials);
  }

  /** @throws RangeError for half of a surrogate pair, which is no character and has no bytes. */
  encode(text: string): Int32Array {
    checkArguments("encode", { text }, { text: STRING });
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
    checkArguments("decode", { ids }, { ids: list("the numbers of tokens", NUMERIC) });
    const parts = Array.from(ids, (id) => {
      checkId(id, this.size);
      return id < this.specials.length ? [] : at(this.#bytes, id - this.specials.length);
    });
    return decodeUtf8(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
  }

  /** A token that is no whole character is written by its bytes, `\xE2\x80`. */
  token(id: number): string {
    checkId(id, this.size);
    if (id < this.specials.length) return at(this.specials, id);
    const bytes = at(this.#bytes, id - this.specials.length);
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

function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** @throws RangeError for a merge of other than two tokens that are there before it */
function checkMerges(merges: readonly Merge[]): void {
  for (const [order, merge] of merges.entries())
    if (merge.length !== 2 || merge.some((token) => token < 0 || token >= BYTES + order))
      throw new RangeError(
        `Merge ${order} is [${merge.join(", ")}]; it is two tokens that are there before it, each from 0 to ` +
          `${BYTES + order - 1}. Give the merges of a tokenizer that was trained, in their order.`,
      );
}
