// What `compile` takes by name is what Keras takes (keras.losses.get, keras.metrics.get, Keras 3), and what it says of the rest.
import assert from "node:assert/strict";
import { Dataset, evaluate, fit, tf } from "cellwise";
import { close, numbers, quiet } from "../small-models";

/** y = 2 x. */
function doubling(compile: { loss?: unknown; metrics?: unknown; optimizer?: unknown }): tf.Sequential {
  const layer = tf.layers.dense({ units: 1, useBias: false, inputShape: [1], name: "double" });
  const model = tf.sequential({ name: "doubling", layers: [layer] });
  tf.tidy(() => model.setWeights([tf.tensor2d([[2]])]));
  model.compile({ optimizer: tf.train.sgd(1e-12), loss: "mse", ...compile } as tf.ModelCompileArgs);
  return model;
}
const data = numbers([1, 2], [2, 1]); // the outputs are 2 and 4
const signs = numbers([1, 2], [1, -1]);
const ones = numbers([1, 2], [1, 0]);

/** By the definitions of keras.losses, on targets 2 and 1 and outputs 2 and 4. */
const LOSSES: readonly [expected: number, ...names: string[]][] = [
  [4.5, "mse", "MSE", "mean_squared_error", "MeanSquaredError", "meanSquaredError"],
  [1.5, "mae", "MAE", "mean_absolute_error", "MeanAbsoluteError"],
  [150, "mape", "mean_absolute_percentage_error"], // 0 and 300 %
  [Math.log(5 / 2) ** 2 / 2, "msle", "mean_squared_logarithmic_error"],
  [(3 + Math.log((1 + Math.exp(-6)) / 2)) / 2, "log_cosh", "logcosh"],
  [(2 - 2 * Math.log(2) + 4 - Math.log(4)) / 2, "poisson", "Poisson"],
  [-1, "cosine_similarity", "CosineSimilarity"],
  [1.25, "huber", "Huber"], // 0, and 3 - 1 / 2
];
/** On targets 1 and -1: (0 + 5) / 2 and (0 + 25) / 2. */
const SIGN_LOSSES: typeof LOSSES = [
  [2.5, "hinge", "Hinge"],
  [12.5, "squared_hinge", "SquaredHinge"],
];
const METRICS: readonly [expected: number, ...names: string[]][] = [
  [4.5, "mse", "mean_squared_error", "MeanSquaredError"],
  [1.5, "mae", "mean_absolute_error"],
  [150, "mape", "mean_absolute_percentage_error"],
  [1, "cosine_similarity", "CosineSimilarity"], // of the other sign than the loss
  [-17, "r2_score", "R2Score", "r2Score"], // 1 − 9 / 0.5
  [Math.sqrt(4.5), "root_mean_squared_error", "RootMeanSquaredError", "rootMeanSquaredError"],
];
/** Of targets 1 and 0, whose outputs are 2 and 4: both are taken for 1, and the wrong one has more. */
const SHARES: typeof METRICS = [
  [1, "recall", "Recall"],
  [0.5, "precision", "Precision"],
  [0.5, "binary_accuracy", "BinaryAccuracy"],
  // Keras takes outputs above 1 for 1: both are above all thresholds but the last.
  [0.5, "auc", "AUC"],
];

const tried = [LOSSES, SIGN_LOSSES].flatMap((losses, i) => losses.map((one) => [i === 0 ? data : signs, one] as const));

describe("the names that compile takes", () => {
  for (const [data, [expected, ...names]] of tried)
    for (const loss of names)
      it(`the loss ${loss}, alone, in a list and by the output`, async () => {
        for (const form of [loss, [loss], { double: loss }]) {
          const model = doubling({ loss: form });
          close((await evaluate(model, data)).loss, expected, 1e-4);
          model.dispose();
        }
      });

  it("metrics, under the name that was given, in both engines and in batches of any size", async () => {
    const all = [METRICS, SHARES].flatMap((metrics, i) =>
      metrics.map((one) => [i === 0 ? data : ones, ...one] as const),
    );
    for (const [data, expected, ...names] of all) {
      const model = doubling({ metrics: names });
      for (const batchSize of [1, 2])
        for (const name of names) close((await evaluate(model, data, { batchSize }))[name], expected, 1e-4);
      for (const engine of ["compiled", "eager"] as const) {
        const { epochs } = await fit(model, data, { engine, batchSize: 1, ...quiet });
        for (const name of names) close(epochs[name]?.[0], expected, 1e-4);
      }
      model.dispose();
    }
  });

  it("as a metric each name of a loss, of the same value", async () => {
    // By the definitions of keras.metrics, where they differ from those of the losses: alike is 1.
    const other: readonly string[] = ["cosine_similarity", "CosineSimilarity"];
    for (const [data, [expected, ...names]] of tried) {
      const model = doubling({ metrics: names });
      const measured = await evaluate(model, data);
      for (const name of names) close(measured[name], other.includes(name) ? -expected : expected, 1e-4);
      const { epochs } = await fit(model, data, { batchSize: 1, ...quiet });
      for (const name of names) close(epochs[name]?.[0], other.includes(name) ? -expected : expected, 1e-4);
      model.dispose();
    }
    const before = tf.memory().numTensors;
    const model = doubling({ metrics: ["kld", "KLDivergence", "categorical_hinge", "bce"] });
    assert.equal(Object.keys(await evaluate(model, numbers([1], [1]))).length, 5);
    model.optimizer.dispose();
    model.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it("metrics in a list for each output, as Keras takes them", async () => {
    const one = doubling({ metrics: [["mae", "mse"]] });
    assert.deepEqual(await evaluate(one, data), { loss: 4.5, mae: 1.5, mse: 4.5 });
    const x = tf.input({ shape: [1] });
    const dense = (name: string) =>
      tf.layers.dense({ units: 1, useBias: false, kernelInitializer: "ones", name }).apply(x) as tf.SymbolicTensor;
    const model = tf.model({ inputs: x, outputs: [dense("a"), dense("b")] });
    const [column] = data.targets;
    assert.ok(column);
    const both = new Dataset({ name: "both", inputs: data.inputs, targets: [column, column] });
    // The outputs are 1 and 2, the targets 2 and 1.
    for (const [metrics, measured] of [
      [[["mae"], ["mse", "mae"]], { a_mae: 1, b_mse: 1, b_mae: 1 }],
      [[[], ["mae"]], { b_mae: 1 }],
      [["mse", ["mae"]], { a_mse: 1, b_mae: 1 }],
      [[["mse"], null], { a_mse: 1 }],
    ] as const) {
      model.compile({ optimizer: "sgd", loss: "mse", metrics } as unknown as tf.ModelCompileArgs);
      assert.deepEqual(await evaluate(model, both), { loss: 2, a_loss: 1, b_loss: 1, ...measured });
    }
    for (const each of [one, model]) each.dispose();
  });

  it("optimizers", () => {
    for (const optimizer of ["SGD", "sgd", "Adam", "adam", "RMSprop", "rmsprop", "Adagrad", "Adadelta", "Adamax"]) {
      const model = doubling({ optimizer });
      assert.match(model.optimizer.getClassName(), new RegExp(optimizer, "i"));
      model.optimizer.dispose();
      model.dispose();
    }
  });

  it("say whose output each is, as before, where there are several", async () => {
    const x = tf.input({ shape: [1] });
    const dense = (name: string) => tf.layers.dense({ units: 1, name }).apply(x) as tf.SymbolicTensor;
    const model = tf.model({ inputs: x, outputs: [dense("a"), dense("b")] });
    model.compile({ optimizer: "sgd", loss: ["mse", "mean_absolute_error"], metrics: { b: "mean_squared_error" } });
    const [column] = data.targets;
    assert.ok(column);
    const both = new Dataset({ name: "both", inputs: data.inputs, targets: [column, column] });
    assert.deepEqual(Object.keys(await evaluate(model, both)), ["loss", "a_loss", "b_loss", "b_mean_squared_error"]);
    model.dispose();
  });
});

describe("what compile says of what it does not take", () => {
  const refused: readonly [what: string, given: object, message: RegExp][] = [
    ["a loss of another name", { loss: "mes" }, /loss is "mes"; it is the name of a loss \(meanSquaredError, .*mse/],
    ["a metric of another name", { metrics: ["accuracy", "f1"] }, /metrics\[1\] is "f1"; it is the name of a metric/],
    ["a metric by an output", { metrics: { double: ["f1"] } }, /metrics\.double\[0\] is "f1"/],
    [
      "a list of another length",
      { loss: [(truth: tf.Tensor) => truth.mul(12345), "mse"] },
      /loss is a list of 2; the model has 1 output\(s\): double\. Give one loss for each/,
    ],
    ["a loss of no output", { loss: { other: "mse" } }, /loss has an entry "other".*1 output\(s\): double/],
    ["metrics of no output", { metrics: { other: "mse" } }, /metrics has an entry "other".*1 output\(s\): double/],
    [
      "metrics in lists for other outputs",
      { metrics: [["mse"], ["mae"]] },
      /a list of 2 with lists in it.*1 output\(s\): double/,
    ],
    [
      "a metric in a list that is none",
      { metrics: [["f1"]] },
      /metrics\[0\] is "f1"; it is the name of a metric .*hinge.*kld/,
    ],
    [
      "an option that there is not",
      { metric: ["mae"] },
      /a field "metric"; it is an object with the fields optimizer, loss, metrics/,
    ],
    [
      "weights of losses",
      { lossWeights: [1] },
      /a field "lossWeights"; it is .*no others\. Weigh a loss in a function of your own/,
    ],
    ["weighted metrics", { weightedMetrics: ["mae"] }, /a field "weightedMetrics"; it is .*Give them as metrics/],
    [
      "a loss of tfjs's that takes an axis",
      { loss: tf.losses.cosineDistance },
      /loss is the function cosineDistance\w*, .* takes more than targets and outputs\. Name it: "cosineSimilarity"/,
    ],
    ["what only weighs losses", { loss: [tf.losses.computeWeightedLoss] }, /takes more than .* Give a function/],
    ["no loss", { loss: undefined }, /loss is undefined; it is a name/],
    ["a number", { loss: 5 }, /loss is 5; it is a name/],
    ["a number among the metrics", { metrics: ["mse", 5] }, /metrics\[1\] is 5; it is a name/],
    ["an optimizer of another name", { optimizer: "adma" }, /optimizer is "adma"; it is an optimizer/],
    ["no optimizer", { optimizer: undefined }, /optimizer is undefined; it is an optimizer/],
    ["an optimizer of something else", { optimizer: {} }, /optimizer is an object \{\}; it is an optimizer/],
  ];
  for (const [what, given, message] of refused)
    it(`${what}`, () => {
      assert.throws(
        () => doubling(given),
        (error: Error) => {
          assert.match(error.message, /^compile of the model doubling: /);
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /=>[^.]*12345|12345/); // no function's source
          return true;
        },
      );
    });
});
