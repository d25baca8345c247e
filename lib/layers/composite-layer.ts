// A layer made of layers. Keras finds the weights of a layer's parts by itself; tfjs-layers does not, so that parts would be
// neither trained nor saved.
import { tensorOf } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";

/** What a layer's `call` is told besides its inputs: `training`, and the mask of its first input. */
export type CallOptions = Record<string, unknown>;

/** What a layer without other options can be asked for. */
export interface LayerNameOptions {
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/** The shape of one input, or of several. */
export type Shapes = tf.Shape | tf.Shape[];

/** A list of shapes out of one shape or several. */
export function shapeList(shapes: Shapes): tf.Shape[] {
  return isShapeList(shapes) ? shapes : [shapes];
}

function isShapeList(shapes: Shapes): shapes is tf.Shape[] {
  return Array.isArray(shapes[0]);
}

/** No mask, for which tfjs's types have no word. */
export const NO_MASK = null as unknown as tf.Tensor;

/** The first of the masks that a layer was handed, as tfjs has it: maybe none. */
export function firstMask(masks: tf.Tensor | tf.Tensor[] | undefined): tf.Tensor {
  return [masks].flat()[0] as tf.Tensor;
}

/** @throws Error where a layer that was not built yet is asked for a part of its own. */
export function requireBuilt<Part>(part: Part | undefined, layer: string): Part {
  if (part === undefined)
    throw new Error(`${layer} has no weights yet. Apply it to an input first, or call its build.`);
  return part;
}

/**
 * A layer made of layers, its parts: their weights are trained, saved, frozen and disposed with it. Extend it for a layer of your
 * own that holds others, and hand each of them to `buildPart` in `build`.
 *
 * @example
 * ```ts
 * class Halves extends CompositeLayer {
 *   static className = "Halves"
 *   readonly dense = tf.layers.dense({ units: 4, activation: "relu" })
 *   override build(shape: Shapes) {
 *     this.buildPart(this.dense, shape as tf.Shape)
 *     super.build(shape)
 *   }
 *   override call(x: tf.Tensor | tf.Tensor[], options: CallOptions) {
 *     return this.run(this.dense, x, options)
 *   }
 * }
 * const halves = new Halves({}).apply(tf.ones([1, 8])) as tf.Tensor
 * halves.shape // => [1, 4]
 * ```
 */
export abstract class CompositeLayer extends tf.layers.Layer {
  /** Masks may come in, and are handed on. */
  override supportsMasking = true;
  readonly #parts: tf.layers.Layer[] = [];

  /** The layers that it is made of, once it is built. */
  get parts(): readonly tf.layers.Layer[] {
    return this.#parts;
  }

  /** Whether training changes the weights; setting it sets it for all parts. */
  override get trainable(): boolean {
    return super.trainable;
  }

  /** Sets it for the layer and all its parts. */
  override set trainable(trainable: boolean) {
    super.trainable = trainable;
    for (const part of this.#parts) part.trainable = trainable;
  }

  /** The weights that training changes: its own, then those of its parts. */
  override get trainableWeights(): tf.LayerVariable[] {
    if (!this.trainable) return [];
    return [...super.trainableWeights, ...this.#parts.flatMap((part) => part.trainableWeights)];
  }

  /** Set by tfjs alone. */
  override set trainableWeights(weights: tf.LayerVariable[]) {
    super.trainableWeights = weights;
  }

  /** The weights that training leaves alone: averages of a normalisation, and whatever is frozen. */
  override get nonTrainableWeights(): tf.LayerVariable[] {
    const frozen = this.trainable ? [] : this.#parts.flatMap((part) => part.trainableWeights);
    return [...super.nonTrainableWeights, ...frozen, ...this.#parts.flatMap((part) => part.nonTrainableWeights)];
  }

  /** Set by tfjs alone. */
  override set nonTrainableWeights(weights: tf.LayerVariable[]) {
    super.nonTrainableWeights = weights;
  }

  /** Builds a part for inputs of the given shapes and takes its weights over; call it from `build`. */
  protected buildPart(part: tf.layers.Layer, ...shapes: tf.Shape[]): void {
    // A symbolic call, since it is this which puts the part's name before the names of its weights.
    const inputs = shapes.map((shape) => tf.input({ batchShape: shape }));
    part.apply(inputs);
    if (!this.trainable) part.trainable = false;
    this.#parts.push(part);
  }

  /** Runs a part. */
  protected run(part: tf.layers.Layer, inputs: tf.Tensor | tf.Tensor[], options: CallOptions): tf.Tensor {
    // The mask in the options belongs to this layer's own input, hardly to the part's.
    return tensorOf(part.apply(inputs, { training: options.training }));
  }
}
