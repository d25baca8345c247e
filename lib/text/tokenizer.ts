// What every tokenizer can do: text becomes numbers for a model, numbers become text again.

import { checkArguments, isWholeNumber, NUMERIC, STRING } from "../arguments";

/** Cuts text into tokens and numbers them. */
export interface Tokenizer {
  /** How many different tokens there are; a model that uses the tokenizer has as many classes. */
  readonly size: number;
  /** The numbers of a text's tokens. Special tokens are never among them: put them there by number. */
  encode(text: string): Int32Array;
  /** The text of some tokens. Special tokens have none. */
  decode(ids: ArrayLike<number>): string;
  /** How one token is written, for tables and figures: `e`, ` whale`, `<end>`. */
  token(id: number): string;
  /** The number of a special token, such as `<end>`. */
  special(name: string): number;
}

/**
 * The place of a special token, which stand before all others in every tokenizer: the first one, for padding, has the
 * number 0 that an embedding with `maskZero` leaves out.
 *
 * @throws RangeError when the tokenizer was made without it.
 */
export function specialId(specials: readonly string[], name: string): number {
  checkArguments("special", { name }, { name: STRING });
  const id = specials.indexOf(name);
  if (id < 0)
    throw new RangeError(
      `There is no special token ${name}; there ${specials.length === 1 ? "is" : "are"} ${specials.join(", ") || "none"}. ` +
        `Make the tokenizer with specials: ["<pad>", "${name}"].`,
    );
  return id;
}

/** @throws RangeError for a number that belongs to no token. */
export function checkId(id: number, size: number): void {
  checkArguments("token", { id }, { id: NUMERIC });
  if (!isWholeNumber(id, { least: 0, most: size - 1 }))
    throw new RangeError(`There are ${size} tokens, numbered from 0 to ${size - 1}; ${id} was given.`);
}
