// The simplest tokenizer: each character (Unicode code point) is a token.
import { checkArguments, either, STRING, STRINGS, settings } from "../arguments";
import type { Tokenizer } from "./tokenizer";
import { Vocabulary } from "./vocabulary";

/** What a {@link CharacterTokenizer} can be asked for. */
export interface CharacterTokenizerOptions {
  /** Tokens without text, numbered from 0: `["<pad>", "<start>", "<end>"]`. Default: none. */
  specials?: readonly string[];
}

/**
 * Numbers the characters of the texts it was made from.
 *
 * @example
 * ```ts
 * const letters = new CharacterTokenizer("abc", { specials: ["<pad>"] })
 * letters.encode("cab") // => [3, 1, 2]
 * ```
 */
export class CharacterTokenizer implements Tokenizer {
  /** The special tokens and the characters, with their numbers. */
  readonly vocabulary: Vocabulary;

  /**
   * Numbers the special tokens, and after them the characters in the order of their code points.
   *
   * @param texts one text or several, which together have every character that will be met.
   */
  constructor(texts: string | readonly string[], options: CharacterTokenizerOptions = {}) {
    checkArguments(
      "CharacterTokenizer",
      { texts, options },
      { texts: either(STRINGS, STRING), options: settings({ specials: STRINGS }) },
    );
    const characters = new Set<string>();
    for (const text of typeof texts === "string" ? [texts] : texts)
      for (const character of text) characters.add(character);
    this.vocabulary = new Vocabulary(characters, options.specials);
  }

  get size(): number {
    return this.vocabulary.size;
  }

  /** @throws RangeError for a character that none of the texts had. */
  encode(text: string): Int32Array {
    checkArguments("encode", { text }, { text: STRING });
    return this.vocabulary.encode(text);
  }

  decode(ids: ArrayLike<number>): string {
    return this.vocabulary.decode(ids).join("");
  }

  token(id: number): string {
    return this.vocabulary.token(id);
  }

  special(name: string): number {
    return this.vocabulary.special(name);
  }
}
