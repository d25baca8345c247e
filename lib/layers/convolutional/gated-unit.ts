// Half of the values say what goes on, the other half how much of it.

import { checkArguments, STRING, shapeText, sizeOfAxis } from "../../arguments";
import { at, atLeast } from "../../indexing";
import { gatedUnit } from "../../ops/gated-unit";
import { layerSettings } from "../../option-checks";
import { tf } from "../../tfjs/tf";
import { type LayerNameOptions, type Shapes, shapeList } from "../composite-layer";
import { checkWidthKnown } from "../input-checks";

/**
 * Gated activation: the first half of each position's values goes through tanh and is multiplied by the sigmoid of the second half.
 *
 * From `[batch, …, 2 · units]` to `[batch, …, units]`.
 *
 * @see van den Oord et al. 2016, "WaveNet: a generative model for raw audio", equation 2
 *
 * @example
 * ```ts
 * const gated = new GatedUnit().apply(tf.tensor2d([[1, 2, 0, 9]])) as tf.Tensor
 * gated.arraySync() // => [[0.38, 0.96]]
 * ```
 */
export class GatedUnit extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "GatedUnit";

  /** @throws RangeError when an option cannot be. */
  constructor(options?: LayerNameOptions) {
    checkArguments("GatedUnit", { options }, { options: layerSettings({ name: STRING }) });
    super(options);
  }

  override build(inputShape: Shapes): void {
    this.#unitsOf(at(atLeast(shapeList(inputShape), 1), 0));
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const [shape] = atLeast(shapeList(inputShape), 1);
    return [...shape.slice(0, -1), this.#unitsOf(shape)];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = at([inputs].flat(), 0);
      this.#unitsOf(x.shape);
      if (x.dtype !== "float32")
        throw new RangeError(
          `${this.name}: the input is of ${x.dtype}; float32 is expected. Give the values of a layer, or input.toFloat().`,
        );
      return gatedUnit(x);
    });
  }

  #unitsOf(shape: readonly (number | null)[]): number {
    checkWidthKnown(this.name, shape);
    const width = sizeOfAxis(shape, -1);
    if (width % 2 !== 0)
      throw new RangeError(
        `${this.name}: the input, ${shapeText(shape)}, is ${width} wide; half of it is the gate, so it needs an even width. ` +
          `Give ${width + 1} filters to the layer before.`,
      );
    return width / 2;
  }
}
tf.serialization.registerClass(GatedUnit);
