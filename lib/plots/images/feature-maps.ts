// What a network makes of one image, layer by layer: the output of each channel as a small image.

import type { Data, Slider } from "plotly.js-dist";
import { checkArguments, checkWholeNumber, either, MODEL, NUMERIC, STRING, settings, TENSOR } from "../../arguments";
import { TEXT } from "../../colours";
import { channelsOfLayers, type LayerChannels } from "../../inspection/channels";
import type { tf } from "../../tfjs/tf";
import { SLIDER_PIXELS, sliderBelow } from "../figure/animation";
import { roundToDigits } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalText } from "../figure/literal-text";
import { AROUND_ZERO, bareAxis, baseLayout, INK } from "../figure/theme";
import { layOutPictures } from "./pictures";
import { layOutTiles, TILE_PIXELS, type Tiling, tileSizes, valueRange, WIDEST_PIXELS } from "./tiles";

/** What {@link featureMaps} can be asked for. */
export interface FeatureMapsOptions {
  /** A layer, by its name or its number in `model.layers`. Default: all convolutions and poolings, one at a time by a slider. */
  layer?: string | number;
  /** How many channels of a layer are drawn at most, from the first on. Default 32. */
  most?: number;
  /** Over the figure. Default: names the model. */
  title?: string;
}

/** The input at the left; at the right of it the maps, in a place that all layers share. Its unit is a pixel of the page. */
const INPUT_PIXELS = 112;
const MAPS_LEFT = INPUT_PIXELS + 28;
const MAPS_WIDTH = WIDEST_PIXELS - MAPS_LEFT;
const MOST_MAPS_HEIGHT = 360;
const HEAD_PIXELS = 28;
const TITLE_PIXELS = 48;

/**
 * One image and the output of each channel of a layer for it, under the channel's number: black for the highest value; where
 * there are values below 0 (before a ReLU), blue for those and orange for those above. Each layer has a scale of its own.
 *
 * @param model with convolutions in it.
 * @param input one image, `[1, height, width, 1]` or `[height, width, 1]`; in colour with 3 channels and values 0 to 1 or 0 to 255.
 * @throws RangeError when the image does not fit the model, there is no such layer, its outputs are no images, or `most` is no
 * whole number of at least 1.
 *
 * @example
 * ```ts
 * const { inputs } = (await loadMnist()).test.batch([0])
 * featureMaps(buildCnn(), inputs[0]!, { layer: "conv1" })
 * ```
 */
export function featureMaps(model: tf.LayersModel, input: tf.Tensor, options: FeatureMapsOptions = {}): Figure {
  checkArguments(
    "featureMaps",
    { model, input, options },
    {
      model: MODEL,
      input: TENSOR,
      options: settings({ layer: either(STRING, NUMERIC), most: NUMERIC, title: STRING }),
    },
  );
  const { most = 32, title = `Feature maps of ${model.name}` } = options;
  checkWholeNumber("featureMaps: most", most);
  const { image, layers } = channelsOfLayers("featureMaps", model, input, options.layer);
  const drawn = layers.map((layer) => mapsOf(layer, most));
  const picture = layOutPictures(image.images, {
    ...image,
    label: "input: ",
    columns: 1,
    tilePixels: INPUT_PIXELS,
    widestPixels: 2 * INPUT_PIXELS,
  });
  const height = Math.max(picture.height, ...drawn.map(({ tiling }) => tiling.height));
  const slider = drawn.length > 1 ? SLIDER_PIXELS : 0;
  const layout = baseLayout(title, {
    width: WIDEST_PIXELS + 16,
    height: TITLE_PIXELS + HEAD_PIXELS + height + 8 + slider,
  });
  return displayable({
    data: [
      { ...picture.trace, ...placeOnPage(picture, 0) },
      ...drawn.flatMap(({ data }, number) => data.map((trace) => ({ ...trace, visible: number === 0 }) as Data)),
    ],
    layout: {
      ...layout,
      margin: { l: 8, r: 8, t: TITLE_PIXELS, b: 8 + slider },
      showlegend: false,
      xaxis: { ...bareAxis(), range: [0, WIDEST_PIXELS] },
      yaxis: { ...bareAxis(), range: [height, -HEAD_PIXELS] },
      ...(drawn.length > 1 && { sliders: [layerSlider(drawn)] }),
    },
  });
}

/** Each of its steps makes the traces of one layer visible; the image is always. */
function layerSlider(drawn: readonly DrawnLayer[]): Slider {
  return sliderBelow({
    active: 0,
    pad: { t: 24, b: 8, l: 40, r: 40 },
    currentvalue: { visible: false },
    steps: drawn.map(({ layer }, number) => ({
      label: literalText(layer),
      method: "restyle",
      args: [{ visible: [true, ...drawn.flatMap(({ data }, other) => data.map(() => other === number))] }],
    })),
  });
}

interface DrawnLayer {
  readonly layer: string;
  readonly tiling: Tiling;
  readonly data: readonly Data[];
}

const MAPS = { type: "heatmap", showscale: false, hoverongaps: false } as const;
const TEXTS = { type: "scatter", mode: "text", hoverinfo: "skip", cliponaxis: false } as const;

/** A layer's traces: its maps, their numbers, and what they are. */
function mapsOf({ layer, height, width, channels }: LayerChannels, most: number): DrawnLayer {
  const maps = channels.slice(0, most);
  const tiling = largestTiling(maps, height, width);
  const [low, high] = valueRange(maps);
  const ends = Math.max(-low, high);
  const colours =
    low < 0 ? { colorscale: AROUND_ZERO, zmin: -ends, zmax: ends } : { colorscale: INK, zmin: 0, zmax: high || 1 };
  const valueLabel = (value: number): string => String(roundToDigits(value, 3)).replace("-", "−");
  const scale =
    low < 0
      ? `blue: ${valueLabel(-ends)}, white: 0, orange: ${valueLabel(ends)}`
      : high > 0
        ? `white: 0, black: ${valueLabel(high)}`
        : "all 0";
  const count = maps.length < channels.length ? `the first ${maps.length} of ${channels.length}` : channels.length;
  const data: Data[] = [
    {
      ...MAPS,
      z: tiling.z,
      ...placeOnPage(tiling, MAPS_LEFT),
      ...colours,
      hovertemplate: `${literalText(layer)}: %{z}<extra></extra>`,
    },
    {
      ...TEXTS,
      textposition: "top center",
      textfont: { size: 10, color: TEXT },
      x: tiling.titles.map(({ x }) => roundToDigits(MAPS_LEFT + (x + 0.5) * tiling.scale)),
      y: tiling.titles.map(({ y }) => roundToDigits((y + 1) * tiling.scale)),
      text: tiling.titles.map(({ text }) => text),
    },
    {
      ...TEXTS,
      textposition: "middle right",
      textfont: { size: 12, color: TEXT },
      x: [MAPS_LEFT],
      y: [-HEAD_PIXELS / 2],
      text: [`<b>${literalText(layer)}</b>: ${count} channels of ${height} × ${width}; ${scale}`],
    },
  ];
  return { layer, tiling, data };
}

/** A tiling's cells where they are on the page. */
function placeOnPage({ scale }: Pick<Tiling, "scale">, left: number) {
  return { x0: left + scale / 2, dx: scale, y0: scale / 2, dy: scale };
}

/** As few columns as leave the tiles low enough: the fewer, the larger they are. */
function largestTiling(maps: readonly Float32Array[], height: number, width: number): Tiling {
  const titles = maps.map((_, channel) => String(channel));
  const options = { height, width, titles, tilePixels: TILE_PIXELS, widestPixels: MAPS_WIDTH };
  let columns = Math.min(8, maps.length);
  while (columns < maps.length && tileSizes(maps.length, { ...options, columns }).height > MOST_MAPS_HEIGHT) columns++;
  return layOutTiles(maps, { ...options, columns });
}
