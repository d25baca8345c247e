// A numbered list of tokens: characters, phonemes, words.

import { checkArguments, either, kind, list, NUMERIC, STRING, STRINGS, valueText } from "../arguments";
import { at } from "../indexing";
import { checkId, specialId } from "./tokenizer";

const ITERABLE = either(
  kind("a set of texts", (value) => value instanceof Set),
  STRING,
  STRINGS,
);

/**
 * Tokens and their numbers.
 *
 * @example
 * ```ts
 * const phonemes = new Vocabulary(["HH", "AH0", "L", "OW1"], ["<pad>"])
 * phonemes.decode(phonemes.encode(["L", "OW1"])) // => ["L", "OW1"]
 * ```
 */
export class Vocabulary {
  /** Every token; its place is its number. The special ones come first. */
  readonly tokens: readonly string[];
  /** The special tokens: they stand for no text. */
  readonly specials: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;

  /**
   * @param tokens in any order, repeats allowed; they are numbered in the order of their code points.
   * @param specials tokens to put before them, such as `<pad>`, `<start>`, `<end>`. Default: none.
   * @throws RangeError when there is no token at all, or a special token is among the others.
   */
  constructor(tokens: Iterable<string>, specials: readonly string[] = []) {
    checkArguments("Vocabulary", { tokens, specials }, { tokens: ITERABLE, specials: STRINGS });
    const distinct = [...new Set(tokens)].sort((a, b) => compareCodePoints(a, b));
    if (distinct.length === 0)
      throw new RangeError(
        "A vocabulary needs at least 1 token; what was given is empty. Give the texts that are to be read.",
      );
    this.specials = specials;
    this.tokens = [...specials, ...distinct];
    this.#ids = new Map(this.tokens.map((token, id) => [token, id]));
    if (this.#ids.size !== this.tokens.length)
      throw new RangeError(
        `Of ${this.tokens.length} tokens only ${this.#ids.size} are different: the special ones (${specials.join(", ")}) must ` +
          "differ from each other and from all others.",
      );
  }

  /** How many tokens there are, the special ones included. */
  get size(): number {
    return this.tokens.length;
  }

  /** The number of a special token. */
  special(name: string): number {
    return specialId(this.specials, name);
  }

  /** How a token is written. */
  token(id: number): string {
    checkId(id, this.size);
    return at(this.tokens, id);
  }

  /**
   * The numbers of tokens.
   *
   * @throws RangeError for a token that is not in the vocabulary; it names the token and its place.
   */
  encode(tokens: Iterable<string>): Int32Array {
    checkArguments("encode", { tokens }, { tokens: ITERABLE });
    const sequence = [...tokens];
    return Int32Array.from(sequence, (token, place) => {
      const id = this.#ids.get(token);
      if (id !== undefined && id >= this.specials.length) return id;
      throw new RangeError(
        `${JSON.stringify(token)} (${codePoints(token)}), number ${place} of ${sequence.length} in ${valueText(tokens)}, is none of the ` +
          `${this.size - this.specials.length} tokens of the vocabulary. Leave it out, or make the vocabulary from texts ` +
          "that have it.",
      );
    });
  }

  /** The tokens of numbers; special ones are left out. */
  decode(ids: ArrayLike<number>): string[] {
    checkArguments("decode", { ids }, { ids: list("the numbers of tokens", NUMERIC) });
    return Array.from(ids, (id) => this.token(id)).filter((_, place) => at(ids, place) >= this.specials.length);
  }
}

function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = ((left[i] as string).codePointAt(0) ?? 0) - ((right[i] as string).codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** `U+00E9 U+0301`: characters that look alike differ here. */
function codePoints(token: string): string {
  const written = [...token].map((character) => character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0"));
  return `U+${written.join(" U+")}`;
}
