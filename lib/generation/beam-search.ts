// Beam search: the likeliest sequences, where taking the likeliest token each time does not find them (Graves, "Sequence
// Transduction with Recurrent Neural Networks", 2012; Sutskever, Vinyals and Le, 2014, section 3.2).

import {
  atMost,
  checkArguments,
  checkWholeNumber,
  choice,
  either,
  FUNCTION,
  MODEL,
  NUMERIC,
  optional,
  optionsOf,
  SIGNAL,
  TENSOR,
  TOKEN,
  TOKENS,
} from "../arguments";
import { at } from "../indexing";
import { interruptSignal, yieldToEventLoop } from "../notebook";
import { NextToken, type TokenModel, type TokenModelOptions } from "./next-token";

/** What {@link beamSearch} can be asked for. */
export interface BeamSearchOptions extends TokenModelOptions {
  /** Token numbers to go on from, at least one. */
  prompt: ArrayLike<number>;
  /** How many sequences are followed at a time; 1 takes the likeliest token each time. Default 4. */
  beams?: number;
  /** The most tokens to add. Default 20. */
  length?: number;
  /** The number of a token that ends a sequence. Default: none, all have the full length. */
  end?: number;
  /** Divides a log probability by the sequence's length to this power, since longer ones are less likely. Default 0. */
  lengthPenalty?: number;
  /** Ends the work with an AbortError. Default: the running cell's interrupt. */
  signal?: AbortSignal;
}

/** A sequence that was found. */
export interface Beam {
  /** Without the prompt; the end token, if it came, is the last. */
  readonly tokens: readonly number[];
  /** The sum of the tokens' log probabilities, to the base e. */
  readonly logProbability: number;
  /** What sequences are ranked by: the log probability after the length penalty. */
  readonly score: number;
}

/**
 * Searches for the likeliest continuations.
 *
 * @param model any model of sequences, see {@link TokenModel}; it is given the beams as one batch.
 * @returns at most `beams` sequences, the best first.
 * @throws RangeError for an empty prompt or options out of range; AbortError when the learner interrupts.
 * @see Sutskever, Vinyals and Le 2014, section 3.2
 *
 * @example
 * ```ts
 * const model = buildGpt({ preset: "tiny" })
 * const [best] = await beamSearch(model, { prompt: [72, 105], length: 5 })
 * best?.tokens.length // => 5
 * ```
 */
export async function beamSearch(model: TokenModel, options: BeamSearchOptions): Promise<Beam[]> {
  checkArguments(
    "beamSearch",
    { model, options },
    {
      model: either(FUNCTION, MODEL),
      options: optionsOf({
        prompt: TOKENS,
        beams: optional(atMost(1000)),
        length: optional(atMost(100_000)),
        end: optional(TOKEN),
        lengthPenalty: optional(NUMERIC),
        context: optional(NUMERIC),
        output: optional(choice("logits", "probabilities")),
        pad: optional(TOKEN),
        source: optional(either(TOKENS, TENSOR)),
        signal: optional(SIGNAL),
      }),
    },
  );
  const { beams = 4, length = 20, end, lengthPenalty = 0, signal = interruptSignal() } = options;
  checkWholeNumber("beams", beams);
  checkWholeNumber("length", length);
  if (!(lengthPenalty >= 0 && Number.isFinite(lengthPenalty)))
    throw new RangeError(`lengthPenalty is ${lengthPenalty}; it is a number of at least 0. 0.6 to 1 is usual.`);
  const prompt = Array.from(options.prompt);
  const plan = { longest: prompt.length + length - 1, sequences: beams, times: length };
  const next = new NextToken(model, options, plan);
  const withScore = (tokens: readonly number[], logProbability: number): Beam => {
    return { tokens, logProbability, score: logProbability / tokens.length ** lengthPenalty };
  };

  let live: Beam[] = [{ tokens: [], logProbability: 0, score: 0 }];
  const ended: Beam[] = [];
  try {
    for (let step = 0; step < length && live.length > 0; step++) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      const logs = next.logProbabilities(live.map(({ tokens }) => [...prompt, ...tokens]));
      const grown = live.flatMap(({ tokens, logProbability }, beam) =>
        Array.from(at(logs, beam), (log, token) => withScore([...tokens, token], logProbability + log)),
      );
      // All have the same length here, so that the penalty changes nothing in their order.
      const best = grown
        .filter(({ logProbability }) => logProbability > Number.NEGATIVE_INFINITY)
        .sort((a, b) => b.logProbability - a.logProbability)
        .slice(0, beams);
      live = best.filter(({ tokens }) => tokens.at(-1) !== end);
      ended.push(...best.filter(({ tokens }) => tokens.at(-1) === end));
    }
  } finally {
    next.dispose();
  }
  return [...ended, ...live].sort((a, b) => b.score - a.score).slice(0, beams);
}
