// What the encoder's and the decoder's block share: the feed-forward layer (Vaswani et al. 2017, section 3.3), and the
// residual connection around each part with its normalisation, after the part as in that paper, or before it as in GPT-2
// (Radford et al. 2019, section 2.3; why it trains more easily: Xiong et al. 2020).

import { checkArguments, FLAG, NUMERIC, optional, STRING, sizeOfAxis, WHOLE } from "../../arguments";
import { atLeast, tuple } from "../../indexing";
import { gelu } from "../../ops/gelu";
import { checkChoice, checkCounts, checkRates, layerOptions } from "../../option-checks";
import { tf } from "../../tfjs/tf";
import { type CallOptions, CompositeLayer, firstMask, requireBuilt, type Shapes } from "../composite-layer";
import { kernelStart, type StartOptions, seeds, withoutUndefined } from "../initializers";
import { LayerNorm } from "../layer-norm";

/** The options of both blocks. */
export interface TransformerBlockOptions extends StartOptions {
  /** Attentions side by side; the block's width must be a multiple of it. */
  heads: number;
  /** Units of the feed-forward layer's hidden part. Default four times the width, as in the paper. */
  feedForward?: number;
  /** What is applied in the hidden part. Default `"relu"`, as in the paper; GPT and BERT have `"gelu"`. */
  activation?: "relu" | "gelu" | "tanh";
  /** Where normalisation stands: after each residual connection, as in the paper, or before each part. Default `"post"`. */
  norm?: "pre" | "post";
  /** Share dropped, in training, of each part's output and of the attention weights. Default 0. */
  dropout?: number;
  /** What normalisation adds to the variance. Default 1e-5. */
  epsilon?: number;
  /** Standard deviation of the kernels that write into the residual path. Default: as the others. */
  outputDeviation?: number;
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/** The options with their defaults; `feedForward` is settled when the width is known. */
export interface BlockConfig
  extends Omit<TransformerBlockOptions, "name" | "activation" | "norm" | "dropout" | "epsilon">,
    Required<Pick<TransformerBlockOptions, "activation" | "norm" | "dropout" | "epsilon">> {}

/** @throws RangeError when an option cannot be. */
function blockConfig(owner: string, options: TransformerBlockOptions): BlockConfig {
  const { heads, feedForward, activation = "relu", norm = "post", dropout = 0, epsilon = 1e-5 } = options;
  const { seed, deviation, outputDeviation } = options;
  checkCounts(owner, { heads, ...(feedForward !== undefined && { feedForward }) });
  checkRates(owner, { dropout });
  checkChoice(owner, "activation", activation, ["relu", "gelu", "tanh"]);
  checkChoice(owner, "norm", norm, ["pre", "post"]);
  return {
    heads,
    activation,
    norm,
    dropout,
    epsilon,
    ...withoutUndefined({ feedForward, seed, deviation, outputDeviation }),
  };
}

/**
 * A block: some parts, each with a residual connection and a normalisation around it.
 *
 * @see Vaswani et al. 2017, "Attention is all you need", section 3.1; before each part: Radford et al. 2019, section 2.3,
 * and Xiong et al. 2020
 *
 * @example
 * ```ts
 * const model = buildGpt({ preset: "tiny" })
 * const blocks = model.layers.filter((layer) => layer instanceof TransformerBlock)
 * blocks.length // => 2
 * ```
 */
export abstract class TransformerBlock extends CompositeLayer {
  /** What the block was asked for. */
  protected readonly config: BlockConfig;
  readonly #dropout: tf.layers.Layer;
  readonly #normalizations = new Map<string, tf.layers.Layer>();
  readonly #feedForward: tf.layers.Layer[] = [];
  /** Gives each part a seed of its own; `undefined` without a seed. */
  protected readonly nextSeed: () => number | undefined;

  /**
   * Settles the options; the weights come with the first input.
   *
   * @param owner the name of the layer, for messages.
   * @throws RangeError when an option cannot be.
   */
  constructor(owner: string, options: TransformerBlockOptions) {
    checkArguments(
      owner,
      { options },
      {
        options: layerOptions({
          heads: NUMERIC,
          feedForward: optional(NUMERIC),
          activation: optional(STRING),
          norm: optional(STRING),
          dropout: optional(NUMERIC),
          epsilon: optional(NUMERIC),
          causal: optional(FLAG),
          outputDeviation: optional(NUMERIC),
          seed: optional(WHOLE),
          deviation: optional(NUMERIC),
          name: optional(STRING),
        }),
      },
    );
    super(options);
    this.config = blockConfig(owner, options);
    this.#dropout = tf.layers.dropout({ rate: this.config.dropout });
    this.nextSeed = seeds(this.config.seed);
  }

  /** Builds the normalisation of the part of this name. */
  protected buildNormalization(name: string, shape: tf.Shape): void {
    const layer = new LayerNorm({ name: `${name}Norm`, epsilon: this.config.epsilon });
    this.buildPart(layer, shape);
    this.#normalizations.set(name, layer);
  }

  /** Builds the two dense layers with their normalisation. */
  protected buildFeedForward(shape: tf.Shape): void {
    const [batch, time] = atLeast(shape, 3);
    const width = sizeOfAxis(shape, 2);
    const { feedForward = 4 * width, activation, deviation, outputDeviation = deviation } = this.config;
    const dense = (name: string, units: number, start: StartOptions, more: object = {}) =>
      tf.layers.dense({ name, units, kernelInitializer: kernelStart(start), ...more });
    const hidden = dense("hidden", feedForward, withoutUndefined({ seed: this.nextSeed(), deviation }), {
      activation: activation === "gelu" ? "linear" : activation,
    });
    const output = dense("output", width, withoutUndefined({ seed: this.nextSeed(), deviation: outputDeviation }));
    this.buildPart(hidden, shape);
    this.buildPart(output, [batch, time, feedForward]);
    this.#feedForward.push(hidden, output);
    this.buildNormalization("feedForward", shape);
  }

  /** The feed-forward layer, at each position by itself, with its residual connection. */
  protected applyFeedForward(x: tf.Tensor, options: CallOptions): tf.Tensor {
    const [hidden, output] = tuple(this.#feedForward, 2);
    return this.residual("feedForward", x, options, (inner) => {
      const sums = this.run(hidden, inner, options);
      return this.run(output, this.config.activation === "gelu" ? gelu(sums) : sums, options);
    });
  }

  /** A part with its residual connection and normalisation. */
  protected residual(name: string, x: tf.Tensor, options: CallOptions, part: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
    const norm = requireBuilt(this.#normalizations.get(name), this.name);
    const applyDropout = (output: tf.Tensor): tf.Tensor => this.run(this.#dropout, output, options);
    return this.config.norm === "pre"
      ? x.add(applyDropout(part(this.run(norm, x, options))))
      : this.run(norm, x.add(applyDropout(part(x))), options);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    return Array.isArray(inputShape[0]) ? inputShape[0] : inputShape;
  }

  override computeMask(_inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return firstMask(mask);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.config };
  }
}
