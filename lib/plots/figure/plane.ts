// Points of a plane with their classes, and the axes that they stand on.

import type { Data, LayoutAxis } from "plotly.js-dist";
import { colour } from "../../colours";
import type { Dataset } from "../../data/dataset";
import { at, lastOf } from "../../indexing";
import { roundToDigits } from "./digits";
import { literalName } from "./literal-text";
import { axis, marker } from "./theme";

/** How the axes of a plane are called. */
export interface PlaneOptions {
  /** Over the figure. Default: nothing. */
  title?: string;
  /** The first input, with its unit in brackets. Default `x₁`. */
  xTitle?: string;
  /** The second input, with its unit in brackets. Default `x₂`. */
  yTitle?: string;
}

/** More points than these hide each other; then so many are drawn, evenly taken. */
const MOST_POINTS = 2000;
/** Axes whose extents differ by more than this have scales of their own. */
const SAME_SCALE = 4;

/** A trace for each class of a data set whose inputs are points of a plane. */
export function pointsOf(caller: string, dataset: Dataset): Data[] {
  const shape = dataset.inputs[0]?.shape ?? [];
  if (shape.join() !== "2")
    throw new RangeError(
      `${caller}: the examples of ${dataset.name} have the shape [${shape.join(", ")}]; points of a plane have [2].`,
    );
  const labels = dataset.labels();
  const classes = Math.max(2, dataset.classNames?.length ?? 0, ...labels.map((label) => label + 1));
  const every = Math.ceil(dataset.size / MOST_POINTS);
  const points = Array.from({ length: classes }, () => ({ x: [] as number[], y: [] as number[] }));
  for (let position = 0; position < dataset.size; position += every) {
    const [x, y] = dataset.example(position).values;
    points[at(labels, position)]?.x.push(roundToDigits(x as number));
    points[at(labels, position)]?.y.push(roundToDigits(y as number));
  }
  return points.map(({ x, y }, label) => ({
    type: "scatter",
    mode: "markers",
    name: className(dataset, label),
    x,
    y,
    marker: {
      color: colour(label),
      symbol: marker(label),
      size: dataset.size > 500 ? 5 : 8,
      line: { color: "white", width: 1 },
    },
  }));
}

/** The name of a class, or its number, as figures take it. */
export function className(dataset: Dataset | undefined, label: number): string {
  return literalName(dataset?.classNames?.[label] ?? `class ${label}`);
}

/** The axes of a plane: both with one scale, unless that would make a sliver of it. */
export function planeAxes(
  x: readonly [number, number],
  y: readonly [number, number],
  { xTitle = "x₁", yTitle = "x₂" }: PlaneOptions,
): { xaxis: Partial<LayoutAxis>; yaxis: Partial<LayoutAxis> } {
  const [width, height] = [x[1] - x[0], y[1] - y[0]];
  const oneScale = Math.max(width / height, height / width) <= SAME_SCALE;
  return {
    xaxis: { ...axis(xTitle, { grid: false }), range: [...x], constrain: "domain" },
    yaxis: {
      ...axis(yTitle, { grid: false }),
      range: [...y],
      ...(oneScale ? { scaleanchor: "x", constrain: "domain" } : {}),
    },
  };
}

/** Where values in rising order begin and end. */
export function firstAndLast(values: readonly number[]): [first: number, last: number] {
  return [at(values, 0), lastOf(values)];
}
