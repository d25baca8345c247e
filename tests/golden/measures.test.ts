// Losses and metrics in the forms that Keras takes, against Keras: by name, by output, in a list, of one's own, from logits, with
// class numbers, and over sequences of which some positions do not count. The models are make_measures.py's.
import assert from "node:assert/strict";
import {
  type Column,
  crossentropyIgnoring,
  Dataset,
  evaluate,
  fit,
  type MeasureSeries,
  type Measures,
  tf,
} from "cellwise";
import { close, quiet } from "../lib/small-models";
import { fill, readFixture, wave } from "./golden";

interface Trained {
  readonly steps: MeasureSeries;
  readonly after: Measures;
}

const fixture = readFixture<{
  forms: Record<string, Trained>;
  masked: Record<string, Trained>;
  losses: Record<string, Trained>;
  metrics: Record<string, Trained>;
  texts: number[];
  labels: number[];
}>("measures");

const { layers: l } = tf;
const floats = (values: ArrayLike<number>, ...shape: number[]): Column => ({
  values: Float32Array.from(values),
  shape,
  dtype: "float32",
});
const whole = (values: number[], ...shape: number[]): Column => ({
  values: Int32Array.from(values),
  shape,
  dtype: "int32",
});
const waves = (shape: number[], number: number, factor = 1): Float32Array =>
  tf.tidy(() => wave(shape, number).mul(factor).dataSync<"float32">());
const X = floats(waves([5, 2], 40), 2);
const KINDS = whole([0, 2, 1, 1, 0]);
const SIZES = floats(waves([5, 1], 41), 1);
const SIDES = floats([1, 0, 1, 1, 0], 1);

type Activation = "linear" | "sigmoid" | "softplus" | "softmax";

const one = (units: number, activation?: Activation): tf.LayersModel =>
  tf.sequential({ layers: [l.dense({ units, inputShape: [2], ...(activation && { activation }) })] });
function two(): tf.LayersModel {
  const x = tf.input({ shape: [2] });
  const kind = l.dense({ units: 3, activation: "softmax", name: "kind" }).apply(x) as tf.SymbolicTensor;
  return tf.model({ inputs: x, outputs: [kind, l.dense({ units: 1, name: "size" }).apply(kind) as tf.SymbolicTensor] });
}
const reader = (): tf.LayersModel =>
  tf.sequential({
    layers: [
      l.embedding({ inputDim: 6, outputDim: 3, maskZero: true, inputLength: 4 }),
      l.dense({ units: 3, activation: "softmax" }),
    ],
  });

const gaussian = (truth: tf.Tensor, output: tf.Tensor): tf.Tensor => {
  const [mean, logDeviation] = tf.split(output, 2, 1) as [tf.Tensor, tf.Tensor];
  return truth.sub(mean).div(logDeviation.exp()).square().mul(0.5).add(logDeviation);
};
const quantiles = (truth: tf.Tensor, output: tf.Tensor): tf.Tensor => {
  const q = tf.tensor1d([0.1, 0.5, 0.9]);
  const error = truth.sub(output);
  return tf.maximum(q.mul(error), q.sub(1).mul(error)).mean(-1);
};
const fromLogits = (truth: tf.Tensor, output: tf.Tensor): tf.Tensor => {
  const labels = tf.oneHot(truth.flatten().toInt(), output.shape.at(-1) as number);
  return output.logSoftmax().mul(labels).sum(-1).neg();
};
const BOTH = { kind: "sparseCategoricalCrossentropy", size: "meanSquaredError" };

interface Form {
  readonly build: () => tf.LayersModel;
  readonly inputs: Column;
  readonly targets: Column[];
  readonly compile: Pick<tf.ModelCompileArgs, "loss" | "metrics">;
  readonly batchSize?: number;
  readonly rate?: number;
  /** What only Keras has, or has by another name. */
  readonly names?: Record<string, string>;
}

const forms: Record<string, Form> = {
  "by output": {
    build: two,
    inputs: X,
    targets: [KINDS, SIZES],
    // tfjs takes a list for an output, but its types do not know.
    compile: { loss: BOTH, metrics: { kind: "accuracy", size: ["mae", "mse"] as unknown as string } },
  },
  "one of two": {
    build: two,
    inputs: X,
    targets: [KINDS, SIZES],
    compile: { loss: { kind: "sparseCategoricalCrossentropy" }, metrics: { kind: "accuracy" } },
  },
  "same names": {
    build: () => one(1),
    inputs: X,
    targets: [SIZES],
    compile: { loss: "meanSquaredError", metrics: ["mae", "mae"] },
  },
  "from logits": {
    build: () => one(3),
    inputs: X,
    targets: [KINDS],
    compile: { loss: fromLogits, metrics: ["accuracy"] },
  },
  gaussian: { build: () => one(2), inputs: X, targets: [SIZES], compile: { loss: gaussian } },
  quantiles: { build: () => one(3), inputs: X, targets: [SIZES], compile: { loss: [quantiles] } },
  "precision and recall": {
    build: () => one(1, "sigmoid"),
    inputs: floats(waves([5, 2], 40, 4), 2),
    targets: [SIDES],
    compile: { loss: "binaryCrossentropy", metrics: ["precision", tf.metrics.recall, "accuracy"] },
    batchSize: 2,
    rate: 0.1,
  },
  "class numbers by position": {
    build: () =>
      tf.sequential({
        layers: [
          l.embedding({ inputDim: 6, outputDim: 3, inputLength: 4 }),
          l.dense({ units: 1, activation: "sigmoid" }),
        ],
      }),
    inputs: whole([3, 1, 4, 2, 2, 5, 1, 1], 4),
    targets: [whole([1, 0, 0, 1, 0, 1, 1, 0], 4)],
    compile: { loss: "binaryCrossentropy", metrics: ["accuracy"] },
  },
};
const masked: Record<string, Form> = Object.fromEntries(
  Object.entries({
    mask: { loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] },
    "mask and ignored label": { loss: crossentropyIgnoring(1) },
  }).map(([name, compile]) => [
    name,
    { build: reader, inputs: whole(fixture.texts, 4), targets: [whole(fixture.labels, 4)], compile, batchSize: 1 },
  ]),
);

const NUMBERS = floats(waves([5, 3], 42, 3), 3);
const POSITIVE = waves([5, 3], 43).map((value) => Math.abs(value) + 0.1);
const SHARES = POSITIVE.map((value, i) => {
  const row = POSITIVE.subarray(i - (i % 3), i - (i % 3) + 3);
  return value / row.reduce((sum, each) => sum + each, 0);
});
const SIGNS = waves([5, 3], 44).map(Math.sign);
const YES_OR_NO = floats(
  SIGNS.map((sign) => (sign + 1) / 2),
  3,
);
const byName: Record<string, [activation: Activation, targets: Column]> = {
  mean_squared_error: ["linear", NUMBERS],
  mean_absolute_error: ["linear", NUMBERS],
  mean_absolute_percentage_error: ["linear", NUMBERS],
  mean_squared_logarithmic_error: ["softplus", floats(POSITIVE, 3)],
  huber: ["linear", NUMBERS],
  log_cosh: ["linear", NUMBERS],
  cosine_similarity: ["linear", NUMBERS],
  poisson: ["softplus", floats(POSITIVE, 3)],
  kl_divergence: ["softmax", floats(SHARES, 3)],
  categorical_crossentropy: ["softmax", floats(SHARES, 3)],
  categorical_hinge: ["softmax", floats(SHARES, 3)],
  hinge: ["linear", floats(SIGNS, 3)],
  squared_hinge: ["linear", floats(SIGNS, 3)],
  binary_crossentropy: ["sigmoid", YES_OR_NO],
};
const losses: Record<string, Form> = Object.fromEntries(
  Object.entries(byName).map(([loss, [activation, targets]]) => {
    const rate = loss.includes("percentage") ? 0.01 : 0.5;
    return [loss, { build: () => one(3, activation), inputs: X, targets: [targets], compile: { loss }, rate }];
  }),
);

const MANY = waves([23, 2], 45);
const CLASSES = Array.from({ length: 23 }, (_, i) => (i * 5) % 7);
const oneHot = CLASSES.flatMap((label) => Array.from({ length: 7 }, (_, i) => Number(i === label)));
const metrics: Record<string, Form> = {
  root_mean_squared_error: {
    build: () => one(3),
    ...{ inputs: X, targets: [NUMBERS], batchSize: 2, rate: 0.01 },
    compile: { loss: "mse", metrics: ["root_mean_squared_error"] },
  },
  top_k_categorical_accuracy: {
    build: () => one(7, "softmax"),
    ...{ inputs: floats(MANY, 2), targets: [floats(oneHot, 7)], batchSize: 4 },
    compile: { loss: "categorical_crossentropy", metrics: ["top_k_categorical_accuracy"] },
  },
  sparse_top_k_categorical_accuracy: {
    build: () => one(7, "softmax"),
    ...{ inputs: floats(MANY, 2), targets: [whole(CLASSES)], batchSize: 4 },
    compile: { loss: "sparse_categorical_crossentropy", metrics: ["sparse_top_k_categorical_accuracy"] },
  },
  auc: {
    build: () => one(1, "sigmoid"),
    inputs: floats(
      MANY.map((value) => 3 * value),
      2,
    ),
    targets: [whole(CLASSES.map((label) => label % 2))],
    compile: { loss: "binary_crossentropy", metrics: ["auc"] },
    batchSize: 4,
  },
  "auc of several outputs": {
    build: () => one(3, "sigmoid"),
    ...{ inputs: X, targets: [YES_OR_NO], batchSize: 2 },
    compile: { loss: "binary_crossentropy", metrics: ["auc"] },
  },
};

/** Three steps on all examples, then `evaluate` in small batches: each number is Keras's. */
async function assertMeasuresAsKeras(form: Form, expected: Trained, engine: "compiled" | "eager"): Promise<void> {
  const { build, inputs, targets, compile, batchSize = 5, rate = 0.5 } = form;
  const data = new Dataset({ name: "examples", inputs: [inputs], targets });
  const model = build();
  model.compile({ optimizer: tf.train.sgd(rate), ...compile });
  fill(model);
  const before = tf.memory().numTensors;
  const history = await fit(model, data, { epochs: 3, batchSize: data.size, shuffle: false, engine, ...quiet });
  assert.deepEqual(Object.keys(history.epochs).sort(), Object.keys(expected.steps).sort());
  for (const series of [history.epochs, history.steps])
    for (const [name, values] of Object.entries(expected.steps))
      for (const [step, value] of values.entries()) close(series[name]?.[step], value, 2e-6);
  const after = await evaluate(model, data, { batchSize });
  for (const [name, value] of Object.entries(expected.after)) close(after[name], value, 2e-6);
  assert.equal(tf.memory().numTensors, before, "tensors left behind");
  model.dispose();
}

describe("losses and metrics are what they are in Keras", () => {
  for (const engine of ["compiled", "eager"] as const) {
    for (const [name, form] of Object.entries(forms))
      it(`${name}, ${engine}`, () => assertMeasuresAsKeras(form, fixture.forms[name] as Trained, engine));
    for (const [name, form] of Object.entries(losses))
      it(`the loss ${name}, ${engine}`, () => assertMeasuresAsKeras(form, fixture.losses[name] as Trained, engine));
    for (const [name, form] of Object.entries(metrics))
      it(`the metric ${name}, ${engine}`, () => assertMeasuresAsKeras(form, fixture.metrics[name] as Trained, engine));
    for (const [name, form] of Object.entries(masked))
      it(`over sequences with padding: ${name}, ${engine}`, () =>
        assertMeasuresAsKeras(form, fixture.masked[name] as Trained, engine));
  }
});
