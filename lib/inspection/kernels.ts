// The kernels of a convolution as plain numbers.

import { at } from "../indexing";
import { bringNewestWeights } from "../layers/model-layers";
import { ofRank } from "../tfjs/tensors";
import type { tf } from "../tfjs/tf";
import { convolutions, imageLayer } from "./image-layers";

/** The kernels of one convolution. */
interface Kernels {
  /** The layer's name. */
  readonly layer: string;
  /** Height and width of a kernel, channels of the input, filters. */
  readonly shape: readonly [height: number, width: number, channels: number, filters: number];
  /** In reading order. */
  readonly values: Float32Array;
  /** Whether the layer reads the model's input, so that its channels are those of the images. */
  readonly readsImages: boolean;
}

/**
 * @param caller who asks: `"filters"`.
 * @param wanted a Conv2D's name or its number in `model.layers`. Default: the first convolution.
 * @throws RangeError when there is no such layer, or it is of another kind.
 */
export function convolutionKernels(caller: string, model: tf.LayersModel, wanted?: string | number): Kernels {
  const all = convolutions(caller, model);
  const layer = wanted === undefined ? at(all, 0) : imageLayer(caller, model, wanted);
  if (layer.getClassName() !== "Conv2D")
    throw new RangeError(
      `${caller}: the layer "${layer.name}" is a ${layer.getClassName()}; a Conv2D is needed. The model's convolutions are ` +
        `${all.map(({ name }) => `"${name}"`).join(", ")}.`,
    );
  bringNewestWeights(model);
  const kernel = at(
    layer.weights.filter(({ shape }) => shape.length === 4),
    0,
  );
  const weights = ofRank(kernel.read(), 4);
  return {
    layer: layer.name,
    shape: weights.shape,
    values: weights.dataSync<"float32">().slice(),
    readsImages: layer.inboundNodes.some(
      ({ inputTensors: [input] }) => input !== undefined && model.inputs.includes(input),
    ),
  };
}
