// Whether a network is as often right as it is sure.
import { atMost, checkArguments, kind, list, settings } from "../arguments";
import { at } from "../indexing";
import { checkCounts } from "../option-checks";

/** How {@link calibration} counts. */
export interface CalibrationOptions {
  /** Into how many intervals of equal width the probabilities from 0 to 1 are cut. Default 10. */
  bins?: number;
}

/** The answers whose probability lies in one interval. */
export interface CalibrationBin {
  /** Where the interval begins; what lies there belongs to the one before, except for 0. */
  readonly from: number;
  /** Where it ends. */
  readonly to: number;
  /** How many answers there are. */
  readonly count: number;
  /** The mean probability of these answers; `NaN` where there are none. */
  readonly confidence: number;
  /** The share of them that is right; `NaN` where there are none. */
  readonly accuracy: number;
}

/** What {@link calibration} finds. */
export interface Calibration {
  /** The intervals, from the least sure answers to the surest. */
  readonly bins: readonly CalibrationBin[];
  /** The mean distance between confidence and accuracy of the intervals, weighed by their counts: the expected calibration error. */
  readonly error: number;
  /** The mean probability of all answers. */
  readonly confidence: number;
  /** The share of all answers that is right. */
  readonly accuracy: number;
}

const PROBABILITIES = list(
  "probabilities, from 0 to 1",
  kind("a probability", (value) => typeof value === "number" && value >= 0 && value <= 1),
);
const VERDICTS = list(
  "truth values",
  kind("true or false", (value) => typeof value === "boolean"),
);

/**
 * Compares how sure answers are with how often they are right: of a hundred answers given with 80 % each, 80 should be right.
 *
 * @param confidences of each answer its probability, from 0 to 1.
 * @param right whether each answer is right.
 * @throws RangeError when there are no answers, or not one verdict for each.
 * @see Guo, Pleiss, Sun and Weinberger 2017, "On calibration of modern neural networks", section 2
 *
 * @example
 * ```ts
 * const { error, accuracy } = calibration([0.9, 0.9, 0.6, 0.6], [true, true, true, false])
 * error // => 0.1
 * accuracy // => 0.75
 * ```
 */
export function calibration(
  confidences: ArrayLike<number>,
  right: ArrayLike<boolean>,
  options: CalibrationOptions = {},
): Calibration {
  checkArguments(
    "calibration",
    { confidences, right, options },
    { confidences: PROBABILITIES, right: VERDICTS, options: settings({ bins: atMost(10_000) }) },
  );
  if (confidences.length === 0 || confidences.length !== right.length)
    throw new RangeError(
      `calibration: confidences has ${confidences.length} probabilities, right ${right.length} verdicts; it needs one verdict for each, ` +
        "and at least one answer.",
    );
  const { bins = 10 } = options;
  checkCounts("calibration", { bins });
  const sums = Array.from({ length: bins }, () => ({ count: 0, sure: 0, right: 0 }));
  for (let i = 0; i < confidences.length; i++) {
    const sure = at(confidences, i);
    const sum = at(sums, Math.max(0, Math.ceil(sure * bins) - 1));
    sum.count++;
    sum.sure += sure;
    sum.right += Number(at(right, i));
  }
  const answers = confidences.length;
  const total = (of: (sum: (typeof sums)[number]) => number) => sums.reduce((all, sum) => all + of(sum), 0) / answers;
  return {
    bins: sums.map(({ count, sure, right }, i) => ({
      from: i / bins,
      to: (i + 1) / bins,
      count,
      confidence: sure / count,
      accuracy: right / count,
    })),
    error: total(({ sure, right }) => Math.abs(sure - right)),
    confidence: total(({ sure }) => sure),
    accuracy: total(({ right }) => right),
  };
}
