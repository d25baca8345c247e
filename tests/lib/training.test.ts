import { strict as assert } from "node:assert";
import {
  buildCnn,
  Dataset,
  evaluate,
  type FitOptions,
  fit,
  loadMnist,
  mistakes,
  Predictions,
  predict,
  tf,
} from "cellwise";
import { inNotebook } from "./notebook-kernel";

const quiet = { verbose: false } as const;
const close = (actual: number | undefined, expected: number, tolerance = 1e-6): void =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= tolerance, `${actual} is not ${expected} ± ${tolerance}`);
const softmax = (logits: number[]): number[] => {
  const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
  return logits.map((logit) => Math.exp(logit) / sum);
};

/** Points of a plane with class numbers. */
function points(inputs: number[][], labels: number[], name = "points"): Dataset {
  return new Dataset({
    name,
    inputs: [{ values: Float32Array.from(inputs.flat()), shape: [2], dtype: "float32" }],
    targets: [{ values: Int32Array.from(labels), shape: [], dtype: "int32" }],
  });
}

/** Softmax of the inputs themselves: a model whose probabilities one can compute by hand. */
function softmaxModel(optimizer: tf.Optimizer | string = "sgd"): tf.Sequential {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, activation: "softmax", inputShape: [2] })] });
  tf.tidy(() => model.setWeights([tf.eye(2), tf.zeros([2])]));
  model.compile({ optimizer, loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

/** y = w·x without bias, w = 2, and mean squared error. */
function line(learningRate: number, penalty = 0): tf.Sequential {
  const kernelRegularizer = penalty > 0 ? tf.regularizers.l2({ l2: penalty }) : undefined;
  const layer = tf.layers.dense({ units: 1, useBias: false, inputShape: [1], kernelRegularizer });
  const model = tf.sequential({ layers: [layer] });
  tf.tidy(() => model.setWeights([tf.tensor2d([[2]])]));
  model.compile({ optimizer: tf.train.sgd(learningRate), loss: "meanSquaredError" });
  return model;
}
function numbers(x: number[], y: number[]): Dataset {
  const column = (values: number[]) => ({ values: Float32Array.from(values), shape: [1], dtype: "float32" }) as const;
  return new Dataset({ name: "numbers", inputs: [column(x)], targets: [column(y)] });
}
const weightsOf = (model: tf.LayersModel): number[] =>
  model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));

const INPUTS = [[0, 1], [2, 0], [1, 1.5], [-1, 0.5], [3, 2]]; // biome-ignore format: a point each
const LABELS = [1, 0, 0, 1, 1];
const PROBABILITIES = INPUTS.map(softmax);
const HAND_LOSS = LABELS.reduce((sum, label, i) => sum - Math.log(PROBABILITIES[i]?.[label] as number), 0) / 5;
const HAND_ACCURACY = 3 / 5; // the third and the last are taken for the other class

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
        { position: 0, truth: 1, predicted: 0, probabilityOfTruth: 0.25, probabilityOfPredicted: 0.5 },
        { position: 1, truth: 0, predicted: 1, probabilityOfTruth: 0.25, probabilityOfPredicted: 0.75 },
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
    assert.deepEqual(sorted.map(({ position, probabilityOfTruth }) => [position, probabilityOfTruth]), [[1, 0], [2, 0], [0, 0.25]]); // biome-ignore format: pairs
    assert.throws(() => mistakes(points([[0, 0]], [0]), predictions), /1 examples, but there are 3 predictions/);
  });
});

describe("fit", function () {
  this.timeout(60_000);

  it("takes the step of gradient descent that one computes by hand", async () => {
    // Loss ((2·1 − 5)² + (2·3 − 7)²) / 2 = 5; its gradient 2·((2·1 − 5)·1 + (2·3 − 7)·3) / 2 = −6.
    const model = line(0.1);
    const history = await fit(model, numbers([1, 3], [5, 7]), quiet);
    close(history.steps.loss[0], 5);
    close(weightsOf(model)[0] as number, 2 + 0.1 * 6);
    model.dispose();
  });

  it("learns from penalties too", async () => {
    // At a loss of zero only the penalty 0.5·w² is left: gradient 2·0.5·2 = 2.
    const model = line(0.1, 0.5);
    const history = await fit(model, numbers([1, 3], [2, 6]), quiet);
    close(history.steps.loss[0], 0.5 * 4);
    close(weightsOf(model)[0] as number, 2 - 0.1 * 2);
    model.dispose();
  });

  it("takes the same steps as tfjs's own fit, Adam included", async () => {
    const [ours, theirs] = [softmaxModel(tf.train.adam(0.05)), softmaxModel(tf.train.adam(0.05))];
    const history = await fit(ours, points(INPUTS, LABELS), { epochs: 3, batchSize: 2, shuffle: false, ...quiet });
    const [x, y] = [tf.tensor2d(INPUTS), tf.tensor1d(LABELS)];
    const expected = await theirs.fit(x, y, { epochs: 3, batchSize: 2, shuffle: false, verbose: 0 });
    for (const [i, weight] of weightsOf(theirs).entries()) close(weightsOf(ours)[i], weight);
    for (const [i, loss] of (expected.history.loss as number[]).entries()) close(history.epochs.loss[i], loss);
    for (const [i, accuracy] of (expected.history.acc as number[]).entries())
      close(history.epochs.accuracy?.[i], accuracy);
    tf.dispose([x, y]);
    ours.dispose();
    theirs.dispose();
  });

  it("keeps every number: by epoch, by step, on the validation set", async () => {
    const model = softmaxModel();
    const validation = points(INPUTS.slice(0, 2), LABELS.slice(0, 2));
    const reports: number[][] = [];
    const epochs: unknown[] = [];
    const history = await fit(model, points(INPUTS, LABELS), {
      epochs: 2,
      batchSize: 2,
      validation,
      ...quiet,
      onBatchEnd: ({ epoch, step, batch }) => void reports.push([epoch, step, batch.loss]),
      onEpochEnd: (report) => void epochs.push(report),
    });
    assert.equal(history.engine, "eager");
    assert.deepEqual([history.batchSize, history.stepsPerEpoch, history.interrupted], [2, 3, false]);
    assert.deepEqual(reports.map(([epoch, step]) => [epoch, step]), [[1, 1], [1, 2], [1, 3], [2, 1], [2, 2], [2, 3]]); // biome-ignore format: pairs
    assert.deepEqual(
      reports.map(([, , loss]) => loss),
      history.steps.loss,
    );
    assert.equal(history.epochs.accuracy?.length, 2);
    assert.equal(history.secondsPerEpoch.length, 2);
    // An epoch's mean is over examples: batches of 2, 2 and 1.
    const [a, b, c] = history.steps.loss as [number, number, number];
    close(history.epochs.loss[0], (2 * a + 2 * b + c) / 5);
    const measured = await evaluate(model, validation);
    close(history.validation?.loss[1], measured.loss);
    assert.deepEqual(epochs[1], {
      epoch: 2,
      training: { loss: history.epochs.loss[1], accuracy: history.epochs.accuracy?.[1] },
      validation: { loss: history.validation?.loss[1], accuracy: history.validation?.accuracy?.[1] },
    });
    model.dispose();
  });

  it("goes through every example once an epoch, in an order that the seed decides", async () => {
    const orders = async (options: FitOptions): Promise<number[]> => {
      const model = line(0); // learns nothing, so that each step's loss tells which example it was
      const dataset = numbers([0, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6]);
      const history = await fit(model, dataset, { epochs: 2, batchSize: 1, ...quiet, ...options });
      model.dispose();
      return history.steps.loss.map((loss) => Math.round(Math.sqrt(loss)));
    };
    const [one, again, other] = [await orders({ seed: 1 }), await orders({ seed: 1 }), await orders({ seed: 2 })];
    assert.deepEqual(one, again);
    assert.notDeepEqual(one, other);
    const [first, second] = [one.slice(0, 6), one.slice(6)];
    assert.notDeepEqual(first, second);
    for (const epoch of [first, second]) assert.deepEqual([...epoch].sort(), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(await orders({ shuffle: false }), [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
  });

  it("ends when onEpochEnd returns false", async () => {
    const model = line(0.01);
    const history = await fit(model, numbers([1], [1]), {
      epochs: 9,
      ...quiet,
      onEpochEnd: ({ epoch }) => epoch < 3,
    });
    assert.deepEqual([history.epochs.loss.length, history.interrupted], [3, false]);
    model.dispose();
  });

  it("ends after the running step when the learner interrupts, and keeps what was learned", async () => {
    const model = line(0.01);
    const before = tf.memory().numTensors;
    let kept: number[] = [];
    await inNotebook(async (kernel) => {
      const history = await fit(model, numbers([1, 2, 3, 4], [2, 1, 5, 3]), {
        epochs: 5,
        batchSize: 1,
        validation: numbers([1], [1]),
        onBatchEnd({ epoch, step }) {
          if (epoch !== 2 || step !== 3) return;
          kept = weightsOf(model);
          kernel.interrupt();
        },
      });
      assert.equal(history.interrupted, true);
      assert.equal(history.steps.loss.length, 4 + 3);
      assert.deepEqual([history.epochs.loss.length, history.validation?.loss.length], [1, 1]);
      const { data } = kernel.shown.at(-1) ?? {};
      assert.match(String(data?.["text/html"]), /interrupted in epoch 2\/5, after step 3\/4/);
    });
    assert.deepEqual(weightsOf(model), kept);
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it("hears an interrupt that comes through the event loop, even if a kernel has cleared the cell's own timers", async () => {
    const model = line(0);
    const immediate = globalThis.setImmediate;
    await inNotebook(async (kernel) => {
      immediate(() => kernel.interrupt());
      // What a kernel leaves of the global timers when it interrupts a cell: nothing that fires.
      globalThis.setImmediate = (() => ({})) as unknown as typeof setImmediate;
      try {
        const history = await fit(model, numbers([1], [1]), { epochs: 1_000_000 });
        assert.equal(history.interrupted, true);
      } finally {
        globalThis.setImmediate = immediate;
      }
    });
    model.dispose();
  });

  it("stops with an explanation when the loss is no longer a number, and leaves no tensors", async () => {
    const model = line(1e30);
    const before = tf.memory().numTensors;
    await assert.rejects(
      fit(model, numbers([1, 2], [5, 7]), { epochs: 9, batchSize: 1, ...quiet }),
      /loss became (Infinity|NaN) in step \d of epoch \d.*diverged.*smaller learning rate/,
    );
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it("leaves no tensors behind: the second training ends with as many as it began with", async () => {
    const model = softmaxModel(tf.train.adam());
    const dataset = points(INPUTS, LABELS);
    const options = { epochs: 2, batchSize: 2, validation: dataset, ...quiet };
    await fit(model, dataset, options); // makes Adam's moments
    const before = tf.memory().numTensors;
    await fit(model, dataset, options);
    await evaluate(model, dataset);
    await predict(model, dataset);
    const failing = { ...options, onBatchEnd: () => Promise.reject(new Error("from the callback")) };
    await assert.rejects(fit(model, dataset, failing), /from the callback/);
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });
});

describe("fit, evaluate and predict, given what does not fit", () => {
  const dataset = points(INPUTS, LABELS);
  /** The model must come out as it went in. */
  async function refuses(
    model: tf.LayersModel,
    data: Dataset,
    message: RegExp,
    options: FitOptions = {},
  ): Promise<void> {
    const before = weightsOf(model);
    await assert.rejects(fit(model, data, { ...quiet, ...options }), message);
    assert.deepEqual(weightsOf(model), before);
    model.dispose();
  }

  it("say which shapes differ", async () => {
    const model = tf.sequential({ name: "wide", layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    const message = /points have the shape \[2\].*wide expects \[3\].*inputShape: \[2\]/;
    await assert.rejects(evaluate(model, dataset), message);
    await assert.rejects(predict(model, dataset), message);
    await refuses(model, dataset, message);
  });

  it("say which label is out of range, in the training or the validation set", async () => {
    const wrong = points(INPUTS, [0, 1, 2, 0, 1], "more classes");
    const message = /Label 2 in more classes \(value 2 .* 2 classes, 0 to 1/;
    await refuses(softmaxModel(), wrong, message);
    await refuses(softmaxModel(), dataset, message, { validation: wrong });
    await refuses(softmaxModel(), points(INPUTS, [0, 1, -1, 0, 1]), /Label -1/);
  });

  it("say when class numbers meet a loss that wants values", async () => {
    const model = softmaxModel();
    model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
    await refuses(model, dataset, /targets of points have the shape \[\].*\[2\].*sparseCategoricalCrossentropy/);
  });

  it("say when one-hot targets meet a loss that wants class numbers", async () => {
    const oneHot = { values: new Float32Array(4), shape: [2], dtype: "float32" } as const;
    const data = new Dataset({ name: "one-hot", inputs: [oneHot], targets: [oneHot] });
    await refuses(softmaxModel(), data, /targets of one-hot have the shape \[2\].*"categoricalCrossentropy"/);
  });

  it("say when inputs or targets are too few", async () => {
    const column = { values: new Float32Array(2), shape: [2], dtype: "float32" } as const;
    await refuses(
      softmaxModel(),
      new Dataset({ name: "bare", inputs: [column], targets: [] }),
      /1 output\(s\).*bare 0/,
    );
    const two = new Dataset({ name: "two", inputs: [column, column], targets: [] });
    await refuses(softmaxModel(), two, /1 input\(s\), the data set two 2/);
  });

  it("say when the model is not compiled", async () => {
    const model = tf.sequential({ name: "raw", layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
    await refuses(model, dataset, /model raw has no loss and optimizer yet.*model\.compile/);
  });

  it("say which option is impossible", async () => {
    await refuses(softmaxModel(), dataset, /epochs.*0 was given/, { epochs: 0 });
    await refuses(softmaxModel(), dataset, /batchSize.*2\.5 was given/, { batchSize: 2.5 });
    await refuses(softmaxModel(), dataset, /seed.*0\.1 was given/, { seed: 0.1 });
  });
});

describe("the article's network on MNIST", function () {
  this.timeout(120_000);

  it("starts at a loss of ln 10, learns from a few hundred digits, and does the same again from the same seed", async () => {
    const mnist = await loadMnist();
    const train = mnist.train.take(512);
    const run = async (): Promise<number[]> => {
      const model = buildCnn({ seed: 3 });
      const start = await evaluate(model, train);
      close(start.loss, Math.log(10), 0.1);
      const history = await fit(model, train, { epochs: 5, batchSize: 64, seed: 3, ...quiet });
      const end = await evaluate(model, mnist.test.take(512));
      assert.ok((end.accuracy as number) > 0.7, `accuracy ${end.accuracy}`);
      model.optimizer.dispose();
      model.dispose();
      return history.steps.loss;
    };
    const before = tf.memory().numTensors;
    const [first, second] = [await run(), await run()];
    assert.equal(first.length, 40);
    for (const [i, loss] of first.entries()) close(second[i], loss, 1e-3);
    assert.equal(tf.memory().numTensors, before);
  });
});
