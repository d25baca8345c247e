// A layer made of layers. Keras finds the weights of a layer's parts by itself; tfjs-layers does not, so that parts would be
// neither trained nor saved.
import { tf } from "../tf";

/** What a layer's `call` is told besides its inputs: `training`, and the mask of its first input. */
export type CallOptions = Record<string, unknown>;

/** The shape of one input, or of several. */
export type Shapes = tf.Shape | tf.Shape[];

/** A list of shapes out of one shape or several. */
export function shapeList(shapes: Shapes): tf.Shape[] {
  return Array.isArray(shapes[0]) ? (shapes as tf.Shape[]) : [shapes as tf.Shape];
}

/** A layer whose weights are those of its parts: trained, saved, frozen and disposed with it. */
export abstract class CompositeLayer extends tf.layers.Layer {
  /** Masks may come in, and are handed on. */
  override supportsMasking = true;

  /** Builds a part for inputs of the given shapes and takes its weights over; call it from `build`. */
  protected buildPart(part: tf.layers.Layer, ...shapes: tf.Shape[]): void {
    // A symbolic call, since it is this which puts the part's name before the names of its weights.
    const inputs = shapes.map((shape) => tf.input({ batchShape: shape }));
    part.apply(inputs);
    this._trainableWeights.push(...part.trainableWeights);
  }

  /** Runs a part. */
  protected run(part: tf.layers.Layer, inputs: tf.Tensor | tf.Tensor[], options: CallOptions): tf.Tensor {
    // The mask in the options belongs to this layer's own input, hardly to the part's.
    return part.apply(inputs, { training: options.training }) as tf.Tensor;
  }
}
