// The landscape that training walks through, on a plane cut out of it: over two chosen weights, or over two random
// directions from a model's weights, each filter scaled to the size of the model's own (Li, Xu, Taylor, Studer and Goldstein,
// "Visualizing the Loss Landscape of Neural Nets", 2018, section 4), so that networks can be compared.

import {
  atMost,
  checkArguments,
  DATASET,
  FUNCTION,
  MODEL,
  NUMERIC,
  optional,
  optionsOf,
  RANGE,
  SIGNAL,
  settings,
} from "../arguments";
import { checkBatchSize, type Dataset } from "../data/dataset";
import { lastOf } from "../indexing";
import { measureNames } from "../losses/measures";
import { interruptSignal } from "../notebook";
import { Random } from "../random";
import { variableOf } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { checkInputs, checkTargets } from "../training/data-checks";
import { FORWARD_BATCH_SIZE, forwardPass, measure } from "../training/evaluation/forward";
import { evenlySpaced } from "./curve";

/** The loss at each point of a grid. */
export interface LossPlane {
  /** The places of the grid's columns. */
  readonly x: readonly number[];
  /** The places of its rows. */
  readonly y: readonly number[];
  /** `[row][column]`. */
  readonly loss: readonly (readonly number[])[];
}

/** What {@link lossOverPlane} has to be told. */
export interface LossOverPlaneOptions {
  /** The range of the first weight. */
  x: readonly [from: number, to: number];
  /** The range of the second weight. */
  y: readonly [from: number, to: number];
  /** Points in a row and in a column. Default 61. */
  steps?: number;
}

/**
 * A loss of two weights, on a grid.
 *
 * @param loss of the two weights, as plain numbers: `(a, b) => (1 - a) ** 2 + 100 * (b - a * a) ** 2`.
 * @throws RangeError when a range or the number of points cannot be.
 *
 * @example
 * ```ts
 * const plane = lossOverPlane((a, b) => a ** 2 + 10 * b ** 2, { x: [-1, 1], y: [-1, 1], steps: 3 })
 * plane.loss[0] // => [11, 10, 11]
 * ```
 */
export function lossOverPlane(loss: (a: number, b: number) => number, options: LossOverPlaneOptions): LossPlane {
  checkArguments(
    "lossOverPlane",
    { loss, options },
    {
      loss: FUNCTION,
      options: optionsOf({
        x: RANGE,
        y: RANGE,
        steps: optional(atMost(2000)),
      }),
    },
  );
  const { steps = 61 } = options;
  const x = evenlySpaced("lossOverPlane, x", options.x, steps);
  const y = evenlySpaced("lossOverPlane, y", options.y, steps);
  return { x, y, loss: y.map((b) => x.map((a) => loss(a, b))) };
}

/** What {@link lossAroundWeights} can be asked for. */
export interface LossAroundOptions {
  /** How far to go to each side, in sizes of the model's own filters. Default 1. */
  span?: number;
  /** Points in a row and in a column; an odd number has the model itself in the middle. Default 21. */
  steps?: number;
  /** The same seed gives the same directions. Default 1. */
  seed?: number;
  /** Examples run at once. Default 256. */
  batchSize?: number;
  /** Ends the work with an AbortError. Default: the running cell's interrupt. */
  signal?: AbortSignal | undefined;
}

/**
 * The loss around a model's weights, along two random directions with filters as large as the model's. Biases and other
 * weights without filters stay as they are, as in the paper. At the end, after an interrupt or an error too, the model has its
 * own weights again.
 *
 * @param model a compiled model.
 * @param dataset what the loss is measured on, `steps` × `steps` times: some hundred examples will do.
 * @throws RangeError when the data do not fit the model or an option cannot be; AbortError when the learner interrupts.
 *
 * @example
 * ```ts
 * const model = buildMlp({ preset: "tiny" })
 * lossSurface(await lossAroundWeights(model, spirals(), { steps: 5 }))
 * ```
 */
export async function lossAroundWeights(
  model: tf.LayersModel,
  dataset: Dataset,
  options: LossAroundOptions = {},
): Promise<LossPlane> {
  checkArguments(
    "lossAroundWeights",
    { model, dataset, options },
    {
      model: MODEL,
      dataset: DATASET,
      options: settings({ span: NUMERIC, steps: atMost(1000), seed: NUMERIC, batchSize: NUMERIC, signal: SIGNAL }),
    },
  );
  const { span = 1, steps = 21, seed = 1, batchSize = FORWARD_BATCH_SIZE, signal = interruptSignal() } = options;
  checkBatchSize(batchSize);
  const x = evenlySpaced("lossAroundWeights", [-span, span], steps);
  const names = measureNames(model);
  checkInputs(model, dataset);
  checkTargets(model, dataset);

  const random = new Random(seed);
  const forward = forwardPass(model, steps * steps * Math.ceil(dataset.size / batchSize));
  const lossHere = async () => (await measure(forward, dataset, { batchSize, signal, names })).loss;
  try {
    await lossHere(); // brings the newest weights out of a graph that may hold them
    const filters = model.trainableWeights
      .filter(({ shape }) => shape.length >= 2)
      .map((weight) => {
        const variable = variableOf(weight);
        const own = variable.dataSync<"float32">().slice();
        return { variable, own, directions: [own, own].map((values) => randomDirection(values, variable, random)) };
      });
    const loss: number[][] = [];
    try {
      for (const second of x) {
        const row: number[] = [];
        for (const first of x) {
          for (const { variable, own, directions } of filters) move(variable, own, directions, [first, second]);
          row.push(await lossHere());
        }
        loss.push(row);
      }
    } finally {
      for (const { variable, own } of filters) move(variable, own, [], []);
    }
    return { x, y: x, loss };
  } finally {
    forward.dispose();
  }
}

/** A random direction; each filter, all weights that lead to one output, has the length that the model's own has. */
function randomDirection(own: Float32Array, { shape }: tf.Variable, random: Random): Float32Array {
  const outputs = lastOf(shape);
  const direction = Float32Array.from(own, () => random.normal());
  for (let output = 0; output < outputs; output++) {
    let [length, wanted] = [0, 0];
    for (let i = output; i < own.length; i += outputs) {
      length += (direction[i] as number) ** 2;
      wanted += (own[i] as number) ** 2;
    }
    const scale = Math.sqrt(wanted / length);
    for (let i = output; i < own.length; i += outputs) direction[i] = (direction[i] as number) * scale;
  }
  return direction;
}

/** Gives a weight its own values, and so much of each direction. */
function move(
  variable: tf.Variable,
  own: Float32Array,
  directions: readonly Float32Array[],
  steps: readonly number[],
): void {
  const values = own.map((value, i) =>
    directions.reduce((sum, direction, number) => sum + (steps[number] as number) * (direction[i] as number), value),
  );
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
}
