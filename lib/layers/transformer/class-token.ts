// A learned vector before the others, in which a Transformer gathers what it will say of all of them: BERT's [CLS] token, for pictures.
import { checkArguments, NUMERIC, optional, STRING, sizeOfAxis, WHOLE } from "../../arguments";
import { at, tuple } from "../../indexing";
import { layerSettings } from "../../option-checks";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { requireBuilt, type Shapes, shapeList } from "../composite-layer";
import { kernelStart, type StartOptions, withoutUndefined } from "../initializers";
import { checkAxes, checkWidth } from "../input-checks";

/** What a {@link ClassToken} can be asked for. */
export interface ClassTokenOptions extends StartOptions {
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/**
 * Puts a learned vector before the first position: from `[batch, time, width]` to `[batch, 1 + time, width]`.
 *
 * @see Dosovitskiy et al. 2021, "An image is worth 16x16 words", section 3.1
 *
 * @example
 * ```ts
 * const patches = tf.input({ shape: [16, 32] })
 * const tokens = new ClassToken().apply(patches) as tf.SymbolicTensor
 * tokens.shape // => [null, 17, 32]
 * ```
 */
export class ClassToken extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "ClassToken";
  readonly #start: StartOptions;
  #token: tf.LayerVariable | undefined;

  /**
   * Settles the options; the weights come with the first input.
   *
   * @throws RangeError when an option cannot be.
   */
  constructor(options: ClassTokenOptions = {}) {
    checkArguments(
      "ClassToken",
      { options },
      { options: layerSettings({ seed: optional(WHOLE), deviation: optional(NUMERIC), name: optional(STRING) }) },
    );
    super(options);
    const { seed, deviation = 0.02 } = options;
    this.#start = withoutUndefined({ seed, deviation });
  }

  override build(inputShape: Shapes): void {
    checkAxes(this.name, shapeList(inputShape)[0], ["batch", "time", "width"]);
    const width = sizeOfAxis(at(shapeList(inputShape), 0), 2);
    this.#token = this.addWeight("token", [1, 1, width], "float32", kernelStart(this.#start));
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    checkAxes(this.name, shapeList(inputShape)[0], ["batch", "time", "width"]);
    const [[batch, time, width]] = tuple(
      shapeList(inputShape).map((shape) => tuple(shape, 3)),
      1,
    );
    return [batch, time === null ? null : 1 + time, width];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = ofRank(at([inputs].flat(), 0), 3);
      const token = ofRank(requireBuilt(this.#token, this.name).read(), 3);
      checkWidth(this.name, x.shape, token.shape[2]);
      // A place for it, and then the sum: so that no tensor of the size of the batch has to be made for it.
      const alone = token.pad([
        [0, 0],
        [0, x.shape[1]],
        [0, 0],
      ]);
      const behind = x.pad([
        [0, 0],
        [1, 0],
        [0, 0],
      ]);
      return behind.add(alone);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#start };
  }
}
tf.serialization.registerClass(ClassToken);
