// Tiles of one size in rows, as the cells of one heatmap: one trace, however many there are. Between tiles stand empty cells; above
// each, enough of them for its title.
import type { Annotation, Datum, Layout } from "plotly.js-dist";
import { rounded } from "./digits";
import { bareAxis, baseLayout } from "./look";

/** Tiles laid out: the cells of a heatmap, and what belongs to them. */
export interface Tiling {
  /** Row by row, the first at the top; `null` between the tiles. */
  readonly z: Datum[][];
  /** The tiles' titles. */
  readonly annotations: Partial<Annotation>[];
  /** Where the first cell of each tile is: row and column. */
  readonly places: readonly (readonly [top: number, left: number])[];
  /** Of all the tiles together, in pixels. */
  readonly pixels: { readonly width: number; readonly height: number };
}

interface TilingOptions {
  /** Tiles in a row. */
  readonly columns: number;
  /** Over each tile; `<br>` begins a new line. Default: none. */
  readonly titles?: readonly string[];
  /** A tile's width; less where a row would else be wider than what JupyterLab gives an output on a small laptop. */
  readonly tilePixels?: number;
}

const TILE_PIXELS = 72;
const WIDEST_PIXELS = 820;
const TITLE_LINE_PIXELS = 15;
const MARGIN_PIXELS = 8;

/** Lays out tiles in reading order, each given by its values, row by row. */
export function tiled(
  tiles: readonly ArrayLike<number | null>[],
  [height, width]: readonly [number, number],
  options: TilingOptions,
): Tiling {
  const { titles = [], tilePixels = TILE_PIXELS } = options;
  const columns = Math.min(options.columns, tiles.length);
  const rows = Math.ceil(tiles.length / columns);
  const lines = Math.max(0, ...titles.map((title) => title.split("<br>").length));
  const gap = Math.max(1, Math.round(Math.max(width, height) / 10));
  const columnPitch = width + gap;
  const scale = Math.min(tilePixels / width, (WIDEST_PIXELS - 2 * MARGIN_PIXELS) / (columns * columnPitch));
  const head = gap + Math.ceil((lines * TITLE_LINE_PIXELS) / scale);
  const rowPitch = height + head;
  const z: Datum[][] = Array.from({ length: rows * rowPitch }, () =>
    new Array<Datum>(columns * columnPitch).fill(null),
  );
  const annotations: Partial<Annotation>[] = [];
  const places = tiles.map((_, number): [number, number] => [
    Math.floor(number / columns) * rowPitch + head,
    (number % columns) * columnPitch,
  ]);
  for (const [number, [top, left]] of places.entries()) {
    const values = tiles[number] as ArrayLike<number | null>;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const value = values[y * width + x] as number | null;
        (z[top + y] as Datum[])[left + x] = value === null ? null : rounded(value, 3);
      }
    const text = titles[number];
    if (text) annotations.push({ text, x: left + (width - 1) / 2, y: top - 1, yanchor: "bottom", showarrow: false });
  }
  const pixels = { width: Math.round(columns * columnPitch * scale), height: Math.round(rows * rowPitch * scale) };
  return { z, annotations, places, pixels };
}

/** The layout of a figure that is nothing but its tiles. */
export function tileLayout({ annotations, pixels }: Tiling, title: string | undefined, right = 0): Partial<Layout> {
  const top = title === undefined ? MARGIN_PIXELS : 48;
  const layout = baseLayout(title ?? "", {
    width: Math.max(320, pixels.width + 2 * MARGIN_PIXELS) + right,
    height: pixels.height + top + MARGIN_PIXELS,
  });
  return {
    ...layout,
    margin: { l: MARGIN_PIXELS, r: MARGIN_PIXELS + right, t: top, b: MARGIN_PIXELS },
    xaxis: { ...bareAxis(), constrain: "domain" },
    yaxis: { ...bareAxis(), autorange: "reversed", scaleanchor: "x", constrain: "domain" },
    annotations,
  };
}
