// What a convolution looks for: its kernels, small images of weights with a sign.

import {
  checkArguments,
  checkWholeNumber,
  either,
  isWholeNumber,
  MODEL,
  NUMERIC,
  STRING,
  settings,
} from "../../arguments";
import { at } from "../../indexing";
import { convolutionKernels } from "../../inspection/kernels";
import type { tf } from "../../tfjs/tf";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { AROUND_ZERO } from "../figure/theme";
import { layOutPictures } from "./pictures";
import { columnsFor, layOutTiles, tileLayout, valueRange, WIDEST_PIXELS } from "./tiles";

/** What {@link filters} can be asked for. */
export interface FiltersOptions {
  /** A convolution, by its name or its number in `model.layers`. Default: the first. */
  layer?: string | number;
  /** Which channel of the layer's input the weights are for, from 0. Default: the mean over all channels, or
   * colours where the layer reads images in colour. */
  channel?: number;
  /** How many filters are drawn at most, from the first on. Default 64. */
  most?: number;
  /** Over the figure. Default: says what is drawn. */
  title?: string;
}

const FILTER_PIXELS = 56;
const COLOUR_BAR_PIXELS = 88;

/**
 * The kernels of a convolution as a grid, each under its number (which is that of the channel it makes, see `featureMaps`): blue
 * for negative weights, white for 0, orange for positive ones, one scale for all. Those that read images in colour are in colour
 * themselves: grey for 0, and so much more or less of red, green and blue as they weigh it.
 *
 * @param model with a two-dimensional convolution (`tf.layers.conv2d`) in it.
 * @throws RangeError when there is no such layer, no such channel, or `most` is no whole number of at least 1.
 *
 * @example
 * ```ts
 * filters(buildCnn(), { layer: "conv1" })
 * ```
 */
export function filters(model: tf.LayersModel, options: FiltersOptions = {}): Figure {
  checkArguments(
    "filters",
    { model, options },
    {
      model: MODEL,
      options: settings({ layer: either(STRING, NUMERIC), channel: NUMERIC, most: NUMERIC, title: STRING }),
    },
  );
  const { channel, most = 64 } = options;
  checkWholeNumber("filters: most", most);
  const { layer, shape, values, readsImages } = convolutionKernels("filters", model, options.layer);
  const [height, width, channels, count] = shape;
  if (channel !== undefined && !isWholeNumber(channel, { least: 0, most: channels - 1 }))
    throw new RangeError(
      `filters: channel is ${channel}; the input of the layer "${layer}" has ${channels}, numbered from 0 to ${channels - 1}.`,
    );
  const drawn = Math.min(most, count);
  const inColour = channel === undefined && channels === 3 && readsImages;
  const kernel = (filter: number, channel: number): Float32Array =>
    Float32Array.from({ length: height * width }, (_, place) =>
      at(values, (place * channels + channel) * count + filter),
    );
  const tiles = Array.from({ length: drawn }, (_, filter) => {
    if (channel !== undefined) return kernel(filter, channel);
    const each = Array.from({ length: channels }, (_, channel) => kernel(filter, channel));
    return inColour ? interleave(each) : meanOf(each);
  });
  const largest = Math.max(...valueRange(tiles).map(Math.abs)) || 1;
  const tiling = {
    height,
    width,
    columns: columnsFor(drawn),
    titles: tiles.map((_, filter) => String(filter)),
    tilePixels: FILTER_PIXELS,
    widestPixels: WIDEST_PIXELS - COLOUR_BAR_PIXELS,
  };
  const number = drawn < count ? `the first ${drawn} of ${count} kernels` : `${count} kernels`;
  const title = `${layer}: ${number} of ${height} × ${width}`;
  if (inColour) {
    const pictures = layOutPictures(tiles, { ...tiling, channels, range: [-largest, largest] });
    return displayable({
      data: [pictures.trace],
      layout: tileLayout(pictures, options.title ?? `${title}; grey: no weight`),
    });
  }
  const { z, ...layout } = layOutTiles(tiles, tiling);
  const which = channel !== undefined ? `, channel ${channel}` : channels > 1 ? `, mean of ${channels} channels` : "";
  return displayable({
    data: [
      {
        type: "heatmap",
        z,
        zmin: -largest,
        zmax: largest,
        colorscale: AROUND_ZERO,
        colorbar: { title: { text: "weight", side: "top" }, thickness: 12, outlinewidth: 0 },
        hoverongaps: false,
        hovertemplate: "%{z}<extra></extra>",
      },
    ],
    layout: tileLayout(layout, options.title ?? title + which, COLOUR_BAR_PIXELS),
  });
}

/** The values of several channels, those of each place beside each other. */
function interleave(channels: readonly Float32Array[]): Float32Array {
  const length = channels.length * at(channels, 0).length;
  return Float32Array.from({ length }, (_, i) =>
    at(at(channels, i % channels.length), Math.floor(i / channels.length)),
  );
}

function meanOf(channels: readonly Float32Array[]): Float32Array {
  return at(channels, 0).map(
    (_, place) => channels.reduce((sum, values) => sum + at(values, place), 0) / channels.length,
  );
}
