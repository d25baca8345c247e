// How a filter slides over a picture: the window, what is in it, and the output that grows number by number.

import type { Annotation, ColorScale, Data, Datum } from "plotly.js-dist";
import { atMost, checkArguments, checkWholeNumber, either, list, NUMBERS, STRING, settings } from "../../arguments";
import { colour, paleColour, TEXT } from "../../colours";
import { at } from "../../indexing";
import { type Moment, withMoments } from "../figure/animation";
import { roundToDigits } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { bareAxis, baseLayout } from "../figure/theme";
import { rgbaOf } from "./pictures";
import { pngSource } from "./png";
import { valueRange } from "./tiles";

/** What {@link slidingFilter} can be asked for. */
export interface SlidingFilterOptions {
  /** How far the filter moves from one place to the next. Default 1. */
  stride?: number;
  /** Rows and columns of zeros on each side of the picture. Default 0. */
  padding?: number;
  /** Over the figure. Default: `"A filter slides over a picture"`. */
  title?: string;
}

type Grid = readonly (readonly number[])[];
type ColourGrid = readonly (readonly (readonly number[])[])[];

/** Numbers below 0 in one colour, above it in another, and 0 as the page. */
const PALE_AROUND_ZERO: ColorScale = [
  [0, paleColour(1, 0.35)],
  [0.5, "rgba(128, 128, 128, 0)"],
  [1, paleColour(0, 0.35)],
];
const COLOURS = ["red", "green", "blue"] as const;
const CELLS = either(list("rows", NUMBERS), list("rows", list("pixels, [red, green, blue]", NUMBERS)));
const CELL_PIXELS = 38;
/** More columns than these do not fit beside each other in an output of JupyterLab. */
const MOST_COLUMNS = 20;

/**
 * A picture, a filter and their cross-correlation as grids of numbers, with a slider over the places of the filter: the output
 * has all numbers up to the place that is shown.
 *
 * @param picture rows of numbers, all equally long; of a picture in colour rows of pixels, `[red, green, blue]` from 0 to 1 or to 255.
 * @param filter the same, no larger than the picture with its padding: for a picture in colour with a weight for each colour.
 * @throws RangeError when a grid is empty or ragged, the filter does not fit, or there are too many columns to draw.
 * @see LeCun et al. 1998, "Gradient-based learning applied to document recognition", section II.A
 *
 * @example
 * ```ts
 * const edge = [[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]]
 * slidingFilter(edge, [[-1, 1], [-1, 1]])
 * ```
 */
export function slidingFilter(
  picture: readonly (readonly number[])[] | readonly (readonly (readonly number[])[])[],
  filter: readonly (readonly number[])[] | readonly (readonly (readonly number[])[])[],
  options: SlidingFilterOptions = {},
): Figure {
  checkArguments(
    "slidingFilter",
    { picture, filter, options },
    {
      picture: CELLS,
      filter: CELLS,
      options: settings({ stride: atMost(1000), padding: atMost(1000), title: STRING }),
    },
  );
  const { stride = 1, padding = 0, title = "A filter slides over a picture" } = options;
  count("padding", padding, 0);
  const inputs = channelsOf("picture", picture).map((channel) => padGrid(channel, padding));
  const weights = channelsOf("filter", filter);
  if (weights.length !== inputs.length)
    throw new RangeError(
      `slidingFilter: a cell of the filter has ${weights.length} numbers, one of the picture ${inputs.length}. Give both grey, or ` +
        "both red, green and blue.",
    );
  const [x, w] = [at(inputs, 0), at(weights, 0)];
  const y = correlate(inputs, weights, count("stride", stride, 1));
  const [filterLeft, outputLeft] = [width(x) + 1, width(x) + width(w) + 2];
  const columns = outputLeft + width(y);
  if (columns > MOST_COLUMNS + 2)
    throw new RangeError(
      `slidingFilter: picture, filter and output have ${columns - 2} columns together; ${MOST_COLUMNS} can be drawn. Give a smaller picture.`,
    );
  const below = w.length + 1; // the filter's channels stand under each other
  const rows = Math.max(x.length, weights.length * below - 1, y.length);
  const layout = baseLayout(title, { width: columns * CELL_PIXELS + 32, height: (rows + 1) * CELL_PIXELS + 72 });
  const figure: Figure = {
    data: [
      inputs.length === 1 ? cells(x, 0) : colouredCells(inputs),
      ...weights.map((channel, number) => cells(channel, filterLeft, number * below)),
      outline(0, 0, w),
      cells(y, outputLeft),
    ],
    layout: {
      ...layout,
      margin: { l: 16, r: 16, t: 56, b: 16 },
      showlegend: false,
      annotations: [
        heading("picture", 0, x),
        heading("filter", filterLeft, w),
        heading("output", outputLeft, y),
        ...(weights.length === 1
          ? []
          : COLOURS.map((name, number) => besides(name, filterLeft + width(w), number * below))),
      ],
      xaxis: { ...bareAxis(), range: [-0.6, columns - 0.4], constrain: "domain" },
      yaxis: { ...bareAxis(), range: [rows - 0.4, -1.4], scaleanchor: "x", constrain: "domain" },
    },
  };
  const places = y.flatMap((row, i) => row.map((_, j) => [i, j] as const));
  const moments = places.map(([i, j], number): Moment => {
    const known = y.map((row, line) => row.map((value, place) => (line * width(y) + place <= number ? value : null)));
    return {
      label: `${i}, ${j}`,
      data: [outline(i * stride, j * stride, w), { z: roundGrid(known), zmin: -extent(y), zmax: extent(y) } as Data],
    };
  });
  return displayable(
    withMoments(figure, [weights.length + 1, weights.length + 2], moments, "row, column of the output: "),
  );
}

/** A picture in its colours, under where its numbers would be. */
function colouredCells(channels: readonly Grid[]): Data {
  const x = at(channels, 0);
  const values = x.flatMap((row, i) => row.flatMap((_, j) => channels.map((channel) => at(at(channel, i), j))));
  const rgba = rgbaOf(values, valueRange([values]));
  return {
    type: "image",
    source: pngSource(rgba, width(x), x.length),
    ...{ x0: 0, dx: 1, y0: 0, dy: 1 },
    hovertemplate: "%{z}<extra></extra>",
  };
}

function cells(values: Grid, left: number, top = 0): Data {
  const largest = extent(values);
  return {
    type: "heatmap",
    ...{ x0: left, dx: 1, y0: top, dy: 1 },
    z: roundGrid(values),
    zmin: -largest,
    zmax: largest,
    colorscale: PALE_AROUND_ZERO,
    showscale: false,
    xgap: 1,
    ygap: 1,
    texttemplate: "%{z}",
    textfont: { color: TEXT },
    hoverongaps: false,
    hoverinfo: "skip",
  };
}

/** The square that the filter covers when its first cell lies on row `top` and column `left`. */
function outline(top: number, left: number, w: Grid): Data {
  const [right, bottom] = [left + width(w) - 0.5, top + w.length - 0.5];
  return {
    type: "scatter",
    mode: "lines",
    x: [left - 0.5, right, right, left - 0.5, left - 0.5],
    y: [top - 0.5, top - 0.5, bottom, bottom, top - 0.5],
    line: { color: colour(1), width: 3 },
    hoverinfo: "skip",
  };
}

function heading(text: string, left: number, values: Grid): Partial<Annotation> {
  const size = `${values.length} × ${width(values)}`;
  return {
    text: `${text}<br>${size}`,
    x: left + (width(values) - 1) / 2,
    y: -0.6,
    yanchor: "bottom",
    showarrow: false,
  };
}

/** What a channel of the filter is for, at its right. */
function besides(text: string, left: number, top: number): Partial<Annotation> {
  return { text, x: left - 0.4, y: top, xanchor: "left", showarrow: false, textangle: 90, yanchor: "top" };
}

function roundGrid(values: readonly (readonly (number | null)[])[]): Datum[][] {
  return values.map((row) => row.map((value) => (value === null ? null : roundToDigits(value, 3))));
}

/** Summed over the channels. */
function correlate(inputs: readonly Grid[], weights: readonly Grid[], stride: number): Grid {
  const [x, w] = [at(inputs, 0), at(weights, 0)];
  const [height, breadth] = [(x.length - w.length) / stride, (width(x) - width(w)) / stride].map(
    (steps) => Math.floor(steps) + 1,
  ) as [number, number];
  if (height < 1 || breadth < 1)
    throw new RangeError(
      `slidingFilter: the filter is ${w.length} × ${width(w)}, the picture with its padding ${x.length} × ${width(x)}. ` +
        "Give a smaller filter, or more padding.",
    );
  const product = (i: number, j: number, channel: number): number =>
    at(weights, channel).reduce(
      (sum, row, u) =>
        sum + row.reduce((part, weight, v) => part + weight * (inputs[channel]?.[i + u]?.[j + v] ?? 0), 0),
      0,
    );
  return Array.from({ length: height }, (_, i) =>
    Array.from({ length: breadth }, (_, j) =>
      inputs.reduce((sum, _, channel) => sum + product(i * stride, j * stride, channel), 0),
    ),
  );
}

function padGrid(values: Grid, padding: number): Grid {
  const empty = Array.from({ length: padding }, () => new Array<number>(width(values) + 2 * padding).fill(0));
  const side = new Array<number>(padding).fill(0);
  return [...empty, ...values.map((row) => [...side, ...row, ...side]), ...empty];
}

/** The channels of a picture or filter as grids: one, or one each for red, green and blue. */
function channelsOf(name: string, cells: Grid | ColourGrid): Grid[] {
  const rows = rectangle(name, cells);
  const pixels = rows.map((row) => row.map((cell) => (typeof cell === "number" ? [cell] : Array.from(cell))));
  const size = pixels[0]?.[0]?.length;
  const other = pixels.flat().find((pixel) => pixel.length !== size || (size !== 1 && size !== 3));
  if (other !== undefined)
    throw new RangeError(
      `slidingFilter: a cell of the ${name} has ${other.length} numbers, the first ${size}; all need 1, or 3 for red, green and blue.`,
    );
  return Array.from({ length: size ?? 1 }, (_, channel) => pixels.map((row) => row.map((pixel) => at(pixel, channel))));
}

function rectangle(name: string, values: Grid | ColourGrid): Grid | ColourGrid {
  if (values.length === 0 || width(values) === 0)
    throw new RangeError(`slidingFilter: the ${name} is empty. Give at least one row with one number.`);
  const ragged = values.findIndex((row) => row.length !== width(values));
  if (ragged >= 0)
    throw new RangeError(
      `slidingFilter: row ${ragged} of the ${name} has ${values[ragged]?.length} numbers, row 0 has ${width(values)}. All rows need as many.`,
    );
  return values;
}

function count(name: string, value: number, least: number): number {
  checkWholeNumber(`slidingFilter: ${name}`, value, { least });
  return value;
}

function width(values: readonly (readonly unknown[])[]): number {
  return values[0]?.length ?? 0;
}

/** The largest size of a number, so that colours mean the same on both sides of 0. */
function extent(values: Grid): number {
  return Math.max(1e-9, ...values.flat().map(Math.abs));
}
