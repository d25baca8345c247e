// The vector at the first position, where BERT gathers what a whole text means (Devlin et al. 2019, section 3).

import { checkArguments, STRING } from "../../arguments";
import { at, tuple } from "../../indexing";
import { layerSettings } from "../../option-checks";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { type LayerNameOptions, type Shapes, shapeList } from "../composite-layer";
import { checkAxes } from "../input-checks";

/**
 * The vector at the first position of each sequence: from `[batch, time, width]` to `[batch, width]`.
 *
 * @see Devlin et al. 2019, section 3
 *
 * @example
 * ```ts
 * const x = tf.input({ shape: [10, 32] })
 * const first = new FirstPosition().apply(x) as tf.SymbolicTensor
 * first.shape // => [null, 32]
 * ```
 */
export class FirstPosition extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "FirstPosition";

  /** @throws RangeError when an option cannot be. */
  constructor(options?: LayerNameOptions) {
    checkArguments("FirstPosition", { options }, { options: layerSettings({ name: STRING }) });
    super(options);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    checkAxes(this.name, shapeList(inputShape)[0], ["batch", "time", "width"]);
    const [[batch, , width]] = tuple(
      shapeList(inputShape).map((shape) => tuple(shape, 3)),
      1,
    );
    return [batch, width];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const input = at([inputs].flat(), 0);
      checkAxes(this.name, input.shape, ["batch", "time", "width"]);
      const x = ofRank(input, 3);
      const [batch, , width] = x.shape;
      return x.slice([0, 0, 0], [batch, 1, width]).reshape([batch, width]);
    });
  }
}
tf.serialization.registerClass(FirstPosition);
