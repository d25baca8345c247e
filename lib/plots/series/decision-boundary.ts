// Where in the plane a classifier decides for which class, with the data on top; and how that moves while it learns.

import type { ColorScale, Data } from "plotly.js-dist";
import {
  byName,
  checkArguments,
  countFrom,
  DATASET,
  either,
  fields,
  kind,
  NUMBERS,
  optional,
  STRING,
  settings,
} from "../../arguments";
import { paleColour, TEXT } from "../../colours";
import type { Dataset } from "../../data/dataset";
import { at } from "../../indexing";
import type { DecisionRegions } from "../../inspection/decision-regions";
import { withMoments } from "../figure/animation";
import { roundToDigits } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { className, firstAndLast, type PlaneOptions, planeAxes, pointsOf } from "../figure/plane";
import { baseLayout, legendBelow } from "../figure/theme";

const REGIONS = fields({
  x: NUMBERS,
  y: NUMBERS,
  classes: countFrom(1, 1000),
  probabilities: kind("a Float32Array", (value) => value instanceof Float32Array),
});

/** From the one class through an undecided grey to the other. */
const BETWEEN_TWO: ColorScale = [
  [0, paleColour(0, 0.6)],
  [0.5, "rgba(128, 128, 128, 0.08)"],
  [1, paleColour(1, 0.6)],
];

/**
 * The regions of a classifier of two inputs. Of two classes the colour says how sure it is, and a line marks where it is
 * undecided; of more, the colour says which is the most probable one.
 *
 * @param regions what `decisionRegions` returned; or several, by the name of their moment, for a slider:
 * `{ "epoch 1": regions, "epoch 2": regions }`.
 * @param dataset the points, of inputs `[2]` and class labels. Default: none are drawn.
 * @throws RangeError when there are no regions, they differ in their grids, or the data are no points of a plane.
 *
 * @example
 * ```ts
 * const nearTheMiddle = (x: number, y: number) => Math.exp(-4 * (x ** 2 + y ** 2))
 * decisionBoundary(decisionRegions(nearTheMiddle, { x: [-1, 1], y: [-1, 1] }))
 * ```
 */
export function decisionBoundary(
  regions: DecisionRegions | Readonly<Record<string, DecisionRegions>>,
  dataset?: Dataset,
  options: PlaneOptions = {},
): Figure {
  checkArguments(
    "decisionBoundary",
    { regions, dataset, options },
    {
      regions: either(REGIONS, byName("regions by their names", REGIONS)),
      dataset: optional(DATASET),
      options: settings({ title: STRING, xTitle: STRING, yTitle: STRING }),
    },
  );
  const moments = isRegions(regions) ? [["", regions] as const] : Object.entries(regions);
  const last = moments.at(-1)?.[1];
  if (!last)
    throw new RangeError("decisionBoundary was given 0 regions; give what decisionRegions returns, at least one.");
  for (const [label, { x, y, classes, probabilities }] of moments) {
    if (probabilities.length !== x.length * y.length * classes)
      throw new RangeError(
        `decisionBoundary: "${label}" has ${probabilities.length} probabilities; ${x.length} × ${y.length} points of ${classes} ` +
          `classes have ${x.length * y.length * classes}. Give what decisionRegions returns.`,
      );
    if (x.length !== last.x.length || y.length !== last.y.length || classes !== last.classes)
      throw new RangeError(
        `decisionBoundary: "${label}" has ${x.length} × ${y.length} points and ${classes} classes, the last one ` +
          `${last.x.length} × ${last.y.length} and ${last.classes}. Ask for all with the same options.`,
      );
  }
  const area = last.classes === 2 ? betweenTwo(last, dataset) : amongMany(last, dataset);
  const layout = baseLayout(options.title ?? "Decision boundary", { width: 620, height: 540 });
  const figure: Figure = {
    data: [...area, ...(dataset ? pointsOf("decisionBoundary", dataset) : [])],
    layout: {
      ...layout,
      margin: { ...layout.margin, b: 88 },
      ...legendBelow(dataset !== undefined),
      ...planeAxes(firstAndLast(last.x), firstAndLast(last.y), options),
    },
  };
  const changing = area.map((_, number) => number);
  return displayable(
    withMoments(
      figure,
      changing,
      moments.map(([label, moment]) => ({ label, data: changing.map(() => ({ z: levels(moment) }) as Data) })),
    ),
  );
}

function isRegions(regions: DecisionRegions | Readonly<Record<string, DecisionRegions>>): regions is DecisionRegions {
  return (regions as DecisionRegions).probabilities instanceof Float32Array;
}

/** Row by row: of two classes the probability of the second, of more the number of the most probable one. */
function levels({ x, y, classes, probabilities }: DecisionRegions): number[][] {
  return y.map((_, row) =>
    x.map((_, column) => {
      const start = (row * x.length + column) * classes;
      const here = probabilities.subarray(start, start + classes);
      return classes === 2 ? roundToDigits(at(here, 1), 3) : here.indexOf(Math.max(...here));
    }),
  );
}

function betweenTwo(regions: DecisionRegions, dataset: Dataset | undefined): Data[] {
  const grid = { type: "contour", x: regions.x.map(place), y: regions.y.map(place), z: levels(regions) } as const;
  return [
    {
      ...grid,
      zmin: 0,
      zmax: 1,
      colorscale: BETWEEN_TWO,
      contours: { coloring: "heatmap" },
      line: { width: 0 },
      colorbar: {
        title: { text: `probability of ${className(dataset, 1)}`, side: "right" },
        tickformat: ".0%",
        outlinewidth: 0,
        len: 0.9,
      },
      hovertemplate: `%{x}, %{y}<br>probability of ${className(dataset, 1)}: %{z:.1%}<extra></extra>`,
    },
    {
      ...grid,
      autocontour: false,
      contours: { coloring: "none", start: 0.5, end: 0.5, size: 1 },
      line: { color: TEXT, width: 2.5 },
      showlegend: false,
      hoverinfo: "skip",
    },
  ];
}

function amongMany(regions: DecisionRegions, dataset: Dataset | undefined): Data[] {
  const { classes } = regions;
  const steps = Array.from({ length: classes }, (_, label): [number, string][] => [
    [label / classes, paleColour(label, 0.35)],
    [(label + 1) / classes, paleColour(label, 0.35)],
  ]);
  const names = Array.from({ length: classes }, (_, label) => className(dataset, label));
  return [
    {
      type: "heatmap",
      x: regions.x.map(place),
      y: regions.y.map(place),
      z: levels(regions),
      zmin: -0.5,
      zmax: classes - 0.5,
      colorscale: steps.flat() as ColorScale,
      showscale: dataset === undefined,
      ...(dataset === undefined
        ? { colorbar: { tickvals: names.map((_, label) => label), ticktext: names, outlinewidth: 0 } }
        : {}),
      hovertemplate: "%{x}, %{y}<br>class number %{z}<extra></extra>",
    },
  ];
}

function place(value: number): number {
  return roundToDigits(value);
}
