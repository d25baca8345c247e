// Where in a sequence something stands. Attention itself does not know: it sees a set. Vaswani et al. 2017, section 3.5, add
// sines and cosines, which have no weights; GPT and BERT learn a vector for each position.

import { atMost, checkArguments, FLAG, NUMERIC, optional, STRING, settings, sizeOfAxis, WHOLE } from "../../arguments";
import { at, atLeast } from "../../indexing";
import { checkCounts, layerOptions, layerSettings } from "../../option-checks";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { type LayerNameOptions, requireBuilt, type Shapes, shapeList } from "../composite-layer";
import { kernelStart, type StartOptions, withoutUndefined } from "../initializers";
import { checkAxes, checkWidth } from "../input-checks";
import { keyValueCache } from "./key-value-cache";

/** How {@link sinusoidalPositions} are laid out. */
export interface SinusoidalOptions {
  /**
   * Whether all sines come first and then all cosines, their i-th wave having the frequency 10000^(−i / (width / 2 − 1)), as in the
   * paper's own code and in Whisper. Default false: as in the paper.
   */
  halves?: boolean;
}

/**
 * The sinusoidal encoding: dimension 2i of position p is sin(p / 10000^(2i / width)), dimension 2i + 1 its cosine.
 *
 * @returns `length` rows of `width` numbers, in reading order.
 * @throws RangeError for sizes that are no counts, and for halves of a width that is odd or below 4.
 * @see Vaswani et al. 2017, "Attention is all you need", section 3.5
 *
 * @example
 * ```ts
 * sinusoidalPositions(2, 4) // => [0, 1, 0, 1, 0.84, 0.54, 0.01, 1.00]
 * ```
 */
export function sinusoidalPositions(length: number, width: number, options: SinusoidalOptions = {}): Float32Array {
  checkArguments(
    "sinusoidalPositions",
    { length, width, options },
    { length: atMost(1_000_000), width: atMost(100_000), options: settings({ halves: FLAG }) },
  );
  checkCounts("sinusoidalPositions", { length, width });
  const { halves = false } = options;
  const half = width / 2;
  if (halves && (half < 2 || width % 2 !== 0))
    throw new RangeError(
      `sinusoidalPositions: width is ${width}; as many sines as cosines need an even width of at least 4.`,
    );
  const table = new Float32Array(length * width);
  for (let position = 0; position < length; position++) {
    for (let dimension = 0; dimension < width; dimension++) {
      const isSine = halves ? dimension < half : dimension % 2 === 0;
      const exponent = halves ? (dimension % half) / (half - 1) : (dimension - (dimension % 2)) / width;
      const angle = position / 10_000 ** exponent;
      table[position * width + dimension] = isSine ? Math.sin(angle) : Math.cos(angle);
    }
  }
  return table;
}

/** What {@link SinusoidalPositions} can be asked for. */
export interface SinusoidalPositionsOptions extends SinusoidalOptions, LayerNameOptions {}

/**
 * Adds the sinusoidal encoding of each position to what stands there; it has no weights and no longest sequence.
 *
 * From `[batch, time, width]` to the same shape.
 *
 * @see Vaswani et al. 2017, "Attention is all you need", section 3.5
 *
 * @example
 * ```ts
 * const placed = new SinusoidalPositions().apply(tf.zeros([1, 2, 4])) as tf.Tensor
 * placed.arraySync() // => [[[0, 1, 0, 1], [0.84, 0.54, 0.01, 1.00]]]
 * ```
 */
export class SinusoidalPositions extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "SinusoidalPositions";
  /** Masks may come in, and are handed on. */
  override supportsMasking = true;

  readonly #halves: boolean;

  /** @throws RangeError when an option cannot be. */
  constructor(options: SinusoidalPositionsOptions = {}) {
    checkArguments("SinusoidalPositions", { options }, { options: layerSettings({ halves: FLAG, name: STRING }) });
    super(options);
    this.#halves = options.halves ?? false;
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    checkAxes(this.name, shapeList(inputShape)[0], ["batch", "time", "width"]);
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [input] = atLeast([inputs].flat(), 1);
      checkAxes(this.name, input.shape, ["batch", "time", "width"]);
      const x = ofRank(input, 3);
      const [, time, width] = x.shape;
      const cache = keyValueCache();
      const rows = cache?.position === undefined ? time : cache.length;
      const table = tf.tensor2d(sinusoidalPositions(rows, width, { halves: this.#halves }), [rows, width]);
      return x.add(cache?.position === undefined ? table : table.gather(cache.position));
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), halves: this.#halves };
  }
}
tf.serialization.registerClass(SinusoidalPositions);

/** What {@link LearnedPositions} can be asked for. */
export interface LearnedPositionsOptions extends StartOptions {
  /** The longest sequence. */
  length: number;
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/**
 * Adds a learned vector for each position to what stands there.
 *
 * From `[batch, time, width]` to the same shape.
 *
 * @throws RangeError for a sequence longer than `length`; it gives both numbers.
 * @see Radford et al. 2018; Devlin et al. 2019
 *
 * @example
 * ```ts
 * const x = tf.input({ shape: [10, 32] })
 * const placed = new LearnedPositions({ length: 64 }).apply(x) as tf.SymbolicTensor
 * placed.shape // => [null, 10, 32]
 * ```
 */
export class LearnedPositions extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "LearnedPositions";
  /** Masks may come in, and are handed on. */
  override supportsMasking = true;
  /** How many positions it has vectors for. */
  readonly length: number;
  readonly #start: StartOptions;
  #table: tf.LayerVariable | undefined;

  /**
   * Settles the options; the weights come with the first input.
   *
   * @throws RangeError when an option cannot be.
   */
  constructor(options: LearnedPositionsOptions) {
    checkArguments(
      "LearnedPositions",
      { options },
      {
        options: layerOptions({
          length: NUMERIC,
          seed: optional(WHOLE),
          deviation: optional(NUMERIC),
          name: optional(STRING),
        }),
      },
    );
    super(options);
    const { length, seed, deviation } = options;
    checkCounts("LearnedPositions", { length });
    this.length = length;
    this.#start = withoutUndefined({ seed, deviation });
  }

  override build(inputShape: Shapes): void {
    checkAxes(this.name, shapeList(inputShape)[0], ["batch", "time", "width"]);
    const [shape] = atLeast(shapeList(inputShape), 1);
    const [time, width] = [at(shape, 1), sizeOfAxis(shape, 2)];
    if (time !== null) this.#checkLength(time);
    this.#table = this.addWeight("positions", [this.length, width], "float32", kernelStart(this.#start));
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = ofRank(at([inputs].flat(), 0), 3);
      const [, time, width] = x.shape;
      this.#checkLength(time);
      const table = ofRank(requireBuilt(this.#table, this.name).read(), 2);
      checkWidth(this.name, x.shape, table.shape[1]);
      const position = keyValueCache()?.position;
      return x.add(position === undefined ? table.slice([0, 0], [time, width]) : table.gather(position)); // [batch, time, width]
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), length: this.length, ...this.#start };
  }

  #checkLength(time: number): void {
    if (time > this.length)
      throw new RangeError(
        `${this.name}: a sequence of ${time} is longer than the ${this.length} positions that were learned. ` +
          `Give at most ${this.length} tokens, or build the model for ${time}.`,
      );
  }
}
tf.serialization.registerClass(LearnedPositions);
