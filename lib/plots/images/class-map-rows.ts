// Images, and under each the same with a map over it of what speaks for a class.

import { shapeText } from "../../arguments";
import { tuple } from "../../indexing";
import type { ClassMaps } from "../../inspection/class-scores";
import { type ImagePixels, imagePixels } from "../../inspection/image-pixels";
import type { tf } from "../../tfjs/tf";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalText } from "../figure/literal-text";
import { VEIL } from "../figure/theme";
import { resizeBilinear } from "./bilinear";
import { layOutPictures } from "./pictures";
import { layOutTiles, tileLayout, valueRange, WIDEST_PIXELS } from "./tiles";

/** More are too small to see anything, and make a large figure. */
const MOST_IMAGES = 10;
const IN_A_ROW = 5;
const IMAGE_PIXELS = 136;

/** What figures of maps over images can be asked for. */
export interface ClassMapFigureOptions {
  /**
   * What is drawn in place of the inputs, where those are changed too much to be looked at: a picture for each, of any size, grey or in
   * colour, `[batch, height, width, 1 or 3]`. Default: the inputs.
   */
  pictures?: tf.Tensor;
  /** The name of each class. Default: its number. */
  classNames?: readonly string[];
  /** Over the figure. Default: says what the maps are. */
  title?: string;
}

/**
 * @param caller who draws: `"saliency"`.
 * @returns what is drawn under the maps: the pictures, where there are any, else the inputs.
 * @throws RangeError when they are no images, are too many, or are not as many as the inputs.
 */
export function imagesToDraw(caller: string, inputs: tf.Tensor, pictures: tf.Tensor | undefined): ImagePixels {
  if (pictures === undefined) return imagePixels(caller, inputs, MOST_IMAGES);
  const drawn = imagePixels(caller, pictures, MOST_IMAGES, "pictures has");
  if (drawn.images.length === inputs.shape[0]) return drawn;
  throw new RangeError(
    `${caller}: pictures has the shape ${shapeText(pictures.shape)} for inputs of the shape ${shapeText(inputs.shape)}. ` +
      "Give one picture for each input.",
  );
}

/** Rows of up to five images, and under each of them a row of the same with the maps; each map has its own highest value. */
export function classMapRows(
  { height, width, channels, images }: ImagePixels,
  maps: ClassMaps,
  title: string,
  classNames: readonly string[] = [],
): Figure {
  const columns = Math.min(IN_A_ROW, images.length);
  const [, ...size] = maps.shape;
  const [mapHeight, mapWidth] = tuple(size, 2);
  const veils = images.map((_, number) => {
    const own = maps.values.subarray(number * mapHeight * mapWidth, (number + 1) * mapHeight * mapWidth);
    const [, highest] = valueRange([own]);
    return resizeBilinear(own, [mapHeight, mapWidth], [height, width]).map((value) => value / (highest || 1));
  });
  const titles = maps.classes.map((label, number) => {
    const probability = maps.probabilities?.[number];
    const name = literalText(classNames[label] ?? String(label));
    return probability === undefined ? name : `${name}: ${(100 * probability).toFixed(1)} %`;
  });
  // Row by row of the page: images, the same again under the maps; then the next ones.
  const places = Array.from({ length: 2 * Math.ceil(images.length / columns) }, (_, row) =>
    Array.from({ length: columns }, (_, column) => ({
      number: Math.floor(row / 2) * columns + column,
      veiled: row % 2 === 1,
    })),
  ).flat();
  const options = {
    ...{ height, width, columns, tilePixels: Math.max(IMAGE_PIXELS, width), widestPixels: WIDEST_PIXELS },
    titles: places.map(({ number, veiled }) => (veiled ? "" : (titles[number] ?? ""))),
  };
  const look = { ...options, channels, range: valueRange(images), label: "pixel: " };
  const rows = (ofVeiled: boolean) =>
    places.map(({ number, veiled }) => (veiled === ofVeiled ? images[number] : undefined));
  const pictures = layOutPictures(rows(false), look);
  const under = layOutPictures(rows(true), { ...look, pale: true });
  const over = layOutTiles(
    places.map(({ number, veiled }) => (veiled ? veils[number] : undefined)),
    { ...options, digits: 2 }, // whole per cent
  );
  return displayable({
    data: [
      pictures.trace,
      under.trace,
      {
        type: "heatmap",
        z: over.z,
        showscale: false,
        hoverongaps: false,
        zmin: 0,
        zmax: 1,
        colorscale: VEIL,
        hovertemplate: "%{z:.0%} of the highest<extra></extra>",
      },
    ],
    layout: tileLayout(pictures, title),
  });
}
