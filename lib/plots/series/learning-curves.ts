// How a training went: loss and metrics over the epochs, on the data learned from and on the data held back.

import type { Data, LayoutAxis } from "plotly.js-dist";
import { both, byName, checkArguments, countFrom, fields, list, NUMERIC, optional } from "../../arguments";
import { colour } from "../../colours";
import type { History } from "../../training/history";
import { roundSeries, roundToDigits } from "../figure/digits";
import { displayable } from "../figure/displayable";
import type { Figure } from "../figure/figure";
import { axis, baseLayout } from "../figure/theme";

const SERIES = both(
  fields({ loss: list("values", NUMERIC) }),
  byName("series by their names", list("values", NUMERIC)),
);
const COUNT = countFrom(1, Number.MAX_SAFE_INTEGER);
const MEASURED = fields({
  batchSize: COUNT,
  stepsPerEpoch: COUNT,
  epochs: SERIES,
  validation: optional(SERIES),
  steps: SERIES,
});

/** Points of the curve of single steps; of more steps, neighbours are averaged. */
const STEP_POINTS = 200;

/** Of more epochs, markers would cover the line. */
const MOST_MARKED = 50;

/**
 * Loss and metrics of a training, one plot for each.
 *
 * A training value is a mean over an epoch, while the weights changed; it stands at the epoch's middle. A validation value
 * is measured after the epoch and stands at its end. The pale line follows the single steps, averaged.
 *
 * @param history what `fit` returned.
 * @throws RangeError when the training was interrupted before its first step.
 *
 * @example
 * ```ts
 * const history = await fit(buildMlp({ preset: "tiny" }), spirals(), { epochs: 20 })
 * learningCurves(history)
 * ```
 */
export function learningCurves(history: History): Figure {
  checkArguments("learningCurves", { history }, { history: MEASURED });
  if (history.steps.loss.length === 0)
    throw new RangeError("The history holds 0 steps, so there is no curve to draw; train for at least one step.");
  const names = Object.keys(history.steps);
  const data: Data[] = [];
  const layout = baseLayout("Learning curves", { width: Math.max(560, 410 * names.length), height: 380 });
  layout.grid = { rows: 1, columns: names.length, pattern: "independent", xgap: 0.2 };
  layout.legend = { orientation: "h", y: -0.3 };

  for (const [number, name] of names.entries()) {
    const suffix = number === 0 ? "" : String(number + 1);
    const axes = { xaxis: `x${suffix}`, yaxis: `y${suffix}` } as { xaxis: "x"; yaxis: "y" };
    const curve = { type: "scatter", ...axes, showlegend: number === 0 } as const;
    const training = history.epochs[name] ?? [];
    const validation = history.validation?.[name];
    const steps = averageNeighbours(history.steps[name] ?? [], history.stepsPerEpoch);

    data.push({
      ...curve,
      ...steps,
      mode: "lines",
      name: "training, steps",
      opacity: 0.6,
      line: { color: colour(5), width: 1.5 },
    });
    if (training.length > 0)
      data.push({
        ...curve,
        x: training.map((_, epoch) => epoch + 0.5),
        y: roundSeries(training),
        mode: training.length > MOST_MARKED ? "lines" : "lines+markers",
        name: "training, epochs",
        line: { color: colour(0) },
        marker: { symbol: "circle" },
      });
    if (validation?.length)
      data.push({
        ...curve,
        x: validation.map((_, epoch) => epoch + 1),
        y: roundSeries(validation),
        mode: training.length > MOST_MARKED ? "lines" : "lines+markers",
        name: "validation",
        line: { color: colour(1), dash: "dash" },
        marker: { symbol: "diamond" },
      });
    Object.assign(layout, {
      [`xaxis${suffix}`]: { ...axis("epochs"), rangemode: "tozero" },
      [`yaxis${suffix}`]: { ...axis(name), ...scale(name, history) },
    });
  }
  return displayable({ data, layout });
}

/**
 * How high the axis reaches. A loss falls by factors, so its axis is logarithmic where it can be; another measure's axis
 * spans the epochs' values, and the pale line may come from outside: what matters happens late.
 */
function scale(name: string, { epochs, validation, steps }: History): Partial<LayoutAxis> {
  const values = [...(epochs[name] ?? []), ...(validation?.[name] ?? [])];
  if (name.endsWith("loss"))
    return [...values, ...(steps[name] ?? [])].every((loss) => loss > 0) ? { type: "log" } : {};
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.1 * (high - low);
  return values.length > 2 && margin > 0 ? { range: [roundToDigits(low - margin), roundToDigits(high + margin)] } : {};
}

/** The values of single steps over time in epochs, neighbours averaged so that at most `STEP_POINTS` are left. */
function averageNeighbours(values: readonly number[], stepsPerEpoch: number): { x: number[]; y: number[] } {
  const group = Math.ceil(values.length / STEP_POINTS);
  const x: number[] = [];
  const y: number[] = [];
  for (let start = 0; start < values.length; start += group) {
    const part = values.slice(start, start + group);
    x.push(roundToDigits((start + part.length / 2) / stepsPerEpoch));
    y.push(roundToDigits(part.reduce((sum, value) => sum + value, 0) / part.length));
  }
  return { x, y };
}
