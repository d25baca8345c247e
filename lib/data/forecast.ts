// From a table of measurements over time to windows for forecasting: some rows that are known, and the ones after them.

import {
  checkArguments,
  checkWholeNumber,
  FLAG,
  type Kind,
  kind,
  list,
  NUMERIC,
  optional,
  optionsOf,
  STRING,
  STRINGS,
  valueText,
} from "../arguments";
import { type Column, Dataset } from "./dataset";

/** What is needed of a DataFrame. */
export interface TimeTable {
  /** Their names. */
  readonly columns: readonly string[];
  /** Row by row, from the earliest to the latest. */
  readonly values: unknown;
}

/** What {@link forecastWindows} can be asked for. */
export interface ForecastOptions {
  /** The columns that a model sees. */
  inputs: readonly string[];
  /** The columns that it forecasts. Default: the inputs. */
  targets?: readonly string[];
  /** The rows that it sees. */
  length: number;
  /** The rows after them that it forecasts. Default 1. */
  horizon?: number;
  /** How many rows one window begins after the other. Default 1. */
  stride?: number;
  /** Which part of the rows, the latest, is kept for the test. Default 0.2. */
  testShare?: number;
  /** Which part, before that, is kept for validation. Default 0: none. */
  validationShare?: number;
  /** Whether columns are brought to mean 0 and deviation 1, as measured on the training rows. Default true. */
  standardize?: boolean;
  /** Names the data in messages. Default `series`. */
  name?: string;
}

/** A column's mean and standard deviation over the training rows. */
export interface ColumnScale {
  /** In the column's own unit. */
  readonly mean: number;
  /** The standard deviation, in the column's own unit. */
  readonly deviation: number;
}

/** Windows of a series, parted in time: what is tested lies after what was learned from. */
export interface ForecastWindows {
  /** The earliest windows. */
  readonly train: Dataset;
  /** Those that follow, where a share of the rows was kept for them. */
  readonly validation: Dataset | undefined;
  /** The latest windows. */
  readonly test: Dataset;
  /** The row of the first target of each part; the next window's is `stride` rows later. */
  readonly firstRow: Readonly<Record<"train" | "validation" | "test", number>>;
  /** How each column was scaled: mean 0 and deviation 1 for all when nothing was. */
  readonly scales: Readonly<Record<string, ColumnScale>>;
  /** A model's output for a column in the column's own unit. */
  unscaled(column: string, value: number): number;
}

/** A DataFrame, or the like. */
const TABLE: Kind = (value, name) => {
  const { columns, values } = Object(value) as Partial<TimeTable>;
  return (
    kind("a table with columns and values, such as a DataFrame", (table) => "columns" in Object(table))(value, name) ??
    STRINGS(columns, `${name}.columns`) ??
    list(
      "rows, each a list of cells",
      list("cells", () => undefined),
    )(values, `${name}.values`)
  );
};

/**
 * Cuts a DataFrame into windows for forecasting. Every target of the test (and of the validation) lies after all training
 * rows; its inputs may reach back into them, as they do when one forecasts in earnest.
 *
 * @param frame a danfojs DataFrame, or anything else with `columns` and `values`, in order of time.
 * @returns inputs `[length, inputs]` and targets `[horizon, targets]` (`[horizon]` for a single target), float32; windows
 * share the values.
 * @throws RangeError for a column that does not exist, a value that is no finite number, or too few rows for a window.
 *
 * @example
 * ```ts
 * const co2 = await loadCo2()
 * const { train, test } = forecastWindows(co2, { inputs: ["CO2"], length: 24, horizon: 12 })
 * train.inputs[0]?.shape // => [24, 1]
 * ```
 */
export function forecastWindows(frame: TimeTable, options: ForecastOptions): ForecastWindows {
  checkArguments(
    "forecastWindows",
    { frame, options },
    {
      frame: TABLE,
      options: optionsOf({
        inputs: STRINGS,
        targets: optional(STRINGS),
        length: NUMERIC,
        horizon: optional(NUMERIC),
        stride: optional(NUMERIC),
        testShare: optional(NUMERIC),
        validationShare: optional(NUMERIC),
        standardize: optional(FLAG),
        name: optional(STRING),
      }),
    },
  );
  const { inputs, targets = inputs, length, horizon = 1, stride = 1, standardize = true, name = "series" } = options;
  const { testShare = 0.2, validationShare = 0 } = options;
  for (const [what, count] of Object.entries({
    length,
    horizon,
    stride,
    inputs: inputs.length,
    targets: targets.length,
  }))
    checkWholeNumber(`forecastWindows: ${what}`, count);
  if (!(testShare > 0 && validationShare >= 0 && testShare + validationShare < 1))
    throw new RangeError(
      `testShare is ${testShare} and validationShare ${validationShare}; the first is above 0, and together they are below 1.`,
    );
  const rows = frame.values as readonly (readonly unknown[])[];
  const [testRows, validationRows] = [Math.round(testShare * rows.length), Math.round(validationShare * rows.length)];
  const testStart = rows.length - testRows;
  const validationStart = testStart - validationRows;

  const scales: Record<string, ColumnScale> = {};
  const series = new Map<string, Float64Array>();
  for (const column of new Set([...inputs, ...targets])) {
    const values = columnValues(frame, column, name);
    const scale = standardize ? scaleOf(values.subarray(0, validationStart)) : { mean: 0, deviation: 1 };
    scales[column] = scale;
    series.set(
      column,
      values.map((value) => (value - scale.mean) / scale.deviation),
    );
  }
  const inputValues = sideBySide(inputs, series, rows.length);
  const targetValues = sideBySide(targets, series, rows.length);

  /** The windows whose targets lie in the rows from `first` to `end`. */
  const part = (what: string, first: number, end: number): Dataset => {
    if (end - first < horizon || first < length)
      throw new RangeError(
        `The ${what} part of ${name} has ${Math.max(0, end - first)} of ${rows.length} rows to forecast, with ${first} before ` +
          `them; it needs at least ${horizon} (horizon), with ${length} (length) before them. Give more rows, a smaller ` +
          "length or horizon, or other shares.",
      );
    const column = (values: Float32Array, shape: readonly number[], width: number): Column => {
      return { values, shape, stride: stride * width, dtype: "float32" };
    };
    const [width, outputs] = [inputs.length, targets.length];
    return new Dataset({
      name: `${name}, ${what}`,
      inputs: [column(inputValues.subarray((first - length) * width, (end - horizon) * width), [length, width], width)],
      targets: [
        column(
          targetValues.subarray(first * outputs, end * outputs),
          outputs === 1 ? [horizon] : [horizon, outputs],
          outputs,
        ),
      ],
    });
  };
  return {
    train: part("training", length, validationStart),
    validation: validationRows > 0 ? part("validation", validationStart, testStart) : undefined,
    test: part("test", testStart, rows.length),
    firstRow: { train: length, validation: validationStart, test: testStart },
    scales,
    unscaled(column, value) {
      const scale = scales[column];
      if (!scale)
        throw new RangeError(`${name} has no scale for "${column}", only for ${Object.keys(scales).join(", ")}.`);
      return value * scale.deviation + scale.mean;
    },
  };
}

function columnValues(frame: TimeTable, column: string, name: string): Float64Array {
  const place = frame.columns.indexOf(column);
  if (place < 0)
    throw new RangeError(
      `${name} has no column "${column}"; it has ${frame.columns.map(valueText).join(", ") || "none"}. Name one that it has.`,
    );
  const rows = frame.values as readonly (readonly unknown[])[];
  return Float64Array.from(rows, (cells, row) => {
    const value = cells[place];
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new RangeError(
      `Row ${row} of ${name}, ${valueText(cells)}, has ${valueText(value)} in the column "${column}"; a network learns from finite ` +
        "numbers only. Remove such rows, or fill them in (danfojs: dropNa, fillNa).",
    );
  });
}

/** Columns as one array, row by row. */
function sideBySide(columns: readonly string[], series: ReadonlyMap<string, Float64Array>, rows: number): Float32Array {
  const values = new Float32Array(rows * columns.length);
  for (const [place, column] of columns.entries())
    for (const [row, value] of (series.get(column) as Float64Array).entries())
      values[row * columns.length + place] = value;
  return values;
}

/** A column that never changes is only moved, not divided by 0. */
function scaleOf(values: Float64Array): ColumnScale {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}
