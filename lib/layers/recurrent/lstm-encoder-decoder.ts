// Two LSTMs and attention between them (Sutskever et al. 2014; Bahdanau et al. 2015; Luong et al. 2015, figure 2), as one layer:
// tfjs-layers runs a layer with several outputs, as an LSTM that gives its state, once for each of them.

import { checkArguments, choice, FLAG, NUMERIC, optional, STRING, WHOLE } from "../../arguments";
import { atLeast } from "../../indexing";
import { checkCounts, layerOptions } from "../../option-checks";
import { tensorOf, tensorsOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { AdditiveAttention } from "../attention/additive-attention";
import { DotAttention } from "../attention/dot-attention";
import { type CallOptions, CompositeLayer, NO_MASK, type Shapes, shapeList } from "../composite-layer";
import { seeds } from "../initializers";
import { checkAxes, checkMask } from "../input-checks";
import { recurrent } from "./recurrent";

/** What an {@link LstmEncoderDecoder} can be asked for. */
export interface LstmEncoderDecoderOptions {
  /** Units of both LSTMs. */
  units: number;
  /** Whether each step of the target looks at all steps of the source. Default true. */
  attention?: boolean;
  /**
   * How attention measures what goes together: by the dot product of the two states (Luong et al. 2015), or by a network of as many
   * units that is learned ({@link AdditiveAttention}, Bahdanau et al. 2015). Default `"dot"`.
   */
  score?: "dot" | "additive";
  /** The same seed gives the same initial weights. Default 1. */
  seed?: number;
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/**
 * An LSTM reads the source; another starts from its state and reads the target so far; with attention, what it gives is joined
 * with the source's states, weighted.
 *
 * Inputs: `[source, target]` or `[source, target, mask]`: vectors `[batch, source time, any width]` and
 * `[batch, target time, any width]`, mask `[batch, source time]` 1 at the source's tokens and 0 at its padding. The output is
 * `[batch, target time, 2 · units]`, the context before the decoder's own state; without attention
 * `[batch, target time, units]`.
 *
 * @see Sutskever et al. 2014; Bahdanau et al. 2015; Luong et al. 2015, figure 2
 *
 * @example
 * ```ts
 * const [source, target] = [tf.input({ shape: [7, 8] }), tf.input({ shape: [5, 8] })]
 * const states = new LstmEncoderDecoder({ units: 16 }).apply([source, target]) as tf.SymbolicTensor
 * states.shape // => [null, 5, 32]
 * ```
 */
export class LstmEncoderDecoder extends CompositeLayer {
  /** The name in saved models. */
  static readonly className: string = "LstmEncoderDecoder";
  readonly #units: number;
  readonly #seed: number;
  readonly #encoder: tf.RNN;
  readonly #decoder: tf.RNN;
  readonly #score: "dot" | "additive";
  readonly #attention: AdditiveAttention | DotAttention | undefined;

  /**
   * Settles the options; the weights come with the first input.
   *
   * @throws RangeError when an option cannot be.
   */
  constructor(options: LstmEncoderDecoderOptions) {
    checkArguments(
      "LstmEncoderDecoder",
      { options },
      {
        options: layerOptions({
          units: NUMERIC,
          attention: optional(FLAG),
          score: optional(choice("dot", "additive")),
          seed: optional(WHOLE),
          name: optional(STRING),
        }),
      },
    );
    super(options);
    const { units, attention = true, score = "dot", seed = 1 } = options;
    checkCounts("LstmEncoderDecoder", { units });
    this.#units = units;
    this.#score = score;
    this.#seed = seed;
    const next = seeds(seed);
    const lstm = (name: string, returnState: boolean) =>
      recurrent("lstm", { name, units, returnSequences: true, returnState, seed: next() });
    this.#encoder = lstm("encoder", true);
    this.#decoder = lstm("decoder", false);
    if (!attention) return;
    this.#attention =
      score === "additive"
        ? new AdditiveAttention({ name: "attention", units, seed: next() })
        : new DotAttention({ name: "attention" });
  }

  override build(inputShape: Shapes): void {
    const [source, target] = shapeList(inputShape);
    checkAxes(this.name, source, ["batch", "source time", "width"]);
    checkAxes(this.name, target, ["batch", "target time", "width"]);
    this.buildPart(this.#encoder, source);
    this.buildPart(this.#decoder, target);
    const states = (shape: tf.Shape) => [...shape.slice(0, 2), this.#units];
    if (this.#attention instanceof AdditiveAttention) this.buildPart(this.#attention, states(target), states(source));
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const [, target] = atLeast(shapeList(inputShape), 2);
    const [batch, time] = atLeast(target, 2);
    return [batch, time, this.#attention ? 2 * this.#units : this.#units];
  }

  override computeMask(): tf.Tensor {
    return NO_MASK;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], options: CallOptions = {}): tf.Tensor {
    return tf.tidy(() => {
      const [source, target, mask] = atLeast([inputs].flat(), 2);
      const { training } = options;
      const [batch, time] = atLeast(source.shape, 2);
      if (batch !== target.shape[0] && batch !== 1 && target.shape[0] !== 1)
        throw new RangeError(
          `${this.name}: there are ${batch} sources and ${target.shape[0]} targets; give one target for each source.`,
        );
      if (mask) checkMask(this.name, mask.shape, batch, time);
      const seen = mask?.notEqual(0);
      const [memory, ...last] = atLeast(tensorsOf(this.#encoder.apply(source, { training, mask: seen })), 1); // [batch, source time, units]
      const decoded = tensorOf(this.#decoder.apply(target, { training, initialState: last }));
      if (!this.#attention) return decoded;
      const context = tensorOf(this.#attention.apply(mask ? [decoded, memory, mask] : [decoded, memory]));
      return tf.concat([context, decoded], 2); // [batch, target time, 2 · units]
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const attention = this.#attention !== undefined;
    return { ...super.getConfig(), units: this.#units, attention, score: this.#score, seed: this.#seed };
  }
}
tf.serialization.registerClass(LstmEncoderDecoder);
