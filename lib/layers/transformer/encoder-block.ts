// The encoder's block (Vaswani et al. 2017, figure 1, left): self-attention, then a feed-forward layer. With the causal mask it
// is the block of GPT, too.
import { atLeast } from "../../indexing";
import { tf } from "../../tfjs/tf";
import { handedMask } from "../attention/masks";
import { MultiHeadAttention } from "../attention/multi-head-attention";
import { type CallOptions, type Shapes, shapeList } from "../composite-layer";
import { withoutUndefined } from "../initializers";
import { TransformerBlock, type TransformerBlockOptions } from "./transformer-block";

/** What an {@link EncoderBlock} can be asked for. */
export interface EncoderBlockOptions extends TransformerBlockOptions {
  /** Whether no position sees a later one, as in GPT. Default false. */
  causal?: boolean;
}

/**
 * Self-attention and a feed-forward layer, each with a residual connection and a normalisation.
 *
 * Inputs: `x` or `[x, mask]`, where the mask `[batch, time]` is 1 at tokens and 0 at padding (see {@link PaddingMask}).
 * From `[batch, time, width]` to the same shape.
 *
 * @see Vaswani et al. 2017, "Attention is all you need", figure 1, left
 *
 * @example
 * ```ts
 * const x = tf.input({ shape: [10, 32] })
 * const encoded = new EncoderBlock({ heads: 4, norm: "pre" }).apply(x) as tf.SymbolicTensor
 * encoded.shape // => [null, 10, 32]
 * ```
 */
export class EncoderBlock extends TransformerBlock {
  /** The name in saved models. */
  static readonly className: string = "EncoderBlock";
  readonly #causal: boolean;
  readonly #attention: MultiHeadAttention;

  /**
   * Settles the options; the weights come with the first input.
   *
   * @throws RangeError when an option cannot be.
   */
  constructor(options: EncoderBlockOptions) {
    super("EncoderBlock", options);
    const { heads, dropout, deviation, outputDeviation } = this.config;
    this.#causal = options.causal ?? false;
    this.#attention = new MultiHeadAttention({
      name: "attention",
      heads,
      dropout,
      causal: this.#causal,
      ...withoutUndefined({ seed: this.nextSeed(), deviation, outputDeviation }),
    });
  }

  override build(inputShape: Shapes): void {
    const [x] = atLeast(shapeList(inputShape), 1);
    this.buildPart(this.#attention, x);
    this.buildNormalization("attention", x);
    this.buildFeedForward(x);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], options: CallOptions = {}): tf.Tensor {
    return tf.tidy(() => {
      const [x, mask = handedMask(x, options)] = atLeast([inputs].flat(), 1);
      const attended = this.residual("attention", x, options, (inner) =>
        this.run(this.#attention, mask ? [inner, inner, mask] : inner, options),
      );
      return this.applyFeedForward(attended, options);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), causal: this.#causal };
  }
}
tf.serialization.registerClass(EncoderBlock);
