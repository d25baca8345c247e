// The Vision Transformer (Dosovitskiy et al. 2021): a picture is cut into patches, each patch becomes a vector, and from there on it is a
// text: BERT's encoder, with a learned token before the patches, in which it gathers what the picture shows.

import { LearnedPositions } from "../../layers/attention/positions";
import { kernelStart, seeds } from "../../layers/initializers";
import { checkHeads } from "../../layers/input-checks";
import { LayerNorm } from "../../layers/layer-norm";
import { ClassToken } from "../../layers/transformer/class-token";
import { EncoderBlock } from "../../layers/transformer/encoder-block";
import { FirstPosition } from "../../layers/transformer/first-position";
import { checkCounts, checkImageShape, checkRates } from "../../option-checks";
import { symbolOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { CLASS_NUMBERS, compileWithChecks } from "../building/compile-with-checks";
import type { TransformerSizes } from "../building/options";
import { resolveOptions } from "../building/presets";

/** What {@link vitParameters} and {@link buildVit} can be asked for. */
export interface VitOptions extends TransformerSizes {
  /**
   * `"tiny"`: two blocks 32 wide. `"base"`, `"large"`, `"huge"`: the paper's three, for pictures of 224 × 224 in colour and 1,000 classes, with
   * patches of 16 × 16, the huge one's of 14 × 14. Default: none.
   */
  preset?: "tiny" | "base" | "large" | "huge";
  /** Height, width and channels of an image. Default `[28, 28, 1]`, or what the preset was published for. */
  inputShape?: [height: number, width: number, channels: number];
  /** Height and width of a patch, by which those of the image can be divided. Default 7, or the preset's. */
  patch?: number;
  /** The number of classes told apart. Default 10, or what the preset was published for. */
  classes?: number;
}

const PICTURE: [height: number, width: number, channels: number] = [28, 28, 1];
const DEFAULTS = {
  ...{ inputShape: PICTURE, patch: 7, classes: 10 },
  ...{ width: 64, heads: 4, blocks: 4, dropout: 0, learningRate: 1e-3, seed: 1 },
};
const IMAGENET: [height: number, width: number, channels: number] = [224, 224, 3];
/** What the paper's three models have in common (table 1, and table 3 for training on ImageNet). */
const PUBLISHED = { inputShape: IMAGENET, patch: 16, classes: 1000, dropout: 0.1 };
const PRESETS = {
  tiny: { width: 32, heads: 2, blocks: 2, learningRate: 0.003 },
  base: { ...PUBLISHED, width: 768, heads: 12, blocks: 12 },
  large: { ...PUBLISHED, width: 1024, heads: 16, blocks: 24 },
  huge: { ...PUBLISHED, patch: 14, width: 1280, heads: 16, blocks: 32 },
};
/** The paper's have up to 576. */
const MOST_PATCHES = 10_000;
/** As in the paper's own code. */
const EPSILON = 1e-6;

/**
 * The parameters of a Vision Transformer, without building it.
 *
 * @throws RangeError when an option cannot be.
 * @see Dosovitskiy et al. 2021, table 1
 *
 * @example
 * ```ts
 * vitParameters({ preset: "base" }) // => 86567656
 * ```
 */
export function vitParameters(options: VitOptions = {}): number {
  const { config, patches } = checkOptions("vitParameters", options);
  const { inputShape, patch, classes, width, blocks, feedForward = 4 * width } = config;
  const dense = (from: number, to: number) => (from + 1) * to;
  const norm = 2 * width;
  const block = 4 * dense(width, width) + dense(width, feedForward) + dense(feedForward, width) + 2 * norm;
  const embedding = dense(patch * patch * inputShape[2], width) + width + (patches + 1) * width;
  return embedding + blocks * block + norm + dense(width, classes);
}

/**
 * Builds a Vision Transformer, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy). Nothing in it knows that
 * neighbouring patches belong together: it has to learn that, so that it needs more pictures than a convolutional network.
 *
 * @returns a model from images `[batch, height, width, channels]` to probabilities `[batch, classes]`.
 * @throws RangeError when an option cannot be, or the sides of the image cannot be divided by the patch's.
 * @see Dosovitskiy et al. 2021, "An image is worth 16x16 words: transformers for image recognition at scale", section 3.1
 *
 * @example
 * ```ts
 * const model = buildVit({ preset: "tiny" })
 * model.countParams() === vitParameters({ preset: "tiny" }) // => true
 * ```
 */
export function buildVit(options: VitOptions = {}): tf.LayersModel {
  const { config, patches } = checkOptions("buildVit", options);
  const { inputShape, patch, classes, width, heads, blocks, feedForward, dropout, learningRate } = config;
  const next = seeds(config.seed);
  const apply = (layer: tf.layers.Layer, input: tf.SymbolicTensor) => symbolOf(layer.apply(input));
  const kernel = () => kernelStart({ seed: next() });
  const { layers } = tf;
  const image = tf.input({ shape: inputShape, name: "image" });
  // A dense layer for each patch is a convolution whose steps are as long as its filters.
  const size = { filters: width, kernelSize: patch, strides: patch } as const;
  const maps = apply(layers.conv2d({ name: "patches", ...size, kernelInitializer: kernel() }), image);
  let x = apply(layers.reshape({ name: "asText", targetShape: [patches, width] }), maps); // [batch, patches, width]
  x = apply(new ClassToken({ name: "classToken", seed: next() }), x);
  x = apply(new LearnedPositions({ name: "positions", length: patches + 1, deviation: 0.02, seed: next() }), x);
  if (dropout > 0) x = apply(layers.dropout({ name: "dropout", rate: dropout }), x);
  for (let block = 1; block <= blocks; block++) {
    const part = { heads, dropout, norm: "pre", activation: "gelu", epsilon: EPSILON, seed: next() } as const;
    x = apply(
      new EncoderBlock({ name: `block${block}`, ...part, ...(feedForward !== undefined && { feedForward }) }),
      x,
    );
  }
  x = apply(new LayerNorm({ name: "norm", epsilon: EPSILON }), apply(new FirstPosition({ name: "first" }), x));
  const output = layers.dense({ name: "output", units: classes, activation: "softmax", kernelInitializer: kernel() });
  const model = tf.model({ name: "vit", inputs: image, outputs: apply(output, x) });
  return compileWithChecks(model, { learningRate, ...CLASS_NUMBERS });
}

function checkOptions(owner: string, options: VitOptions) {
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options, ["feedForward"]);
  const { inputShape, patch, classes, width, heads, blocks, dropout, feedForward } = config;
  checkCounts(owner, {
    inputShape,
    patch,
    classes,
    width,
    heads,
    blocks,
    ...(feedForward !== undefined && { feedForward }),
  });
  checkImageShape(owner, inputShape);
  checkHeads(owner, width, heads);
  checkRates(owner, { dropout });
  const [height, across] = inputShape;
  if (height % patch !== 0 || across % patch !== 0)
    throw new RangeError(
      `${owner}: an image of ${height} × ${across} cannot be cut into patches of ${patch} × ${patch}. Give a patch by which both ` +
        "sides can be divided, or other images.",
    );
  const patches = (height / patch) * (across / patch);
  if (patches > MOST_PATCHES)
    throw new RangeError(
      `${owner}: an image of ${height} × ${across} has ${patches.toLocaleString("en-GB")} patches of ${patch} × ${patch}, and each looks at ` +
        `each; it may have ${MOST_PATCHES.toLocaleString("en-GB")}. Give larger patches or smaller images.`,
    );
  return { config, patches };
}
