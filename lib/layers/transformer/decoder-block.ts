// The decoder's block (Vaswani et al. 2017, figure 1, right): causal self-attention, attention to what the encoder made of the
// source, then a feed-forward layer.

import { shapeText } from "../../arguments";
import { atLeast } from "../../indexing";
import { tf } from "../../tfjs/tf";
import { MultiHeadAttention } from "../attention/multi-head-attention";
import { type CallOptions, type Shapes, shapeList } from "../composite-layer";
import { withoutUndefined } from "../initializers";
import { TransformerBlock, type TransformerBlockOptions } from "./transformer-block";

/**
 * Causal self-attention, cross-attention and a feed-forward layer, each with a residual connection and a normalisation.
 *
 * Inputs: `[x, memory]` or `[x, memory, mask]`: `x` the target so far `[batch, time, width]`, `memory` the encoder's output
 * `[batch, source, any width]`, `mask` `[batch, source]` 1 at the source's tokens and 0 at its padding. (Padding at the end of
 * the target needs no mask: the causal mask hides it from all that stands before it.) The output has the shape of `x`.
 *
 * @see Vaswani et al. 2017, "Attention is all you need", figure 1, right
 *
 * @example
 * ```ts
 * const [x, memory] = [tf.input({ shape: [5, 32] }), tf.input({ shape: [7, 32] })]
 * const decoded = new DecoderBlock({ heads: 4 }).apply([x, memory]) as tf.SymbolicTensor
 * decoded.shape // => [null, 5, 32]
 * ```
 */
export class DecoderBlock extends TransformerBlock {
  /** The name in saved models. */
  static readonly className: string = "DecoderBlock";
  readonly #self: MultiHeadAttention;
  readonly #cross: MultiHeadAttention;

  /**
   * Settles the options; the weights come with the first input.
   *
   * @throws RangeError when an option cannot be.
   */
  constructor(options: TransformerBlockOptions) {
    super("DecoderBlock", options);
    const { heads, dropout, deviation, outputDeviation } = this.config;
    const attention = (name: string, causal: boolean) =>
      new MultiHeadAttention({
        name,
        heads,
        dropout,
        causal,
        ...withoutUndefined({ seed: this.nextSeed(), deviation, outputDeviation }),
      });
    this.#self = attention("self", true);
    this.#cross = attention("cross", false);
  }

  override build(inputShape: Shapes): void {
    const [x, memory] = atLeast(shapeList(inputShape), 1);
    if (memory === undefined)
      throw new RangeError(
        `${this.name}: a decoder block takes [x, memory] or [x, memory, mask]; 1 input was given, of shape ${shapeText(x)}. ` +
          "For a model without an encoder, as GPT, take an EncoderBlock with causal: true.",
      );
    this.buildPart(this.#self, x);
    this.buildNormalization("self", x);
    this.buildPart(this.#cross, x, memory);
    this.buildNormalization("cross", x);
    this.buildFeedForward(x);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], options: CallOptions = {}): tf.Tensor {
    return tf.tidy(() => {
      const [x, memory, mask] = atLeast([inputs].flat(), 2);
      const target = this.residual("self", x, options, (inner) => this.run(this.#self, inner, options));
      const joined = this.residual("cross", target, options, (inner) =>
        this.run(this.#cross, mask ? [inner, memory, mask] : [inner, memory], options),
      );
      return this.applyFeedForward(joined, options);
    });
  }
}
tf.serialization.registerClass(DecoderBlock);
