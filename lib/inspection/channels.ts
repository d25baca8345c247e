// What the layers of a network make of one image, channel by channel.
import type { tf } from "../tfjs/tf";
import { type GreyImages, greyImages } from "./grey-images";
import { convolutionsAndPoolings, imageLayer } from "./image-layers";
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
 * @param input one grey image, `[1, height, width, 1]` or `[height, width, 1]`.
 * @param wanted a layer's name or its number in `model.layers`. Default: all convolutions and poolings.
 * @throws RangeError when the image does not fit the model, or there is no such layer.
 */
export function channelsOfLayers(
  caller: string,
  model: tf.LayersModel,
  input: tf.Tensor,
  wanted?: string | number,
): { image: GreyImages; layers: LayerChannels[] } {
  const layers = wanted === undefined ? convolutionsAndPoolings(caller, model) : [imageLayer(caller, model, wanted)];
  const batch = input.rank === 3 ? input.expandDims(0) : input.clone();
  try {
    const image = greyImages(caller, batch, 1);
    checkInputShapes(caller, model, batch);
    const seen = new Map(layerActivations(model, batch).map((values) => [values.layer, values]));
    return {
      image,
      layers: layers.map(({ name }) => {
        const { shape, values } = seen.get(name) as NonNullable<ReturnType<typeof seen.get>>;
        const [, height, width, count] = shape as [number, number, number, number];
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
