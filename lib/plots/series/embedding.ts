// Points of many dimensions in two: which lie near which.

import type { Data } from "plotly.js-dist";
import { checkArguments, either, FLAG, fields, list, NUMBER, NUMBERS, STRING, settings } from "../../arguments";
import { colour } from "../../colours";
import { at } from "../../indexing";
import type { PrincipalComponents } from "../../inspection/principal-components";
import { roundToDigits } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalName, literalText } from "../figure/literal-text";
import { axis, baseLayout, legendBelow, marker } from "../figure/theme";

/** What {@link embedding} can be asked for. */
export interface EmbeddingOptions {
  /** Over the figure. Default "Embedding in two dimensions". */
  title?: string;
  /** The group of each point, which colours it. Default: its label, where labels repeat as classes do; else all are one. */
  groups?: readonly (string | number)[];
  /** Whether each point's label is written beside it. Default: for at most 80 points whose labels are not their groups. */
  written?: boolean;
  /** Default: the first component, with its share of the variance where it is known. */
  xTitle?: string;
  /** Default: the second component, with its share of the variance where it is known. */
  yTitle?: string;
}

/** More labels than these cover each other. */
const MOST_WRITTEN = 80;
const MOST_GROUPS = 42;

/**
 * A scatter of points seen along two directions.
 *
 * @param points what `principalComponents` returned, or points of at least two coordinates, of which the first two are drawn.
 * @param labels a name for each point. Names that repeat (classes) colour the points and stand in the legend; names of their
 * own (words) stand beside them, or on hover where there are many.
 * @throws RangeError when points, labels and groups differ in number, a point has fewer than two coordinates, or there are
 * more than 42 groups.
 *
 * @example
 * ```ts
 * const vectors = [[0, 0, 1], [1, 1, 0], [2, 1, 0]]
 * embedding(principalComponents(vectors), ["sea", "ship", "whale"])
 * ```
 */
export function embedding(
  points: PrincipalComponents | readonly ArrayLike<number>[],
  labels: readonly (string | number)[],
  options: EmbeddingOptions = {},
): Figure {
  checkArguments(
    "embedding",
    { points, labels, options },
    {
      points: either(list("points", NUMBERS), fields({ points: list("points", NUMBERS), shares: NUMBERS })),
      labels: list("labels", either(STRING, NUMBER)),
      options: settings({
        title: STRING,
        groups: list("labels", either(STRING, NUMBER)),
        written: FLAG,
        xTitle: STRING,
        yTitle: STRING,
      }),
    },
  );
  const [rows, shares] = "points" in points ? [points.points, points.shares] : [points, []];
  const repeating = new Set(labels).size <= Math.min(MOST_GROUPS, labels.length / 2);
  const { groups = repeating ? labels : rows.map(() => ""), title = "Embedding in two dimensions" } = options;
  for (const [what, list] of Object.entries({ labels, groups }))
    if (list.length !== rows.length || rows.length === 0)
      throw new RangeError(
        `embedding: there is a list of ${rows.length} points and one of ${list.length} ${what}; give one for each point.`,
      );
  const flat = rows.findIndex((row) => !(row.length >= 2));
  if (flat >= 0)
    throw new RangeError(
      `embedding: point ${flat} is a list of ${rows[flat]?.length} coordinates; it needs 2. Ask principalComponents for 2 components.`,
    );
  const names = [...new Set(groups)];
  if (names.length > MOST_GROUPS)
    throw new RangeError(`embedding: there are ${names.length} groups; at most ${MOST_GROUPS} can be told apart.`);

  const beside = options.written ?? (groups !== labels && rows.length <= MOST_WRITTEN);
  const several = names.length > 1;
  const layout = baseLayout(title, { width: 720, height: several ? 600 : 560 });
  const data = names.map((name, number): Data => {
    const members = rows.flatMap((_, place) => (groups[place] === name ? [place] : []));
    const coordinate = (axis: number) => members.map((place) => roundToDigits(at(at(rows, place), axis)));
    return {
      type: "scatter",
      mode: beside ? "text+markers" : "markers",
      name: literalName(String(name)),
      x: coordinate(0),
      y: coordinate(1),
      text: members.map((place) => literalText(String(labels[place]))),
      ...(beside ? { textposition: "top center" as const } : {}),
      hovertemplate: "%{text}<br>%{x}, %{y}<extra></extra>",
      marker: { color: colour(number), symbol: marker(number), size: rows.length > 500 ? 5 : 8, opacity: 0.8 },
    };
  });
  return displayable({
    data,
    layout: {
      ...layout,
      margin: { ...layout.margin, b: several ? 96 : 56 },
      ...legendBelow(several),
      hovermode: "closest",
      xaxis: axis(options.xTitle ?? componentTitle("first", shares[0])),
      yaxis: { ...axis(options.yTitle ?? componentTitle("second", shares[1])), scaleanchor: "x", constrain: "domain" },
    },
  });
}

function componentTitle(number: string, share: number | undefined): string {
  const of = share === undefined ? "" : ` (${(100 * share).toFixed(0)} % of the variance)`;
  return `${number} component${of}`;
}
