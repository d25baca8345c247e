// BERT (Devlin et al. 2019): a Transformer that only encodes. First it learns a language by filling in tokens that were masked,
// seeing both sides of each; then a classifier is put on what stands at the first position.

import { checkArguments, choice, FLAG, fields, MODEL, NUMERIC, optional } from "../../arguments";
import { at } from "../../indexing";
import { PaddingMask } from "../../layers/attention/masks";
import { LearnedPositions } from "../../layers/attention/positions";
import { Bias } from "../../layers/bias";
import { kernelStart, seeds } from "../../layers/initializers";
import { checkHeads } from "../../layers/input-checks";
import { LayerNorm } from "../../layers/layer-norm";
import { TokenEmbedding } from "../../layers/token-embedding";
import { ChosenPositions } from "../../layers/transformer/chosen-positions";
import { EncoderBlock } from "../../layers/transformer/encoder-block";
import { FirstPosition } from "../../layers/transformer/first-position";
import { accuracyIgnoring, crossentropyIgnoring } from "../../losses/sequence-loss";
import { checkCounts, checkRates } from "../../option-checks";
import { symbolOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { CLASS_NUMBERS, compileWithChecks } from "../building/compile-with-checks";
import type { TransformerSizes } from "../building/options";
import { resolveOptions } from "../building/presets";

/** What {@link bertParameters}, {@link buildBert} and {@link buildBertClassifier} can be asked for. */
export interface BertOptions extends TransformerSizes {
  /**
   * `"tiny"`: two blocks 32 wide, for texts of 32 tokens. `"base"`, `"large"`: the paper's two models. `"miniLm"`: half as many blocks as
   * base, half as wide, as in {@link loadMiniLm}. Default: none.
   */
  preset?: "tiny" | "base" | "large" | "miniLm";
  /** How many different tokens there are, 0 being padding. Default 256. */
  vocabulary?: number;
  /** The longest text, in tokens. Default 128. */
  length?: number;
  /** Kinds of segment, told in a second input (the paper: 2, a first and a second sentence); 0 for no such input. Default 0. */
  segments?: number;
  /**
   * Standard deviation of the initial weights. Default 0.02, as in the paper, whose models are 768 and 1024 wide. Scores of attention start
   * with the fourth power of it, so narrow models learn sooner with more: 0.1 at a width of 64.
   */
  deviation?: number;
}

/** What {@link buildBert} can be asked for. */
export interface MaskedBertOptions extends BertOptions {
  /**
   * Whether a last input `[batch, gaps]` says at which places the model is asked, as {@link maskTokens} with `gaps` has it. It answers there
   * only, which saves most of the work where the vocabulary is large; the paper's code does so. Default false: it answers everywhere.
   */
  gaps?: boolean;
  /**
   * What stands after the encoder: `"tokens"`, the probabilities of the token at each position; `"none"`, nothing, so that the model gives
   * the encoder's vectors. Default `"tokens"`.
   */
  head?: "tokens" | "none";
}

/** What {@link buildBertClassifier} can be asked for. */
export interface BertClassifierOptions extends BertOptions {
  /** The number of classes told apart. Default 2. */
  classes?: number;
  /** A trained model of {@link buildBert} with the same sizes, whose weights it starts from. Default: new ones. */
  pretrained?: tf.LayersModel;
}

const DEFAULTS = {
  vocabulary: 256,
  length: 128,
  segments: 0,
  width: 128,
  heads: 4,
  blocks: 4,
  dropout: 0,
  deviation: 0.02, // as in the paper's own code
  learningRate: 1e-3,
  seed: 1,
};
/** What the paper's two models have in common, and MiniLM with them. */
const PUBLISHED = { vocabulary: 30_522, length: 512, segments: 2, dropout: 0.1, learningRate: 1e-4 };
const PRESETS = {
  tiny: { length: 32, width: 32, heads: 2, blocks: 2, learningRate: 0.005 },
  base: { ...PUBLISHED, width: 768, heads: 12, blocks: 12 },
  large: { ...PUBLISHED, width: 1024, heads: 16, blocks: 24 },
  miniLm: { ...PUBLISHED, width: 384, heads: 12, blocks: 6, learningRate: 2e-5 },
};
type Config = typeof DEFAULTS & BertOptions;

const EPSILON = 1e-12;

/**
 * The parameters of a BERT's encoder with its pooler, without building it: what the paper's 110 and 340 million are.
 *
 * @throws RangeError when an option cannot be.
 * @see Devlin et al. 2019, section 3
 *
 * @example
 * ```ts
 * bertParameters({ preset: "base" }) // => 109482240
 * ```
 */
export function bertParameters(options: BertOptions = {}): number {
  const {
    vocabulary,
    length,
    segments,
    width,
    blocks,
    feedForward = 4 * width,
  } = checkOptions("bertParameters", options);
  const norm = 2 * width;
  const attention = 4 * (width * width + width);
  const dense = 2 * width * feedForward + feedForward + width;
  return (
    (vocabulary + length + segments) * width + norm + blocks * (attention + dense + 2 * norm) + width * width + width
  );
}

/**
 * Builds a BERT as a masked language model, compiled and ready to train (Adam, cross-entropy and accuracy over the positions
 * whose label is not −1). It starts with a loss near ln(vocabulary). {@link maskTokens} makes its training data.
 *
 * @returns a model from tokens `[batch, time]` (and segments `[batch, time]`) to the probabilities of the token that belongs
 * at each position `[batch, time, vocabulary]`; with `gaps`, from these and places `[batch, gaps]` to `[batch, gaps, vocabulary]`;
 * without a head, to vectors `[batch, time, width]` (compiled with the mean squared error).
 * @throws RangeError when an option cannot be.
 * @see Devlin et al. 2019, "BERT: pre-training of deep bidirectional transformers for language understanding", section 3.1
 *
 * @example
 * ```ts
 * const model = buildBert({ preset: "tiny", vocabulary: 30 })
 * model.outputShape // => [null, null, 30]
 * ```
 */
export function buildBert(options: MaskedBertOptions = {}): tf.LayersModel {
  const kinds = { head: optional(choice("tokens", "none")), gaps: optional(FLAG) };
  checkArguments("buildBert", { options }, { options: fields(kinds) });
  const { head = "tokens", gaps = false, ...rest } = options;
  const config = checkOptions("buildBert", rest);
  const next = seeds(config.seed);
  const { inputs, embedding, encoded } = encoder(config, next);
  const asked = gaps ? atGaps(inputs, encoded) : encoded;
  if (head === "none") {
    const model = tf.model({ name: "bert", inputs, outputs: asked });
    return compileWithChecks(model, { learningRate: config.learningRate, loss: "meanSquaredError" });
  }
  // The head that the paper's code has: one more layer, then the embedding's own table with a bias.
  const transformed = apply(dense("transform", config, "gelu", next), asked);
  const normalized = apply(new LayerNorm({ name: "transformNorm", epsilon: EPSILON }), transformed);
  const scores = apply(new Bias({ name: "scoresBias" }), apply(embedding, normalized));
  const outputs = apply(tf.layers.activation({ name: "probabilities", activation: "softmax" }), scores);
  const model = tf.model({ name: "bert", inputs, outputs });
  return compileWithChecks(model, {
    learningRate: config.learningRate,
    loss: crossentropyIgnoring(-1),
    metrics: [accuracyIgnoring(-1)],
  });
}

/**
 * Builds a BERT as a classifier of texts, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy). Texts
 * begin with a token that is the same for all of them.
 *
 * @returns a model from tokens `[batch, time]` (and segments `[batch, time]`) to probabilities `[batch, classes]`.
 * @throws RangeError when an option cannot be, or when `pretrained` has other sizes.
 * @see Devlin et al. 2019, section 3.2
 *
 * @example
 * ```ts
 * const pretrained = buildBert({ preset: "tiny" }) // trained on maskTokens(…)
 * const model = buildBertClassifier({ preset: "tiny", pretrained, classes: 2 })
 * model.outputShape // => [null, 2]
 * ```
 */
export function buildBertClassifier(options: BertClassifierOptions = {}): tf.LayersModel {
  checkArguments(
    "buildBertClassifier",
    { options },
    { options: fields({ classes: optional(NUMERIC), pretrained: optional(MODEL) }) },
  );
  const { classes = 2, pretrained, ...rest } = options;
  const config = checkOptions("buildBertClassifier", rest);
  checkCounts("buildBertClassifier", { classes });
  const next = seeds(config.seed);
  const { inputs, encoded } = encoder(config, next);
  const first = apply(new FirstPosition({ name: "first" }), encoded); // [batch, width]
  const pooled = apply(dense("pooler", config, "tanh", next), first);
  const outputs = apply(dense("output", { ...config, width: classes }, "softmax", next), pooled);
  const model = tf.model({ name: "bert-classifier", inputs, outputs });
  compileWithChecks(model, {
    learningRate: config.learningRate,
    ...CLASS_NUMBERS,
  });
  if (pretrained) copyEncoder(pretrained, model);
  return model;
}

const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) =>
  symbolOf(layer.apply(inputs.length === 1 ? at(inputs, 0) : inputs));

function dense(
  name: string,
  { width, deviation }: Config,
  activation: "gelu" | "tanh" | "softmax",
  next: () => number,
) {
  return tf.layers.dense({
    name,
    units: width,
    activation,
    kernelInitializer: kernelStart({ deviation, seed: next() }),
  });
}

/** One more input, which says at which places the model is asked; and what is encoded there. */
function atGaps(inputs: tf.SymbolicTensor[], encoded: tf.SymbolicTensor): tf.SymbolicTensor {
  const places = tf.input({ shape: [null], dtype: "int32", name: "gaps" });
  inputs.push(places);
  return apply(new ChosenPositions({ name: "atGaps" }), encoded, places); // [batch, gaps, width]
}

/** What both models share: embeddings of tokens, positions and segments, then the blocks. */
function encoder(config: Config, next: () => number) {
  const { vocabulary, length, segments, width, heads, blocks, dropout, feedForward, deviation } = config;
  const tokens = tf.input({ shape: [null], dtype: "int32", name: "tokens" });
  const inputs = [tokens];
  const embedding = new TokenEmbedding({ name: "embedding", vocabulary, width, deviation, seed: next() });
  const positions = new LearnedPositions({ name: "positions", length, deviation, seed: next() });
  let x = apply(positions, apply(embedding, tokens)); // [batch, time, width]
  const segmentSeed = next();
  if (segments > 0) {
    const kinds = tf.input({ shape: [null], dtype: "int32", name: "segments" });
    inputs.push(kinds);
    const table = { name: "segmentEmbedding", vocabulary: segments, width, deviation, seed: segmentSeed };
    x = apply(tf.layers.add({ name: "withSegments" }), x, apply(new TokenEmbedding(table), kinds));
  }
  x = apply(new LayerNorm({ name: "embeddingNorm", epsilon: EPSILON }), x);
  if (dropout > 0) x = apply(tf.layers.dropout({ name: "dropout", rate: dropout }), x);
  const mask = apply(new PaddingMask({ name: "mask" }), tokens);
  for (let block = 1; block <= blocks; block++) {
    const layer = new EncoderBlock({
      name: `block${block}`,
      heads,
      ...(feedForward !== undefined && { feedForward }),
      norm: "post",
      activation: "gelu",
      dropout,
      epsilon: EPSILON,
      deviation,
      seed: next(),
    });
    x = apply(layer, x, mask);
  }
  return { inputs, embedding, encoded: x };
}

function checkOptions(owner: string, options: BertOptions): Config {
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options, ["feedForward"]);
  const { vocabulary, length, segments, width, heads, blocks, dropout, feedForward } = config;
  checkCounts(owner, {
    ...{ vocabulary, length, width, heads, blocks },
    ...(segments !== 0 && { segments }),
    ...(feedForward !== undefined && { feedForward }),
  });
  checkHeads(owner, width, heads);
  checkRates(owner, { dropout });
  return config;
}

/** Copies the weights of all layers that both models have, after checking that they fit. */
function copyEncoder(from: tf.LayersModel, to: tf.LayersModel): void {
  const pairs = to.layers.flatMap((layer) => {
    const source = from.layers.find(({ name }) => name === layer.name);
    return source && layer.weights.length > 0 ? [{ layer, source }] : [];
  });
  const shapes = (layer: tf.layers.Layer) => layer.weights.map(({ shape }) => `[${shape}]`).join(" ");
  const wrong = pairs.find(({ layer, source }) => shapes(layer) !== shapes(source));
  if (wrong || pairs.length === 0) {
    to.optimizer.dispose();
    to.dispose();
    throw new RangeError(
      wrong
        ? `buildBertClassifier: the weights of ${wrong.layer.name} have the shapes ${shapes(wrong.layer)}, those of the ` +
            `pretrained model ${shapes(wrong.source)}. Build both with the same options.`
        : `buildBertClassifier: the model ${from.name} shares no layer with a BERT; give a model of buildBert as pretrained.`,
    );
  }
  for (const { layer, source } of pairs) layer.setWeights(source.getWeights());
}
