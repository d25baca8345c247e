// Sequences of different lengths side by side in one array, as tensors need them.

import { atMost, checkArguments, checkWholeNumber, choice, list, settings, TOKEN, TOKENS } from "../arguments";

/** What {@link pad} can be asked for. */
export interface PadOptions {
  /** Every sequence's length afterwards. Default: that of the longest. */
  length?: number;
  /** What stands where a sequence has nothing. Default 0. */
  value?: number;
  /** Where it is put. Default `end`. */
  side?: "start" | "end";
  /** Which end of a longer sequence is cut off. Default: none, a longer sequence is an error. */
  cut?: "start" | "end";
}

/**
 * Brings sequences to one length.
 *
 * @returns all of them, one after another: `[sequences × length]`.
 * @throws RangeError when there is no sequence, one is longer than `length` and `cut` is not given, or a token (or `value`) is
 * no whole number.
 *
 * @example
 * ```ts
 * pad([[5], [6, 7]]) // => [5, 0, 6, 7]
 * ```
 */
export function pad(sequences: readonly ArrayLike<number>[], options: PadOptions = {}): Int32Array {
  checkArguments(
    "pad",
    { sequences, options },
    {
      sequences: list("sequences of tokens", TOKENS),
      options: settings({
        length: atMost(1_000_000),
        value: TOKEN,
        side: choice("start", "end"),
        cut: choice("start", "end"),
      }),
    },
  );
  const longest = sequences.reduce((most, sequence) => Math.max(most, sequence.length), 0);
  const { length = longest, value = 0, side = "end", cut } = options;
  if (sequences.length === 0) throw new RangeError("pad was given 0 sequences; it needs at least 1.");
  checkWholeNumber("pad: length", length);
  const padded = new Int32Array(sequences.length * length).fill(value);
  for (const [number, sequence] of sequences.entries()) {
    if (sequence.length > length && cut === undefined)
      throw new RangeError(
        `Sequence ${number} has ${sequence.length} tokens, more than the length ${length}. Give length: ${longest}, or ` +
          'cut: "end" to keep only the beginnings.',
      );
    const kept = Math.min(length, sequence.length);
    const from = cut === "start" ? sequence.length - kept : 0;
    const to = number * length + (side === "start" ? length - kept : 0);
    for (let i = 0; i < kept; i++) {
      padded[to + i] = sequence[from + i] as number;
    }
  }
  return padded;
}
