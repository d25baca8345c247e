// Images side by side. They are tiles of one heatmap: one trace, however many images.
import type { Annotation, Datum } from "plotly.js-dist";
import { Dataset, type Example } from "../data/dataset";
import { drawsItself } from "./draws-itself";
import type { Figure } from "./figure";
import { bareAxis, baseLayout, INK } from "./look";

/** What {@link imageGrid} can be asked for. */
export interface ImageGridOptions {
  /** Over the whole figure. */
  title?: string;
  /** Over each image; `<br>` begins a new line. Default: the class, for a data set with class names. */
  titles?: readonly string[];
  /** Images in a row. Default: 10, or as many as there are. */
  columns?: number;
}

const MOST_IMAGES = 200;
/** A tile's width; less where a row would else be wider than what JupyterLab gives an output on a small laptop. */
const TILE_PIXELS = 72;
const WIDEST_PIXELS = 820;
const TITLE_LINE_PIXELS = 15;

/**
 * A grid of grey images, in reading order.
 *
 * @param images a data set (or examples of one) whose inputs are images `[height, width]` or `[height, width, 1]`, all of
 * one size; the lowest value is drawn white, the highest black.
 * @throws RangeError for anything but 1 to 200 such images.
 */
export function imageGrid(images: Dataset | readonly Example[], options: ImageGridOptions = {}): Figure {
  const count = images instanceof Dataset ? images.size : images.length;
  if (count < 1 || count > MOST_IMAGES)
    throw new RangeError(
      `imageGrid draws 1 to ${MOST_IMAGES} images; ${count} were given. Take fewer: imageGrid(dataset.take(20)).`,
    );
  const tiles = images instanceof Dataset ? Array.from({ length: count }, (_, i) => images.example(i)) : images;
  const [height, width] = imageSize(tiles);
  const titles = options.titles ?? classTitles(images);
  const columns = Math.min(options.columns ?? 10, count);
  const rows = Math.ceil(count / columns);

  // Between tiles stand empty cells; above each, enough of them for its title.
  const lines = Math.max(0, ...titles.map((title) => title.split("<br>").length));
  const gap = Math.max(1, Math.round(Math.max(width, height) / 10));
  const columnPitch = width + gap;
  const scale = Math.min(TILE_PIXELS / width, (WIDEST_PIXELS - 16) / (columns * columnPitch));
  const head = gap + Math.ceil((lines * TITLE_LINE_PIXELS) / scale);
  const rowPitch = height + head;
  const z: Datum[][] = Array.from({ length: rows * rowPitch }, () =>
    new Array<Datum>(columns * columnPitch).fill(null),
  );
  const annotations: Partial<Annotation>[] = [];

  for (const [number, tile] of tiles.entries()) {
    const top = Math.floor(number / columns) * rowPitch + head;
    const left = (number % columns) * columnPitch;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        (z[top + y] as Datum[])[left + x] = Number((tile.values[y * width + x] as number).toFixed(3));
    const text = titles[number];
    if (text) annotations.push({ text, x: left + (width - 1) / 2, y: top - 1, yanchor: "bottom", showarrow: false });
  }

  const top = options.title === undefined ? 8 : 48;
  const layout = baseLayout(options.title ?? "", {
    width: Math.max(320, Math.round(columns * columnPitch * scale) + 16),
    height: Math.round(rows * rowPitch * scale) + top + 8,
  });
  return drawsItself({
    data: [
      {
        type: "heatmap",
        z,
        colorscale: INK,
        showscale: false,
        hoverongaps: false,
        hovertemplate: "%{z}<extra></extra>",
      },
    ],
    layout: {
      ...layout,
      margin: { l: 8, r: 8, t: top, b: 8 },
      xaxis: { ...bareAxis(), constrain: "domain" },
      yaxis: { ...bareAxis(), autorange: "reversed", scaleanchor: "x", constrain: "domain" },
      annotations,
    },
  });
}

function imageSize(tiles: readonly Example[]): [height: number, width: number] {
  const shape = tiles[0]?.shape ?? [];
  const [height, width, channels = 1] = shape;
  if (height === undefined || width === undefined || channels !== 1 || shape.length > 3)
    throw new RangeError(
      `imageGrid draws grey images of shape [height, width] or [height, width, 1]; these have the shape [${shape.join(", ")}].`,
    );
  const other = tiles.findIndex((tile) => tile.shape.join() !== shape.join());
  if (other >= 0)
    throw new RangeError(
      `imageGrid draws images of one size: the first is [${shape.join(", ")}], number ${other} [${tiles[other]?.shape.join(", ")}].`,
    );
  return [height, width];
}

function classTitles(images: Dataset | readonly Example[]): readonly string[] {
  if (!(images instanceof Dataset) || !images.classNames) return [];
  const { classNames } = images;
  return Array.from(images.labels(), (label) => classNames[label] ?? String(label));
}
