// The filters that a convolution has learned, as tiles of weights.
import type { Shape } from "plotly.js-dist";
import { findLayer, type LayerChoice, layersWithMaps } from "../inspection/map-layers";
import type { tf } from "../tf";
import { bringNewestWeights } from "../training/newest-weights";
import { drawsItself } from "./draws-itself";
import type { Figure } from "./figure";
import { LINE, SIGNED } from "./look";
import { tiled, tileLayout } from "./tiles";

/** What {@link filters} can be asked for. */
export interface FiltersOptions {
  /** The convolution: its name, or its number in `model.layers`. Default: the first one, whose filters read the image itself. */
  layer?: LayerChoice;
  /** Which of the input's channels the weights belong to. Default: their mean over the channels. */
  channel?: number;
  /** At most so many filters, from the first. Default 64. */
  most?: number;
  /** Over the figure. Default: the layer's name. */
  title?: string;
}

const COLUMNS = 8;
const TILE_PIXELS = 56;
const COLOUR_BAR_PIXELS = 90;

/**
 * A convolution's filters: weights below 0 in one colour, above 0 in the other, the same for all.
 *
 * @param model with a convolution over images, `tf.layers.conv2d`.
 * @throws RangeError when there is no such layer or channel.
 */
export function filters(model: tf.LayersModel, options: FiltersOptions = {}): Figure {
  const { channel, most = 64 } = options;
  const layer = findLayer("filters", model, options.layer, layersWithMaps(model, "Conv")[0]);
  bringNewestWeights(model);
  const kernel = layer.weights.find(({ originalName }) => originalName.endsWith("kernel"))?.read();
  if (kernel?.shape.length !== 4)
    throw new RangeError(
      `filters: the layer ${layer.name} has no filters; those of ${layersWithMaps(model, "Conv")
        .map(({ name }) => name)
        .join(", ")} can be drawn.`,
    );
  const [height, width, channels, count] = kernel.shape as [number, number, number, number];
  if (channel !== undefined && !(Number.isInteger(channel) && channel >= 0 && channel < channels))
    throw new RangeError(
      `filters: channel ${channel} was asked for; ${layer.name} reads the channels 0 to ${channels - 1}.`,
    );
  if (!(Number.isInteger(most) && most >= 1))
    throw new RangeError(`filters: most is ${most}; give a whole number of at least 1.`);

  const weights = kernel.dataSync<"float32">(); // [height, width, channels, count]
  const read = channel === undefined ? Array.from({ length: channels }, (_, c) => c) : [channel];
  const tiles = Array.from({ length: Math.min(most, count) }, (_, filter) =>
    Float32Array.from({ length: height * width }, (_, place) => {
      const sum = read.reduce((total, c) => total + (weights[(place * channels + c) * count + filter] as number), 0);
      return sum / read.length;
    }),
  );
  const largest = tiles.reduce((size, tile) => tile.reduce((a, b) => Math.max(a, Math.abs(b)), size), 0);
  const tiling = tiled(tiles, [height, width], { columns: COLUMNS, tilePixels: TILE_PIXELS });
  const of = channel === undefined ? (channels > 1 ? `, mean over ${channels} channels` : "") : `, channel ${channel}`;
  return drawsItself({
    data: [
      {
        type: "heatmap",
        z: tiling.z,
        zmin: -largest,
        zmax: largest,
        colorscale: SIGNED,
        colorbar: { title: { text: "weight", side: "right" }, outlinewidth: 0, thickness: 14 },
        hoverongaps: false,
        hovertemplate: "weight %{z}<extra></extra>",
      },
    ],
    layout: {
      ...tileLayout(tiling, options.title ?? `Filters of ${layer.name}${of}`, COLOUR_BAR_PIXELS),
      shapes: tiling.places.map(([top, left]) => border(top, left, height, width)),
    },
  });
}

/** Where a weight of 0 is like the page, a tile still has its edge. */
function border(top: number, left: number, height: number, width: number): Partial<Shape> {
  const ends = { x0: left - 0.5, x1: left + width - 0.5, y0: top - 0.5, y1: top + height - 0.5 };
  return { type: "rect", ...ends, line: { color: LINE, width: 1 } };
}
