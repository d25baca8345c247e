// A vector for each token; and, on the way out, the same table turns vectors back into a score for each token (Press and
// Wolf 2017, "Using the output embedding to improve language models").

import { checkArguments, FLAG, NUMERIC, optional, STRING, shapeText, WHOLE } from "../arguments";
import { messageOf } from "../error-message";
import { at, atLeast, tuple } from "../indexing";
import { checkCounts, layerOptions } from "../option-checks";
import { ofRank } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { requireBuilt, type Shapes, shapeList } from "./composite-layer";
import { kernelStart, type StartOptions, withoutUndefined } from "./initializers";
import { checkAxes, checkWidth } from "./input-checks";

/** What a {@link TokenEmbedding} can be asked for. */
export interface TokenEmbeddingOptions extends StartOptions {
  /** How many different tokens there are, numbered from 0. */
  vocabulary: number;
  /** Values in a token's vector. */
  width: number;
  /** Whether vectors are multiplied by √width on their way in (Vaswani et al. 2017, section 3.4). Default false. */
  scaled?: boolean;
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/**
 * Token numbers `[batch, time]` become vectors `[batch, time, width]`; vectors `[batch, time, width]` become a score for each
 * token `[batch, time, vocabulary]`, by the same table (apply the layer twice to tie both ends of a model).
 *
 * @see Press and Wolf 2017, "Using the output embedding to improve language models"
 *
 * @example
 * ```ts
 * const table = new TokenEmbedding({ vocabulary: 256, width: 32 })
 * const vectors = table.apply(tf.input({ shape: [10], dtype: "int32" })) as tf.SymbolicTensor
 * const scores = table.apply(vectors) as tf.SymbolicTensor
 * scores.shape // => [null, 10, 256]
 * ```
 */
export class TokenEmbedding extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "TokenEmbedding";
  /** Masks may come in, and are handed on. */
  override supportsMasking = true;
  /** How many different tokens there are. */
  readonly vocabulary: number;
  readonly #width: number;
  readonly #scaled: boolean;
  readonly #start: StartOptions;
  #table: tf.LayerVariable | undefined;

  /**
   * Settles the options; the weights come with the first input.
   *
   * @throws RangeError when an option cannot be.
   */
  constructor(options: TokenEmbeddingOptions) {
    checkArguments(
      "TokenEmbedding",
      { options },
      {
        options: layerOptions({
          vocabulary: NUMERIC,
          width: NUMERIC,
          scaled: optional(FLAG),
          seed: optional(WHOLE),
          deviation: optional(NUMERIC),
          name: optional(STRING),
        }),
      },
    );
    super(options);
    const { vocabulary, width, scaled = false, seed, deviation } = options;
    checkCounts("TokenEmbedding", { vocabulary, width });
    this.vocabulary = vocabulary;
    this.#width = width;
    this.#scaled = scaled;
    this.#start = withoutUndefined({ seed, deviation });
  }

  override build(inputShape: Shapes): void {
    const [shape] = atLeast(shapeList(inputShape), 1);
    if (shape.length !== 3) checkAxes(this.name, shape, ["batch", "time"]);
    this.#table = this.addWeight("tokens", [this.vocabulary, this.#width], "float32", kernelStart(this.#start));
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const [shape] = atLeast(shapeList(inputShape), 1);
    if (shape.length === 2) return [...shape, this.#width];
    return [...shape.slice(0, -1), this.vocabulary];
  }

  /** Both shapes where the layer is used at both ends, for which tfjs-layers has no answer. */
  override get outputShape(): tf.Shape | tf.Shape[] {
    const shapes = this.inboundNodes.flatMap((node) => shapeList(node.outputShapes));
    return shapes.length === 1 ? at(shapes, 0) : shapes;
  }

  /** The rows of the table; TensorFlow's own words on a token without one name neither the layer nor what to do. */
  #lookUp(table: tf.Tensor2D, tokens: tf.Tensor): tf.Tensor {
    try {
      return tf.gather(table, ofRank(tokens.toInt(), 2));
    } catch (error) {
      const [, token] = /index value (-?\d+) is not in/.exec(messageOf(error)) ?? [];
      if (token === undefined) throw error;
      throw new RangeError(
        `${this.name}: of the tokens ${shapeText(tokens.shape)}, ${token} is none of the ${this.vocabulary} in its vocabulary, 0 to ` +
          `${this.vocabulary - 1}. Make it for the vocabulary that the tokens were made with.`,
      );
    }
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = at([inputs].flat(), 0);
      const table = ofRank(requireBuilt(this.#table, this.name).read(), 2);
      if (x.rank === 2) {
        const vectors = this.#lookUp(table, x); // [batch, time, width]
        return this.#scaled ? vectors.mul(Math.sqrt(this.#width)) : vectors;
      }
      checkWidth(this.name, x.shape, this.#width);
      const [batch, time, width] = tuple(x.shape, 3);
      const scores = x.reshape([batch * time, width]).matMul(table, false, true);
      return scores.reshape([batch, time, this.vocabulary]);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { vocabulary } = this;
    return { ...super.getConfig(), vocabulary, width: this.#width, scaled: this.#scaled, ...this.#start };
  }
}
tf.serialization.registerClass(TokenEmbedding);
