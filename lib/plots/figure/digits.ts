// Numbers on their way into a figure or a table. Every figure is stored in its notebook, so no digit goes in that nobody can see,
// and none is left out that tells two values apart.

/** Of a double, digits after these are rounding errors of whatever computed it. */
const MOST_DIGITS = 15;

/** Five digits are more than an eye sees in a figure; what stands before the point is always whole. */
export function roundToDigits(value: number, digits = 5): number {
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
  return Number(value.toPrecision(Math.min(MOST_DIGITS, Math.max(digits, whole))));
}

/**
 * A series as a figure draws it: rounded to so many digits of what the values differ by, with a gap where a value is missing or
 * no finite number.
 */
export function roundSeries(values: ArrayLike<number | null>, digits = 5): (number | null)[] {
  const finite = Array.from(values).filter((value): value is number => value !== null && Number.isFinite(value));
  const [low, high] = finite.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  const spread = high > low ? high - low : Number.POSITIVE_INFINITY;
  return Array.from(values, (value) => {
    if (value === null || !Number.isFinite(value)) return null;
    const more = Math.max(0, Math.ceil(Math.log10(Math.abs(value) / spread)));
    return roundToDigits(value, value === 0 ? digits : Math.min(MOST_DIGITS, digits + more));
  });
}

/** So many digits, from `digits` to `most`, that no two values look alike that differ. */
export function digitsToTellApart(values: readonly number[], digits: number, most: number = MOST_DIGITS): number {
  const kinds = (count: number): number => new Set(values.map((value) => roundToDigits(value, count))).size;
  const all = kinds(most);
  while (digits < most && kinds(digits) < all) digits++;
  return digits;
}

/** Numbers to be written beside each other in a figure: whole ones whole, others with three digits or as many as part them. */
export function numberTexts(values: ArrayLike<number>): string[] {
  const digits = digitsToTellApart(Array.from(values).filter(Number.isFinite), 3, 6);
  return Array.from(values, (value) =>
    roundToDigits(value, digits).toLocaleString("en", { maximumSignificantDigits: MOST_DIGITS }),
  );
}
