// GPT: a Transformer that only decodes, each position predicting the next token from those before it. The default is GPT-2's form
// (Radford et al. 2019, section 2.3: normalisation before each part and once more at the end); with norm: "post" it is GPT-1's
// (Radford et al. 2018).

import { LearnedPositions } from "../../layers/attention/positions";
import { kernelStart, seeds } from "../../layers/initializers";
import { checkHeads } from "../../layers/input-checks";
import { LayerNorm } from "../../layers/layer-norm";
import { TokenEmbedding } from "../../layers/token-embedding";
import { EncoderBlock } from "../../layers/transformer/encoder-block";
import { checkChoice, checkCounts, checkRates } from "../../option-checks";
import { symbolOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { CLASS_NUMBERS, compileWithChecks } from "../building/compile-with-checks";
import type { TransformerSizes } from "../building/options";
import { resolveOptions } from "../building/presets";

/** What {@link buildGpt} can be asked for. */
export interface GptOptions extends TransformerSizes {
  /** `"tiny"`: two blocks 32 wide, for texts of 32 tokens. `"gpt2"`: the smallest GPT-2, 124,439,808 parameters. Default: none. */
  preset?: "tiny" | "gpt2";
  /** How many different tokens there are, numbered from 0. Default 256, the bytes. */
  vocabulary?: number;
  /** The longest text, in tokens. Default 128. */
  length?: number;
  /** Where normalisation stands: before each part, as in GPT-2, or after it, as in GPT-1. Default `"pre"`. */
  norm?: "pre" | "post";
  /** Whether the scores come from the embedding's own table, as in the papers, or from a dense layer. Default true. */
  tied?: boolean;
  /**
   * Standard deviation of the initial weights. Default 0.02, as in the papers. Scores of attention start with the fourth power of it, so that
   * narrow models find what to look at sooner with more: 0.55 / √width is as much as 0.02 for a width of 768.
   */
  deviation?: number;
}

const DEFAULTS = {
  vocabulary: 256,
  length: 128,
  width: 128,
  heads: 4,
  blocks: 4,
  norm: "pre" as "pre" | "post",
  dropout: 0,
  tied: true,
  deviation: 0.02, // Radford et al. 2018, section 4.1
  learningRate: 1e-3,
  seed: 1,
};
const PRESETS = {
  tiny: { length: 32, width: 32, heads: 2, blocks: 2, learningRate: 0.005 },
  gpt2: { vocabulary: 50_257, length: 1024, width: 768, heads: 12, blocks: 12, dropout: 0.1, learningRate: 2.5e-4 },
};

/**
 * Builds a GPT, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy). It starts with a loss near
 * ln(vocabulary).
 *
 * @returns a model from tokens `[batch, time]`, time at most `length`, to the probabilities of the token after each
 * `[batch, time, vocabulary]`.
 * @throws RangeError when an option cannot be.
 * @see Radford et al. 2019, "Language models are unsupervised multitask learners", section 2.3
 *
 * @example
 * ```ts
 * const options = { vocabulary: 512, length: 64, width: 64, blocks: 2 }
 * const model = buildGpt(options)
 * model.countParams() === gptParameters(options) // => true
 * ```
 */
export function buildGpt(options: GptOptions = {}): tf.LayersModel {
  const config = checkOptions(options);
  const { vocabulary, length, width, heads, blocks, norm, dropout, tied, deviation } = config;
  const next = seeds(config.seed);
  const apply = (layer: tf.layers.Layer, input: tf.SymbolicTensor) => symbolOf(layer.apply(input));

  const tokens = tf.input({ shape: [null], dtype: "int32", name: "tokens" });
  const embedding = new TokenEmbedding({ name: "embedding", vocabulary, width, deviation, seed: next() });
  const positions = new LearnedPositions({ name: "positions", length, deviation, seed: next() });
  let x = apply(positions, apply(embedding, tokens)); // [batch, time, width]
  if (dropout > 0) x = apply(tf.layers.dropout({ name: "dropout", rate: dropout }), x);
  for (let block = 1; block <= blocks; block++) {
    const layer = new EncoderBlock({
      name: `block${block}`,
      heads,
      ...(config.feedForward !== undefined && { feedForward: config.feedForward }),
      norm,
      dropout,
      activation: "gelu",
      causal: true,
      deviation,
      // 2 · blocks outputs are added up along the residual path (Radford et al. 2019, section 2.3).
      outputDeviation: deviation / Math.sqrt(2 * blocks),
      seed: next(),
    });
    x = apply(layer, x);
  }
  if (norm === "pre") x = apply(new LayerNorm({ name: "norm", epsilon: 1e-5 }), x);
  const scoring = tied
    ? embedding
    : tf.layers.dense({
        name: "scores",
        units: vocabulary,
        useBias: false,
        kernelInitializer: kernelStart({ deviation, seed: next() }),
      });
  const outputs = apply(tf.layers.activation({ name: "probabilities", activation: "softmax" }), apply(scoring, x));
  const model = tf.model({ name: "gpt", inputs: tokens, outputs });
  return compileWithChecks(model, {
    learningRate: config.learningRate,
    ...CLASS_NUMBERS,
  });
}

/**
 * How many parameters a GPT of these options has, without building it: the tables of tokens and positions, and in each block
 * four projections of the attention, two layers of the feed-forward part and two normalisations.
 *
 * @throws RangeError when an option cannot be.
 *
 * @example
 * ```ts
 * gptParameters({ preset: "gpt2" }) // => 124_439_808
 * ```
 */
export function gptParameters(options: GptOptions = {}): number {
  const { vocabulary, length, width, blocks, norm, tied, feedForward = 4 * width } = checkOptions(options);
  const normalization = 2 * width;
  const attention = 4 * (width * width + width);
  const dense = width * feedForward + feedForward + (feedForward * width + width);
  return (
    vocabulary * width * (tied ? 1 : 2) +
    length * width +
    blocks * (attention + dense + 2 * normalization) +
    (norm === "pre" ? normalization : 0)
  );
}

function checkOptions(options: GptOptions) {
  const config = resolveOptions("buildGpt", DEFAULTS, PRESETS, options, ["feedForward"]);
  const { vocabulary, length, width, heads, blocks, norm, dropout, feedForward } = config;
  checkCounts("buildGpt", {
    vocabulary,
    length,
    width,
    heads,
    blocks,
    ...(feedForward !== undefined && { feedForward }),
  });
  checkHeads("buildGpt", width, heads);
  checkRates("buildGpt", { dropout });
  checkChoice("buildGpt", "norm", norm, ["pre", "post"]);
  return config;
}
