// How values are spread, a histogram for each layer over one common axis: what grows, shrinks or dies from layer to layer.

import type { Annotation, Data, Layout } from "plotly.js-dist";
import {
  atMost,
  byName,
  checkArguments,
  checkWholeNumber,
  either,
  FLAG,
  fields,
  list,
  NUMERIC,
  STRING,
  settings,
  valueText,
} from "../../arguments";
import { colour } from "../../colours";
import { at } from "../../indexing";
import { roundToDigits } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { literalText } from "../figure/literal-text";
import { axis, baseLayout } from "../figure/theme";

/** What {@link histograms} can be asked for. */
export interface HistogramsOptions {
  /** Over the figure. Default: nothing. */
  title?: string;
  /** What the values are, with their unit in brackets. Default `value`. */
  xTitle?: string;
  /** How many bins the common axis is parted into. Default 60. */
  bins?: number;
  /** Whether the bins hold sizes without sign over a logarithmic axis, for what differs by factors. Default false. */
  magnitudes?: boolean;
}

/** Some values under a name, as `layerActivations` and `layerGradients` give them. */
export interface NamedValues {
  /** What stands over the row. */
  readonly layer: string;
  /** In any order. */
  readonly values: ArrayLike<number>;
}

const MOST_ROWS = 16;
const ROW_PIXELS = 84;

/**
 * A row for each layer, with its mean and standard deviation. Each row has its own height: compare where the values lie, not
 * how many there are.
 *
 * @param layers what `layerActivations` or `layerGradients` returned, or `{ name: values }`.
 * @throws RangeError for none or more than 16 rows, or rows without a value to draw.
 *
 * @example
 * ```ts
 * const random = new Random(1)
 * histograms({ normal: Array.from({ length: 1000 }, () => random.normal()) })
 * ```
 */
export function histograms(
  layers: readonly NamedValues[] | Readonly<Record<string, ArrayLike<number>>>,
  options: HistogramsOptions = {},
): Figure {
  checkArguments(
    "histograms",
    { layers, options },
    {
      layers: either(
        list("layers", fields({ layer: STRING, values: list("values", NUMERIC) })),
        byName("values by their names", list("values", NUMERIC)),
      ),
      options: settings({ title: STRING, xTitle: STRING, bins: atMost(100_000), magnitudes: FLAG }),
    },
  );
  const { title = "", xTitle = "value", bins = 60, magnitudes = false } = options;
  const rows: readonly NamedValues[] = isRowList(layers)
    ? layers
    : Object.entries(layers).map(([layer, values]) => ({ layer, values }));
  if (rows.length < 1 || rows.length > MOST_ROWS)
    throw new RangeError(
      `histograms draws 1 to ${MOST_ROWS} rows; ${rows.length} were given. Choose: values.filter(({ layer }) => …).`,
    );
  checkWholeNumber("histograms: bins", bins, { least: 2 });
  const drawn = rows.map(({ values }) => places(values, magnitudes));
  const [low, high] = extent(drawn);
  if (!(low <= high))
    throw new RangeError(
      `histograms: none of the rows (${rows.map(({ layer, values }) => `${layer}: ${valueText(values)}`).join("; ")}) has a ${magnitudes ? "finite value other than 0" : "finite value"}.`,
    );
  const width = (high - low || 1) / bins;
  const edge = (bin: number): number => (magnitudes ? 10 ** (low + bin * width) : low + bin * width);
  const bars = Array.from({ length: bins }, (_, bin): [from: number, to: number] => [edge(bin), edge(bin + 1)]);
  const layout = baseLayout(title, { width: 720, height: ROW_PIXELS * rows.length + (title === "" ? 72 : 104) });
  const axes: Partial<Layout> = {};
  const share = 1 / rows.length;
  const annotations: Partial<Annotation>[] = [];
  const data = rows.map(({ layer, values }, number): Data => {
    const suffix = number === 0 ? "" : String(number + 1);
    const top = 1 - number * share;
    Object.assign(axes, {
      [`yaxis${suffix}`]: {
        domain: [Math.max(0, top - 0.72 * share), top - 0.24 * share],
        ...{ showticklabels: false, showgrid: false, zeroline: false, rangemode: "tozero" },
      },
    });
    annotations.push({
      text: `<b>${literalText(layer)}</b>  ${statistics(values)}`,
      ...{ xref: "paper", x: 0, xanchor: "left", yref: "paper", y: top - 0.24 * share, yanchor: "bottom" },
      showarrow: false,
    });
    const counts = countInBins(at(drawn, number), low, width, bins);
    return {
      type: "bar",
      name: literalText(layer),
      x: bars.map(([from, to]) => roundToDigits((from + to) / 2)),
      y: counts,
      width: bars.map(([from, to]) => roundToDigits(to - from)),
      yaxis: `y${suffix}` as "y",
      marker: { color: colour(0) },
      hovertemplate: `${literalText(layer)}<br>around %{x:.3g}: %{y} values<extra></extra>`,
    };
  });
  return displayable({
    data,
    layout: {
      ...layout,
      ...axes,
      margin: { l: 24, r: 24, t: title === "" ? 16 : 48, b: 56 },
      bargap: 0,
      showlegend: false,
      annotations,
      xaxis: {
        ...axis(magnitudes ? `|${xTitle}|` : xTitle),
        ...(magnitudes
          ? { type: "log", exponentformat: "power", dtick: Math.max(1, Math.ceil((high - low) / 8)) }
          : {}),
        anchor: `y${rows.length === 1 ? "" : rows.length}` as "y",
      },
    },
  });
}

function isRowList(
  layers: readonly NamedValues[] | Readonly<Record<string, ArrayLike<number>>>,
): layers is readonly NamedValues[] {
  return Array.isArray(layers);
}

/** Where values stand on the axis: they themselves, or the logarithm of their size. */
function places(values: ArrayLike<number>, magnitudes: boolean): number[] {
  const all = magnitudes ? Array.from(values, (value) => Math.log10(Math.abs(value))) : Array.from(values);
  return all.filter(Number.isFinite);
}

function extent(rows: readonly (readonly number[])[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of rows) for (const value of row) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}

function countInBins(values: readonly number[], low: number, width: number, bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor((value - low) / width));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

/** Three digits, of what is tiny with its power of ten. */
function numberText(value: number): string {
  const tiny = value !== 0 && Math.abs(value) < 1e-3;
  return (tiny ? value.toExponential(2) : String(roundToDigits(value, 3))).replaceAll("-", "−");
}

/** Mean, deviation, and what one has to know beside them. */
function statistics(values: ArrayLike<number>): string {
  let [sum, squares, zeros, finite] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    finite++;
    sum += value;
    squares += value * value;
    if (value === 0) zeros++;
  }
  const mean = sum / finite;
  const deviation = Math.sqrt(Math.max(0, squares / finite - mean * mean));
  return [
    finite > 0 && `mean ${numberText(mean)}, deviation ${numberText(deviation)}`,
    zeros > 0 && `${((100 * zeros) / values.length).toFixed(0)} % zeros`,
    finite < values.length && `${values.length - finite} not finite`,
  ]
    .filter(Boolean)
    .join(", ");
}
