// Metrics that are no means are over the whole data, however it is cut into batches: R² by its definition, by column as in Keras
// (keras.metrics.R2Score, class_aggregation "uniform_average").
import assert from "node:assert/strict";
import { type Column, compiledForward, Dataset, evaluate, fit, tf } from "cellwise";
import { close, quiet } from "../small-models";

const floats = (rows: number[][]): Column => ({
  values: Float32Array.from(rows.flat()),
  shape: [rows[0]?.length as number],
  dtype: "float32",
});
/** The outputs are the inputs. */
function identity(columns: number): tf.Sequential {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: columns, useBias: false, inputShape: [columns] })] });
  tf.tidy(() => model.setWeights([tf.eye(columns)]));
  model.compile({ optimizer: tf.train.sgd(1e-12), loss: "mse", metrics: ["mae", "r2Score"] });
  return model;
}
const pairs = (outputs: number[][], targets: number[][]): Dataset =>
  new Dataset({ name: "pairs", inputs: [floats(outputs)], targets: [floats(targets)] });

function byHand(outputs: number[][], targets: number[][]): number {
  const columns = targets[0]?.map((_, column) => {
    const [y, z] = [targets, outputs].map((rows) => rows.map((row) => row[column] as number)) as [number[], number[]];
    const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
    const sum = (of: (value: number, i: number) => number) =>
      y.reduce((total, value, i) => total + of(value, i) ** 2, 0);
    return 1 - sum((value, i) => value - (z[i] as number)) / sum((value) => value - mean);
  }) as number[];
  return columns.reduce((sum, score) => sum + score, 0) / columns.length;
}

const OUTPUTS = [
  [1, 0],
  [2.5, 1],
  [2, -1],
  [4, 3],
  [6, 2],
];
const TARGETS = [
  [1, 1],
  [2, 1],
  [3, 0],
  [4, 3],
  [7, 2],
];

describe("r2Score", () => {
  for (const [what, columns, offset] of [
    ["one column", 1, 0],
    ["two columns", 2, 0],
    ["far from 0", 1, 400],
  ] as const)
    it(`is over the whole data, whatever the batches: ${what}`, async () => {
      const moved = (rows: number[][]) => rows.map((row) => row.slice(0, columns).map((value) => value + offset));
      const [outputs, targets] = [moved(OUTPUTS), moved(TARGETS)];
      const expected = byHand(outputs, targets);
      const model = identity(columns);
      const data = pairs(outputs, targets);
      for (const batchSize of [1, 2, 3, 5]) {
        close((await evaluate(model, data, { batchSize })).r2Score, expected, 1e-4);
        for (const engine of ["compiled", "eager"] as const) {
          const { epochs, validation } = await fit(model, data, { engine, batchSize, validation: data, ...quiet });
          close(epochs.r2Score?.[0], expected, 1e-4);
          close(validation?.r2Score?.[0], expected, 1e-4);
        }
      }
      close((await evaluate(model, data)).mae, (await evaluate(model, data, { batchSize: 2 })).mae as number, 1e-5);
      model.dispose();
    });

  it("is the batch's in what a batch reports, and 0 where nothing varies", async () => {
    const model = identity(1);
    const data = pairs([[1], [2], [5], [6]], [[1], [3], [5], [5]]);
    const batches: number[] = [];
    await fit(model, data, {
      ...{ batchSize: 2, shuffle: false, ...quiet },
      onBatchEnd: ({ batch }) => void batches.push(batch.r2Score as number),
    });
    close(batches[0], 1 - 1 / 2);
    close(batches[1], 0);
    model.dispose();
  });

  it("leaves out what the mask of an output leaves out", async () => {
    const layers = [
      tf.layers.masking({ maskValue: 9, inputShape: [3, 1] }),
      tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 1, useBias: false, kernelInitializer: "ones" }) }),
    ];
    const model = tf.sequential({ layers });
    model.compile({ optimizer: "sgd", loss: "mse", metrics: ["r2_score"] });
    const sequences = (values: number[]): Column => ({
      values: Float32Array.from(values),
      shape: [3, 1],
      dtype: "float32",
    });
    const data = new Dataset({
      name: "masked",
      inputs: [sequences([1, 2, 9, 4, 9, 9])],
      targets: [sequences([1, 3, 100, 4, -100, 50])],
    });
    const expected = byHand([[1], [2], [4]], [[1], [3], [4]]);
    for (const batchSize of [1, 2]) close((await evaluate(model, data, { batchSize })).r2_score, expected, 1e-5);
    model.optimizer.dispose();
    model.dispose();
  });

  it("says which shapes differ", () => {
    const model = identity(2);
    const loss = (truth: tf.Tensor, output: tf.Tensor) => output.mean().add(truth.mean()) as tf.Scalar;
    model.compile({ optimizer: "sgd", loss, metrics: ["r2Score"] });
    const pass = compiledForward(model);
    const [x, y] = [tf.ones([2, 2]), tf.ones([2, 1])];
    assert.throws(
      () => pass.evaluate([x], [y]),
      /r2Score compares .*\[batch, 1\] and outputs of shape \[batch, 2\].*Give targets/,
    );
    tf.dispose([x, y]);
    pass.dispose();
    model.optimizer.dispose();
    model.dispose();
  });
});

describe("auc", () => {
  // By definition: the share of pairs of a positive and a negative example whose outputs are in order; equal ones count half.
  const outputs = [0.9, 0.3, 0.6, 0.6, 0.2, 0.8, 0.4];
  const targets = [1, 0, 1, 0, 0, 0, 1];
  const of = (label: number): number[] => outputs.filter((_, i) => targets[i] === label);
  const pairsOf = of(1).flatMap((yes) => of(0).map((no) => (yes > no ? 1 : yes === no ? 0.5 : 0)));
  const expected = pairsOf.reduce((sum: number, one) => sum + one, 0) / pairsOf.length;
  const column = (values: number[]): number[][] => values.map((value) => [value]);

  it("is over the whole data, whatever the batches, in both engines", async () => {
    const model = identity(1);
    model.compile({ optimizer: tf.train.sgd(1e-12), loss: "mse", metrics: ["auc"] });
    const data = pairs(column(outputs), column(targets));
    for (const batchSize of [1, 2, 3, 7]) {
      close((await evaluate(model, data, { batchSize })).auc, expected, 1e-6);
      for (const engine of ["compiled", "eager"] as const) {
        const { epochs, validation } = await fit(model, data, { engine, batchSize, validation: data, ...quiet });
        close(epochs.auc?.[0], expected, 1e-6);
        close(validation?.auc?.[0], expected, 1e-6);
      }
    }
    model.dispose();
  });

  it("leaves out what is masked", async () => {
    const embedding = tf.layers.embedding({ inputDim: 8, outputDim: 1, maskZero: true, inputLength: 4 });
    const model = tf.sequential({ layers: [embedding] });
    tf.tidy(() => model.setWeights([tf.tensor2d(column([0.5, ...outputs]))]));
    model.compile({ optimizer: tf.train.sgd(1e-12), loss: "mse", metrics: ["auc", "rootMeanSquaredError"] });
    const tokens = {
      values: Int32Array.from([1, 2, 3, 0, 4, 5, 0, 0, 6, 7, 0, 0]),
      shape: [4],
      dtype: "int32",
    } as const;
    const labels = Float32Array.from(tokens.values, (token) => (token === 0 ? 1 : (targets[token - 1] as number)));
    const data = new Dataset({
      name: "padded",
      inputs: [tokens],
      targets: [{ values: labels, shape: [4, 1], dtype: "float32" }],
    });
    const squares = outputs.map((output, i) => (output - (targets[i] as number)) ** 2);
    const root = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
    for (const batchSize of [1, 2, 3]) {
      const measured = await evaluate(model, data, { batchSize });
      close(measured.auc, expected, 1e-6);
      close(measured.rootMeanSquaredError, root, 1e-6);
    }
    model.dispose();
  });

  it("is 0 where one of the two is missing", async () => {
    const model = identity(1);
    model.compile({ optimizer: "sgd", loss: "mse", metrics: ["auc"] });
    assert.equal((await evaluate(model, pairs(column([0.2, 0.7]), column([1, 1])))).auc, 0);
    model.dispose();
  });
});
