// WordPiece (Schuster and Nakajima 2012), as BERT has it: a text is cleaned and cut into words, and each word into the longest pieces that a fixed
// vocabulary knows, from its beginning on. A piece that goes on within a word is written with ## before it.

import { checkArguments, FLAG, list, NUMERIC, STRING, STRINGS, settings, valueText } from "../arguments";
import { at } from "../indexing";
import { checkId, type Tokenizer } from "./tokenizer";

/** What a {@link WordPieceTokenizer} can be asked for. */
export interface WordPieceOptions {
  /** Whether capitals become small letters, and accents are taken off: as in BERT's "uncased" vocabularies. Default true. */
  lowerCase?: boolean;
}

/** A text, or two, in the form in which BERT reads them. */
export interface FramedTokens {
  /** `[CLS] text [SEP]`, or `[CLS] first [SEP] second [SEP]`. */
  readonly tokens: Int32Array;
  /** For each token 0; for those of the second text, and the `[SEP]` after it, 1. */
  readonly segments: Int32Array;
}

const UNKNOWN = "[UNK]";
const SPECIALS = ["[PAD]", UNKNOWN, "[CLS]", "[SEP]", "[MASK]"];
const INSIDE = "##";
/** A longer word is unknown, as in BERT's own code. */
const LONGEST_WORD = 100;

/**
 * BERT's tokens: words, and pieces of the words that its vocabulary does not have.
 *
 * @see Schuster and Nakajima 2012, "Japanese and Korean voice search"; Devlin et al. 2019, section 3
 *
 * @example
 * ```ts
 * const tokenizer = new WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "whale", "##s", "."])
 * tokenizer.encode("The whales.") // => [4, 5, 6, 7]
 * tokenizer.frame("The whale").tokens // => [2, 4, 5, 3]
 * ```
 */
export class WordPieceTokenizer implements Tokenizer {
  /** Every piece; its place is its number. */
  readonly pieces: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;
  readonly #unknown: number;
  readonly #lowerCase: boolean;

  /**
   * Takes a vocabulary as BERT's come, with `[UNK]` among the pieces.
   *
   * @throws RangeError when it lacks `[UNK]`, or has a piece twice.
   */
  constructor(pieces: readonly string[], options: WordPieceOptions = {}) {
    checkArguments(
      "WordPieceTokenizer",
      { pieces, options },
      { pieces: STRINGS, options: settings({ lowerCase: FLAG }) },
    );
    this.pieces = pieces;
    this.#ids = new Map(pieces.map((piece, id) => [piece, id]));
    if (this.#ids.size !== pieces.length)
      throw new RangeError(
        `WordPieceTokenizer: of ${pieces.length} pieces only ${this.#ids.size} are different. Leave out those that stand there again.`,
      );
    this.#lowerCase = options.lowerCase ?? true;
    const unknown = this.#ids.get(UNKNOWN);
    if (unknown === undefined)
      throw new RangeError(
        `WordPieceTokenizer: the vocabulary is ${valueText(pieces)}, without ${UNKNOWN}, which stands for words that cannot be put together. ` +
          "Give one that has it.",
      );
    this.#unknown = unknown;
  }

  get size(): number {
    return this.pieces.length;
  }

  /** Without a frame. A word that cannot be put together from pieces is one `[UNK]`; `[MASK]` in a text is three ordinary tokens. */
  encode(text: string): Int32Array {
    checkArguments("encode", { text }, { text: STRING });
    return Int32Array.from(wordsOf(text, this.#lowerCase).flatMap((word) => this.#piecesOf(word)));
  }

  /** A text, or two, between `[CLS]` and `[SEP]`: as BERT was trained to read them. */
  frame(first: string, second?: string): FramedTokens {
    const [start, end] = [this.special("[CLS]"), this.special("[SEP]")];
    const parts = [[start, ...this.encode(first), end], second === undefined ? [] : [...this.encode(second), end]];
    return {
      tokens: Int32Array.from(parts.flat()),
      segments: Int32Array.from(parts.flatMap((part, segment) => part.map(() => segment))),
    };
  }

  /** Words with a blank between them, in small letters where the vocabulary has these alone: what was taken off does not come back. */
  decode(ids: ArrayLike<number>): string {
    checkArguments("decode", { ids }, { ids: list("the numbers of tokens", NUMERIC) });
    const pieces = Array.from(ids, (id) => this.token(id)).filter((piece) => !SPECIALS.includes(piece));
    return pieces
      .map((piece, place) =>
        piece.startsWith(INSIDE) ? piece.slice(INSIDE.length) : `${place > 0 ? " " : ""}${piece}`,
      )
      .join("");
  }

  token(id: number): string {
    checkId(id, this.size);
    return at(this.pieces, id);
  }

  special(name: string): number {
    checkArguments("special", { name }, { name: STRING });
    const id = SPECIALS.includes(name) ? this.#ids.get(name) : undefined;
    if (id !== undefined) return id;
    const known = SPECIALS.filter((special) => this.#ids.has(special));
    throw new RangeError(
      `There is no special token ${JSON.stringify(name)}; of ${SPECIALS.join(", ")} the vocabulary of ${this.size} pieces has ` +
        `${known.join(", ") || "none"}. Give a vocabulary that has it.`,
    );
  }

  /** The longest piece that a word begins with, then the longest that the rest begins with, and so on. */
  #piecesOf(word: string): number[] {
    const characters = [...word];
    if (characters.length > LONGEST_WORD) return [this.#unknown];
    const ids: number[] = [];
    for (let start = 0; start < characters.length; ) {
      let end = characters.length;
      let id: number | undefined;
      for (; end > start; end--) {
        id = this.#ids.get((start > 0 ? INSIDE : "") + characters.slice(start, end).join(""));
        if (id !== undefined) break;
      }
      if (id === undefined) return [this.#unknown];
      ids.push(id);
      start = end;
    }
    return ids;
  }
}

/** What is no letter and not seen: controls, formats, and the mark of a character that could not be read; not the white space among them. */
const UNSEEN = /[^\P{C}\t\n\r]|\uFFFD/gu;
/** Chinese characters, each of which is a word: the blocks that BERT's code names, not those of Japanese and Korean alphabets. */
const CHINESE =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B820}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;
const PUNCTUATION = /[!-/:-@[-`{-~\p{P}]/gu;

/** The words of a text: what white space parts; each punctuation mark and each Chinese character by itself. */
function wordsOf(text: string, lowerCase: boolean): string[] {
  let clean = text.replace(UNSEEN, "").replace(CHINESE, " $& ");
  if (lowerCase) {
    const withoutAccents = clean.normalize("NFD").replace(/\p{Mn}/gu, "");
    // Each by itself: a Greek sigma at the end of a word stays as it is elsewhere.
    clean = Array.from(withoutAccents, (character) => character.toLowerCase()).join("");
  }
  return clean
    .replace(PUNCTUATION, " $& ")
    .split(/\s+/u)
    .filter((word) => word !== "");
}
