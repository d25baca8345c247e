// What the layers of a network make of one image, channel by channel.
import { tuple } from "../indexing";
import type { tf } from "../tfjs/tf";
import { convolutionsAndPoolings, imageLayer } from "./image-layers";
import { type ImagePixels, imagePixels } from "./image-pixels";
import { checkInputShapes } from "./input-shapes";
import { layerActivations } from "./layer-values";

/** A layer's output for one image. */
export interface LayerChannels {
  /** The layer's name. */
  readonly layer: string;
  readonly height: number;
  readonly width: number;
  /** The values of each channel in reading order. */
  readonly channels: readonly Float32Array[];
}

/**
 * @param caller who asks: `"featureMaps"`.
 * @param input one image, `[1, height, width, 1]` or `[height, width, 1]`; in colour with 3 channels.
 * @param wanted a layer's name or its number in `model.layers`. Default: all convolutions and poolings.
 * @throws RangeError when the image does not fit the model, or there is no such layer.
 */
export function channelsOfLayers(
  caller: string,
  model: tf.LayersModel,
  input: tf.Tensor,
  wanted?: string | number,
): { image: ImagePixels; layers: LayerChannels[] } {
  const layers = wanted === undefined ? convolutionsAndPoolings(caller, model) : [imageLayer(caller, model, wanted)];
  const batch = input.rank === 3 ? input.expandDims(0) : input.clone();
  try {
    const image = imagePixels(caller, batch, 1);
    checkInputShapes(caller, model, batch);
    const seen = new Map(layerActivations(model, batch).map((values) => [values.layer, values]));
    return {
      image,
      layers: layers.map(({ name }) => {
        const { shape, values } = seen.get(name) as NonNullable<ReturnType<typeof seen.get>>;
        const [, height, width, count] = tuple(shape, 4);
        const channels = Array.from({ length: count }, (_, channel) =>
          Float32Array.from({ length: height * width }, (_, place) => values[place * count + channel] as number),
        );
        return { layer: name, height, width, channels };
      }),
    };
  } finally {
    batch.dispose();
  }
}
