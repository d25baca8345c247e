// How probable a model finds a text, token by token: where it knows what comes, and where it is surprised.

import {
  checkArguments,
  checkWholeNumber,
  choice,
  either,
  FUNCTION,
  MODEL,
  NUMERIC,
  STRING,
  settings,
  TENSOR,
  TOKENIZER,
  TOKENS,
  WHOLE,
} from "../arguments";
import { checkVocabulary, NextToken, type TokenModel, type TokenModelOptions } from "../generation/next-token";
import { at, tuple } from "../indexing";
import type { Tokenizer } from "../text/tokenizer";

/** A token that a model found likely in some place. */
export interface LikelyToken {
  /** How it is written. */
  readonly token: string;
  /** From 0 to 1. */
  readonly probability: number;
}

/** A token of a text, and what a model had said before it came. */
export interface TokenProbability {
  /** Its number. */
  readonly id: number;
  /** How it is written: `e`, ` whale`, `<end>`. */
  readonly token: string;
  /** The probability that the model gave it after all tokens before; `null` for the first one, which nothing comes before. */
  readonly probability: number | null;
  /** What the model found likeliest in its place, the likeliest first; empty for the first token. */
  readonly likeliest: readonly LikelyToken[];
}

/** What {@link textProbabilities} can be asked for. */
export interface TextProbabilitiesOptions extends TokenModelOptions {
  /** How many of the likeliest tokens are kept for each place. Default 5. */
  likeliest?: number;
}

/** As many passes through the model as tokens: more take long, and nobody reads them in a figure. */
const MOST_TOKENS = 1000;

/**
 * The probability that a model gives each token of a text, after the tokens before it, as `generate` would see them. The mean
 * of their negative logarithms is the loss on this text, its exponential the perplexity.
 *
 * @param model any model of sequences, see {@link TokenModel}.
 * @param tokenizer the one whose tokens the model was trained on.
 * @param text text, or token numbers (with that of `<start>` first, where the model was trained so).
 * @returns an entry for each token. Plain numbers: there is nothing to dispose.
 * @throws RangeError for a text of no or more than 1000 tokens, characters unknown to the tokenizer, options out of range, or a
 * model with another number of tokens than the tokenizer.
 *
 * @example
 * ```ts
 * const letters = new CharacterTokenizer("abcdefghijklmnopqrstuvwxyz ")
 * const model = buildRnnLanguageModel({ vocabulary: letters.size })
 * const tokens = textProbabilities(model, letters, "call me")
 * tokens.map(({ token }) => token).join("") // => "call me"
 * ```
 */
export function textProbabilities(
  model: TokenModel,
  tokenizer: Tokenizer,
  text: string | ArrayLike<number>,
  options: TextProbabilitiesOptions = {},
): TokenProbability[] {
  checkArguments(
    "textProbabilities",
    { model, tokenizer, text, options },
    {
      model: either(FUNCTION, MODEL),
      tokenizer: TOKENIZER,
      text: either(STRING, TOKENS),
      options: settings({
        likeliest: NUMERIC,
        context: NUMERIC,
        output: choice("logits", "probabilities"),
        pad: WHOLE,
        source: either(TOKENS, TENSOR),
      }),
    },
  );
  const { likeliest = 5 } = options;
  checkWholeNumber("textProbabilities: likeliest", likeliest, { least: 0 });
  const ids = Array.from(typeof text === "string" ? tokenizer.encode(text) : text);
  if (ids.length < 1 || ids.length > MOST_TOKENS)
    throw new RangeError(
      `textProbabilities reads 1 to ${MOST_TOKENS} tokens; the text ${ids.length === 0 ? "is empty. Give a longer one" : `has ${ids.length}. Give a part of it: text.slice(0, 500)`}.`,
    );
  const tokens = ids.map((id) => tokenizer.token(id)); // throws for a number that belongs to none
  const asked = ids.length - 1;
  if (asked === 0) return [{ id: at(ids, 0), token: at(tokens, 0), probability: null, likeliest: [] }];
  const next = new NextToken(model, options, { longest: asked, sequences: 1, times: asked });
  try {
    return ids.map((id, place) => {
      const token = at(tokens, place);
      if (place === 0) return { id, token, probability: null, likeliest: [] };
      const [logs] = tuple(next.logProbabilities([ids.slice(0, place)]), 1);
      checkVocabulary(logs.length, tokenizer);
      const first = Array.from(logs.keys())
        .sort((a, b) => (logs[b] as number) - (logs[a] as number))
        .slice(0, likeliest);
      return {
        id,
        token,
        probability: Math.exp(at(logs, id)),
        likeliest: first.map((other) => ({
          token: tokenizer.token(other),
          probability: Math.exp(at(logs, other)),
        })),
      };
    });
  } finally {
    next.dispose();
  }
}
