// Images, and under each the same with a map over it of what speaks for a class.

import { tuple } from "../../indexing";
import type { ClassMaps } from "../../inspection/class-scores";
import type { GreyImages } from "../../inspection/grey-images";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalText } from "../figure/literal-text";
import { INK, PALE_INK, VEIL } from "../figure/theme";
import { resizeBilinear } from "./bilinear";
import { layOutTiles, tileLayout, valueRange, WIDEST_PIXELS } from "./tiles";

/** More are too small to see anything, and make a large figure. */
export const MOST_IMAGES = 10;
const IN_A_ROW = 5;
const IMAGE_PIXELS = 136;

/** Rows of up to five images, and under each of them a row of the same with the maps; each map has its own highest value. */
export function classMapRows(
  { height, width, images }: GreyImages,
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
  const [zmin, zmax] = valueRange(images);
  const rows = (ofVeiled: boolean) =>
    places.map(({ number, veiled }) => (veiled === ofVeiled ? images[number] : undefined));
  const pictures = layOutTiles(rows(false), options);
  const under = layOutTiles(rows(true), options);
  const over = layOutTiles(
    places.map(({ number, veiled }) => (veiled ? veils[number] : undefined)),
    { ...options, digits: 2 }, // whole per cent
  );
  const heat = { type: "heatmap", showscale: false, hoverongaps: false } as const;
  const ink = { ...heat, zmin, zmax, hovertemplate: "pixel: %{z}<extra></extra>" };
  return displayable({
    data: [
      { ...ink, z: pictures.z, colorscale: INK },
      { ...ink, z: under.z, colorscale: PALE_INK },
      {
        ...heat,
        z: over.z,
        zmin: 0,
        zmax: 1,
        colorscale: VEIL,
        hovertemplate: "%{z:.0%} of the highest<extra></extra>",
      },
    ],
    layout: tileLayout(pictures, title),
  });
}
