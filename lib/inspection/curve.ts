// A function of one number and its slope, as a row of points.

import { atMost, checkArguments, checkWholeNumber, FUNCTION, NUMERIC, settings, TENSOR } from "../arguments";
import { takingGradients } from "../tfjs/replacements";
import { tf } from "../tfjs/tf";

/** A function's values and derivatives at evenly spaced places. */
export interface Curve {
  /** The places, ascending. */
  readonly x: readonly number[];
  /** The function's values there. */
  readonly y: readonly number[];
  /** dy/dx, as the automatic differentiation of TensorFlow.js gives it. */
  readonly derivative: readonly number[];
}

/** What {@link curve} can be asked for. */
export interface CurveOptions {
  /** Where it begins. Default −5. */
  from?: number;
  /** Where it ends. Default 5. */
  to?: number;
  /** How many points. Default 201. */
  steps?: number;
}

/**
 * Samples an activation function (or any function that works on each number by itself) and differentiates it.
 *
 * @param f from a tensor to one of the same shape: `tf.relu`, `(x) => x.mul(tf.sigmoid(x))`.
 * @returns plain numbers: there is nothing to dispose.
 * @throws RangeError when the range or the number of points cannot be, or `f` gives another shape.
 *
 * @example
 * ```ts
 * const { y, derivative } = curve(tf.sigmoid, { from: -2, to: 2, steps: 3 })
 * y // => [0.12, 0.50, 0.88]
 * derivative // => [0.10, 0.25, 0.10]
 * ```
 */
export function curve(f: (x: tf.Tensor) => tf.Tensor, options: CurveOptions = {}): Curve {
  checkArguments(
    "curve",
    { f, options },
    { f: FUNCTION, options: settings({ from: NUMERIC, to: NUMERIC, steps: atMost(1_000_000) }) },
  );
  const { from = -5, to = 5, steps = 201 } = options;
  const x = evenlySpaced("curve", [from, to], steps);
  return tf.tidy(() => {
    const places = tf.tensor1d(x);
    const y = f(places);
    checkArguments("curve: the function", { "what it returned": y }, { "what it returned": TENSOR });
    if (y.shape.join() !== String(steps))
      throw new RangeError(
        `curve: the function made [${y.shape.join(", ")}] of [${steps}]; it has to give one number for each.`,
      );
    // The sum of y has dy/dx as its gradient, each number being a function of its own place only.
    const derivative = takingGradients("curve: the function", () => tf.grad((places) => f(places))(places));
    return { x, y: Array.from(y.dataSync()), derivative: Array.from(derivative.dataSync()) };
  });
}

/**
 * So many numbers at equal distances, both ends included.
 *
 * @param caller the function that was called.
 * @throws RangeError for fewer than two, or a range without extent.
 */
export function evenlySpaced(caller: string, [from, to]: readonly [number, number], steps: number): number[] {
  checkWholeNumber(`${caller}: steps`, steps, { least: 2 });
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to))
    throw new RangeError(
      `${caller}: the range is ${from} to ${to}; it needs two finite numbers, the smaller one first.`,
    );
  return Array.from({ length: steps }, (_, step) => from + ((to - from) * step) / (steps - 1));
}
