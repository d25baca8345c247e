// Layer normalisation (Ba, Kiros and Hinton 2016). tfjs-layers has one, but its gradient takes the batch apart into single
// positions: thousands of operations a step, and seconds to compile.

import { checkArguments, NUMBER, STRING, sizeOfAxis } from "../arguments";
import { at, atLeast } from "../indexing";
import { layerNormalize } from "../ops/normalization";
import { layerSettings } from "../option-checks";
import { tf } from "../tfjs/tf";
import { requireBuilt, type Shapes, shapeList } from "./composite-layer";
import { checkWidth, checkWidthKnown } from "./input-checks";

/** What a {@link LayerNorm} can be asked for. */
export interface LayerNormOptions {
  /** What is added to the variance, so that nothing is divided by zero. Default 1e-5. */
  epsilon?: number;
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/**
 * Brings the values of each position to mean 0 and variance 1, then multiplies and shifts each dimension by learned numbers.
 *
 * From `[batch, …, width]` to the same shape.
 *
 * @see Ba, Kiros and Hinton 2016, "Layer normalization"
 *
 * @example
 * ```ts
 * const normalized = new LayerNorm().apply(tf.tensor2d([[1, 2, 3]])) as tf.Tensor
 * normalized.arraySync() // => [[-1.22, 0.00, 1.22]]
 * ```
 */
export class LayerNorm extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "LayerNorm";
  /** Masks may come in, and are handed on. */
  override supportsMasking = true;
  readonly #epsilon: number;
  #gamma: tf.LayerVariable | undefined;
  #beta: tf.LayerVariable | undefined;

  /**
   * Settles the options; the weights come with the first input.
   *
   * @throws RangeError when an option cannot be.
   */
  constructor(options: LayerNormOptions = {}) {
    checkArguments("LayerNorm", { options }, { options: layerSettings({ epsilon: NUMBER, name: STRING }) });
    super(options);
    const { epsilon = 1e-5 } = options;
    if (!(epsilon > 0))
      throw new RangeError(`LayerNorm: epsilon is ${epsilon}; it needs a number above 0, 1e-5 is usual.`);
    this.#epsilon = epsilon;
  }

  override build(inputShape: Shapes): void {
    const [shape] = atLeast(shapeList(inputShape), 1);
    checkWidthKnown(this.name, shape);
    const width = sizeOfAxis(shape, -1);
    this.#gamma = this.addWeight("gamma", [width], "float32", tf.initializers.ones());
    this.#beta = this.addWeight("beta", [width], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = at([inputs].flat(), 0);
      const [gamma, beta] = [requireBuilt(this.#gamma, this.name), requireBuilt(this.#beta, this.name)];
      checkWidth(this.name, x.shape, sizeOfAxis(gamma.shape, 0));
      return layerNormalize(x, gamma.read(), beta.read(), this.#epsilon);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: this.#epsilon };
  }
}
tf.serialization.registerClass(LayerNorm);
