// The kernels of a convolution as plain numbers.
import type { tf } from "../tfjs/tf";
import { bringNewestWeights } from "../training/steps/weight-sync";
import { convolutions, imageLayer } from "./image-layers";

/** The kernels of one convolution. */
export interface Kernels {
  /** The layer's name. */
  readonly layer: string;
  /** Height and width of a kernel, channels of the input, filters. */
  readonly shape: readonly [height: number, width: number, channels: number, filters: number];
  /** In reading order. */
  readonly values: Float32Array;
}

/**
 * @param caller who asks: `"filters"`.
 * @param wanted a Conv2D's name or its number in `model.layers`. Default: the first convolution.
 * @throws RangeError when there is no such layer, or it is of another kind.
 */
export function convolutionKernels(caller: string, model: tf.LayersModel, wanted?: string | number): Kernels {
  const all = convolutions(caller, model);
  const layer = wanted === undefined ? (all[0] as tf.layers.Layer) : imageLayer(caller, model, wanted);
  if (layer.getClassName() !== "Conv2D")
    throw new RangeError(
      `${caller}: the layer "${layer.name}" is a ${layer.getClassName()}; a Conv2D is needed. The model's convolutions are ` +
        `${all.map(({ name }) => `"${name}"`).join(", ")}.`,
    );
  bringNewestWeights(model);
  const kernel = layer.weights.find(({ shape }) => shape.length === 4) as tf.LayerVariable;
  return {
    layer: layer.name,
    shape: kernel.shape as [number, number, number, number],
    values: kernel.read().dataSync<"float32">().slice(),
  };
}
