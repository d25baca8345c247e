// The straight line of a neuron with two inputs: w₁ x₁ + w₂ x₂ + b = 0, class 1 on the side to which w points.

import type { Data } from "plotly.js-dist";
import { byName, checkArguments, DATASET, either, fields, NUMBER, NUMBERS, STRING, settings } from "../../arguments";
import { paleColour, TEXT } from "../../colours";
import type { Dataset } from "../../data/dataset";
import { at } from "../../indexing";
import { withMoments } from "../figure/animation";
import { roundToDigits } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { type PlaneOptions, planeAxes, pointsOf } from "../figure/plane";
import { baseLayout, legendBelow } from "../figure/theme";

const NEURON = fields({ weights: NUMBERS, bias: NUMBER });

/** A neuron of two inputs; every perceptron with `inputs: 2` is one. */
export interface BoundaryLine {
  /** Two of them, `w₁` and `w₂`. */
  readonly weights: ArrayLike<number>;
  /** `b`. */
  readonly bias: number;
}

type Point = [x: number, y: number];
type Rectangle = { x: Point; y: Point };

/**
 * A neuron's line through the points that it is to part; the side of class 1 is coloured.
 *
 * @param neuron weights and bias; or several, by the name of their moment, for a slider. A perceptron changes while it
 * learns, so keep copies: `{ weights: [...perceptron.weights], bias: perceptron.bias }`.
 * @param dataset points of inputs `[2]` with the class 0 or 1.
 * @throws RangeError when there is no neuron, it has not two weights, or the data are no points of a plane.
 *
 * @example
 * ```ts
 * const or = xor().subset([0, 1, 2]) // without the corner (1, 1)
 * boundaryLine({ weights: [1, 1], bias: -0.5 }, or)
 * ```
 */
export function boundaryLine(
  neuron: BoundaryLine | Readonly<Record<string, BoundaryLine>>,
  dataset: Dataset,
  options: PlaneOptions = {},
): Figure {
  checkArguments(
    "boundaryLine",
    { neuron, dataset, options },
    {
      neuron: either(NEURON, byName("neurons by their names", NEURON)),
      dataset: DATASET,
      options: settings({ title: STRING, xTitle: STRING, yTitle: STRING }),
    },
  );
  const moments = isLine(neuron) ? [["", neuron] as const] : Object.entries(neuron);
  const last = moments.at(-1)?.[1];
  if (!last) throw new RangeError("boundaryLine was given 0 neurons; give at least one, with its weights and bias.");
  for (const [label, { weights }] of moments)
    if (weights.length !== 2)
      throw new RangeError(
        `boundaryLine: the neuron ${label} has ${weights.length} weights; it needs 2, one for each axis of the plane.`,
      );
  const points = pointsOf("boundaryLine", dataset);
  const around = surroundings(points as { x: number[]; y: number[] }[]);
  const layout = baseLayout(options.title ?? "The line of a neuron", { width: 560, height: 540 });
  const side = { type: "scatter", mode: "lines", hoverinfo: "skip" } as const;
  const figure: Figure = {
    data: [
      { ...side, name: "side of class 1", fill: "toself", fillcolor: paleColour(1, 0.2), line: { width: 0 } },
      { ...side, name: "w₁ x₁ + w₂ x₂ + b = 0", line: { color: TEXT, width: 2.5 } },
      ...points,
    ],
    layout: {
      ...layout,
      margin: { ...layout.margin, b: 96 },
      ...legendBelow(),
      ...planeAxes(around.x, around.y, options),
    },
  };
  const drawn = moments.map(([label, line]) => ({ label, data: halfPlane(line, around) }));
  return displayable(withMoments(figure, [0, 1], drawn));
}

function isLine(neuron: BoundaryLine | Readonly<Record<string, BoundaryLine>>): neuron is BoundaryLine {
  return typeof (neuron as BoundaryLine).bias === "number";
}

/** The part of a rectangle where w·x + b is above 0, and the line where it is 0. */
function halfPlane({ weights, bias }: BoundaryLine, { x, y }: Rectangle): Data[] {
  const score = ([first, second]: Point) => at(weights, 0) * first + at(weights, 1) * second + bias;
  const corners: Point[] = [
    [x[0], y[0]],
    [x[1], y[0]],
    [x[1], y[1]],
    [x[0], y[1]],
  ];
  const inside: Point[] = [];
  const crossings: Point[] = [];
  for (const [number, from] of corners.entries()) {
    const to = at(corners, (number + 1) % 4);
    const [here, there] = [score(from), score(to)];
    if (here > 0) inside.push(from);
    if (here > 0 !== there > 0) {
      const share = here / (here - there);
      const crossing: Point = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
      inside.push(crossing);
      crossings.push(crossing);
    }
  }
  return [drawn(inside), drawn(crossings)];
}

function drawn(points: readonly Point[]): Data {
  // Where there is no line, a point nowhere: Plotly leaves out a trace without any, and its entry in the legend.
  if (points.length === 0) return { x: [null], y: [null] } as Data;
  return { x: points.map(([x]) => roundToDigits(x)), y: points.map(([, y]) => roundToDigits(y)) } as Data;
}

/** The points with a margin of a quarter around them. */
function surroundings(groups: readonly { x: number[]; y: number[] }[]): Rectangle {
  const rangeWithMargin = (values: number[]): Point => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const margin = 0.25 * (high - low || 1);
    return [low - margin, high + margin];
  };
  return { x: rangeWithMargin(groups.flatMap(({ x }) => x)), y: rangeWithMargin(groups.flatMap(({ y }) => y)) };
}
