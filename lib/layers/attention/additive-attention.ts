// Attention with a score that is learned (Bahdanau, Cho and Bengio 2015, "Neural machine translation by jointly learning to align and
// translate", section 3.1 and appendix A.1.2): a network of one hidden layer says how well a query and a key go together.

import { checkArguments, FLAG, NUMERIC, optional, STRING, sizeOfAxis, WHOLE } from "../../arguments";
import { atLeast, tuple } from "../../indexing";
import { checkCounts, layerOptions } from "../../option-checks";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { type CallOptions, firstMask, NO_MASK, requireBuilt, type Shapes, shapeList } from "../composite-layer";
import { kernelStart, seeds, withoutUndefined } from "../initializers";
import { checkAxes, checkMask, checkWidth } from "../input-checks";
import { reportAttention } from "./attention-maps";
import { paddingBias } from "./masks";

/** What an {@link AdditiveAttention} can be asked for. */
export interface AdditiveAttentionOptions {
  /** Units of the hidden layer that compares a query with a value. */
  units: number;
  /** Whether the output is `[context, weights]`, weights being `[batch, queries, values]`. Default false. */
  returnWeights?: boolean;
  /** The same seed gives the same initial weights. Default: new ones each time. */
  seed?: number;
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/**
 * For each query q the mean of the values v, weighted by the softmax of their scores s · tanh(q W + v U), with the weights W, U and s.
 *
 * Inputs: `[queries, values]` or `[queries, values, mask]`: queries `[batch, queries, any width]`, values
 * `[batch, values, any width]`, mask `[batch, values]` 1 at what may be seen. The output is `[batch, queries, width of the values]`.
 *
 * @throws RangeError for inputs of other widths than its weights were made for, or a mask that does not fit; it gives both.
 * @see Bahdanau, Cho and Bengio 2015, "Neural machine translation by jointly learning to align and translate", appendix A.1.2
 *
 * @example
 * ```ts
 * const [queries, values] = [tf.input({ shape: [3, 8] }), tf.input({ shape: [5, 6] })]
 * const context = new AdditiveAttention({ units: 4 }).apply([queries, values]) as tf.SymbolicTensor
 * context.shape // => [null, 3, 6]
 * ```
 */
export class AdditiveAttention extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "AdditiveAttention";
  /** Masks may come in, and are handed on. */
  override supportsMasking = true;
  readonly #options: Omit<AdditiveAttentionOptions, "name">;
  #queryKernel: tf.LayerVariable | undefined;
  #valueKernel: tf.LayerVariable | undefined;
  #score: tf.LayerVariable | undefined;

  /**
   * Settles the options; the weights come with the first input.
   *
   * @throws RangeError when an option cannot be.
   */
  constructor(options: AdditiveAttentionOptions) {
    checkArguments(
      "AdditiveAttention",
      { options },
      {
        options: layerOptions({
          units: NUMERIC,
          returnWeights: optional(FLAG),
          seed: optional(WHOLE),
          name: optional(STRING),
        }),
      },
    );
    super(options);
    const { units, returnWeights = false, seed } = options;
    checkCounts("AdditiveAttention", { units });
    this.#options = { units, returnWeights, ...withoutUndefined({ seed }) };
  }

  override build(inputShape: Shapes): void {
    const [queries, values] = shapeList(inputShape);
    checkAxes(this.name, queries, ["batch", "queries", "width"]);
    checkAxes(this.name, values, ["batch", "values", "width"]);
    const { units, seed } = this.#options;
    const next = seeds(seed);
    const add = (name: string, inputs: number, outputs: number) =>
      this.addWeight(name, [inputs, outputs], "float32", kernelStart(withoutUndefined({ seed: next() })));
    this.#queryKernel = add("queryKernel", sizeOfAxis(queries, 2), units);
    this.#valueKernel = add("valueKernel", sizeOfAxis(values, 2), units);
    this.#score = add("score", units, 1);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const [queries, values] = atLeast(shapeList(inputShape), 2);
    const [batch, count] = atLeast(queries, 2);
    const [, seen, width] = tuple(values, 3);
    const context = [batch, count, width];
    return this.#options.returnWeights ? [context, [batch, count, seen]] : context;
  }

  override computeMask(_inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    const first = firstMask(mask);
    return this.#options.returnWeights ? [first, NO_MASK] : first;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _options: CallOptions = {}): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const [first, second, mask] = atLeast([inputs].flat(), 2);
      const [queries, values] = [ofRank(first, 3), ofRank(second, 3)];
      if (mask) checkMask(this.name, mask.shape, values.shape[0], values.shape[1]);
      const asked = this.#project(queries, this.#queryKernel).expandDims(2); // [batch, queries, 1, units]
      const offered = this.#project(values, this.#valueKernel).expandDims(1); // [batch, 1, values, units]
      const compared = asked.add(offered).tanh(); // [batch, queries, values, units]
      const pairs = compared.shape.slice(0, 3);
      const score = requireBuilt(this.#score, this.name).read();
      let scores = compared.reshape([-1, this.#options.units]).matMul(score).reshape(pairs); // [batch, queries, values]
      if (mask) scores = scores.add(paddingBias(mask).squeeze([1])); // [batch, 1, values]
      const weights = ofRank(scores.softmax(), 3);
      reportAttention(this.name, weights.expandDims<tf.Tensor4D>(1));
      const context = weights.matMul(values); // [batch, queries, width of the values]
      return this.#options.returnWeights ? [context, weights] : context;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
  }

  /** Times a kernel: [batch, time, units]. */
  #project(x: tf.Tensor3D, weight: tf.LayerVariable | undefined): tf.Tensor {
    const kernel = requireBuilt(weight, this.name).read();
    const [batch, time, width] = x.shape;
    checkWidth(this.name, x.shape, sizeOfAxis(kernel.shape, 0));
    return x
      .reshape([batch * time, width])
      .matMul(kernel)
      .reshape([batch, time, this.#options.units]);
  }
}
tf.serialization.registerClass(AdditiveAttention);
