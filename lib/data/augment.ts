// Images changed a little, anew each time that they are drawn: a network learns what stays the same. Shifts and mirror images as in
// AlexNet (Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012), crops of
// different sizes (Szegedy et al., "Going Deeper with Convolutions", 2015), erased squares (DeVries and Taylor, "Improved
// Regularization of Convolutional Neural Networks with Cutout", 2017).
import { checkArguments, choice, countFrom, DATASET, kind, NUMBER, settings, shapeText, WHOLE } from "../arguments";
import { Random } from "../random";
import type { Column, Dataset } from "./dataset";

/** What {@link augment} can be asked for. */
export interface AugmentOptions {
  /** The most pixels that an image is moved up, down, left or right. Default 0. */
  shift?: number;
  /** Whether half of the images are mirrored: left to right, top to bottom, or each by itself. Default: none. */
  flip?: "horizontal" | "vertical" | "both";
  /** The least share of height and width that a crop keeps, above 0; it is stretched to the whole. Default 1: all is kept. */
  crop?: number;
  /** Height and width, in pixels, of a square that is erased, its middle anywhere in the image. Default 0: none. */
  erase?: number;
  /** What stands where an image was moved away or erased. Default 0. */
  fill?: number;
  /** The same seed changes the images in the same ways. Default 1. */
  seed?: number;
}

type Settings = Required<Omit<AugmentOptions, "flip">> & Pick<AugmentOptions, "flip">;

/** An image's values, row by row, the channels of a pixel side by side. */
interface Image {
  readonly values: Float32Array | Int32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

const OPTIONS = settings({
  shift: countFrom(0, 1000),
  flip: choice("horizontal", "vertical", "both"),
  crop: kind("a share above 0, at most 1", (value) => typeof value === "number" && value > 0 && value <= 1),
  erase: countFrom(0, 1000),
  fill: NUMBER,
  seed: WHOLE,
});

/**
 * The same examples, whose images are changed a little, anew each time that a batch of them is made: in each epoch of `fit`, a
 * network sees another form of each. Crops come first, then mirror images, shifts and erased squares.
 *
 * How an image is changed when it is drawn for the n-th time depends on the seed, on which image it is and on n, and neither on
 * the order nor on the batches. `example` draws too, so figures show what a network would see. Split a data set before: what a
 * network is tested on stays as it is.
 *
 * @param dataset one with images `[height, width, channels]` at an input, grey or in colour; other inputs stay as they are.
 * @throws RangeError when no input has images, or an option does not fit their size.
 * @see Krizhevsky, Sutskever and Hinton 2012; Szegedy et al. 2015; DeVries and Taylor 2017
 *
 * @example
 * ```ts
 * const { train } = await loadAnimals()
 * const moved = augment(train, { shift: 2, flip: "horizontal" })
 * imageGrid([1, 2, 3, 4, 5].map(() => moved.example(0)))
 * moved.size // => 8716
 * ```
 */
export function augment(dataset: Dataset, options: AugmentOptions = {}): Dataset {
  checkArguments("augment", { dataset, options }, { dataset: DATASET, options: OPTIONS });
  const config: Settings = { shift: 0, crop: 1, erase: 0, fill: 0, seed: 1, ...options };
  const isImage = ({ shape, dtype }: Column): boolean => shape.length === 3 && dtype === "float32";
  if (!dataset.inputs.some(isImage)) {
    const shapes = dataset.inputs.map(({ shape, dtype }) => `${shapeText(shape)} (${dtype})`).join(", ");
    throw new RangeError(
      `augment: the inputs of ${dataset.name} are ${shapes}; images have the shape [height, width, channels] and are float32.`,
    );
  }
  return dataset.withInputs((column) => (isImage(column) ? varied(column, config) : column));
}

function varied(column: Column, config: Settings): Column {
  const [height = 1, width = 1, channels = 1] = column.shape;
  const { shift, erase } = config;
  for (const [name, value] of Object.entries({ shift, erase }))
    if (value >= Math.min(height, width))
      throw new RangeError(
        `augment: ${name} is ${value} pixels; images of ${height} × ${width} allow at most ${Math.min(height, width) - 1}. A tenth ` +
          "to a half of their side is usual.",
      );
  const draws = new Map<number, number>();
  return {
    ...column,
    vary(values, place) {
      column.vary?.(values, place);
      const draw = draws.get(place) ?? 0;
      draws.set(place, draw + 1);
      // Odd numbers far apart: neither another place nor another draw comes near.
      const own = (config.seed + Math.imul(place, 0x9e3779b1) + Math.imul(draw, 0x85ebca6b)) | 0;
      change({ values, height, width, channels }, config, new Random(own));
    },
  };
}

function change(image: Image, { crop, flip, shift, erase, fill }: Settings, random: Random): void {
  const { height, width } = image;
  if (crop < 1) {
    const share = crop + (1 - crop) * random.uniform();
    const window = { height: Math.max(1, Math.round(share * height)), width: Math.max(1, Math.round(share * width)) };
    const top = random.below(height - window.height + 1);
    stretch(image, { ...window, top, left: random.below(width - window.width + 1) });
  }
  const mirrorRows = (flip === "vertical" || flip === "both") && random.below(2) === 1;
  const mirrorColumns = (flip === "horizontal" || flip === "both") && random.below(2) === 1;
  const down = shift > 0 ? random.below(2 * shift + 1) - shift : 0;
  const right = shift > 0 ? random.below(2 * shift + 1) - shift : 0;
  move(image, fill, {
    rows: sources(height, down, mirrorRows),
    columns: sources(width, right, mirrorColumns),
  });
  if (erase > 0) {
    const top = random.below(height) - (erase >> 1);
    blank(image, fill, { top, left: random.below(width) - (erase >> 1), side: erase });
  }
}

/** For each position along an axis the one that comes there when all are moved on by `by`, mirrored or not. */
function sources(length: number, by: number, mirrored: boolean): number[] {
  return Array.from({ length }, (_, to) => (mirrored ? length - 1 - (to - by) : to - by));
}

/** Fetches each pixel from another row and column; what would come from outside is filled. */
function move(image: Image, fill: number, from: { rows: readonly number[]; columns: readonly number[] }): void {
  const { values, height, width, channels } = image;
  const before = values.slice();
  let to = 0;
  for (const row of from.rows)
    for (const column of from.columns) {
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      const start = (row * width + column) * channels;
      if (inside) values.set(before.subarray(start, start + channels), to);
      else values.fill(fill, to, to + channels);
      to += channels;
    }
}

/** Fills what of a square lies in the image. */
function blank(image: Image, fill: number, square: { top: number; left: number; side: number }): void {
  const { values, height, width, channels } = image;
  const { top, left, side } = square;
  for (let row = Math.max(0, top); row < Math.min(height, top + side); row++)
    values.fill(
      fill,
      (row * width + Math.max(0, left)) * channels,
      (row * width + Math.min(width, left + side)) * channels,
    );
}

/** Stretches a part of an image to the whole (bilinear, between the middles of pixels). */
function stretch(image: Image, part: { top: number; left: number; height: number; width: number }): void {
  const { values, height, width, channels } = image;
  const before = values.slice();
  const at = (row: number, column: number, channel: number): number =>
    before[((part.top + row) * width + part.left + column) * channels + channel] ?? 0;
  for (let y = 0, to = 0; y < height; y++) {
    const rows = between(y, height, part.height);
    for (let x = 0; x < width; x++) {
      const columns = between(x, width, part.width);
      for (let channel = 0; channel < channels; channel++, to++) {
        const upper = mix(
          at(rows.first, columns.first, channel),
          at(rows.first, columns.second, channel),
          columns.share,
        );
        const lower = mix(
          at(rows.second, columns.first, channel),
          at(rows.second, columns.second, channel),
          columns.share,
        );
        values[to] = mix(upper, lower, rows.share);
      }
    }
  }
}

/** Between which two of `few` pixels the pixel number `position` of `many` lies, and the share of the second. */
function between(position: number, many: number, few: number): { first: number; second: number; share: number } {
  const exact = Math.min(few - 1, Math.max(0, ((position + 0.5) * few) / many - 0.5));
  const first = Math.floor(exact);
  return { first, second: Math.min(few - 1, first + 1), share: exact - first };
}

const mix = (first: number, second: number, share: number): number => first + (second - first) * share;
