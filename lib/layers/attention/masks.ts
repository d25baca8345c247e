// Masks: which positions of a sequence may be looked at. A padding mask is 1 at tokens and 0 at padding; the causal mask
// hides the future (Vaswani et al. 2017, "Attention is all you need", section 3.2.3).

import { checkArguments, countFrom, STRING, TENSOR, TOKEN } from "../../arguments";
import { at, atLeast } from "../../indexing";
import { layerSettings } from "../../option-checks";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { type CallOptions, type Shapes, shapeList } from "../composite-layer";
import { checkAxes } from "../input-checks";

// Large enough that its exponential is zero beside any other, small enough that adding it twice stays finite.
export const HIDDEN = 1e9;

/**
 * What is added to attention scores so that no position sees a later one: `[queries, keys]`, 0 or −10⁹.
 *
 * @see Vaswani et al. 2017, "Attention is all you need", section 3.2.3
 *
 * @example
 * ```ts
 * causalBias(2, 2).arraySync() // => [[0, -1e9], [0, 0]]
 * ```
 */
export function causalBias(queries: number, keys: number): tf.Tensor2D {
  checkArguments("causalBias", { queries, keys }, { queries: countFrom(1, 10_000), keys: countFrom(1, 10_000) });
  return tf.tidy(() => {
    const visible = tf.linalg.bandPart(tf.ones([queries, keys]), -1, keys - queries);
    return ofRank(visible.sub(1).mul(HIDDEN), 2);
  });
}

/**
 * What is added to attention scores so that padding is not seen: `[batch, 1, 1, keys]` from a mask `[batch, keys]`.
 *
 * @example
 * ```ts
 * paddingBias(tf.tensor2d([[1, 1, 0]])).arraySync() // => [[[[0, 0, -1e9]]]]
 * ```
 */
export function paddingBias(mask: tf.Tensor): tf.Tensor4D {
  checkArguments("paddingBias", { mask }, { mask: TENSOR });
  return tf.tidy(() => {
    checkAxes("paddingBias", mask.shape, ["batch", "keys"]);
    const [batch, keys] = atLeast(mask.shape, 2);
    return ofRank(mask.toFloat().sub(1).mul(HIDDEN).reshape([batch, 1, 1, keys]), 4);
  });
}

/** The mask that tfjs-layers hands a layer with its input, where it is one for this input. */
export function handedMask(input: tf.Tensor, options: CallOptions): tf.Tensor | undefined {
  // tfjs-layers hands on the mask of an earlier layer where the input has none of its own; most such differ in shape.
  const mask = options.mask;
  if (!(mask instanceof tf.Tensor) || mask.rank !== 2) return undefined;
  const [batch, time] = input.shape;
  return mask.shape[0] === batch && mask.shape[1] === time ? mask : undefined;
}

/** What a {@link PaddingMask} can be asked for. */
export interface PaddingMaskOptions {
  /** The token that stands for padding. Default 0. */
  padding?: number;
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/**
 * The padding mask of token numbers, to be handed to attention as its last input: 1 where there is a token, 0 where there is
 * padding. Masks travel as ordinary tensors here because tfjs-layers hands a layer only the mask of its first input.
 *
 * From `[batch, time]` to `[batch, time]`, float32.
 *
 * @example
 * ```ts
 * const tokens = tf.tensor2d([[5, 7, 0]], [1, 3], "int32")
 * const mask = new PaddingMask().apply(tokens) as tf.Tensor
 * mask.arraySync() // => [[1, 1, 0]]
 * ```
 */
export class PaddingMask extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "PaddingMask";
  /** Masks may come in, and are handed on. */
  override supportsMasking = true;
  readonly #padding: number;

  /** Takes the token that is padding. */
  constructor(options: PaddingMaskOptions = {}) {
    checkArguments("PaddingMask", { options }, { options: layerSettings({ padding: TOKEN, name: STRING }) });
    super(options);
    this.#padding = options.padding ?? 0;
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    checkAxes(this.name, shapeList(inputShape)[0], ["batch", "time"]);
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const tokens = at([inputs].flat(), 0);
      checkAxes(this.name, tokens.shape, ["batch", "time"]);
      return tokens.toFloat().notEqual(this.#padding).toFloat(); // [batch, time]
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), padding: this.#padding };
  }
}
tf.serialization.registerClass(PaddingMask);
