// Pictures beside each other as one trace: grey ones as a heatmap from paper to ink, those in colour as an image.
import type { Data } from "plotly.js-dist";
import { INK, PALE_INK } from "../figure/theme";
import { pngSource } from "./png";
import { layOutTiles, type Tiling, type TilingOptions, tileCorners, tileSizes, titlesOver, valueRange } from "./tiles";

/** The pixels of pictures in reading order, a pixel's channels beside each other; undefined for a place that stays empty. */
type Tiles = readonly (ArrayLike<number> | undefined)[];

/** What {@link layOutPictures} lays pictures out by. */
interface PictureOptions extends TilingOptions {
  /** 1 for grey pictures, 3 for red, green and blue. */
  readonly channels: 1 | 3;
  /** Which values are the darkest and the brightest that there are, or paper and ink. Default: those of the pictures. */
  readonly range?: readonly [low: number, high: number];
  /** Whether they are pale, those in colour grey too, since something in colour lies over them. Default false. */
  readonly pale?: boolean;
  /** Stands before a pixel's value when the pointer is over it. */
  readonly label?: string;
}

/** Pictures laid out on a plane, as a trace. */
interface Pictures extends Omit<Tiling, "z"> {
  /** A heatmap or an image. */
  readonly trace: Partial<Data>;
}

/** Lays pictures out in reading order, with a gap around each and room for its title. */
export function layOutPictures(tiles: Tiles, options: PictureOptions): Pictures {
  const { channels, range, pale = false, label = "" } = options;
  if (channels === 3) return layOutColours(tiles, options);
  const { z, ...layout } = layOutTiles(tiles, options);
  const limits = range && { zmin: range[0], zmax: range[1] };
  return {
    ...layout,
    trace: {
      type: "heatmap",
      z,
      ...limits,
      colorscale: pale ? PALE_INK : INK,
      showscale: false,
      hoverongaps: false,
      hovertemplate: `${label}%{z}<extra></extra>`,
    },
  };
}

/** How bright red, green and blue are: ITU-R BT.601. */
const LUMA = [0.299, 0.587, 0.114];
/** So much of its ink a pale pixel keeps: the rest is paper, as in `PALE_INK`. */
const PALE_SHARE = 1 - 0x8c / 0xff;

function layOutColours(tiles: Tiles, options: PictureOptions): Pictures {
  const { height, width, columns, pale = false, label = "" } = options;
  const { gap, down, ...sizes } = tileSizes(tiles.length, options);
  const across = columns * (width + gap) - gap;
  const range = options.range ?? valueRange(tiles);
  const rgba = new Uint8Array(4 * across * down); // transparent where there is nothing
  const corners = tileCorners(tiles.length, options);
  for (const [number, { left, top }] of corners.entries()) {
    const values = tiles[number];
    const pixels = values && rgbaOf(values, range, pale);
    for (let y = 0; pixels && y < height; y++)
      rgba.set(pixels.subarray(4 * y * width, 4 * (y + 1) * width), 4 * ((top + y) * across + left));
  }
  return {
    ...{ titles: titlesOver(corners, options), scale: sizes.scale, width: sizes.width, height: sizes.height },
    trace: {
      type: "image",
      source: pngSource(rgba, across, down),
      hovertemplate: `${label}%{z}<extra></extra>`,
    },
  };
}

/**
 * @param values red, green and blue of each pixel in reading order
 * @param range the lowest and the highest value of all that is drawn together
 * @param pale whether they are grey and mixed with paper, since something in colour lies over them
 * @returns red, green, blue and opacity of each pixel, 0 to 255
 */
export function rgbaOf(
  values: ArrayLike<number>,
  range: readonly [low: number, high: number],
  pale = false,
): Uint8Array {
  const [none, full] = colourRange(range);
  const rgba = new Uint8Array((4 * values.length) / 3).fill(255);
  const light = (i: number): number => Math.min(1, Math.max(0, (Number(values[i]) - none) / (full - none || 1)));
  for (let i = 0; i < values.length; i += 3) {
    const colour = [light(i), light(i + 1), light(i + 2)];
    const grey = colour.reduce((sum, one, channel) => sum + one * (LUMA[channel] ?? 0), 0);
    const drawn = pale ? colour.fill(1 - PALE_SHARE * (1 - grey)) : colour;
    rgba.set(
      drawn.map((one) => Math.round(255 * one)),
      (4 * i) / 3,
    );
  }
  return rgba;
}

/** Between which values a colour goes from nothing to all: 0 and 1, or 0 and 255; what is outside of both is stretched. */
export function colourRange([low, high]: readonly [low: number, high: number]): [none: number, full: number] {
  if (low >= 0 && high <= 1) return [0, 1];
  return low >= 0 && high <= 255 ? [0, 255] : [low, high];
}
