// The tokens of Whisper: those of GPT-2 (Radford et al. 2019), which are byte pairs, and behind them some with a meaning of their own.

import { at } from "../../indexing";
import { BytePairTokenizer } from "../../text/byte-pair-tokenizer";
import { BYTES, type Merge } from "../../text/byte-pairs";

/** What Whisper's tokens mean. */
export interface WhisperTokens {
  /** What a transcription begins with: that it begins, and that it has no times. */
  readonly prompt: readonly number[];
  /** Says that the text ends. */
  readonly end: number;
  /** Says that nobody speaks. */
  readonly noSpeech: number;
  /** Tokens that are never written: signs that nobody says, and those with other meanings. */
  readonly suppressed: readonly number[];
  /** Those that are not written at the beginning: a space, and the end. */
  readonly suppressedFirst: readonly number[];
  /** The text of tokens; those with a meaning of their own have none. */
  decode(tokens: readonly number[]): string;
}

/** The parts that are read of tokenizer.json, the form of the library `tokenizers`. */
interface TokenizerFile {
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly merges: readonly string[] };
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
}

/** The parts that are read of config.json. */
interface ConfigFile {
  readonly suppress_ids: readonly number[];
  readonly suppress_ids_begin: readonly number[];
}

/**
 * GPT-2 numbers the bytes in this order: first those that are signs of Latin-1, then all others. Merge m makes 256 + m, as in our
 * tokenizer.
 */
const BYTE_ORDER: readonly number[] = (() => {
  const isSign = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  const bytes = Array.from({ length: BYTES }, (_, byte) => byte);
  return [...bytes.filter(isSign), ...bytes.filter((byte) => !isSign(byte))];
})();

/** @throws RangeError or SyntaxError when the files are not of this form. */
export function readWhisperTokens(tokenizer: string, config: string): WhisperTokens {
  const { model, added_tokens: added }: TokenizerFile = JSON.parse(tokenizer);
  const { suppress_ids: suppressed, suppress_ids_begin: suppressedFirst }: ConfigFile = JSON.parse(config);
  const special = (name: string): number => {
    const found = added.find(({ content }) => content === `<|${name}|>`);
    if (!found) throw new RangeError(`it lacks the token <|${name}|>`);
    return found.id;
  };
  const ours = (id: number): number => BYTE_ORDER[id] ?? id;
  const tokenOf = (piece: string): number => {
    const id = model.vocab[piece];
    if (id === undefined) throw new RangeError(`it merges ${JSON.stringify(piece)}, which is no token`);
    return ours(id);
  };
  const merges = model.merges.map((merge): Merge => {
    const pieces = merge.split(" ");
    return [tokenOf(at(pieces, 0)), tokenOf(at(pieces, 1))];
  });
  const pairs = new BytePairTokenizer(merges);
  return {
    prompt: [special("startoftranscript"), special("notimestamps")],
    end: special("endoftext"),
    noSpeech: special("nocaptions"),
    suppressed,
    suppressedFirst,
    decode: (tokens) => pairs.decode(tokens.filter((token) => token < pairs.size).map(ours)),
  };
}
