// Lines or points over a common axis: the figure for whatever has no figure of its own.
import { byName, checkArguments, choice, FLAG, optional, optionsOf, STRING } from "../../arguments";
import { colour } from "../../colours";
import { roundSeries } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalName } from "../figure/literal-text";
import { axis, baseLayout, dash, legendBelow, logarithmic, marker } from "../figure/theme";
import { checkSeries, HEIGHTS, kindOf, PLACES, type Places, plotlyValues } from "../figure/x-values";

/** What {@link lines} can be asked for. */
export interface LinesOptions {
  /** What stands on the horizontal axis, with its unit in brackets. */
  xTitle: string;
  /** What the values are, with their unit in brackets. */
  yTitle: string;
  /** Where the values stand: numbers, names or dates. Default: 1, 2, 3, … */
  x?: Places;
  /** Over the figure. Default: nothing. */
  title?: string;
  /** What is drawn. Default: lines, with points where a line has at most 30. */
  draw?: "lines" | "points" | "both";
  /** A logarithmic horizontal axis. Default false. */
  logX?: boolean;
  /** A logarithmic vertical axis, for what changes by factors. Default false. */
  logY?: boolean;
}

/** A line of so few values shows each of them. */
const FEW = 30;

/**
 * Lines (or points) over a common axis.
 *
 * @param series values by the name of their line, one for each place; `null`, or no finite number, leaves a gap.
 * @throws RangeError when there is no series, or one has not as many values as there are places; when a logarithmic axis has
 * nothing above 0 to show.
 *
 * @example
 * ```ts
 * lines({ loss: [2.3, 0.8, 0.4] }, { xTitle: "epoch", yTitle: "loss" })
 * ```
 */
export function lines(series: Record<string, ArrayLike<number | null>>, options: LinesOptions): Figure {
  checkArguments(
    "lines",
    { series, options },
    {
      series: byName("series by their names", HEIGHTS),
      options: optionsOf({
        xTitle: STRING,
        yTitle: STRING,
        x: optional(PLACES),
        title: optional(STRING),
        draw: optional(choice("lines", "points", "both")),
        logX: optional(FLAG),
        logY: optional(FLAG),
      }),
    },
  );
  const { xTitle, yTitle, title = "", logX = false, logY = false } = options;
  const entries = Object.entries(series);
  const x = options.x ?? Array.from({ length: entries[0]?.[1].length ?? 0 }, (_, i) => i + 1);
  checkSeries("lines", x, series);
  const all = entries.flatMap(([, values]) => Array.from(values));
  const places = Array.from<unknown, number>(x, Number);
  if (logY) checkAboveZero("yTitle", yTitle, all);
  if (logX) checkAboveZero("xTitle", xTitle, places);
  const draw = options.draw ?? (x.length <= FEW ? "both" : "lines");
  const several = entries.length > 1;
  const layout = baseLayout(title, { width: 680, height: 380 });
  return displayable({
    data: entries.map(([name, values], number) => ({
      type: "scatter",
      x: plotlyValues(x),
      y: roundSeries(values),
      mode: draw === "both" ? "lines+markers" : draw === "points" ? "markers" : "lines",
      name: literalName(name),
      ...(draw === "points" ? {} : { line: { color: colour(number), dash: dash(number) } }),
      marker: { color: colour(number), symbol: marker(number) },
    })),
    layout: {
      ...layout,
      margin: { ...layout.margin, t: title === "" ? 24 : 56, b: several ? 88 : 56 },
      ...legendBelow(several),
      xaxis: { ...axis(xTitle), type: kindOf(x), ...(logX ? logarithmic(places) : {}) },
      yaxis: { ...axis(yTitle), ...(logY ? logarithmic(all) : {}) },
    },
  });
}

function checkAboveZero(option: string, title: string, values: readonly (number | null)[]): void {
  if (values.some((value) => value !== null && value > 0)) return;
  throw new RangeError(
    `lines: a logarithmic axis shows values above 0; none of the ${values.length} of the axis "${title}" (${option}) is. Leave the axis linear.`,
  );
}
