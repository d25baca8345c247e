// Images side by side.

import {
  checkArguments,
  countFrom,
  DATASET,
  either,
  fields,
  list,
  NUMBERS,
  SHAPE,
  STRING,
  STRINGS,
  settings,
  valueText,
} from "../../arguments";
import { Dataset, type Example, sizeOf } from "../../data/dataset";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalLines, literalText } from "../figure/literal-text";
import { layOutPictures } from "./pictures";
import { TILE_PIXELS, tileLayout, WIDEST_PIXELS } from "./tiles";

/** What {@link imageGrid} can be asked for. */
export interface ImageGridOptions {
  /** Over the whole figure. Default: nothing. */
  title?: string;
  /** Over each image; `<br>` begins a new line, and so does what is wider than the image. Default: the class, for a data set with class names. */
  titles?: readonly string[];
  /** Images in a row. Default: 10, or as many as there are. */
  columns?: number;
}

const MOST_IMAGES = 200;

/**
 * A grid of images, in reading order: grey ones from white for the lowest value to black for the highest, those in colour as they are.
 * An image of more than 72 pixels is as large on the page as it is, where a row of them has room for that.
 *
 * @param images a data set (or examples of one) whose inputs are grey images `[height, width]` or `[height, width, 1]`, or
 * images in colour `[height, width, 3]` with values 0 to 1 or 0 to 255; all of one size.
 * @throws RangeError for anything but 1 to 200 such images.
 *
 * @example
 * ```ts
 * const mnist = await loadMnist()
 * imageGrid(mnist.train.take(20), { title: "Twenty of 60,000" })
 * ```
 */
export function imageGrid(images: Dataset | readonly Example[], options: ImageGridOptions = {}): Figure {
  checkArguments(
    "imageGrid",
    { images, options },
    {
      images: either(list("images", fields({ values: NUMBERS, shape: SHAPE })), DATASET),
      options: settings({ title: STRING, titles: STRINGS, columns: countFrom(1, 1000) }),
    },
  );
  const count = images instanceof Dataset ? images.size : images.length;
  if (count < 1 || count > MOST_IMAGES)
    throw new RangeError(
      `imageGrid draws 1 to ${MOST_IMAGES} images; ${count} were given. Take fewer: imageGrid(dataset.take(20)).`,
    );
  if (options.titles !== undefined && options.titles.length !== count)
    throw new RangeError(
      `imageGrid: titles is ${valueText(options.titles)} for ${count} images; give one for each, or leave titles out.`,
    );
  const tiles = images instanceof Dataset ? Array.from({ length: count }, (_, i) => images.example(i)) : images;
  for (const [number, { values, shape }] of tiles.entries())
    if (values.length !== sizeOf(shape))
      throw new RangeError(
        `imageGrid: image ${number} has ${values.length} values and the shape [${shape.join(", ")}], which has room for ` +
          `${sizeOf(shape)}. Give as many values as the shape has.`,
      );
  const [height, width, channels] = imageSize(tiles);
  const titles = options.titles?.map(literalLines) ?? classTitles(images);
  const columns = Math.min(options.columns ?? 10, count);
  const pictures = layOutPictures(
    tiles.map(({ values }) => values),
    { height, width, channels, columns, titles, tilePixels: Math.max(TILE_PIXELS, width), widestPixels: WIDEST_PIXELS },
  );
  return displayable({
    data: [pictures.trace],
    layout: tileLayout(pictures, options.title),
  });
}

function imageSize(tiles: readonly Example[]): [height: number, width: number, channels: 1 | 3] {
  const shape = tiles[0]?.shape ?? [];
  const [height, width, channels = 1] = shape;
  if (height === undefined || width === undefined || (channels !== 1 && channels !== 3) || shape.length > 3)
    throw new RangeError(
      `imageGrid draws grey images [height, width] or [height, width, 1] and images in colour [height, width, 3]; these have the ` +
        `shape [${shape.join(", ")}].`,
    );
  const other = tiles.findIndex((tile) => tile.shape.join() !== shape.join());
  if (other >= 0)
    throw new RangeError(
      `imageGrid draws images of one size: the first is [${shape.join(", ")}], number ${other} [${tiles[other]?.shape.join(", ")}].`,
    );
  return [height, width, channels];
}

function classTitles(images: Dataset | readonly Example[]): readonly string[] {
  if (!(images instanceof Dataset) || !images.classNames) return [];
  const { classNames } = images;
  return Array.from(images.labels(), (label) => literalText(classNames[label] ?? String(label)));
}
