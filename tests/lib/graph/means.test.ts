// Means of whole numbers and of truth values, which tfjs-node casts on the way: compiled they are what they are by hand.
import assert from "node:assert/strict";
import { compileStep, Dataset, evaluate, fit, tf } from "cellwise";
import { close, quiet } from "../small-models";

/** [2, 3]: 1 2 6 / 3 3 3 */
const whole = (): tf.Tensor => tf.tensor2d([1, 2, 6, 3, 3, 3], [2, 3], "int32");
/** [2, 3]: yes no no / yes yes no */
const truths = (): tf.Tensor => tf.tensor2d([1, 0, 0, 1, 1, 0], [2, 3], "bool");

describe("in a compiled step", () => {
  const cases: Record<string, [input: () => tf.Tensor, step: (x: tf.Tensor) => tf.Tensor[], expected: number[]]> = {
    "the mean of whole numbers": [whole, (x) => [tf.mean(x)], [3]],
    "the mean of truth values": [truths, (x) => [tf.mean(x)], [0.5]],
    "means along an axis": [whole, (x) => [...tf.unstack(tf.mean(x, 0))], [2, 2.5, 4.5]],
    "means along the last axis, kept": [truths, (x) => [...tf.unstack(tf.mean(x, -1, true))], [1 / 3, 2 / 3]],
    "a mean whose input is used again": [whole, (x) => [tf.mean(x), tf.max(x).toFloat()], [3, 6]],
    "moments of whole numbers": [
      whole,
      (x) => {
        const { mean, variance } = tf.moments(x);
        return [mean, variance];
      },
      [3, (4 + 1 + 9) / 6],
    ],
    "moments of truth values": [
      truths,
      (x) => {
        const { mean, variance } = tf.moments(x);
        return [mean, variance];
      },
      [0.5, 0.25],
    ],
    "the exponential of whole numbers, which are used again": [
      whole,
      (x) => [tf.exp(x).min(), tf.sum(x).toFloat()],
      [Math.E, 18],
    ],
  };
  for (const [name, [input, step, expected]] of Object.entries(cases)) {
    it(name, () => {
      const x = input();
      const compiled = compileStep((given) => step(given) as tf.Scalar[]);
      const before = tf.memory().numTensors;
      for (const [i, value] of compiled.run(x).entries()) close(value, expected[i] as number);
      assert.equal(tf.memory().numTensors, before);
      compiled.dispose();
      x.dispose();
    });
  }
});

describe("a model whose output is one sigmoid", () => {
  const inputs = [-2, -1, -0.5, 0.5, 1, 2];
  const labels = [0, 1, 0, 1, 1, 0]; // the second and the last are on the wrong side
  const data = new Dataset({
    name: "sides",
    inputs: [{ values: Float32Array.from(inputs), shape: [1], dtype: "float32" }],
    targets: [{ values: Int32Array.from(labels), shape: [], dtype: "int32" }],
  });
  const build = (metrics: tf.ModelCompileArgs["metrics"]): tf.LayersModel => {
    const layer = tf.layers.dense({ units: 1, activation: "sigmoid", inputShape: [1], kernelInitializer: "ones" });
    const model = tf.sequential({ layers: [layer] });
    model.compile({ optimizer: tf.train.sgd(1e-6), loss: "binaryCrossentropy", metrics: metrics as string[] });
    return model;
  };
  const right = (truth: tf.Tensor, output: tf.Tensor): tf.Tensor => truth.equal(output.round());
  const cases: Record<string, tf.ModelCompileArgs["metrics"]> = {
    accuracy: ["accuracy"],
    binaryAccuracy: ["binaryAccuracy"],
    "a metric of one's own that gives truth values": [right],
    "a metric of one's own that gives whole numbers": [
      (truth: tf.Tensor, output: tf.Tensor) => right(truth, output).toInt(),
    ],
  };
  for (const [name, metrics] of Object.entries(cases)) {
    it(`trains and is measured as one graph, with ${name}`, async () => {
      const model = build(metrics);
      const said: string[] = [];
      const { warn } = console;
      console.warn = (line: string) => said.push(line);
      try {
        const history = await fit(model, data, { batchSize: 2, validation: data, ...quiet });
        const [, metric] = Object.keys(history.epochs) as [string, string];
        close(history.epochs[metric]?.[0], 4 / 6);
        close(history.validation?.[metric]?.[0], 4 / 6);
        assert.equal(history.engine, "compiled");
        // Many batches are one graph, few are run operation by operation.
        const many = data.subset(Array.from({ length: 60 }, (_, i) => i % 6));
        for (const batchSize of [2, 60]) close((await evaluate(model, many, { batchSize }))[metric], 4 / 6);
      } finally {
        console.warn = warn;
        model.dispose();
      }
      assert.deepEqual(said, []);
    });
  }
});
