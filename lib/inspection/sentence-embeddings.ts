// A vector for a whole sentence out of the vectors of its tokens (Reimers and Gurevych 2019, section 3): their mean, brought to the length 1.

import {
  batchShapeText,
  checkArguments,
  countFrom,
  fields,
  kind,
  MODEL,
  SIGNAL,
  STRINGS,
  settings,
} from "../arguments";
import { at, lastOf } from "../indexing";
import { LearnedPositions } from "../layers/attention/positions";
import { bringNewestWeights } from "../layers/model-layers";
import type { SentenceEncoder } from "../models/pretrained/minilm";
import { interruptSignal, yieldToEventLoop } from "../notebook";
import { pad } from "../text/padding";
import { WordPieceTokenizer } from "../text/word-piece-tokenizer";
import { ofRank, tensorOf } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";

const FRAMING = kind(
  "a WordPieceTokenizer",
  (value) => value instanceof WordPieceTokenizer,
  "Take the one that the model was trained with",
);
/** What a vector of zeros is divided by. */
const SMALLEST = 1e-12;

/** What {@link sentenceEmbeddings} can be asked for. */
export interface SentenceEmbeddingsOptions {
  /** Sentences run at once; it changes memory and speed, not the result. Default 32. */
  batchSize?: number;
  /** Longer sentences are cut to so many tokens, `[CLS]` and `[SEP]` included. Default: none is cut, and one longer than the model can read is an error. */
  cut?: number;
  /** Ends the work with an AbortError. Default: the running cell's interrupt. */
  signal?: AbortSignal | undefined;
}

/**
 * Vectors of length 1 for sentences: the mean over the vectors of their tokens (padding left out). The dot product of two is the cosine of the
 * angle between them, which a network like {@link loadMiniLm}'s has learned to make large where the sentences mean the same.
 *
 * @param encoder a model without a head and its tokenizer: `await loadMiniLm()`.
 * @returns `[sentences, width]`; the caller disposes it.
 * @throws RangeError when there is no sentence, one is longer than the model can read and `cut` is not given, or the model is none that gives a
 * vector for each token; AbortError when the learner interrupts.
 * @see Reimers and Gurevych 2019, "Sentence-BERT: sentence embeddings using Siamese BERT-networks", section 3
 *
 * @example
 * ```ts
 * const tokenizer = new WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "whale", "##s"])
 * const model = buildBert({ preset: "tiny", vocabulary: tokenizer.size, head: "none" })
 * const vectors = await sentenceEmbeddings({ model, tokenizer }, ["Whale", "whales"])
 * vectors.shape // => [2, 32]
 * vectors.dispose()
 * ```
 */
export async function sentenceEmbeddings(
  encoder: SentenceEncoder,
  sentences: readonly string[],
  options: SentenceEmbeddingsOptions = {},
): Promise<tf.Tensor2D> {
  checkArguments(
    "sentenceEmbeddings",
    { encoder, sentences, options },
    {
      encoder: fields({ model: MODEL, tokenizer: FRAMING }),
      sentences: STRINGS,
      options: settings({ batchSize: countFrom(1, 10_000), cut: countFrom(2), signal: SIGNAL }),
    },
  );
  const { model } = encoder;
  const { batchSize = 32, signal = interruptSignal() } = options;
  checkModel(model);
  if (sentences.length === 0)
    throw new RangeError("sentenceEmbeddings was given 0 sentences; it needs at least 1. Give a list of texts.");
  const tokens = framed(encoder, sentences, options.cut);
  // Sentences of about the same length together: little of a batch is padding.
  const order = [...tokens.keys()].sort((a, b) => at(tokens, a).length - at(tokens, b).length);
  bringNewestWeights(model);
  const parts: tf.Tensor2D[] = [];
  try {
    for (let start = 0; start < order.length; start += batchSize) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      const batch = order.slice(start, start + batchSize).map((place) => at(tokens, place));
      parts.push(tf.tidy(() => meanVectors(model, batch)));
    }
    const places = new Int32Array(order.length);
    for (const [place, sentence] of order.entries()) places[sentence] = place;
    return tf.tidy(() => ofRank(tf.concat(parts, 0).gather(tf.tensor1d(places, "int32")), 2));
  } finally {
    tf.dispose(parts);
  }
}

/** @throws RangeError for a model that does not give a vector for each token. */
function checkModel({ name, inputs, outputs }: tf.LayersModel): void {
  const shape = outputs[0]?.shape ?? [];
  const fits =
    outputs.length === 1 &&
    shape.length === 3 &&
    inputs.length <= 2 &&
    inputs.every((input) => input.dtype === "int32");
  if (!fits)
    throw new RangeError(
      `sentenceEmbeddings: the model ${name} has ${inputs.length} input(s) and gives ${outputs.map((output) => batchShapeText(output.shape)).join(", ")}; ` +
        "one is expected that gives a vector for each token, [batch, time, width]. Load one (await loadMiniLm()), or build one: " +
        'buildBert({ head: "none" }).',
    );
}

/** Each sentence's tokens with their frame. @throws RangeError for one that the model has no positions for. */
function framed(
  { model, tokenizer }: SentenceEncoder,
  sentences: readonly string[],
  cut: number | undefined,
): Int32Array[] {
  const positions = model.layers.find((layer) => layer instanceof LearnedPositions);
  const longest = positions?.length ?? Number.POSITIVE_INFINITY;
  return sentences.map((sentence, place) => {
    const { tokens } = tokenizer.frame(sentence);
    if (cut !== undefined && tokens.length > cut) return Int32Array.of(...tokens.subarray(0, cut - 1), lastOf(tokens));
    if (tokens.length > longest)
      throw new RangeError(
        `sentenceEmbeddings: sentences[${place}] has ${tokens.length} tokens, [CLS] and [SEP] included; ${model.name} reads ${longest} at most. ` +
          `Part it into sentences, or have only its beginning read: { cut: ${longest} }.`,
      );
    return tokens;
  });
}

/** The mean vector of each sequence of tokens, brought to the length 1: `[sequences, width]`. */
function meanVectors(model: tf.LayersModel, sequences: readonly Int32Array[]): tf.Tensor2D {
  const padded = pad(sequences);
  const shape: [number, number] = [sequences.length, padded.length / sequences.length];
  const tokens = tf.tensor2d(padded, shape, "int32");
  const inputs = model.inputs.length === 1 ? tokens : [tokens, tf.zerosLike(tokens)];
  const vectors = ofRank(tensorOf(model.apply(inputs)), 3); // [batch, time, width]
  const lengths = tf.tensor2d(sequences.map(({ length }) => [length]));
  const isToken = tf.range(0, shape[1]).less(lengths).toFloat(); // [batch, time]
  const means = ofRank(isToken.expandDims(1).matMul(vectors).squeeze([1]), 2).div<tf.Tensor2D>(lengths);
  return means.div(means.norm("euclidean", 1, true).maximum(SMALLEST));
}
