// The Transformer (Vaswani et al. 2017, "Attention is all you need"): an encoder reads the source, a decoder writes the target
// and looks at what the encoder made of it.

import { at } from "../../indexing";
import { PaddingMask } from "../../layers/attention/masks";
import { LearnedPositions, SinusoidalPositions } from "../../layers/attention/positions";
import { seeds } from "../../layers/initializers";
import { checkHeads } from "../../layers/input-checks";
import { LayerNorm } from "../../layers/layer-norm";
import { TokenEmbedding } from "../../layers/token-embedding";
import { DecoderBlock } from "../../layers/transformer/decoder-block";
import { EncoderBlock } from "../../layers/transformer/encoder-block";
import { accuracyIgnoring, crossentropyIgnoring } from "../../losses/sequence-loss";
import { checkChoice, checkCounts, checkRates } from "../../option-checks";
import { symbolOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { compileWithChecks } from "../building/compile-with-checks";
import type { TransformerSizes } from "../building/options";
import { resolveOptions } from "../building/presets";

/** What {@link buildTransformer} can be asked for. */
export interface TransformerOptions extends TransformerSizes {
  /** `"tiny"`: one block each, 32 wide. `"base"`: the paper's base model. Default: none. */
  preset?: "tiny" | "base";
  /** How many different tokens there are on the source's side, 0 being padding. */
  sourceVocabulary: number;
  /** How many different tokens there are on the target's side, 0 being padding. Default: one vocabulary, and one table, for both. */
  targetVocabulary?: number;
  /** The longest source and target, for learned positions. Default 128. */
  length?: number;
  /** How positions are told. Default `"sinusoidal"`. */
  positions?: "sinusoidal" | "learned";
  /** Where normalisation stands: after each part, as in the paper, or before it. Default `"post"`. */
  norm?: "pre" | "post";
}

const DEFAULTS = {
  length: 128,
  positions: "sinusoidal" as "sinusoidal" | "learned",
  width: 128,
  heads: 4,
  blocks: 3,
  norm: "post" as "pre" | "post",
  dropout: 0,
  learningRate: 1e-3,
  seed: 1,
};
const PRESETS = {
  tiny: { length: 32, width: 32, heads: 2, blocks: 1, learningRate: 0.005 },
  base: { width: 512, heads: 8, blocks: 6, dropout: 0.1, learningRate: 1e-4 },
};

// Of the tables' initial values: so small that the scores, too, come from them small, and the first loss is ln(vocabulary).
const DEVIATION = 0.02;

/**
 * Builds an encoder-decoder Transformer, compiled and ready to train (Adam, cross-entropy and accuracy over the target's tokens
 * without its padding). It is trained with the right target so far as its second input (teacher forcing): the target shifted
 * by one, a start token first. The scores come from the target embedding's own table (section
 * 3.4). It starts with a loss near ln(vocabulary).
 *
 * @returns a model from `[source, target so far]`, tokens `[batch, source time]` and `[batch, target time]`, to the
 * probabilities of the next target token `[batch, target time, vocabulary]`.
 * @throws RangeError when an option cannot be.
 * @see Vaswani et al. 2017, "Attention is all you need"
 *
 * @example
 * ```ts
 * const model = buildTransformer({ preset: "tiny", sourceVocabulary: 28, targetVocabulary: 42 })
 * model.outputShape // => [null, null, 42]
 * ```
 */
export function buildTransformer(options: TransformerOptions): tf.LayersModel {
  const config = resolveOptions("buildTransformer", DEFAULTS, PRESETS, options, [
    "sourceVocabulary",
    "targetVocabulary",
    "feedForward",
  ]);
  const { sourceVocabulary, targetVocabulary, length, width, heads, blocks, norm, dropout, feedForward } = config;
  checkCounts("buildTransformer", {
    ...{ sourceVocabulary, length, width, heads, blocks },
    ...(targetVocabulary !== undefined && { targetVocabulary }),
    ...(feedForward !== undefined && { feedForward }),
  });
  checkHeads("buildTransformer", width, heads);
  checkRates("buildTransformer", { dropout });
  checkChoice("buildTransformer", "norm", norm, ["pre", "post"]);
  checkChoice("buildTransformer", "positions", config.positions, ["sinusoidal", "learned"]);
  const next = seeds(config.seed);
  const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) =>
    symbolOf(layer.apply(inputs.length === 1 ? at(inputs, 0) : inputs));

  const embed = (name: string, vocabulary: number) =>
    new TokenEmbedding({ name, vocabulary, width, scaled: true, deviation: DEVIATION, seed: next() });
  const sourceEmbedding = embed(targetVocabulary === undefined ? "embedding" : "sourceEmbedding", sourceVocabulary);
  const targetEmbedding = targetVocabulary === undefined ? sourceEmbedding : embed("targetEmbedding", targetVocabulary);
  const enter = (side: string, embedding: TokenEmbedding, tokens: tf.SymbolicTensor): tf.SymbolicTensor => {
    const name = `${side}Positions`;
    const positions =
      config.positions === "learned"
        ? new LearnedPositions({ name, length, deviation: DEVIATION, seed: next() })
        : new SinusoidalPositions({ name });
    const x = apply(positions, apply(embedding, tokens)); // [batch, time, width]
    return dropout > 0 ? apply(tf.layers.dropout({ name: `${side}Dropout`, rate: dropout }), x) : x;
  };
  const block = (side: string, number: number) => ({
    name: `${side}${number}`,
    ...{ heads, norm, dropout, seed: next() },
    ...(feedForward !== undefined && { feedForward }),
  });
  // With normalisation before each part, nothing normalises what the last block gives.
  const finish = (side: string, x: tf.SymbolicTensor): tf.SymbolicTensor =>
    norm === "pre" ? apply(new LayerNorm({ name: `${side}Norm`, epsilon: 1e-5 }), x) : x;

  const source = tf.input({ shape: [null], dtype: "int32", name: "source" });
  const target = tf.input({ shape: [null], dtype: "int32", name: "target" });
  const mask = apply(new PaddingMask({ name: "sourceMask" }), source);
  let memory = enter("source", sourceEmbedding, source);
  for (let number = 1; number <= blocks; number++)
    memory = apply(new EncoderBlock(block("encoder", number)), memory, mask);
  memory = finish("encoder", memory);
  let x = enter("target", targetEmbedding, target);
  for (let number = 1; number <= blocks; number++)
    x = apply(new DecoderBlock(block("decoder", number)), x, memory, mask);
  const scores = apply(targetEmbedding, finish("decoder", x)); // [batch, target time, vocabulary]
  const outputs = apply(tf.layers.activation({ name: "probabilities", activation: "softmax" }), scores);
  const model = tf.model({ name: "transformer", inputs: [source, target], outputs });
  return compileWithChecks(model, {
    learningRate: config.learningRate,
    loss: crossentropyIgnoring(0),
    metrics: [accuracyIgnoring(0)],
  });
}
