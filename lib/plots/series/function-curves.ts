// Functions of one number beside their derivatives: what an activation lets through, and what it lets learn.

import type { Data } from "plotly.js-dist";
import { byName, checkArguments, fields, list, NUMBERS, NUMERIC, STRING, settings } from "../../arguments";
import { colour } from "../../colours";
import type { Curve } from "../../inspection/curve";
import { roundSeries } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalName } from "../figure/literal-text";
import { axis, baseLayout, dash, legendBelow } from "../figure/theme";

const ZERO = { zeroline: true, zerolinecolor: "rgba(128, 128, 128, 0.7)" } as const;

/** What {@link functionCurves} can be asked for. */
export interface FunctionCurvesOptions {
  /** Over the figure. Default `Functions and their derivatives`. */
  title?: string;
  /** What the functions are of. Default `x`. */
  xTitle?: string;
}

/**
 * Functions, with their derivatives at the right.
 *
 * @param curves what `curve` returned, by the name of the function.
 * @throws RangeError when no curve is given.
 *
 * @example
 * ```ts
 * functionCurves({ ReLU: curve(tf.relu), GELU: curve(gelu) }, { xTitle: "z" })
 * ```
 */
export function functionCurves(curves: Record<string, Curve>, options: FunctionCurvesOptions = {}): Figure {
  checkArguments(
    "functionCurves",
    { curves, options },
    {
      curves: byName(
        "curves by their names",
        fields({ x: NUMBERS, y: list("values", NUMERIC), derivative: list("slopes", NUMERIC) }),
      ),
      options: settings({ title: STRING, xTitle: STRING }),
    },
  );
  const { title = "Functions and their derivatives", xTitle = "x" } = options;
  const entries = Object.entries(curves);
  if (entries.length === 0)
    throw new RangeError("functionCurves was given 0 curves; it needs at least one: { relu: curve(tf.relu) }.");
  for (const [name, { x, y, derivative }] of entries)
    if (y.length !== x.length || derivative.length !== x.length)
      throw new RangeError(
        `functionCurves: "${name}" has a list of ${y.length} as y and a list of ${derivative.length} as derivative for a list of ${x.length} as x; it needs one ` +
          "of each for each x. Give what curve returned.",
      );
  const layout = baseLayout(title, { width: 800, height: 400 });
  const data = entries.flatMap(([name, { x, y, derivative }], number): Data[] => {
    const line = {
      type: "scatter",
      mode: "lines",
      name: literalName(name),
      legendgroup: name,
      x: roundSeries(x),
      line: { color: colour(number), dash: dash(number), width: 2, simplify: false },
    } as const;
    return [
      { ...line, y: roundSeries(y) },
      { ...line, y: roundSeries(derivative), xaxis: "x2", yaxis: "y2", showlegend: false },
    ];
  });
  return displayable({
    data,
    layout: {
      ...layout,
      margin: { ...layout.margin, b: 96 },
      grid: { rows: 1, columns: 2, pattern: "independent", xgap: 0.16 },
      ...legendBelow(),
      xaxis: { ...axis(xTitle), ...ZERO },
      yaxis: { ...axis(`f(${xTitle})`), ...ZERO },
      xaxis2: { ...axis(xTitle), ...ZERO },
      yaxis2: { ...axis(`derivative f′(${xTitle})`), ...ZERO },
    },
  });
}
