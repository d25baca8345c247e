// Images, and under each the same with a map over it of what speaks for a class.

import { tuple } from "../../indexing";
import type { ClassMaps } from "../../inspection/class-scores";
import type { ImagePixels } from "../../inspection/image-pixels";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalText } from "../figure/literal-text";
import { VEIL } from "../figure/theme";
import { resizeBilinear } from "./bilinear";
import { layOutPictures } from "./pictures";
import { layOutTiles, tileLayout, valueRange, WIDEST_PIXELS } from "./tiles";

/** More are too small to see anything, and make a large figure. */
export const MOST_IMAGES = 10;
const IN_A_ROW = 5;
const IMAGE_PIXELS = 136;

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
    ...{ height, width, columns, tilePixels: IMAGE_PIXELS, widestPixels: WIDEST_PIXELS },
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
