// What a classifier of two inputs says everywhere in a rectangle.

import { atMost, checkArguments, either, FUNCTION, MODEL, optional, optionsOf, RANGE } from "../arguments";
import { bringNewestWeights } from "../layers/model-layers";
import { ofRank, tensorOf } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { evenlySpaced } from "./curve";

/** The probability of each class at each point of a grid. */
export interface DecisionRegions {
  /** The places of the grid's columns, at the first input. */
  readonly x: readonly number[];
  /** The places of its rows, at the second input. */
  readonly y: readonly number[];
  /** How many classes are told apart. */
  readonly classes: number;
  /** `[row, column, class]`, in reading order. */
  readonly probabilities: Float32Array;
}

/** What {@link decisionRegions} has to be told. */
export interface DecisionRegionsOptions {
  /** The range of the first input. */
  x: readonly [from: number, to: number];
  /** The range of the second input. */
  y: readonly [from: number, to: number];
  /** Points in a row and in a column. Default 60. */
  steps?: number;
}

/** How far probabilities may be from adding up to 1. */
const TOLERANCE = 1e-3;

/**
 * Asks a classifier on a grid of points. In a training, collect one for each epoch to see the regions move:
 * `onEpochEnd: ({ epoch }) => { moments["epoch " + epoch] = decisionRegions(model, range) }`.
 *
 * @param classifier a model of inputs `[2]` whose output is a probability for each class (softmax), or a single one for
 * class 1 (sigmoid); or a function of the two inputs that gives the same.
 * @returns plain numbers: there is nothing to dispose.
 * @throws RangeError when the model has other inputs, the output is no probability, or the range cannot be.
 *
 * @example
 * ```ts
 * const model = buildMlp({ preset: "tiny" })
 * await fit(model, spirals(), { epochs: 20 })
 * const regions = decisionRegions(model, { x: [-1, 1], y: [-1, 1] })
 * decisionBoundary(regions, spirals())
 * ```
 */
export function decisionRegions(
  classifier: tf.LayersModel | ((x: number, y: number) => number | readonly number[]),
  options: DecisionRegionsOptions,
): DecisionRegions {
  checkArguments(
    "decisionRegions",
    { classifier, options },
    {
      classifier: either(FUNCTION, MODEL),
      options: optionsOf({
        x: RANGE,
        y: RANGE,
        steps: optional(atMost(2000)),
      }),
    },
  );
  const { steps = 60 } = options;
  const x = evenlySpaced("decisionRegions, x", options.x, steps);
  const y = evenlySpaced("decisionRegions, y", options.y, steps);
  const points = y.flatMap((second) => x.map((first): [number, number] => [first, second]));
  const outputs =
    classifier instanceof tf.LayersModel
      ? modelOutputs(classifier, points)
      : points.map(([first, second]) => [classifier(first, second)].flat());
  const units = outputs[0]?.length ?? 0;
  const classes = Math.max(2, units);
  const probabilities = new Float32Array(points.length * classes);
  for (const [place, output] of outputs.entries()) {
    const [only = Number.NaN] = output;
    const all = units === 1 ? [1 - only, only] : output;
    const sum = all.reduce((total, one) => total + one, 0);
    const wrong = all.find((one) => !(one >= -TOLERANCE && one <= 1 + TOLERANCE));
    if (wrong !== undefined || Math.abs(sum - 1) > TOLERANCE)
      throw new RangeError(
        `decisionRegions: at (${points[place]?.join(", ")}) the output is ${output.join(", ")}; it needs probabilities from 0 ` +
          "to 1, of several classes with the sum 1. End the model with a sigmoid or softmax, or give a function that applies it.",
      );
    probabilities.set(all, place * classes);
  }
  return { x, y, classes, probabilities };
}

function modelOutputs(model: tf.LayersModel, points: [number, number][]): number[][] {
  const shape = model.inputs.map((input) => `[${input.shape.slice(1).map((side) => side ?? "any")}]`).join(", ");
  if (shape !== "[2]")
    throw new RangeError(
      `decisionRegions: the model ${model.name} has the input ${shape}; a plane has points of shape [2]. Build it with ` +
        "inputShape: [2].",
    );
  bringNewestWeights(model);
  return tf.tidy(() => {
    const output = tensorOf(model.apply(tf.tensor2d(points), { training: false })); // [points, units]
    return ofRank(output.reshape([points.length, -1]), 2).arraySync();
  });
}
