// A learned number added to each value: the bias of an output that has no kernel of its own, because it shares the embedding's.

import { checkArguments, STRING } from "../arguments";
import { layerSettings } from "../option-checks";
import { tf } from "../tfjs/tf";
import { type Shapes, shapeList } from "./composite-layer";
import { checkWidth, checkWidthKnown } from "./input-checks";

/** Adds a learned number to each value of the last axis; the shape stays. */
export class Bias extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "Bias";
  /** Masks may come in, and are handed on. */
  override supportsMasking = true;
  #bias: tf.LayerVariable | undefined;

  /** @throws RangeError when an option cannot be. */
  constructor(options?: { name?: string }) {
    checkArguments("Bias", { options }, { options: layerSettings({ name: STRING }) });
    super(options);
  }

  override build(inputShape: Shapes): void {
    const [shape] = shapeList(inputShape) as [tf.Shape];
    checkWidthKnown(this.name, shape);
    this.#bias = this.addWeight("bias", [shape.at(-1) as number], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = [inputs].flat() as [tf.Tensor];
    const bias = this.#bias as tf.LayerVariable;
    checkWidth(this.name, x.shape, bias.shape[0] as number);
    return x.add(bias.read());
  }
}
tf.serialization.registerClass(Bias);
