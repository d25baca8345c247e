// A learned number added to each value: the bias of an output that has no kernel of its own, because it shares the embedding's.

import { checkArguments, STRING, sizeOfAxis } from "../arguments";
import { at, atLeast } from "../indexing";
import { layerSettings } from "../option-checks";
import { tf } from "../tfjs/tf";
import { type LayerNameOptions, requireBuilt, type Shapes, shapeList } from "./composite-layer";
import { checkWidth, checkWidthKnown } from "./input-checks";

/**
 * Adds a learned number to each value of the last axis; the shape stays.
 *
 * @example
 * ```ts
 * const shifted = new Bias().apply(tf.ones([1, 3])) as tf.Tensor // it starts at 0
 * shifted.arraySync() // => [[1, 1, 1]]
 * ```
 */
export class Bias extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "Bias";
  /** Masks may come in, and are handed on. */
  override supportsMasking = true;
  #bias: tf.LayerVariable | undefined;

  /** @throws RangeError when an option cannot be. */
  constructor(options?: LayerNameOptions) {
    checkArguments("Bias", { options }, { options: layerSettings({ name: STRING }) });
    super(options);
  }

  override build(inputShape: Shapes): void {
    const [shape] = atLeast(shapeList(inputShape), 1);
    checkWidthKnown(this.name, shape);
    this.#bias = this.addWeight("bias", [sizeOfAxis(shape, -1)], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = at([inputs].flat(), 0);
    const bias = requireBuilt(this.#bias, this.name);
    checkWidth(this.name, x.shape, sizeOfAxis(bias.shape, 0));
    return x.add(bias.read());
  }
}
tf.serialization.registerClass(Bias);
