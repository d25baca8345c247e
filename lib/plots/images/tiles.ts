// Images as tiles of one heatmap: one trace, however many there are.
import type { Datum, Layout } from "plotly.js-dist";
import { bareAxis, baseLayout } from "../figure/theme";
import { titlesWithin, wrapped } from "./tile-titles";

/** What tiles are laid out by. */
export interface TilingOptions {
  /** Of each tile, in values. */
  readonly height: number;
  /** Of each tile, in values. */
  readonly width: number;
  /** Tiles in a row. */
  readonly columns: number;
  /** Over each tile; `<br>` begins a new line, and what is wider than a tile is broken. Default: none. */
  readonly titles?: readonly string[];
  /** How many digits of the largest value are kept. Default 3: more are not seen in a colour. */
  readonly digits?: number;
  /** How wide a tile is at most on the page. */
  readonly tilePixels: number;
  /** How wide all of them are at most on the page. */
  readonly widestPixels: number;
}

/** Tiles laid out on a plane, whose unit is a value of a tile. */
export interface Tiling {
  /** Row by row; `null` between tiles, and nothing after the last one of a row. */
  readonly z: Datum[][];
  /** Where each title that there is stands: the middle of its lower edge. */
  readonly titles: readonly {
    readonly text: string;
    readonly x: number;
    readonly y: number;
    /** Of its letters, in pixels. */
    readonly size: number;
  }[];
  /** How many pixels of the page a value is wide. */
  readonly scale: number;
  /** Of the whole, in pixels. */
  readonly width: number;
  /** Of the whole, in pixels. */
  readonly height: number;
}

/** What tiles are on a page, unless there are so many that they have to be smaller. */
export const TILE_PIXELS = 72;
/** What JupyterLab gives an output on a small laptop. */
export const WIDEST_PIXELS = 804;
/** What a title leaves free between itself and the next. */
const BESIDE_TITLE_PIXELS = 6;
/** From one line to the next, in heights of the letters. */
const LINE_SPACING = 1.25;

/** How large so many tiles come out. */
export function tileSizes(count: number, options: TilingOptions) {
  const { height, width, columns, titles = [], tilePixels, widestPixels } = options;
  const rows = Math.ceil(count / columns);
  // Between tiles stand empty cells; above each, enough of them for its title.
  const gap = Math.max(1, Math.round(Math.max(width, height) / 10));
  const across = columns * (width + gap);
  const scale = Math.min(tilePixels / width, widestPixels / across);
  const within = titlesWithin(titles, (width + gap) * scale - BESIDE_TITLE_PIXELS);
  const head = gap + Math.ceil((within.lines * within.size * LINE_SPACING) / scale);
  const down = rows * (height + head);
  return { gap, head, down, scale, within, width: Math.round(across * scale), height: Math.round(down * scale) };
}

/**
 * Lays images out in reading order, with a gap around each and room for its title.
 *
 * @param tiles the values of each, in reading order; undefined for a place that stays empty.
 */
export function layOutTiles(tiles: readonly (ArrayLike<number> | undefined)[], options: TilingOptions): Tiling {
  const { height, width, digits = 3 } = options;
  const { down, ...sizes } = tileSizes(tiles.length, options);
  const z: Datum[][] = Array.from({ length: down }, () => []);
  const places = decimals(tiles, digits);
  const corners = tileCorners(tiles.length, options);
  for (const [number, { left, top }] of corners.entries()) {
    const values = tiles[number];
    for (let y = 0; values && y < height; y++) {
      const row = z[top + y] as Datum[];
      while (row.length < left) row.push(null);
      for (let x = 0; x < width; x++) row.push(Number((values[y * width + x] as number).toFixed(places)) + 0); // no −0
    }
  }
  return { z, titles: titlesOver(corners, options), scale: sizes.scale, width: sizes.width, height: sizes.height };
}

interface Corner {
  readonly left: number;
  readonly top: number;
}

/** Where the upper left corner of each tile lies. */
export function tileCorners(count: number, options: TilingOptions): Corner[] {
  const { height, width, columns } = options;
  const { gap, head } = tileSizes(count, options);
  return Array.from({ length: count }, (_, number) => ({
    left: (number % columns) * (width + gap),
    top: Math.floor(number / columns) * (height + head) + head,
  }));
}

/** The titles that there are, each over the middle of its tile. */
export function titlesOver(corners: readonly Corner[], options: TilingOptions): Tiling["titles"] {
  const { texts, size } = tileSizes(corners.length, options).within;
  return corners.flatMap(({ left, top }, number) => {
    const text = texts[number];
    return text ? [{ text, size, x: left + (options.width - 1) / 2, y: top - 1 }] : [];
  });
}

/** The lowest and the highest finite value of all; 0 and 0 if there is none. */
export function valueRange(tiles: readonly (ArrayLike<number> | undefined)[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of tiles)
    for (let i = 0; values && i < values.length; i++) {
      const value = values[i] as number;
      if (Number.isFinite(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
    }
  return low <= high ? [low, high] : [0, 0];
}

/** How many decimals leave the largest value so many digits. */
function decimals(tiles: readonly (ArrayLike<number> | undefined)[], digits: number): number {
  const [low, high] = valueRange(tiles);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const size = high > low ? Math.min(largest, high - low) : largest; // what they differ by
  return size === 0 ? 0 : Math.min(20, Math.max(0, digits - Math.ceil(Math.log10(size))));
}

/** So many columns, 8 to 12, that the rows come out even if they can. */
export function columnsFor(count: number): number {
  return count <= 12 ? count : ([8, 10, 12, 9, 11].find((columns) => count % columns === 0) ?? 12);
}

const TITLE_LETTER_PIXELS = 16;
const TITLE_LINE_PIXELS = 22;

/** The layout of a figure that consists of tiles and, at the right, of what needs so many pixels. */
export function tileLayout(tiling: Omit<Tiling, "z">, title = "", right = 8): Partial<Layout> {
  const width = Math.max(320, tiling.width + 8 + right);
  const titleLines = title.split("\n").flatMap((line) => wrapped(line, (0.96 * width) / TITLE_LETTER_PIXELS));
  const top = title === "" ? 8 : 48 + (titleLines.length - 1) * TITLE_LINE_PIXELS;
  return {
    ...baseLayout(titleLines.join("\n"), { width, height: tiling.height + top + 8 }),
    margin: { l: 8, r: right, t: top, b: 8 },
    xaxis: { ...bareAxis(), constrain: "domain" },
    yaxis: { ...bareAxis(), autorange: "reversed", scaleanchor: "x", constrain: "domain" },
    annotations: tiling.titles.map(({ size, ...title }) => ({
      ...title,
      font: { size },
      yanchor: "bottom",
      showarrow: false,
    })),
  };
}
