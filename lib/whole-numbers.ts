// Whole numbers, which say how many, how long or how often: one test and one wording for all of them.

/** What a whole number may be. */
interface WholeNumberLimits {
  /** Default 1. */
  readonly least?: number;
  /** Default: none. */
  readonly most?: number;
}

/** Whether a value is a whole number within the limits. */
export function isWholeNumber(value: unknown, limits: WholeNumberLimits = {}): value is number {
  const { least = 1, most = Number.POSITIVE_INFINITY } = limits;
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}

/** What is expected, as messages have it: `"a whole number of at least 1"`, `"a whole number from 1 to 10,000"`. */
export function wholeNumberText({ least = 1, most = Number.POSITIVE_INFINITY }: WholeNumberLimits = {}): string {
  const [first, last] = [least, most].map((limit) => limit.toLocaleString("en-GB"));
  return Number.isFinite(most) ? `a whole number from ${first} to ${last}` : `a whole number of at least ${first}`;
}

/**
 * @param what is checked, as messages have it: `"curve: steps"`.
 * @param remedy a sentence after the limits: what is usual, or where they come from.
 * @throws RangeError unless it is a whole number within the limits.
 */
export function checkWholeNumber(what: string, value: number, limits: WholeNumberLimits = {}, remedy = ""): void {
  if (isWholeNumber(value, limits)) return;
  throw new RangeError(`${what} is ${value}; it is ${wholeNumberText(limits)}.${remedy === "" ? "" : ` ${remedy}`}`);
}
