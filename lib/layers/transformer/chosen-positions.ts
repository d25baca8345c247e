// The vectors at chosen positions. A masked language model is asked for few of a text's tokens; where only these go on, the costly
// scores for the whole vocabulary are made for them alone (`gather_indexes` in the code of Devlin et al. 2019).

import { checkArguments, STRING, shapeText } from "../../arguments";
import { at, tuple } from "../../indexing";
import { layerSettings } from "../../option-checks";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { type LayerNameOptions, type Shapes, shapeList } from "../composite-layer";
import { checkAxes } from "../input-checks";

/**
 * The vectors at chosen positions, each text having its own: from `[batch, time, width]` and positions `[batch, chosen]`, counted from 0, to
 * `[batch, chosen, width]`. A position that the text does not have gives zeros.
 *
 * @see Devlin et al. 2019, section 3.1
 *
 * @example
 * ```ts
 * const vectors = tf.tensor3d([[[1, 2], [3, 4], [5, 6]]])
 * const chosen = new ChosenPositions().apply([vectors, tf.tensor2d([[2, 0]], [1, 2], "int32")]) as tf.Tensor
 * chosen.arraySync() // => [[[5, 6], [1, 2]]]
 * ```
 */
export class ChosenPositions extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "ChosenPositions";

  /** @throws RangeError when an option cannot be. */
  constructor(options?: LayerNameOptions) {
    checkArguments("ChosenPositions", { options }, { options: layerSettings({ name: STRING }) });
    super(options);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const [vectors, positions] = tuple(shapeList(inputShape), 2);
    checkAxes(this.name, vectors, ["batch", "time", "width"]);
    checkAxes(this.name, positions, ["batch", "chosen"]);
    return [at(vectors, 0), at(positions, 1), at(vectors, 2)];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const given = [inputs].flat();
      if (given.length !== 2)
        throw new RangeError(
          `${this.name} was given ${given.map(({ shape }) => shapeText(shape)).join(" and ")}; two tensors are expected, vectors [batch, time, width] and positions [batch, chosen].`,
        );
      const [vectors, positions] = tuple(given, 2);
      checkAxes(this.name, vectors.shape, ["batch", "time", "width"]);
      checkAxes(this.name, positions.shape, ["batch", "chosen"]);
      const x = ofRank(vectors, 3);
      // A row with a 1 where it is: multiplied, it takes the vector out, and its gradient back to where it came from.
      const rows = ofRank(tf.oneHot(positions.toInt(), x.shape[1]).toFloat(), 3); // [batch, chosen, time]
      return rows.matMul(x);
    });
  }
}
tf.serialization.registerClass(ChosenPositions);
