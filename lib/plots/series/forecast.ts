// A series over time, what was forecast of it, and how sure that was.

import type { Data, Layout } from "plotly.js-dist";
import { byName, checkArguments, either, fields, optional, optionsOf, STRING } from "../../arguments";
import { colour, paleColour, TEXT } from "../../colours";
import { roundSeries } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalName } from "../figure/literal-text";
import { axis, baseLayout, dash, LINE, legendBelow } from "../figure/theme";
import { checkSeries, HEIGHTS, kindOf, PLACE, PLACES, type Places, plotlyValues } from "../figure/x-values";

/** What a model says, with the bounds it is sure of. */
export interface ForecastSeries {
  /** A value for each time; `null` where there is none. */
  readonly values: ArrayLike<number | null>;
  /** The lower bound, with `high` or not at all. */
  readonly low?: ArrayLike<number | null>;
  /** The upper bound, with `low` or not at all. */
  readonly high?: ArrayLike<number | null>;
}

/** What {@link forecast} has to be told beside the series. */
export interface ForecastFigureOptions {
  /** What is measured, with its unit in brackets: `CO₂ (ppm)`. */
  yTitle: string;
  /** Default `date`; for numbers in place of dates say what they are. */
  xTitle?: string;
  /** Over the figure. Default: nothing. */
  title?: string;
  /** From where on nothing was learned from: a line marks it. Default: no line. */
  testFrom?: string | Date | number;
}

/**
 * What was measured, and forecasts of it.
 *
 * @param times dates (`Date`, or text such as `2026-01-31`) or numbers, in order.
 * @param truth what was measured; `null` where nothing was.
 * @param forecasts by their name: a value for each time, `null` where there is none; or `{ values, low, high }`.
 * @throws RangeError when a series has not one value for each time, or only one bound.
 *
 * @example
 * ```ts
 * const months = ["2026-01-01", "2026-02-01", "2026-03-01"]
 * forecast(months, [425.1, 427.2, null], { model: [null, 426.9, 428.3] }, { yTitle: "CO₂ (ppm)" })
 * ```
 */
export function forecast(
  times: Places,
  truth: ArrayLike<number | null>,
  forecasts: Readonly<Record<string, ArrayLike<number | null> | ForecastSeries>>,
  options: ForecastFigureOptions,
): Figure {
  checkArguments(
    "forecast",
    { times, truth, forecasts, options },
    {
      times: PLACES,
      truth: HEIGHTS,
      forecasts: byName(
        "forecasts by their names",
        either(HEIGHTS, fields({ values: HEIGHTS, low: optional(HEIGHTS), high: optional(HEIGHTS) })),
      ),
      options: optionsOf({
        yTitle: STRING,
        xTitle: optional(STRING),
        title: optional(STRING),
        testFrom: optional(PLACE),
      }),
    },
  );
  const { yTitle, xTitle = "date", title = "", testFrom } = options;
  const series = Object.entries(forecasts).map(([name, given]) => ({
    name,
    ...(isSeries(given) ? given : { values: given }),
  }));
  checkSeries("forecast", times, { truth });
  for (const { name, values, low, high } of series) {
    if ((low === undefined) !== (high === undefined))
      throw new RangeError(
        `forecast: "${name}" has ${low ? "low, but no high" : "high, but no low"}; give both or none.`,
      );
    checkSeries("forecast", times, {
      [name]: values,
      ...(low && high ? { [`${name}, low`]: low, [`${name}, high`]: high } : {}),
    });
  }
  const x = plotlyValues(times);
  const layout = baseLayout(title, { width: 800, height: 400 });
  const curve = { type: "scatter", mode: "lines", x } as const;
  return displayable({
    data: [
      { ...curve, name: "measured", y: roundSeries(truth), line: { color: TEXT, width: 1.5 } },
      ...series.flatMap(({ name, values, low, high }, number): Data[] => [
        ...(low && high ? interval(x, low, high, number, name) : []),
        {
          ...curve,
          name: literalName(name),
          y: roundSeries(values),
          line: { color: colour(number), dash: dash(number), width: 2 },
        },
      ]),
    ],
    layout: {
      ...layout,
      margin: { ...layout.margin, t: title === "" ? 32 : 64, b: 88 },
      ...legendBelow(),
      hovermode: "x unified",
      hoverlabel: { bgcolor: "rgba(255, 255, 255, 0.9)", font: { color: "#333333" } },
      xaxis: { ...axis(xTitle), type: kindOf(times) },
      yaxis: axis(yTitle),
      ...(testFrom === undefined
        ? {}
        : border(plotlyValues([testFrom] as Places, kindOf(times))[0] as string | number)),
    },
  });
}

function isSeries(given: ArrayLike<number | null> | ForecastSeries): given is ForecastSeries {
  return "values" in given && typeof given.values !== "function";
}

/** The area between two bounds. A gap would close it wrongly, so only times with both bounds are part of it. */
function interval(
  x: ReturnType<typeof plotlyValues>,
  low: ArrayLike<number | null>,
  high: ArrayLike<number | null>,
  number: number,
  name: string,
): Data[] {
  const known = x.flatMap((_, i) =>
    Number.isFinite(low[i] ?? Number.NaN) && Number.isFinite(high[i] ?? Number.NaN) ? [i] : [],
  );
  const back = known.toReversed();
  const bounds = { low: roundSeries(low), high: roundSeries(high) };
  return [
    {
      type: "scatter",
      mode: "lines",
      name: `${literalName(name)}, interval`,
      x: [...known, ...back].map((i) => x[i] as string | number),
      y: [...known.map((i) => bounds.high[i] as number), ...back.map((i) => bounds.low[i] as number)],
      fill: "toself",
      fillcolor: paleColour(number, 0.25),
      line: { width: 0 },
      hoverinfo: "skip",
    },
  ];
}

function border(x: string | number): Partial<Layout> {
  const at = { xref: "x", yref: "paper" } as const;
  return {
    shapes: [{ type: "line", ...at, x0: x, x1: x, y0: 0, y1: 1, line: { color: LINE, width: 2, dash: "dash" } }],
    annotations: [{ ...at, x, y: 1, text: "test →", xanchor: "left", yanchor: "bottom", showarrow: false }],
  };
}
