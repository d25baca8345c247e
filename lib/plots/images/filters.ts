// What a convolution looks for: its kernels, small images of weights with a sign.

import { checkArguments, either, MODEL, NUMERIC, STRING, settings } from "../../arguments";
import { at } from "../../indexing";
import { convolutionKernels } from "../../inspection/kernels";
import type { tf } from "../../tfjs/tf";
import { checkWholeNumber, isWholeNumber } from "../../whole-numbers";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { AROUND_ZERO } from "../figure/theme";
import { columnsFor, layOutTiles, tileLayout, valueRange, WIDEST_PIXELS } from "./tiles";

/** What {@link filters} can be asked for. */
export interface FiltersOptions {
  /** A convolution, by its name or its number in `model.layers`. Default: the first. */
  layer?: string | number;
  /** Which channel of the layer's input the weights are for, from 0. Default: the mean over all channels. */
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
 * for negative weights, white for 0, orange for positive ones, one scale for all.
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
  const { layer, shape, values } = convolutionKernels("filters", model, options.layer);
  const [height, width, channels, count] = shape;
  if (channel !== undefined && !isWholeNumber(channel, { least: 0, most: channels - 1 }))
    throw new RangeError(
      `filters: channel is ${channel}; the input of the layer "${layer}" has ${channels}, numbered from 0 to ${channels - 1}.`,
    );
  const chosen = channel === undefined ? Array.from({ length: channels }, (_, number) => number) : [channel];
  const drawn = Math.min(most, count);
  const tiles = Array.from({ length: drawn }, (_, filter) =>
    Float32Array.from({ length: height * width }, (_, place) => {
      const weights = chosen.map((channel) => at(values, (place * channels + channel) * count + filter));
      return weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
    }),
  );
  const largest = Math.max(...valueRange(tiles).map(Math.abs));
  const tiling = layOutTiles(tiles, {
    height,
    width,
    columns: columnsFor(drawn),
    titles: tiles.map((_, filter) => String(filter)),
    tilePixels: FILTER_PIXELS,
    widestPixels: WIDEST_PIXELS - COLOUR_BAR_PIXELS,
  });
  const which = channel !== undefined ? `, channel ${channel}` : channels > 1 ? `, mean of ${channels} channels` : "";
  const number = drawn < count ? `the first ${drawn} of ${count} kernels` : `${count} kernels`;
  return displayable({
    data: [
      {
        type: "heatmap",
        z: tiling.z,
        zmin: -largest || -1,
        zmax: largest || 1,
        colorscale: AROUND_ZERO,
        colorbar: { title: { text: "weight", side: "top" }, thickness: 12, outlinewidth: 0 },
        hoverongaps: false,
        hovertemplate: "%{z}<extra></extra>",
      },
    ],
    layout: tileLayout(
      tiling,
      options.title ?? `${layer}: ${number} of ${height} × ${width}${which}`,
      COLOUR_BAR_PIXELS,
    ),
  });
}
