// Text from a model, token by token.

import {
  atMost,
  checkArguments,
  checkWholeNumber,
  choice,
  either,
  FUNCTION,
  kind,
  MODEL,
  NUMERIC,
  optional,
  optionsOf,
  SIGNAL,
  STRING,
  settings,
  TENSOR,
  TOKEN,
  TOKENIZER,
  TOKENS,
  WHOLE,
} from "../arguments";
import { at, tuple } from "../indexing";
import { withoutUndefined } from "../layers/initializers";
import { display, escapeHtml, interruptSignal, notebookKernel, yieldToEventLoop } from "../notebook";
import { Random } from "../random";
import type { Tokenizer } from "../text/tokenizer";
import { checkVocabulary, NextToken, type TokenModel, type TokenModelOptions } from "./next-token";
import { draw, type SamplingOptions, samplingProbabilities } from "./sampling";

const GENERATING = optionsOf({
  prompt: either(STRING, TOKENS),
  length: optional(atMost(1_000_000)),
  end: optional(TOKEN),
  seed: optional(WHOLE),
  temperature: optional(NUMERIC),
  topK: optional(NUMERIC),
  topP: optional(NUMERIC),
  context: optional(NUMERIC),
  output: optional(choice("logits", "probabilities")),
  pad: optional(TOKEN),
  source: optional(either(TOKENS, TENSOR)),
  signal: optional(SIGNAL),
});

/** What {@link generate} can be asked for. */
export interface GenerateOptions extends SamplingOptions, TokenModelOptions {
  /** What the text goes on from: text, or token numbers such as that of `<start>`; at least one token. */
  prompt: string | ArrayLike<number>;
  /** The most tokens to generate. Default 100. */
  length?: number;
  /** The number of a token that ends the text, such as that of `<end>`. Default: none. */
  end?: number;
  /** The same seed gives the same text. Default 1. */
  seed?: number;
  /** Ends the work with an AbortError. Default: the running cell's interrupt. */
  signal?: AbortSignal;
}

/** One generated token. */
export interface GeneratedToken {
  /** Its number. */
  readonly token: number;
  /** What it adds to the text; nothing while a character lacks some of its bytes. */
  readonly piece: string;
  /** All text generated so far, without the prompt. */
  readonly text: string;
  /** The probability it was drawn with. */
  readonly probability: number;
}

/**
 * Generates text token by token: `for await (const { piece } of generate(model, tokenizer, { prompt: "Call me" })) …`. A
 * model of layers is recorded as one graph, kept until the text is finished or the loop is left.
 *
 * @param model any model of sequences, see {@link TokenModel}.
 * @param tokenizer the one whose tokens the model was trained on.
 * @throws RangeError for an empty prompt, characters unknown to the tokenizer, options out of range, or a model with another
 * number of tokens than the tokenizer; AbortError when the learner interrupts.
 *
 * @example
 * ```ts
 * const letters = new CharacterTokenizer("abcdefghijklmnopqrstuvwxyz ")
 * const model = buildRnnLanguageModel({ vocabulary: letters.size })
 * for await (const { piece, probability } of generate(model, letters, { prompt: "call me", length: 5 }))
 *   console.log(piece, probability)
 * ```
 */
export async function* generate(
  model: TokenModel,
  tokenizer: Tokenizer,
  options: GenerateOptions,
): AsyncGenerator<GeneratedToken, void, undefined> {
  checkArguments(
    "generate",
    { model, tokenizer, options },
    { model: either(FUNCTION, MODEL), tokenizer: TOKENIZER, options: GENERATING },
  );
  const { prompt, length = 100, end, seed = 1, signal = interruptSignal() } = options;
  const { temperature, topK, topP } = options;
  const sampling = withoutUndefined({ temperature, topK, topP });
  checkWholeNumber("length", length);
  const random = new Random(seed);
  const tokens = Array.from(typeof prompt === "string" ? tokenizer.encode(prompt) : prompt);
  const start = tokens.length;
  const next = new NextToken(model, options, { longest: start + length - 1, sequences: 1, times: length });
  let text = "";
  try {
    while (tokens.length - start < length) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      const [logs] = tuple(next.logProbabilities([tokens]), 1);
      checkVocabulary(logs.length, tokenizer);
      const probabilities = samplingProbabilities(logs, sampling);
      const token = draw(probabilities, random);
      if (token === end) return;
      tokens.push(token);
      const last = tokens.length - start === length;
      const decoded = tokenizer.decode(tokens.slice(start));
      // A token may end within a character, whose other bytes are yet to come.
      const whole = last ? decoded : decoded.replace(/\uFFFD+$/, "");
      const piece = whole.slice(text.length);
      text = whole;
      yield { token, piece, text, probability: at(probabilities, token) };
    }
  } finally {
    next.dispose();
  }
}

const REDRAW_MILLISECONDS = 50;
let streams = 0;

/** What {@link streamText} can be asked for. */
export interface StreamTextOptions {
  /** Is shown before the text, paler. Default: nothing. */
  prompt?: string;
}

/**
 * Shows text under the running cell while it is generated; in a terminal, writes it as it comes.
 *
 * @param stream what `generate` returned, or any other pieces of text.
 * @returns the generated text, without the prompt.
 *
 * @example
 * ```ts
 * const letters = new CharacterTokenizer("abcdefghijklmnopqrstuvwxyz ")
 * const model = buildRnnLanguageModel({ vocabulary: letters.size })
 * const prompt = "call me"
 * await streamText(generate(model, letters, { prompt, length: 20 }), { prompt })
 * ```
 */
export async function streamText(
  stream: AsyncIterable<{ readonly piece: string }>,
  options: StreamTextOptions = {},
): Promise<string> {
  checkArguments(
    "streamText",
    { stream, options },
    {
      stream: kind(
        "a stream of pieces",
        (value) => typeof Object(value)[Symbol.asyncIterator] === "function",
        "Give what generate(…) returned",
      ),
      options: settings({ prompt: STRING }),
    },
  );
  const { prompt = "" } = options;
  const id = `cellwise-text-${++streams}`;
  const inNotebook = notebookKernel() !== undefined;
  let text = "";
  let drawn = Number.NEGATIVE_INFINITY;
  const draw = (): void => {
    drawn = performance.now();
    display({ "text/html": textHtml(prompt, text), "text/plain": prompt + text }, { id });
  };
  if (!inNotebook) process.stdout.write(prompt);
  try {
    for await (const { piece } of stream) {
      text += piece;
      if (!inNotebook) process.stdout.write(piece);
      else if (performance.now() - drawn >= REDRAW_MILLISECONDS) draw();
    }
  } finally {
    if (inNotebook) draw();
    else process.stdout.write("\n");
  }
  return text;
}

/**
 * Generates text and shows it under the running cell as it grows.
 *
 * @returns the generated text, without the prompt.
 * @throws what {@link generate} throws.
 *
 * @example
 * ```ts
 * const letters = new CharacterTokenizer("abcdefghijklmnopqrstuvwxyz ")
 * const model = buildRnnLanguageModel({ vocabulary: letters.size })
 * const text = await generateText(model, letters, { prompt: "call me", length: 20, temperature: 0.8 })
 * text.length // => 20
 * ```
 */
export async function generateText(model: TokenModel, tokenizer: Tokenizer, options: GenerateOptions): Promise<string> {
  checkArguments(
    "generateText",
    { model, tokenizer, options },
    { model: either(FUNCTION, MODEL), tokenizer: TOKENIZER, options: GENERATING },
  );
  const { prompt } = options;
  const shown = typeof prompt === "string" ? prompt : tokenizer.decode(prompt);
  return streamText(generate(model, tokenizer, options), { prompt: shown });
}

function textHtml(prompt: string, text: string): string {
  const pale = prompt === "" ? "" : `<span style="opacity: 0.6">${escapeHtml(prompt)}</span>`;
  return `<div style="white-space: pre-wrap">${pale}${escapeHtml(text)}</div>`;
}
