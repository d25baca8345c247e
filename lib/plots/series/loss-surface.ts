// A loss over a plane of weights, as a map with contours or as a surface in space; and the paths of optimizers over it.

import type { ColorScale, Data, UpdateMenu } from "plotly.js-dist";
import {
  both,
  byName,
  checkArguments,
  FLAG,
  fields,
  kind,
  list,
  NUMBERS,
  NUMERIC,
  STRING,
  settings,
} from "../../arguments";
import { colour, TEXT } from "../../colours";
import type { LossPlane } from "../../inspection/loss-plane";
import { type Moment, withMoments } from "../figure/animation";
import { roundSeries, roundToDigits } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalText, literalTextInSpace } from "../figure/literal-text";
import { firstAndLast } from "../figure/plane";
import { axis, baseLayout, buttonRow, dash, LINE, legendBelow, marker } from "../figure/theme";

/** Weights after each step of a training, the start first. */
export type WeightPath = readonly (readonly [a: number, b: number])[];

/** What {@link lossSurface} can be asked for. */
export interface LossSurfaceOptions {
  /** Over the figure. Default "Loss surface". */
  title?: string;
  /** The first direction. Default `weight a`. */
  xTitle?: string;
  /** The second direction. Default `weight b`. */
  yTitle?: string;
  /** Paths by the name of their optimizer, with a slider over the steps. Default: none. */
  paths?: Readonly<Record<string, WeightPath>>;
  /** Whether the height is the logarithm of the loss. Default: where the loss is above 0 and spans more than a factor of 100. */
  logLoss?: boolean;
}

/**
 * Quiet enough for paths to stand out. Plotly lays each level over all lower ones, so that one thin grey adds up from low, pale,
 * to high: it reads the same on a light and a dark page.
 */
const LEVEL = "rgba(128, 128, 128, 0.016)";
const HEIGHTS: ColorScale = [
  [0, LEVEL],
  [1, LEVEL],
];
const MOST_MOMENTS = 30;
const MOST_PATH_POINTS = 120;
/** Of a path. */
const POINT = both(
  list("two numbers, the weights a and b", NUMERIC),
  kind("a list of two numbers, the weights a and b", (value) => Object(value).length === 2),
);

/**
 * A loss over two directions. Buttons switch between the map and the surface.
 *
 * @param plane what `lossOverPlane` or `lossAroundWeights` returned.
 * @throws RangeError when the loss is nowhere a finite number, a path is empty, or a logarithm is asked for of a loss that is
 * not above 0.
 *
 * @example
 * ```ts
 * const plane = lossOverPlane((a, b) => a ** 2 + 10 * b ** 2, { x: [-1, 1], y: [-1, 1] })
 * lossSurface(plane, { paths: { "by hand": [[-1, 1], [-0.5, 0], [0, 0]] } })
 * ```
 */
export function lossSurface(plane: LossPlane, options: LossSurfaceOptions = {}): Figure {
  checkArguments(
    "lossSurface",
    { plane, options },
    {
      plane: fields({ x: NUMBERS, y: NUMBERS, loss: list("rows", list("losses", NUMERIC)) }),
      options: settings({
        title: STRING,
        xTitle: STRING,
        yTitle: STRING,
        paths: byName("paths by their names", list("points", POINT)),
        logLoss: FLAG,
      }),
    },
  );
  const { title = "Loss surface", xTitle = "weight a", yTitle = "weight b", paths = {} } = options;
  const uneven = plane.loss.findIndex((row) => row.length !== plane.x.length);
  if (plane.loss.length !== plane.y.length || uneven >= 0)
    throw new RangeError(
      `lossSurface: loss has ${plane.loss.length} rows for ${plane.y.length} places of y` +
        `${uneven < 0 ? "" : `, and row ${uneven} is a list of ${plane.loss[uneven]?.length} numbers for ${plane.x.length} places of x`}; ` +
        "it needs a row for each place of y, with a number for each of x.",
    );
  const finite = plane.loss.flat().filter(Number.isFinite);
  const [low, high] = [
    finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
  if (!(low <= high))
    throw new RangeError(`lossSurface: none of the ${plane.loss.flat().length} losses is a finite number.`);
  const logLoss = options.logLoss ?? (low > 0 && high / low > 100);
  if (logLoss && low <= 0)
    throw new RangeError(
      `lossSurface: the lowest loss is ${low}; a logarithm needs losses above 0, so that logLoss cannot be true. Leave it false.`,
    );
  for (const [name, path] of Object.entries(paths))
    if (path.length === 0)
      throw new RangeError(`lossSurface: the path "${name}" has 0 points; it needs at least its start.`);

  const height = (loss: number): number => (logLoss ? Math.log10(loss) : loss);
  const z = plane.loss.map((row) => roundSeries(row.map(height)));
  const zTitle = logLoss ? "log₁₀ loss" : "loss";
  const grid = { x: plane.x.map((place) => roundToDigits(place)), y: plane.y.map((place) => roundToDigits(place)), z };
  const hover = { customdata: plane.loss.map((row) => roundSeries(row)) };
  const hovertemplate = `${literalText(xTitle)} %{x}<br>${literalText(yTitle)} %{y}<br>loss %{customdata}<extra></extra>`;
  const drawn = Object.entries(paths).map(([name, path]) => pathPoints(name, path, plane, z));
  const data: Data[] = [
    {
      type: "contour",
      ...grid,
      ...hover,
      hovertemplate,
      colorscale: HEIGHTS,
      ncontours: 24,
      line: { width: 1, color: "rgba(128, 128, 128, 0.6)" },
      contours: { showlabels: true, labelfont: { color: TEXT, size: 11 } },
      showscale: false, // the lines say it themselves
    },
    {
      type: "surface",
      ...grid,
      ...hover,
      hovertemplate,
      colorscale: "Viridis",
      visible: false,
      opacity: 0.85, // a path on the far side shines through
      colorbar: { title: { text: zTitle }, outlinewidth: 0, len: 0.9 },
      contours: { z: { show: true, color: LINE } },
    },
    ...drawn.map(flatPath),
    ...drawn.map(pathInSpace),
  ];
  const layout = baseLayout(title, { width: 760, height: 540 });
  const spaceAxis = (text: string) => ({
    title: { text: literalTextInSpace(text) },
    gridcolor: LINE,
    color: TEXT,
    showbackground: false,
  });
  const figure: Figure = {
    data,
    layout: {
      ...layout,
      margin: { ...layout.margin, t: 88, b: drawn.length > 0 ? 88 : 56 },
      ...legendBelow(drawn.length > 0),
      annotations: [
        {
          text: `lines of equal ${zTitle}`,
          ...{ xref: "paper", x: 1, xanchor: "right", yref: "paper", y: 1, yanchor: "bottom" },
          showarrow: false,
        },
      ],
      xaxis: { ...axis(xTitle, { grid: false }), range: firstAndLast(plane.x) },
      yaxis: { ...axis(yTitle, { grid: false }), range: firstAndLast(plane.y) },
      scene: {
        xaxis: spaceAxis(xTitle),
        yaxis: spaceAxis(yTitle),
        zaxis: spaceAxis(zTitle),
        aspectmode: "manual",
        aspectratio: { x: 1.2, y: 1.2, z: 0.7 },
        camera: { eye: { x: 1.15, y: -1.3, z: 1.15 }, center: { x: 0, y: 0, z: -0.18 } }, // all axis titles are seen
      },
    },
  };
  const moving = [...drawn, ...drawn].map((_, number) => number + 2);
  const moved = withMoments(figure, moving, moments(drawn), "step ");
  moved.layout.updatemenus = [...(moved.layout.updatemenus ?? []), viewButtons(drawn.length)];
  return displayable(moved);
}

/** A path in the forms in which it is drawn: the weights after so many steps, and how high the loss is there. */
interface DrawnPath {
  readonly name: string;
  readonly points: readonly PathPoint[];
}

/** `null` where the path is outside of the plane. */
interface PathPoint {
  readonly step: number;
  readonly a: number | null;
  readonly b: number | null;
  readonly height: number | null;
}

/** So many points of a path, the last one among them, with a gap where it is outside: it would stretch the axes. */
function pathPoints(
  name: string,
  path: WeightPath,
  plane: LossPlane,
  z: readonly (readonly (number | null)[])[],
): DrawnPath {
  const every = Math.ceil(path.length / MOST_PATH_POINTS);
  const [[left, right], [bottom, top]] = [firstAndLast(plane.x), firstAndLast(plane.y)];
  const points = path.flatMap(([a, b], step): PathPoint[] => {
    if (step % every !== 0 && step !== path.length - 1) return [];
    if (!(a >= left && a <= right && b >= bottom && b <= top)) return [{ step, a: null, b: null, height: null }];
    return [{ step, a: roundToDigits(a), b: roundToDigits(b), height: heightAt(a, b, plane, z) }];
  });
  return { name, points };
}

/** The height of the drawn surface between four points of its grid, so that a path lies on it. */
function heightAt(
  a: number,
  b: number,
  { x, y }: LossPlane,
  z: readonly (readonly (number | null)[])[],
): number | null {
  const [column, right] = cellOf(a, x);
  const [row, up] = cellOf(b, y);
  const valueAt = (r: number, c: number): number => z[r]?.[c] ?? Number.NaN;
  const lower = (1 - right) * valueAt(row, column) + right * valueAt(row, column + 1);
  const upper = (1 - right) * valueAt(row + 1, column) + right * valueAt(row + 1, column + 1);
  const height = (1 - up) * lower + up * upper;
  return Number.isFinite(height) ? roundToDigits(height) : null;
}

/** The number of the grid's cell that a place lies in, and how far in it is, from 0 to 1. */
function cellOf(place: number, places: readonly number[]): [cell: number, share: number] {
  const [from, to] = firstAndLast(places);
  const position = ((place - from) / (to - from)) * (places.length - 1);
  const cell = Math.min(places.length - 2, Math.floor(position));
  return [cell, position - cell];
}

function flatPath({ name, points }: DrawnPath, number: number): Data {
  return {
    type: "scatter",
    mode: "lines+markers",
    name: literalText(name),
    x: points.map(({ a }) => a),
    y: points.map(({ b }) => b),
    line: { color: colour(number), width: 2.5, dash: dash(number) },
    marker: { color: colour(number), symbol: marker(number), size: 6 },
  };
}

function pathInSpace({ name, points }: DrawnPath, number: number): Data {
  return {
    type: "scatter3d",
    mode: "lines+markers",
    name: literalText(name),
    visible: false,
    x: points.map(({ a }) => a),
    y: points.map(({ b }) => b),
    z: points.map(({ height }) => height),
    line: { color: colour(number), width: 6 },
    marker: { color: colour(number), size: 3 },
  };
}

/** All paths as far as they are after some step, on the map and in space. */
function moments(paths: readonly DrawnPath[]): Moment[] {
  const steps = Math.max(0, ...paths.map(({ points }) => points.at(-1)?.step ?? 0));
  const count = Math.min(MOST_MOMENTS, steps);
  const ends = Array.from({ length: count + 1 }, (_, moment) => Math.round((moment * steps) / Math.max(1, count)));
  return [...new Set(ends)].map((end) => {
    const now = paths.map(({ points }) => points.filter(({ step }) => step <= end));
    const flat = now.map((points) => ({ x: points.map(({ a }) => a), y: points.map(({ b }) => b) }) as Data);
    const inSpace = now.map((points, path) => ({ ...flat[path], z: points.map(({ height }) => height) }) as Data);
    return { label: String(end), data: [...flat, ...inSpace] };
  });
}

/** Map or surface: which of the traces, and the axes of which. */
function viewButtons(paths: number): UpdateMenu {
  const view = (map: boolean): unknown[] => [
    { visible: [map, !map, ...Array.from({ length: 2 * paths }, (_, number) => number < paths === map)] },
    { "xaxis.visible": map, "yaxis.visible": map, "annotations[0].visible": map },
  ];
  return buttonRow({
    direction: "right",
    y: 1,
    yanchor: "bottom",
    pad: { b: 6 },
    buttons: [
      { label: "map", method: "update", args: view(true) },
      { label: "surface", method: "update", args: view(false) },
    ],
  });
}
