// How Whisper hears and writes: the encoder once, layer by layer, so that the event loop can run between; then token by token the
// likeliest one, with what the decoder's blocks have computed kept for the next.

import { at, lastOf, tuple } from "../../indexing";
import { KeyValueCache, withKeyValueCache } from "../../layers/attention/key-value-cache";
import { LearnedPositions } from "../../layers/attention/positions";
import { TokenEmbedding } from "../../layers/token-embedding";
import { DecoderBlock } from "../../layers/transformer/decoder-block";
import { yieldToEventLoop } from "../../notebook";
import { tensorOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import type { WhisperTokens } from "./whisper-tokens";

/** What the decoder writes of one window. */
export interface Written {
  /** Without those of the beginning and the end. */
  readonly tokens: readonly number[];
  /** How likely it is, after the first token of the prompt, that nobody speaks. */
  readonly noSpeech: number;
  /** The mean of the logarithms of the probabilities of all tokens written, the end's too. */
  readonly logProbability: number;
}

/** The encoder's output `[1, frames / 2, width]`; the caller disposes it, and the spectrogram `[1, frames, bands]`. */
export async function encode(
  model: tf.LayersModel,
  spectrogram: tf.Tensor3D,
  signal?: AbortSignal,
): Promise<tf.Tensor> {
  let x: tf.Tensor = spectrogram;
  for (const layer of model.layers.filter(({ name }) => name.startsWith("encoder"))) {
    const before = x;
    try {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      x = tensorOf(layer.apply(before));
    } finally {
      if (before !== spectrogram) before.dispose();
    }
  }
  return x;
}

/**
 * The likeliest token after the other, until the end, or as many as half of the positions (224 of 448, as OpenAI's own program).
 *
 * @param encoded what the encoder has made of a window `[1, frames / 2, width]`
 */
export async function write(
  model: tf.LayersModel,
  encoded: tf.Tensor,
  tokens: WhisperTokens,
  signal?: AbortSignal,
): Promise<Written> {
  const decoder = new WhisperDecoder(model, encoded);
  const most = decoder.length >> 1;
  try {
    const prompted = decoder.next(...tokens.prompt);
    const first = at(prompted, 0);
    const noSpeech = Math.exp(at(first, tokens.noSpeech) - logSum(first));
    let scores = lastOf(prompted);
    const written: number[] = [];
    let sum = 0;
    for (;;) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      const hidden = written.length === 0 ? [...tokens.suppressed, ...tokens.suppressedFirst] : tokens.suppressed;
      for (const token of hidden) scores[token] = Number.NEGATIVE_INFINITY;
      const token = likeliest(scores);
      sum += (scores[token] ?? 0) - logSum(scores);
      if (token === tokens.end) break;
      written.push(token);
      if (written.length === most) break;
      scores = at(decoder.next(token), 0);
    }
    const steps = written.length === most ? most : written.length + 1;
    return { tokens: written, noSpeech, logProbability: sum / steps };
  } finally {
    decoder.dispose();
  }
}

function likeliest(scores: Float32Array): number {
  let best = 0;
  for (let token = 1; token < scores.length; token++) if ((scores[token] ?? 0) > (scores[best] ?? 0)) best = token;
  return best;
}

/** ln Σ exp(score): what scores lie above the logarithms of their probabilities. */
function logSum(scores: Float32Array): number {
  const most = scores[likeliest(scores)] ?? 0;
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - most);
  return most + Math.log(sum);
}

/** The decoder of a Whisper, told some tokens and then one after the other; what its attentions have computed is kept. */
class WhisperDecoder {
  readonly #embedding: TokenEmbedding;
  readonly #positions: LearnedPositions;
  readonly #blocks: readonly DecoderBlock[];
  readonly #norm: tf.layers.Layer;
  readonly #encoded: tf.Tensor;
  #entries: readonly tf.Tensor[] = [];
  #time = 0;

  constructor(model: tf.LayersModel, encoded: tf.Tensor) {
    const only = <Kind extends tf.layers.Layer>(kind: new (...given: never[]) => Kind): Kind => {
      const [layer] = tuple(
        model.layers.filter((one): one is Kind => one instanceof kind),
        1,
      );
      return layer;
    };
    this.#embedding = only(TokenEmbedding);
    this.#positions = only(LearnedPositions);
    this.#blocks = model.layers.filter((layer) => layer instanceof DecoderBlock);
    this.#norm = model.getLayer("decoderNorm");
    this.#encoded = encoded;
  }

  /** The most tokens that it can look at. */
  get length(): number {
    return this.#positions.length;
  }

  /** @returns for each of the tokens, which come after those of the calls before, a score for each that may come next */
  next(...tokens: number[]): Float32Array[] {
    const before = this.#entries;
    const scores = tf.tidy(() => {
      const position = tf.tensor1d([this.#time], "int32");
      const state = this.#time === 0 ? undefined : { position, entries: before };
      const cache = new KeyValueCache(this.length, state);
      const computed = withKeyValueCache(cache, () => {
        let x = this.#positions.apply(this.#embedding.apply(tf.tensor2d([tokens], [1, tokens.length], "int32")));
        for (const block of this.#blocks) x = block.apply([tensorOf(x), this.#encoded]);
        return tensorOf(this.#embedding.apply(this.#norm.apply(x)));
      });
      this.#entries = cache.entries;
      return computed;
    });
    this.#time += tokens.length;
    for (const entry of before) if (!this.#entries.includes(entry)) entry.dispose();
    const values = scores.dataSync<"float32">();
    scores.dispose();
    const size = values.length / tokens.length;
    return tokens.map((_, i) => values.slice(i * size, (i + 1) * size));
  }

  dispose(): void {
    tf.dispose([...this.#entries]);
  }
}
