// Which class is taken for which: a row for each true class, a column for each predicted one.

import type { ColorScale } from "plotly.js-dist";
import { atMost, checkArguments, list, NUMERIC, STRINGS } from "../../arguments";
import { at } from "../../indexing";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { distinct, literalName } from "../figure/literal-text";
import { axis, baseLayout } from "../figure/theme";

/** By share of the true class. A good classifier's mistakes are rare, so the lightest tenth of the scale ends at 1 %. */
const SHARES: ColorScale = [
  [0, "#f7fbff"],
  [0.001, "#d6e6f4"],
  [0.01, "#8fc1de"],
  [0.1, "#3787c0"],
  [1, "#08306b"],
];

/**
 * Counts how often each class was taken for each. A true label below 0 is no class (a position that does not count, as
 * `maskTokens` makes them), and is left out.
 *
 * @returns `counts[truth][predicted]`.
 * @throws RangeError when the two differ in length, or a label is none of the classes.
 *
 * @example
 * ```ts
 * confusionCounts([0, 0, 1], [0, 1, 1], 2) // => [[1, 1], [0, 1]]
 * ```
 */
export function confusionCounts(truth: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  checkArguments(
    "confusionCounts",
    { truth, predicted, classes },
    { truth: list("class numbers", NUMERIC), predicted: list("class numbers", NUMERIC), classes: atMost(10_000) },
  );
  if (truth.length !== predicted.length)
    throw new RangeError(
      `There is a list of ${truth.length} true labels and a list of ${predicted.length} predicted ones. Predict the same data set that the labels come from.`,
    );
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let example = 0; example < truth.length; example++) {
    const [from, to] = [at(truth, example), at(predicted, example)];
    if (from < 0) continue;
    const row = counts[from];
    if (row?.[to] === undefined)
      throw new RangeError(
        `Example ${example} has the true label ${from} and the predicted one ${to}; with ${classes} class names both must be 0 to ${classes - 1}.`,
      );
    row[to]++;
  }
  return counts;
}

/**
 * The confusion matrix of a classifier: counts in the cells, coloured by their share of the true class.
 *
 * @param truth the true class numbers, as `dataset.labels()` gives them, or `dataset.positionLabels()` for sequences.
 * @param predicted the predicted ones, as `predictions.classes()` gives them.
 * @param classNames a name for each class.
 *
 * @example
 * ```ts
 * confusionMatrix([0, 0, 1], [0, 1, 1], ["ham", "spam"])
 * ```
 */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classNames: readonly string[],
): Figure {
  checkArguments(
    "confusionMatrix",
    { truth, predicted, classNames },
    { truth: list("class numbers", NUMERIC), predicted: list("class numbers", NUMERIC), classNames: STRINGS },
  );
  const counts = confusionCounts(truth, predicted, classNames.length);
  const totals = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const right = counts.reduce((sum, row, label) => sum + (row[label] ?? 0), 0);
  const all = totals.reduce((sum, count) => sum + count, 0);
  // A cell without a case stays empty, so that the mistakes stand out.
  const shares = counts.map((row, label) =>
    row.map((count) => (count === 0 ? null : Number((count / at(totals, label)).toFixed(5)))),
  );
  const names = distinct(classNames.map((name) => literalName(String(name))));
  const side = Math.max(420, 44 * names.length + 120);
  const layout = baseLayout(`Confusion matrix: ${right} of ${all} right`, { width: side + 90, height: side });
  return displayable({
    data: [
      {
        type: "heatmap",
        x: names,
        y: names,
        z: shares,
        zmin: 0,
        zmax: 1,
        text: counts.map((row) => row.map((count) => (count === 0 ? "" : String(count)))),
        texttemplate: "%{text}",
        customdata: counts.map((row, label) => row.map(() => at(totals, label))),
        hovertemplate: "true %{y}, predicted %{x}<br>%{text} of %{customdata} (%{z:.2%})<extra></extra>",
        hoverongaps: false,
        colorscale: SHARES,
        colorbar: { title: { text: "share of the<br>true class" }, tickformat: ".0%" },
        xgap: 1,
        ygap: 1,
      },
    ],
    layout: {
      ...layout,
      xaxis: { ...axis("predicted class", { grid: false }), type: "category", constrain: "domain" },
      yaxis: { ...axis("true class", { grid: false }), type: "category", autorange: "reversed", scaleanchor: "x" },
    },
  });
}
