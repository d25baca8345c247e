// Bars: a few numbers side by side, each under its name.
import {
  byName,
  checkArguments,
  either,
  FLAG,
  list,
  NUMERIC,
  optional,
  optionsOf,
  STRING,
  STRINGS,
} from "../../arguments";
import { colour } from "../../colours";
import { numberTexts, roundSeries } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalName } from "../figure/literal-text";
import { axis, baseLayout, legendBelow, logarithmic } from "../figure/theme";
import { checkSeries, plotlyValues } from "../figure/x-values";

/** What {@link bars} can be asked for. */
export interface BarsOptions {
  /** What the bars measure, with its unit in brackets. */
  yTitle: string;
  /** What stands under the bars. Default: nothing, the names speak for themselves. */
  xTitle?: string;
  /** The name under each group of bars, where each series holds several values. Default: none. */
  x?: readonly string[];
  /** Over the figure. Default: nothing. */
  title?: string;
  /** A logarithmic axis, for what differs by factors. Default false. */
  logY?: boolean;
}

/** Up to so many bars have their number written over them. */
const NUMBERED = 16;

/**
 * A bar for each name; or, for lists of values, a group of bars for each place.
 *
 * @param values `{ name: value }`; or `{ series: [value, …] }` with `x`, a name for each group.
 * @throws RangeError when there is nothing to draw, or a series has not one value for each group.
 *
 * @example
 * ```ts
 * bars({ "one layer": 0.92, "two layers": 0.97 }, { yTitle: "accuracy" })
 * ```
 */
export function bars(values: Record<string, number> | Record<string, ArrayLike<number>>, options: BarsOptions): Figure {
  checkArguments(
    "bars",
    { values, options },
    {
      values: byName("heights by their names", either(NUMERIC, list("heights", NUMERIC))),
      options: optionsOf({
        yTitle: STRING,
        xTitle: optional(STRING),
        x: optional(STRINGS),
        title: optional(STRING),
        logY: optional(FLAG),
      }),
    },
  );
  const { yTitle, xTitle = "", title = "", logY = false } = options;
  const [groups, series] = groupsAndSeries(values, options.x);
  checkSeries("bars", groups, series);
  const entries = Object.entries(series);
  const several = entries.length > 1;
  const layout = baseLayout(title, { width: 680, height: 380 });
  const numbered = entries.length * groups.length <= NUMBERED;
  return displayable({
    data: entries.map(([name, heights], number) => ({
      type: "bar",
      x: plotlyValues(groups, "category"),
      y: roundSeries(heights),
      name: literalName(name),
      marker: { color: colour(number), pattern: { shape: PATTERNS[number % PATTERNS.length] } },
      ...(numbered ? { text: numberTexts(heights), textposition: "outside" } : {}),
      cliponaxis: false,
    })),
    layout: {
      ...layout,
      margin: { ...layout.margin, t: title === "" ? 24 : 56, b: several ? 88 : 56 },
      ...legendBelow(several),
      xaxis: { ...axis(xTitle, { grid: false }), type: "category" },
      yaxis: {
        ...axis(yTitle, { grid: !numbered }),
        ...(logY ? logarithmic(Object.values(series).flatMap((heights) => Array.from(heights))) : {}),
      },
    },
  });
}

/** Bars of one group differ without their colour too. */
const PATTERNS = ["", "/", "x", "."] as const;

function groupsAndSeries(
  values: Record<string, number> | Record<string, ArrayLike<number>>,
  x: readonly string[] | undefined,
): [groups: readonly string[], series: Record<string, ArrayLike<number>>] {
  const entries = Object.entries(values as Record<string, number | ArrayLike<number>>);
  const single = entries.filter((entry): entry is [string, number] => typeof entry[1] === "number");
  if (single.length === 0) return [x ?? [], Object.fromEntries(entries) as Record<string, ArrayLike<number>>];
  if (single.length < entries.length)
    throw new RangeError(
      `bars: ${single.length} of ${entries.length} values are single numbers and the others lists; give all of one kind.`,
    );
  return [single.map(([name]) => name), { "": single.map(([, value]) => value) }];
}
