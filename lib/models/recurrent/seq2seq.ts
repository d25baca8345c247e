// Sequence to sequence with two LSTMs (Sutskever, Vinyals and Le 2014): one reads the source, the other starts from its state
// and writes the target; with attention each step of the target looks at all steps of the source. Attention stands where Luong et al.
// 2015, figure 2, have it, after the decoder's step; its score is theirs or that of Bahdanau, Cho and Bengio 2015, who ask before it.

import { PaddingMask } from "../../layers/attention/masks";
import { kernelStart, seeds } from "../../layers/initializers";
import { LstmEncoderDecoder } from "../../layers/recurrent/lstm-encoder-decoder";
import { accuracyIgnoring, crossentropyIgnoring } from "../../losses/sequence-loss";
import { checkChoice, checkCounts } from "../../option-checks";
import { symbolOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { compileWithChecks } from "../building/compile-with-checks";
import type { BuilderOptions } from "../building/options";
import { resolveOptions } from "../building/presets";

/** What {@link buildSeq2Seq} can be asked for. */
export interface Seq2SeqOptions extends BuilderOptions {
  /**
   * `"tiny"`: 32 units, and a larger learning rate. The paper's four layers of 1,000 units on each side are another network: here it is one
   * layer. Default: none.
   */
  preset?: "tiny";
  /** How many different source tokens there are, 0 being padding. */
  sourceVocabulary: number;
  /** How many different target tokens there are, 0 being padding. */
  targetVocabulary: number;
  /** Values in a token's vector. Default 64. */
  embedding?: number;
  /** Units of both LSTMs. Default 128. */
  units?: number;
  /** Whether the decoder looks back at the source. Default true. */
  attention?: boolean;
  /**
   * How attention measures what goes together: by the dot product of the two states (Luong et al. 2015), or by a network of as many
   * units that is learned (Bahdanau et al. 2015). Default `"dot"`.
   */
  score?: "dot" | "additive";
}

const DEFAULTS = {
  embedding: 64,
  units: 128,
  attention: true,
  score: "dot" as "dot" | "additive",
  learningRate: 1e-3,
  seed: 1,
};
const PRESETS = { tiny: { embedding: 16, units: 32, learningRate: 0.01 } };

/**
 * Builds an encoder and a decoder of one LSTM each, compiled and ready to train (Adam, cross-entropy and accuracy over the
 * target's tokens without its padding). It is trained with the right target so far as its second input (teacher forcing): the
 * target shifted by one, a start token first.
 *
 * @returns a model from `[source, target so far]`, tokens `[batch, source time]` and `[batch, target time]`, to the
 * probabilities of the next target token `[batch, target time, targetVocabulary]`.
 * @throws RangeError when an option cannot be.
 * @see Sutskever, Vinyals and Le 2014, "Sequence to sequence learning with neural networks"; for attention Bahdanau, Cho and Bengio
 * 2015, appendix A.1.2, and Luong et al. 2015, figure 2
 *
 * @example
 * ```ts
 * const model = buildSeq2Seq({ sourceVocabulary: 28, targetVocabulary: 42 })
 * model.outputShape // => [null, null, 42]
 * ```
 */
export function buildSeq2Seq(options: Seq2SeqOptions): tf.LayersModel {
  const config = resolveOptions("buildSeq2Seq", DEFAULTS, PRESETS, options, ["sourceVocabulary", "targetVocabulary"]);
  const { sourceVocabulary, targetVocabulary, embedding, units, attention, score, learningRate } = config;
  checkCounts("buildSeq2Seq", { sourceVocabulary, targetVocabulary, embedding, units });
  checkChoice("buildSeq2Seq", "score", score, ["dot", "additive"]);
  const next = seeds(config.seed);
  const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) => symbolOf(layer.apply(inputs));
  const embed = (name: string, vocabulary: number) =>
    tf.layers.embedding({
      name,
      inputDim: vocabulary,
      outputDim: embedding,
      embeddingsInitializer: tf.initializers.randomUniform({ minval: -0.05, maxval: 0.05, seed: next() }),
    });

  const source = tf.input({ shape: [null], dtype: "int32", name: "source" });
  const target = tf.input({ shape: [null], dtype: "int32", name: "target" });
  const sourceVectors = apply(embed("sourceEmbedding", sourceVocabulary), source);
  const targetVectors = apply(embed("targetEmbedding", targetVocabulary), target);
  const mask = apply(new PaddingMask({ name: "sourceMask" }), source);
  const lstms = new LstmEncoderDecoder({ name: "lstms", units, attention, score, seed: next() });
  let decoded = apply(lstms, sourceVectors, targetVectors, mask); // [batch, target time, units or 2 · units]
  if (attention)
    decoded = apply(
      tf.layers.dense({ name: "joined", units, activation: "tanh", kernelInitializer: kernelStart({ seed: next() }) }),
      decoded,
    );
  const output = tf.layers.dense({
    name: "output",
    units: targetVocabulary,
    activation: "softmax",
    kernelInitializer: kernelStart({ seed: next() }),
  });
  const model = tf.model({ name: "seq2seq", inputs: [source, target], outputs: apply(output, decoded) });
  return compileWithChecks(model, {
    learningRate,
    loss: crossentropyIgnoring(0),
    metrics: [accuracyIgnoring(0)],
  });
}
