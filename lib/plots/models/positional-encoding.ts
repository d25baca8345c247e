// What is added to the tokens so that a model knows where they stand: a row for each position.

import type { Data, Layout } from "plotly.js-dist";
import { checkArguments, either, FLAG, isWholeNumber, list, NUMERIC, STRING, settings } from "../../arguments";
import { roundToDigits } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { axis, baseLayout, SIGNED } from "../figure/theme";

/** What {@link positionalEncoding} can be asked for. */
export interface PositionalEncodingOptions {
  /** Numbers in each vector; needed for a table in one piece, as `sinusoidalPositions` gives it. Default: those of a row. */
  width?: number;
  /** Whether a second plot shows how alike any two positions are: the cosine of the angle between their vectors. Default false. */
  similarity?: boolean;
  /** Over the figure. Default `Positional encoding`. */
  title?: string;
}

/** Every figure is stored in its notebook: more numbers than these make it heavy. */
const MOST_VALUES = 300_000;

/**
 * The vectors of positions, from the first one down, in colours around 0.
 *
 * @param table rows `[position][dimension]`, such as the weights of `LearnedPositions` (`weight.arraySync()`); or all in reading
 * order with the option `width`: `positionalEncoding(sinusoidalPositions(64, 32), { width: 32 })`.
 * @throws RangeError when there is nothing to draw or far too much, when rows differ in length, the width does not divide the
 * table, or a value is no finite number.
 * @see Vaswani et al. 2017, "Attention is all you need", section 3.5
 *
 * @example
 * ```ts
 * positionalEncoding(sinusoidalPositions(64, 32), { width: 32, similarity: true })
 * ```
 */
export function positionalEncoding(
  table: ArrayLike<number> | readonly ArrayLike<number>[],
  options: PositionalEncodingOptions = {},
): Figure {
  checkArguments(
    "positionalEncoding",
    { table, options },
    {
      table: either(list("rows of numbers", list("numbers", NUMERIC)), list("numbers", NUMERIC)),
      options: settings({ width: NUMERIC, similarity: FLAG, title: STRING }),
    },
  );
  const { similarity = false, title = "Positional encoding" } = options;
  const rows = tableRows(table, options.width);
  const most = rows.reduce((most, row) => row.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0);
  const vectors = heatmap(rows, most || 1, "position %{y}, dimension %{x}: %{z}<extra></extra>");
  const layout: Partial<Layout> = {
    ...baseLayout(title, { width: similarity ? 820 : 560, height: 440 }),
    xaxis: { ...axis("dimension", { grid: false }), ...(similarity ? { domain: [0, 0.38] } : {}) },
    yaxis: { ...axis("position", { grid: false }), autorange: "reversed" },
  };
  if (!similarity) return displayable({ data: [vectors], layout });
  const alike = heatmap(cosines(rows), 1, "positions %{y} and %{x}: %{z}<extra></extra>");
  return displayable({
    data: [
      { ...vectors, colorbar: { ...BAR, x: 0.39, title: { text: "value" } } } as Data,
      { ...alike, xaxis: "x2", yaxis: "y2", colorbar: { ...BAR, title: { text: "cosine" } } } as Data,
    ],
    layout: {
      ...layout,
      xaxis2: { ...axis("position", { grid: false }), domain: [0.62, 1], anchor: "y2" },
      yaxis2: { ...axis("position", { grid: false }), autorange: "reversed", anchor: "x2" },
    },
  });
}

const BAR = { thickness: 12, outlinewidth: 0 } as const;

function heatmap(rows: readonly (readonly number[])[], most: number, hovertemplate: string): Data {
  return {
    type: "heatmap",
    z: rows.map((row) => row.map((value) => roundToDigits(value, 3))),
    zmin: -most,
    zmax: most,
    colorscale: SIGNED,
    colorbar: { ...BAR, title: { text: "value" } },
    hovertemplate,
  };
}

/** The cosine of the angle between any two rows; 0 where one is all zeros. */
function cosines(rows: readonly (readonly number[])[]): number[][] {
  const units = rows.map((row) => {
    const length = Math.hypot(...row) || 1;
    return row.map((value) => value / length);
  });
  return units.map((a) => units.map((b) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)));
}

function tableRows(table: ArrayLike<number> | readonly ArrayLike<number>[], width: number | undefined): number[][] {
  const flat = typeof table[0] === "number";
  const rows = flat
    ? cutIntoRows(table as ArrayLike<number>, width)
    : Array.from(table as readonly ArrayLike<number>[], (row) => Array.from(row));
  const dimensions = rows[0]?.length ?? 0;
  const count = rows.length * dimensions;
  if (count === 0 || count > MOST_VALUES)
    throw new RangeError(
      `positionalEncoding draws 1 to ${MOST_VALUES} values; ${rows.length} positions of ${dimensions} dimensions are ${count}. ` +
        "Give the vectors of some positions: table.slice(0, 64).",
    );
  for (const [position, row] of rows.entries()) {
    if (row.length !== dimensions)
      throw new RangeError(
        `positionalEncoding: position ${position} has ${row.length} dimensions, the first ${dimensions}; all need the same.`,
      );
    const wrong = row.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0)
      throw new RangeError(
        `positionalEncoding: dimension ${wrong} of position ${position} is ${row[wrong]}; it needs finite numbers.`,
      );
  }
  return rows;
}

function cutIntoRows(table: ArrayLike<number>, width: number | undefined): number[][] {
  if (!isWholeNumber(width) || table.length % width !== 0)
    throw new RangeError(
      `positionalEncoding was given a list of ${table.length} numbers in one piece and width ${width}; it is a whole number that divides ` +
        "them into rows. Give { width }, the dimensions of a position.",
    );
  const all = Array.from(table);
  return Array.from({ length: all.length / width }, (_, position) =>
    all.slice(position * width, (position + 1) * width),
  );
}
