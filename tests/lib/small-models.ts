// Models and data so small that their losses, gradients and probabilities can be computed by hand.
import { strict as assert } from "node:assert";
import { Dataset, tf } from "cellwise";

/** Options of a training that shows nothing. */
export const quiet = { verbose: false } as const;
/** Equal but for rounding. */
export const close = (actual: number | undefined, expected: number, tolerance = 1e-6): void =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= tolerance, `${actual} is not ${expected} ± ${tolerance}`);
export const softmax = (logits: number[]): number[] => {
  const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
  return logits.map((logit) => Math.exp(logit) / sum);
};

/** Points of a plane with class numbers. */
export function points(inputs: number[][], labels: number[], name = "points"): Dataset {
  return new Dataset({
    name,
    inputs: [{ values: Float32Array.from(inputs.flat()), shape: [2], dtype: "float32" }],
    targets: [{ values: Int32Array.from(labels), shape: [], dtype: "int32" }],
  });
}

/** Softmax of the inputs themselves: a model whose probabilities one can compute by hand. */
export function softmaxModel(optimizer: tf.Optimizer | string = "sgd"): tf.Sequential {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, activation: "softmax", inputShape: [2] })] });
  tf.tidy(() => model.setWeights([tf.eye(2), tf.zeros([2])]));
  model.compile({ optimizer, loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

/** y = w·x without bias, w = 2, and mean squared error. */
export function line(learningRate: number, penalty = 0): tf.Sequential {
  const kernelRegularizer = penalty > 0 ? tf.regularizers.l2({ l2: penalty }) : undefined;
  const layer = tf.layers.dense({ units: 1, useBias: false, inputShape: [1], kernelRegularizer });
  const model = tf.sequential({ layers: [layer] });
  tf.tidy(() => model.setWeights([tf.tensor2d([[2]])]));
  model.compile({ optimizer: tf.train.sgd(learningRate), loss: "meanSquaredError" });
  return model;
}
export function numbers(x: number[], y: number[]): Dataset {
  const column = (values: number[]) => ({ values: Float32Array.from(values), shape: [1], dtype: "float32" }) as const;
  return new Dataset({ name: "numbers", inputs: [column(x)], targets: [column(y)] });
}
export const weightsOf = (model: tf.LayersModel): number[] =>
  model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));

/** Five points, their labels, and what a softmax of the points themselves makes of them, computed here without TensorFlow. */
export const INPUTS = [
  [0, 1],
  [2, 0],
  [1, 1.5],
  [-1, 0.5],
  [3, 2],
];
export const LABELS = [1, 0, 0, 1, 1];
export const PROBABILITIES = INPUTS.map(softmax);
export const HAND_LOSS = LABELS.reduce((sum, label, i) => sum - Math.log(PROBABILITIES[i]?.[label] as number), 0) / 5;
export const HAND_ACCURACY = 3 / 5; // the third and the last are taken for the other class
