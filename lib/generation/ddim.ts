// Out of noise, without chance: the steps of denoising diffusion implicit models.
import {
  checkArguments,
  checkWholeNumber,
  FUNCTION,
  fields,
  kind,
  NUMERIC,
  optional,
  optionsOf,
  TENSOR,
  valueText,
} from "../arguments";
import { at } from "../indexing";
import { tf } from "../tfjs/tf";
import type { NoiseSchedule } from "./noise-schedule";

/** What one step of {@link ddim} has come to. */
export interface DdimStep {
  /** The time of the schedule that it has reached. */
  readonly time: number;
  /** What it has made of the noise so far. It is freed after the call: `clone` it to keep it. */
  readonly noisy: tf.Tensor;
  /** What the model holds the outcome to be at this moment. It is freed after the call, too. */
  readonly clean: tf.Tensor;
}

/** What {@link ddim} is asked for. */
export interface DdimOptions {
  /** The schedule that the model learned with. */
  readonly schedule: NoiseSchedule;
  /** How many steps, evenly spread over the times. Default 20. */
  readonly steps?: number;
  /** The time to begin at. Default: the schedule's last, where all is noise. */
  readonly from?: number;
  /** The time to end at. Default 0, where there is no noise. A later time than `from` goes the other way: it makes noise of pictures. */
  readonly to?: number;
  /** Called after each step. Default: nothing. */
  readonly onStep?: (step: DdimStep) => void;
}

/**
 * Takes noise away, or puts it in, by DDIM's deterministic steps. With ϕ = arccos √ᾱ the model says the velocity v = cos ϕ·ε − sin ϕ·x of a
 * picture x with noise ε; then x = cos ϕ·z − sin ϕ·v and ε = sin ϕ·z + cos ϕ·v, and the next z is mixed of these two anew.
 *
 * @param start what to begin with: at the last time, normally distributed noise. It stays the caller's.
 * @param velocity what a model says at a time: a tensor like the one it is given. It runs inside `tf.tidy`.
 * @returns what is left after the last step, which the caller disposes
 * @throws RangeError for times that the schedule does not have, or more steps than lie between them.
 * @see Song, Meng and Ermon 2021, "Denoising diffusion implicit models", section 4.1; Salimans and Ho 2022, "Progressive distillation for
 * fast sampling of diffusion models", section 4 and appendix D, on the velocity
 *
 * @example
 * ```ts
 * const schedule = noiseSchedule()
 * // All pictures are the same one, 0.5: then the velocity is known without a model.
 * const velocity = (z: tf.Tensor, t: number) => {
 *   const level = schedule.alphaBars[t]!
 *   const noise = z.sub(0.5 * Math.sqrt(level)).div(Math.sqrt(1 - level))
 *   return noise.mul(Math.sqrt(level)).sub(0.5 * Math.sqrt(1 - level))
 * }
 * ddim(tf.tensor([-1.7, 0.3]), velocity, { schedule }).dataSync() // => [0.50, 0.50]
 * ```
 */
export function ddim(
  start: tf.Tensor,
  velocity: (noisy: tf.Tensor, time: number) => tf.Tensor,
  options: DdimOptions,
): tf.Tensor {
  checkArguments("ddim", { start, velocity, options }, { start: TENSOR, velocity: FUNCTION, options: OPTIONS });
  const { schedule, steps = 20, from = schedule.steps, to = 0, onStep } = options;
  checkStart(start);
  const times = timesOf(schedule, steps, from, to);
  let noisy = start.clone();
  try {
    for (let step = 1; step <= steps; step++) {
      const [time, next] = [at(times, step - 1), at(times, step)];
      const [clean, mixed] = tf.tidy(() => stepOf(noisy, velocity, time, angle(schedule, time), angle(schedule, next)));
      noisy.dispose();
      noisy = mixed;
      try {
        onStep?.({ time: next, noisy, clean });
      } finally {
        clean.dispose();
      }
    }
  } catch (error) {
    noisy.dispose();
    throw error;
  }
  return noisy;
}

const SCHEDULE = fields({
  steps: NUMERIC,
  alphaBars: kind("the alphaBars of a noise schedule", (value) => value instanceof Float32Array),
});
const OPTIONS = optionsOf({
  schedule: SCHEDULE,
  ...{ steps: optional(NUMERIC), from: optional(NUMERIC), to: optional(NUMERIC), onStep: optional(FUNCTION) },
});

function checkStart(start: tf.Tensor): void {
  const wrong = start.dtype === "bool" ? undefined : start.dataSync().findIndex((value) => !Number.isFinite(value));
  if (start.size > 0 && wrong === -1) return;
  throw new RangeError(
    `ddim: start is ${valueText(start)}${wrong === undefined || wrong < 0 ? "" : `, its value ${wrong} is no finite number`}; it is a tensor of ` +
      "finite numbers, at least one of them: tf.randomNormal([count, code]).",
  );
}

function timesOf(schedule: NoiseSchedule, steps: number, from: number, to: number): number[] {
  const last = schedule.alphaBars.length - 1;
  if (schedule.steps !== last)
    throw new RangeError(
      `ddim: the schedule's steps is ${schedule.steps}, its alphaBars has ${last + 1} levels; a schedule has one level more than steps. Make one ` +
        "by noiseSchedule(…).",
    );
  for (const [name, time] of Object.entries({ from, to }))
    checkWholeNumber(
      `ddim: ${name}`,
      time,
      { least: 0, most: last },
      `They are times of the schedule, of ${last} steps.`,
    );
  const most = Math.abs(from - to);
  if (most === 0) throw new RangeError(`ddim: from and to are both ${from}; give two different times.`);
  checkWholeNumber("ddim: steps", steps, { most }, `So many times lie from ${from} to ${to}.`);
  return Array.from({ length: steps + 1 }, (_, step) => Math.round(from + (step / steps) * (to - from)));
}

/** ϕ: 0 where all is signal, a right angle where all is noise. */
function angle({ alphaBars }: NoiseSchedule, time: number): number {
  return Math.acos(Math.sqrt(at(alphaBars, time)));
}

function stepOf(
  noisy: tf.Tensor,
  velocity: (noisy: tf.Tensor, time: number) => tf.Tensor,
  time: number,
  now: number,
  next: number,
): [clean: tf.Tensor, mixed: tf.Tensor] {
  const said: unknown = velocity(noisy, time);
  if (!(said instanceof tf.Tensor) || said.shape.join() !== noisy.shape.join())
    throw new RangeError(
      `ddim: at time ${time} velocity, ${valueText(velocity)}, returned ${valueText(said)}; it returns a tensor of the shape that it is given, [${noisy.shape.join(", ")}].`,
    );
  const clean = noisy.mul(Math.cos(now)).sub(said.mul(Math.sin(now)));
  const noise = noisy.mul(Math.sin(now)).add(said.mul(Math.cos(now)));
  return [clean, clean.mul(Math.cos(next)).add(noise.mul(Math.sin(next)))];
}
