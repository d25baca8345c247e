import { strict as assert } from "node:assert";
import { Dataset, evaluate, fit, mistakes, Predictions, predict, tf } from "cellwise";
import { watchNativeCalls } from "./native-calls";
import { inNotebook } from "./notebook-kernel";
import {
  close,
  HAND_ACCURACY,
  HAND_LOSS,
  INPUTS,
  LABELS,
  line,
  numbers,
  PROBABILITIES,
  points,
  quiet,
  softmaxModel,
} from "./small-models";

describe("evaluate", () => {
  it("gives the mean loss and accuracy that one computes by hand, whatever the batch size", async () => {
    const model = softmaxModel();
    for (const batchSize of [1, 2, 3, 5, 256]) {
      const { loss, accuracy, ...rest } = await evaluate(model, points(INPUTS, LABELS), { batchSize });
      close(loss, HAND_LOSS);
      close(accuracy, HAND_ACCURACY);
      assert.deepEqual(rest, {});
    }
    model.dispose();
  });

  it("agrees with tfjs's own evaluate", async () => {
    const model = softmaxModel();
    const [x, y] = [tf.tensor2d(INPUTS), tf.tensor1d(LABELS)];
    const expected = model.evaluate(x, y) as tf.Scalar[];
    const found = await evaluate(model, points(INPUTS, LABELS));
    close(found.loss, expected[0]?.dataSync()[0] as number);
    close(found.accuracy, expected[1]?.dataSync()[0] as number);
    tf.dispose([x, y, expected]);
    model.dispose();
  });

  it("gives the same over many batches, which run as one graph, the last one smaller", async () => {
    const model = softmaxModel();
    const many = <T>(values: readonly T[]): T[] => Array.from({ length: 5 }, () => values).flat();
    const before = tf.memory().numTensors;
    const dataset = points(many(INPUTS), many(LABELS));
    const { loss, accuracy } = await evaluate(model, dataset, { batchSize: 2 });
    close(loss, HAND_LOSS);
    close(accuracy, HAND_ACCURACY);
    const predictions = await predict(model, dataset, { batchSize: 2 });
    assert.equal(predictions.size, 25);
    for (let i = 0; i < 25; i++) {
      const expected = (await predict(model, points(many(INPUTS).slice(i, i + 1), [0]))).at(0);
      for (const [k, value] of predictions.at(i).entries()) close(value, expected[k] as number);
    }
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it("runs whole data sets as one graph: in evaluate, predict and fit's validation", async () => {
    const model = softmaxModel();
    const many = points(
      Array.from({ length: 20 }, () => [1, 2]),
      Array.from({ length: 20 }, () => 0),
    );
    let runs = 0;
    const unwatch = watchNativeCalls(["runSavedModel"], () => runs++);
    const runsOf = async (task: () => Promise<unknown>): Promise<number> => {
      runs = 0;
      await task();
      return runs;
    };
    try {
      // A run for each of the 10 batches, and one that brings the weights in.
      assert.equal(await runsOf(() => evaluate(model, many, { batchSize: 2 })), 11);
      assert.equal(await runsOf(() => predict(model, many, { batchSize: 2 })), 11);
      // Only two batches of 256, but after each of 5 epochs.
      const [x, y] = [Array.from({ length: 257 }, () => [1, 2]), Array.from({ length: 257 }, () => 0)];
      const trained = (validation?: Dataset) => () =>
        fit(model, many, { epochs: 5, ...quiet, ...(validation && { validation }) });
      const without = await runsOf(trained());
      const withValidation = await runsOf(trained(points(x, y)));
      assert.ok(withValidation - without >= 5 * 2, `${withValidation} runs, ${without} of them without validation`);
    } finally {
      unwatch();
      model.dispose();
    }
  });

  it("goes on operation by operation where the pass cannot be one graph, and says why in one line", async () => {
    const layers = [
      tf.layers.simpleRNN({ units: 1, stateful: true, batchInputShape: [1, 1, 1], kernelInitializer: "ones" }),
    ];
    const model = tf.sequential({ layers });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const inputs = [{ values: new Float32Array(9), shape: [1, 1], dtype: "float32" as const }];
    const targets = [{ values: new Float32Array(9).fill(2), shape: [1], dtype: "float32" as const }];
    const said: string[] = [];
    const { warn } = console;
    console.warn = (line: string) => said.push(line);
    try {
      const { loss } = await evaluate(model, new Dataset({ name: "zeros", inputs, targets }), { batchSize: 1 });
      close(loss, 4);
    } finally {
      console.warn = warn;
    }
    assert.equal(said.length, 1);
    const layer = model.layers[0]?.name as string;
    assert.ok(said[0]?.includes(`The forward pass cannot be compiled: "${layer}" carries state`), said[0]);
    model.dispose();
  });

  it("does not drop units, and adds the penalties of regularizers, as Keras does", async () => {
    const penalized = line(0.1, 0.01);
    close((await evaluate(penalized, numbers([1, 2], [2, 4]))).loss, 0.01 * 2 ** 2);
    const layers = [tf.layers.dropout({ rate: 0.9, inputShape: [2] }), tf.layers.softmax()];
    const dropping = tf.sequential({ layers });
    dropping.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    close((await evaluate(dropping, points(INPUTS, LABELS))).loss, HAND_LOSS);
    penalized.dispose();
    dropping.dispose();
  });

  it("works for models with two inputs and two outputs, and names each output's loss", async () => {
    const [a, b] = [tf.input({ shape: [1] }), tf.input({ shape: [1] })];
    const sum = tf.layers.add({ name: "sum" }).apply([a, b]) as tf.SymbolicTensor;
    const product = tf.layers.multiply({ name: "product" }).apply([a, b]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: [a, b], outputs: [sum, product] });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const column = (...values: number[]) =>
      ({ values: Float32Array.from(values), shape: [1], dtype: "float32" }) as const;
    const dataset = new Dataset({
      name: "pairs",
      inputs: [column(1, 2), column(3, 4)],
      targets: [column(4, 7), column(1, 8)], // sums 4 and 6, products 3 and 8
    });
    assert.deepEqual(await evaluate(model, dataset), { loss: 0.5 + 2, sum_loss: 0.5, product_loss: 2 });
    model.dispose();
  });

  it("ends with an AbortError when the learner interrupts", async () => {
    const model = softmaxModel();
    const before = tf.memory().numTensors;
    await inNotebook(async (kernel) => {
      kernel.interrupt();
      await assert.rejects(evaluate(model, points(INPUTS, LABELS)), { name: "AbortError" });
    });
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });
});

describe("predict", () => {
  it("gives each example's output, in order, whatever the batch size", async () => {
    const model = softmaxModel();
    for (const batchSize of [2, 256]) {
      const predictions = await predict(model, points(INPUTS, LABELS), { batchSize });
      assert.deepEqual([predictions.size, predictions.shape], [5, [2]]);
      for (const [i, expected] of PROBABILITIES.entries())
        for (const [label, probability] of expected.entries()) close(predictions.at(i)[label], probability);
      assert.deepEqual([...predictions.classes()], [1, 0, 1, 1, 0]);
    }
    model.dispose();
  });

  it("tells where a classifier is wrong, worst first", () => {
    const predictions = new Predictions(Float32Array.of(0.5, 0.25, 0.25, 0.25, 0.75, 0, 0, 0, 1), [3]);
    assert.deepEqual(
      mistakes(
        points(
          [
            [0, 0],
            [0, 0],
            [0, 0],
          ],
          [1, 0, 2],
        ).subset([0, 1, 2]),
        predictions,
      ),
      [
        { position: 0, step: 0, truth: 1, predicted: 0, probabilityOfTruth: 0.25, probabilityOfPredicted: 0.5 },
        { position: 1, step: 0, truth: 0, predicted: 1, probabilityOfTruth: 0.25, probabilityOfPredicted: 0.75 },
      ],
    );
    const sorted = mistakes(
      points(
        [
          [0, 0],
          [0, 0],
          [0, 0],
        ],
        [1, 2, 0],
      ),
      predictions,
    );
    assert.deepEqual(
      sorted.map(({ position, probabilityOfTruth }) => [position, probabilityOfTruth]),
      [
        [1, 0],
        [2, 0],
        [0, 0.25],
      ],
    );
    assert.throws(() => mistakes(points([[0, 0]], [0]), predictions), /1 examples, but there are 3 predictions/);
  });
});
