// Numbers on their way into a figure. Every figure is stored in its notebook, so no digit goes in that nobody can see.

/** Five digits are more than an eye sees in a figure. */
export function rounded(value: number, digits = 5): number {
  return Number(value.toPrecision(digits));
}

/** A series as a figure draws it: rounded, with a gap where a value is missing or no finite number. */
export function roundedSeries(values: ArrayLike<number | null>, digits?: number): (number | null)[] {
  return Array.from(values, (value) => (value === null || !Number.isFinite(value) ? null : rounded(value, digits)));
}
