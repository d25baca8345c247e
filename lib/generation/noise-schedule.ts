// How a diffusion model's pictures drown in noise, step by step.
import { checkArguments, checkWholeNumber, choice, NUMERIC, settings } from "../arguments";

/** How much is left of a signal after each step of noise. */
export interface NoiseSchedule {
  /** The number of steps, T. */
  readonly steps: number;
  /**
   * ᾱ(t) for t from 0 to T, 1 at first and nearly 0 at last: after t steps the signal x is √ᾱ·x + √(1 − ᾱ)·ε, where ε is noise of
   * variance 1.
   */
  readonly alphaBars: Float32Array;
}

/** What {@link noiseSchedule} can be asked for. */
export interface NoiseScheduleOptions {
  /** How many steps. Default 1000. */
  steps?: number;
  /**
   * `"cosine"`: ᾱ follows a squared cosine (Nichol and Dhariwal 2021); `"linear"`: the variance added by a step rises from 0.0001 to 0.02 (Ho,
   * Jain and Abbeel 2020), both times 1000 / steps. Default `"cosine"`.
   */
  kind?: "cosine" | "linear";
}

/** Keeps the cosine's first steps from being too small. */
const OFFSET = 0.008;
/** No step adds more. */
const MOST_ADDED = 0.999;
/** Of the 1,000 steps that the linear schedule was made for. */
const LINEAR = { steps: 1000, first: 1e-4, last: 0.02 };

/**
 * A noise schedule. Step t adds noise of variance β(t) and shrinks the signal by √(1 − β(t)); ᾱ is the product of all 1 − β so far.
 *
 * @throws RangeError for fewer than 2 steps, or so few that a linear schedule would add more than 0.999 in one.
 * @see Nichol and Dhariwal 2021, "Improved denoising diffusion probabilistic models", section 3.2; Ho et al. 2020, "Denoising
 * diffusion probabilistic models", sections 2 and 4
 *
 * @example
 * ```ts
 * const { alphaBars } = noiseSchedule({ steps: 4 })
 * alphaBars // => [1, 0.85, 0.49, 0.14, 0.00]
 * ```
 */
export function noiseSchedule(options: NoiseScheduleOptions = {}): NoiseSchedule {
  checkArguments(
    "noiseSchedule",
    { options },
    { options: settings({ steps: NUMERIC, kind: choice("cosine", "linear") }) },
  );
  const { steps = LINEAR.steps, kind = "cosine" } = options;
  checkWholeNumber("noiseSchedule: steps", steps, { least: 2, most: 100_000 }, "1000 is usual.");
  const added = kind === "cosine" ? cosine(steps) : linear(steps);
  const alphaBars = new Float32Array(steps + 1);
  let left = 1;
  alphaBars[0] = left;
  for (let t = 1; t <= steps; t++) {
    left *= 1 - added(t);
    alphaBars[t] = left;
  }
  return { steps, alphaBars };
}

function cosine(steps: number): (t: number) => number {
  const level = (t: number): number => Math.cos(((t / steps + OFFSET) / (1 + OFFSET)) * (Math.PI / 2)) ** 2;
  return (t) => Math.min(MOST_ADDED, 1 - level(t) / level(t - 1));
}

function linear(steps: number): (t: number) => number {
  const scale = LINEAR.steps / steps;
  const { first, last } = LINEAR;
  if (last * scale > MOST_ADDED)
    throw new RangeError(
      `noiseSchedule: a linear schedule of ${steps} steps would add noise of variance ${last * scale} in its last; at most ` +
        `${MOST_ADDED} can be. Take at least ${Math.ceil((last * LINEAR.steps) / MOST_ADDED)} steps, or kind: "cosine".`,
    );
  return (t) => scale * (first + ((t - 1) / (steps - 1)) * (last - first));
}
