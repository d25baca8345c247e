// Measured values under their names.

/** Values by the name of what was measured: `loss` always, `accuracy` and others as the model was compiled. */
export interface Measures {
  /** What training makes small. */
  loss: number;
  [metric: string]: number;
}

/** A series of values for each thing measured, in the order of time. */
export interface MeasureSeries {
  /** What training makes small. */
  loss: number[];
  [metric: string]: number[];
}

/** Adds one value to each series. */
export function appendMeasures(series: MeasureSeries, measures: Measures): void {
  for (const [name, value] of Object.entries(measures)) series[name]?.push(value);
}

/** Puts names to values that come in the same order. */
export function measuresByName(names: readonly string[], values: readonly number[]): Measures {
  return Object.fromEntries(names.map((name, number) => [name, values[number] ?? Number.NaN])) as Measures;
}
