// Attention over the states of a recurrent encoder, without weights (Luong et al. 2015, "Effective approaches to attention-based
// neural machine translation", section 3.1: global attention with the dot score).

import { checkArguments, FLAG, STRING } from "../../arguments";
import { at, atLeast } from "../../indexing";
import { layerSettings } from "../../option-checks";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { type CallOptions, firstMask, NO_MASK, type Shapes, shapeList } from "../composite-layer";
import { checkAttended, checkAxes, checkMask } from "../input-checks";
import { reportAttention } from "./attention-maps";
import { paddingBias } from "./masks";

/** What a {@link DotAttention} can be asked for. */
export interface DotAttentionOptions {
  /** Whether the output is `[context, weights]`, weights being `[batch, queries, values]`. Default false. */
  returnWeights?: boolean;
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/**
 * For each query the mean of the values, weighted by the softmax of their dot products with it.
 *
 * Inputs: `[queries, values]` or `[queries, values, mask]`: queries `[batch, queries, width]`, values
 * `[batch, values, width]`, mask `[batch, values]` 1 at what may be seen. The output has the shape of the queries.
 *
 * @throws RangeError when queries and values differ in width; it gives both numbers.
 * @see Luong et al. 2015, "Effective approaches to attention-based neural machine translation", section 3.1
 *
 * @example
 * ```ts
 * const [queries, values] = [tf.input({ shape: [3, 8] }), tf.input({ shape: [5, 8] })]
 * const context = new DotAttention().apply([queries, values]) as tf.SymbolicTensor
 * context.shape // => [null, 3, 8]
 * ```
 */
export class DotAttention extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "DotAttention";
  /** Masks may come in, and are handed on. */
  override supportsMasking = true;
  readonly #returnWeights: boolean;

  /** Takes its options; there are no weights. */
  constructor(options: DotAttentionOptions = {}) {
    checkArguments("DotAttention", { options }, { options: layerSettings({ returnWeights: FLAG, name: STRING }) });
    super(options);
    this.#returnWeights = options.returnWeights ?? false;
  }

  override build(inputShape: Shapes): void {
    const [queries, values] = atLeast(shapeList(inputShape), 1);
    checkAxes(this.name, queries, ["batch", "queries", "width"]);
    checkAxes(this.name, values, ["batch", "values", "width"]);
    if (queries[2] !== values?.[2])
      throw new RangeError(
        `${this.name}: queries of width ${queries[2]} and values of width ${values?.[2]} have no dot product. ` +
          "Give [queries, values] of the same width: as many units in the decoder as in the encoder.",
      );
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const [queries, values] = atLeast(shapeList(inputShape), 2);
    const [batch, count] = atLeast(queries, 2);
    return this.#returnWeights ? [queries, [batch, count, at(values, 1)]] : queries;
  }

  override computeMask(_inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    const first = firstMask(mask);
    return this.#returnWeights ? [first, NO_MASK] : first;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _options: CallOptions = {}): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const [first, second, mask] = atLeast([inputs].flat(), 2);
      const [queries, values] = [ofRank(first, 3), ofRank(second, 3)];
      checkAttended(this.name, { queries: queries.shape, keys: values.shape, values: values.shape });
      if (mask) checkMask(this.name, mask.shape, values.shape[0], values.shape[1]);
      let scores: tf.Tensor = queries.matMul(values, false, true); // [batch, queries, values]
      if (mask) scores = scores.add(paddingBias(mask).squeeze([1])); // [batch, 1, values]
      const weights = scores.softmax();
      reportAttention(this.name, weights.expandDims(1));
      const context = weights.matMul(values);
      return this.#returnWeights ? [context, weights] : context;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), returnWeights: this.#returnWeights };
  }
}
tf.serialization.registerClass(DotAttention);
