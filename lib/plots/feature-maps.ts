// What the layers of a convolutional network make of one image: their maps, beside the image.
import type { Data } from "plotly.js-dist";
import { layerActivations } from "../inspection/layer-values";
import { findLayer, type LayerChoice, layersWithMaps } from "../inspection/map-layers";
import { tf } from "../tf";
import { drawsItself } from "./draws-itself";
import type { Figure } from "./figure";
import { bareAxis, baseLayout, INK } from "./look";
import { withMoments } from "./moments";
import { tiled } from "./tiles";

/** What {@link featureMaps} can be asked for. */
export interface FeatureMapsOptions {
  /** One layer: its name, or its number in `model.layers`. Default: all convolutions and poolings, with a slider over them. */
  layer?: LayerChoice;
  /** At most so many maps of a layer, from the first. Default 32. */
  most?: number;
  /** Over the figure. */
  title?: string;
}

const COLUMNS = 8;
const WIDTH_PIXELS = 820;
/** The image at the left, as wide as two maps; then a gap. */
const IMAGE_COLUMNS = 2.3;

/**
 * One image, and the feature maps that the layers make of it. Of each layer the smallest number is white, the largest black.
 *
 * @param model a network with convolutions over images.
 * @param image one, `[height, width, 1]` or `[1, height, width, 1]`.
 * @throws RangeError when the model has no convolution, there is no such layer, or it is not one grey image.
 */
export function featureMaps(model: tf.LayersModel, image: tf.Tensor, options: FeatureMapsOptions = {}): Figure {
  const { most = 32, title = "Feature maps" } = options;
  const all = layersWithMaps(model, "Conv|Pool");
  const asked = findLayer("featureMaps", model, options.layer, all[0]);
  if (!(Number.isInteger(most) && most >= 1))
    throw new RangeError(`featureMaps: most is ${most}; give a whole number of at least 1.`);
  const shape = image.shape.length === 3 ? [1, ...image.shape] : image.shape;
  const [count, height, width, channels] = shape as [number, number, number, number];
  if (shape.length !== 4 || count !== 1 || channels !== 1)
    throw new RangeError(
      `featureMaps: the image has the shape [${image.shape.join(", ")}]; one grey image is [height, width, 1] or [1, height, width, 1].`,
    );
  const batch = image.reshape([1, height, width, 1]);
  const values = layerActivations(model, batch);
  const pixels = batch.dataSync<"float32">().slice();
  tf.dispose(batch);

  const names = new Set((options.layer === undefined ? all : [asked]).map(({ name }) => name));
  const layers = values.filter(({ layer, shape }) => names.has(layer) && shape.length === 4);
  const moments = layers.map(({ layer, shape, values }) => {
    const [, rows, columns, maps] = shape as [number, number, number, number];
    const tiles = Array.from({ length: Math.min(most, maps) }, (_, map) =>
      Float32Array.from({ length: rows * columns }, (_, place) => values[place * maps + map] as number),
    );
    return { label: layer, data: [mapsTrace(tiles, rows, columns)] };
  });
  const mapRows = Math.ceil(Math.min(most, Math.max(...layers.map(({ shape }) => shape[3] as number))) / COLUMNS);
  const rows = Math.max(2, mapRows);
  const tall = {
    width: WIDTH_PIXELS,
    height: Math.round(((WIDTH_PIXELS - 16) * rows) / (COLUMNS + IMAGE_COLUMNS)) + 72,
  };
  const figure: Figure = {
    data: [imageTrace(pixels, height, width), { type: "heatmap" }],
    layout: {
      ...baseLayout(title, tall),
      margin: { l: 8, r: 8, t: 56, b: 16 },
      xaxis: { ...bareAxis(), range: [0, COLUMNS + IMAGE_COLUMNS], constrain: "domain" },
      yaxis: { ...bareAxis(), range: [rows, 0], scaleanchor: "x", constrain: "domain" },
    },
  };
  return drawsItself(withMoments(figure, [1], moments, "layer: "));
}

/** The maps as tiles, each in a square of side 1, whatever its own size. */
function mapsTrace(tiles: readonly Float32Array[], height: number, width: number): Data {
  const { z, places } = tiled(tiles, [height, width], { columns: COLUMNS });
  const pitch = places[1]?.[1] ?? width + 1; // cells from one tile to the next
  const first = places[0]?.[0] ?? 0;
  const below = places[COLUMNS]?.[0];
  const rowPitch = below === undefined ? height + 1 : below - first;
  return {
    type: "heatmap",
    z,
    x0: IMAGE_COLUMNS + 0.5 / pitch,
    dx: 1 / pitch,
    y0: (0.5 - first) / rowPitch,
    dy: 1 / rowPitch,
    colorscale: INK,
    showscale: false,
    hoverongaps: false,
    hovertemplate: "%{z}<extra></extra>",
  };
}

function imageTrace(pixels: Float32Array, height: number, width: number): Data {
  const side = 2 / Math.max(height, width);
  const { z } = tiled([pixels], [height, width], { columns: 1 });
  return {
    type: "heatmap",
    z: z.slice(-height),
    x0: side / 2,
    dx: side,
    y0: side / 2,
    dy: side,
    colorscale: INK,
    showscale: false,
    hoverongaps: false,
    hovertemplate: "%{z}<extra></extra>",
  };
}
