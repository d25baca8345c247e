// How the next token is drawn from what a model says of it: temperature (Ackley, Hinton and Sejnowski, 1985), top-k (Fan,
// Lewis and Dauphin, "Hierarchical Neural Story Generation", ACL 2018), top-p or nucleus (Holtzman et al., "The Curious Case
// of Neural Text Degeneration", ICLR 2020).

import { checkArguments, checkWholeNumber, kind, list, NUMERIC, settings } from "../arguments";
import type { Random } from "../random";

/** How to draw a token. All three may be given; they are applied in this order. */
export interface SamplingOptions {
  /** Divides the logits: below 1 likely tokens become likelier, above 1 rarer ones do; 0 takes the likeliest. Default 1. */
  temperature?: number;
  /** Keeps only so many of the likeliest tokens. Default: all. */
  topK?: number;
  /** Keeps the fewest of the likeliest tokens whose probabilities sum to so much, above 0 and up to 1. Default 1: all. */
  topP?: number;
}

/**
 * The probabilities a token is drawn with.
 *
 * @param logits a model's output for each token, before softmax; log probabilities will do.
 * @returns a probability for each token; those left out have 0.
 * @throws RangeError for options out of range, or logits that are no numbers.
 * @see Fan, Lewis and Dauphin 2018, "Hierarchical neural story generation" (top-k); Holtzman et al. 2020, "The curious
 * case of neural text degeneration" (top-p)
 *
 * @example
 * ```ts
 * samplingProbabilities([0, Math.log(3)]) // => [0.25, 0.75]
 * ```
 */
export function samplingProbabilities(logits: ArrayLike<number>, options: SamplingOptions = {}): Float64Array {
  checkArguments(
    "samplingProbabilities",
    { logits, options },
    { logits: list("logits", NUMERIC), options: settings({ temperature: NUMERIC, topK: NUMERIC, topP: NUMERIC }) },
  );
  const { temperature = 1, topK = logits.length, topP = 1 } = options;
  checkLogits(logits);
  checkOptions(temperature, topK, topP);
  // Likeliest first; of equal ones the first stays first.
  const order = Array.from(logits, (_, token) => token).sort((a, b) => (logits[b] as number) - (logits[a] as number));
  const probabilities = new Float64Array(logits.length);
  if (temperature === 0) {
    probabilities[order[0] as number] = 1;
    return probabilities;
  }

  const kept = order.slice(0, topK);
  const most = logits[order[0] as number] as number;
  let sum = 0;
  for (const token of kept) {
    const weight = Math.exp(((logits[token] as number) - most) / temperature);
    probabilities[token] = weight;
    sum += weight;
  }
  let reached = 0;
  let nucleus = 0;
  for (const token of kept) {
    if (topP < 1 && reached >= topP * sum) {
      probabilities[token] = 0;
    } else {
      reached += probabilities[token] as number;
      nucleus = reached;
    }
  }
  return probabilities.map((weight) => weight / nucleus);
}

/**
 * Draws a token.
 *
 * @param logits a model's output for each token, before softmax.
 * @param random where the chance comes from; the same seed gives the same tokens.
 * @returns the token's number.
 *
 * @example
 * ```ts
 * sampleToken([0, 2, 1], new Random(1), { topK: 1 }) // => 1
 * ```
 */
export function sampleToken(logits: ArrayLike<number>, random: Random, options: SamplingOptions = {}): number {
  checkArguments(
    "sampleToken",
    { random },
    {
      random: kind(
        "a source of chance",
        (value) => typeof Object(value).uniform === "function",
        "Make one: new Random(1)",
      ),
    },
  );
  return draw(samplingProbabilities(logits, options), random);
}

/** @internal */
export function draw(probabilities: Float64Array, random: Random): number {
  let left = random.uniform();
  let last = 0;
  for (const [token, probability] of probabilities.entries()) {
    if (probability === 0) continue;
    last = token;
    left -= probability;
    if (left < 0) return token;
  }
  return last; // the probabilities sum to 1 but for rounding
}

/** @throws RangeError for options out of range. */
function checkOptions(temperature: number, topK: number, topP: number): void {
  if (!(temperature >= 0 && Number.isFinite(temperature)))
    throw new RangeError(`temperature is ${temperature}; it is a number of at least 0. 0.7 to 1 is usual.`);
  checkWholeNumber("topK", topK, {}, "40 is usual.");
  if (!(topP > 0 && topP <= 1)) throw new RangeError(`topP is ${topP}; it is above 0 and at most 1. 0.9 is usual.`);
}

function checkLogits(logits: ArrayLike<number>): void {
  if (logits.length === 0) throw new RangeError("There are 0 logits; a token is drawn from at least 1.");
  let some = false;
  for (let token = 0; token < logits.length; token++) {
    const logit = logits[token] as number;
    if (Number.isNaN(logit) || logit === Number.POSITIVE_INFINITY)
      throw new RangeError(
        `The logit of token ${token} is ${logit}, which is no finite number. The model's weights may have diverged: train it ` +
          "again with a smaller learning rate.",
      );
    some ||= logit > Number.NEGATIVE_INFINITY;
  }
  if (!some) throw new RangeError(`All ${logits.length} logits are -Infinity; at least 1 token must be possible.`);
}
