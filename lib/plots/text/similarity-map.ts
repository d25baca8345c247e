// How similar each thing is to each other: a number and a colour for each pair.

import { checkArguments, kind, list, optional, optionsOf, STRING, STRINGS } from "../../arguments";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { distinct, literalName } from "../figure/literal-text";
import { AROUND_ZERO, axis, baseLayout } from "../figure/theme";

/** What {@link similarityMap} can be asked for. */
export interface SimilarityMapOptions {
  /** What stands at each row, from above. */
  rows: readonly string[];
  /** What stands at each column. Default: the same. */
  columns?: readonly string[];
  /** Over the figure. Default "Similarity". */
  title?: string;
}

/** Rounding may lead a little beyond. */
const SIMILARITY = kind(
  "a number from −1 to 1, as the dot product of two vectors of length 1 is",
  (value) => typeof value === "number" && Math.abs(value) < 1.001,
);
/** More cannot be read; every figure is stored in its notebook, too. */
const MOST_PAIRS = 2500;
const CELL_PIXELS = 52;
const LETTER_PIXELS = 6.5;
const COLOURBAR_PIXELS = 90;

/**
 * Similarities as a map, from orange (−1, opposite) over white (0, nothing in common) to blue (1, the same).
 *
 * @param similarities a row of numbers from −1 to 1 for each row, such as the dot products of {@link sentenceEmbeddings}.
 * @throws RangeError when there is nothing to draw, more than 2,500 pairs, or not a number for each row and column.
 *
 * @example
 * ```ts
 * similarityMap([[1, 0.5], [0.5, 1]], { rows: ["The cat sleeps.", "A kitten is dozing."] })
 * ```
 */
export function similarityMap(similarities: readonly (readonly number[])[], options: SimilarityMapOptions): Figure {
  checkArguments(
    "similarityMap",
    { similarities, options },
    {
      similarities: list("rows of numbers", list("numbers from −1 to 1", SIMILARITY)),
      options: optionsOf({ rows: STRINGS, columns: optional(STRINGS), title: optional(STRING) }),
    },
  );
  const { rows, columns = rows, title = "Similarity" } = options;
  const pairs = rows.length * columns.length;
  const fits = similarities.length === rows.length && similarities.every((row) => row.length === columns.length);
  if (!fits || pairs === 0 || pairs > MOST_PAIRS)
    throw new RangeError(
      `similarityMap draws 1 to ${MOST_PAIRS} pairs; similarities has ${similarities.length} rows of ` +
        `${[...new Set(similarities.map((row) => row.length))].join(" or ") || 0}, and there are names for ${rows.length} rows and ` +
        `${columns.length} columns. Give a number for each row and column.`,
    );
  const [left, below] = [rows, columns].map((names) => distinct(names.map((name) => literalName(name))));
  const letters = Math.max(...rows.map((name) => name.length));
  const lettersBelow = Math.max(...columns.map((name) => name.length));
  const plot = { width: CELL_PIXELS * columns.length, height: CELL_PIXELS * rows.length };
  const layout = baseLayout(title, {
    width: Math.max(420, plot.width + LETTER_PIXELS * letters + COLOURBAR_PIXELS + 40),
    height: plot.height + 0.6 * LETTER_PIXELS * lettersBelow + 120,
  });
  return displayable({
    data: [
      {
        type: "heatmap",
        x: below,
        y: left,
        z: similarities.map((row) => row.map((value) => Number(value.toFixed(4)))),
        zmin: -1,
        zmax: 1,
        texttemplate: "%{z:.2f}",
        hovertemplate: "%{y}<br>%{x}<br>%{z:.3f}<extra></extra>",
        colorscale: AROUND_ZERO,
        xgap: 1,
        ygap: 1,
      },
    ],
    layout: {
      ...layout,
      xaxis: {
        ...axis("", { grid: false }),
        type: "category",
        tickangle: columns === rows || lettersBelow > 6 ? -35 : 0,
      },
      yaxis: { ...axis("", { grid: false }), type: "category", autorange: "reversed" },
    },
  });
}
