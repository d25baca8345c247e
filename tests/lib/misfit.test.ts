import { strict as assert } from "node:assert";
import { Dataset, evaluate, type FitOptions, fit, predict, tf } from "cellwise";
import { INPUTS, LABELS, points, quiet, softmaxModel, weightsOf } from "./small-models";

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

  /** A model of one value (or two), of which the targets are checked before anything is computed. */
  const valued = (loss: string, targets: number[], units = 1): [tf.LayersModel, Dataset] => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [1], activation: "sigmoid" })] });
    model.compile({ optimizer: "sgd", loss, metrics: ["mae"] });
    const size = targets.length / units;
    const inputs = [{ values: new Float32Array(size), shape: [1], dtype: "float32" }] as const;
    const column = { values: Float32Array.from(targets), shape: [units], dtype: "float32" } as const;
    return [model, new Dataset({ name: "labelled", inputs, targets: [column] })];
  };
  // The values that Keras's documentation of each loss expects (keras.losses).
  const outside: readonly [loss: string, targets: number[], message: RegExp, units?: number][] = [
    [
      "binaryCrossentropy",
      [0, 1, 7],
      /Target 7 in labelled \(value 2 of its targets\) is none that the loss binaryCross/,
    ],
    [
      "binaryCrossentropy",
      [1, 2, 1, 2],
      /Target 2 .*value 1 .*takes: probabilities, 0 to 1\. Number two classes 0 and 1/,
    ],
    ["bce", [-3, 0, 7], /Target -3 .*value 0 /],
    ["categoricalCrossentropy", [1, 0, 5, -3], /Target 5 .*value 2 .*categoricalCrossentropy takes: probabilities/, 2],
    ["kld", [0.5, 0.5, 0.2, 1.8], /Target 1\.8 .*value 3 .*kullbackLeiblerDivergence/, 2],
    ["categoricalHinge", [-1, 1], /Target -1 .*categoricalHinge/, 2],
    ["hinge", [-1, 1, 2], /Target 2 .*value 2 .*loss hinge takes: -1 for one class and 1 for the other\. Number the/],
    ["squaredHinge", [-3, 1], /Target -3 .*squaredHinge/],
    [
      "hinge",
      [1, 0, 1],
      /targets of labelled are 0 to 1 \(value 1 is 0\), and the loss hinge takes -1 .*2 \* label - 1/,
    ],
    ["poisson", [3, -1], /Target -1 .*value 1 .*poisson takes: counts, 0 or more.*meanSquaredError/],
  ];
  for (const [loss, targets, message, units] of outside)
    it(`say which target ${loss} does not take of ${targets.join(", ")}`, async () => {
      const [model, data] = valued(loss, targets, units);
      await assert.rejects(evaluate(model, data), { name: "RangeError", message });
      await refuses(model, data, message);
    });
  for (const [loss, targets, units] of [
    ["binaryCrossentropy", [0, 1, 0.3, 1.000001]],
    ["categoricalCrossentropy", [0, 1, 0.9, 0.1], 2],
    ["hinge", [-1, 1, 0, 0.5]],
    ["hinge", [1, 1]],
    ["poisson", [0, 12, 0.5]],
    ["meanSquaredError", [-3, 0, 7]],
  ] as const)
    it(`take those of ${loss}: ${targets.join(", ")}`, async () => {
      const [model, data] = valued(loss, [...targets], units);
      assert.ok(Number.isFinite((await evaluate(model, data)).loss));
      model.dispose();
    });
  /** Any target is right for the loss, which is the mean square error of one value, of two or of three. */
  const measured: readonly [metric: unknown, targets: number[], message: RegExp, units?: number][] = [
    [
      "precision",
      [0, 7],
      /Target 7 in labelled \(value 1 .* the metric precision takes: probabilities, 0 to 1\. Give targets/,
    ],
    ["recall", [-1, 1], /Target -1 .* metric recall takes/],
    ["AUC", [0, 1, 2], /Target 2 .* metric AUC takes/],
    [tf.metrics.precision, [0, 7], /Target 7 .* metric precision takes/],
    ["accuracy", [0, 1, 2], /Target 2 .* metric accuracy takes/],
    ["binary_accuracy", [-1, 1], /Target -1 .* metric binary_accuracy takes/],
    ["bce", [0, 1, 1.5], /Target 1\.5 .* metric bce takes/],
    ["crossentropy", [5], /Target 5 .* metric crossentropy takes/],
    ["hinge", [0, 1], /targets of labelled are 0 to 1 .* the metric hinge takes -1 for one class/],
    ["kld", [0, 1, 0.5, 1.5], /Target 1\.5 .* metric kld takes/, 2],
    ["categoricalCrossentropy", [0, 1, 3, 0], /Target 3 .* metric categoricalCrossentropy takes/, 2],
    [
      "sparseCategoricalAccuracy",
      [0, 1],
      /shape \[2\], but the metric sparseCategoricalAccuracy over .* takes class numbers/,
      2,
    ],
  ];
  for (const [metric, targets, message, units] of measured)
    it(`say which target the metric ${typeof metric === "string" ? metric : "of tfjs's"} does not take`, async () => {
      const [model, data] = valued("mse", targets, units);
      model.compile({ optimizer: "sgd", loss: "mse", metrics: ["mae", metric as string] });
      await assert.rejects(evaluate(model, data), { name: "RangeError", message });
      await refuses(model, data, message);
    });
  it("say which label a metric alone does not take", async () => {
    const own = (_: tf.Tensor, output: tf.Tensor): tf.Tensor => output.mean(-1);
    for (const metric of [
      "accuracy",
      "sparse_categorical_accuracy",
      "sparse_top_k_categorical_accuracy",
      "crossentropy",
    ]) {
      const model = softmaxModel();
      model.compile({ optimizer: "sgd", loss: own, metrics: [metric] });
      await refuses(model, points(INPUTS, [0, 1, 7, 0, 1]), /Label 7 in points \(value 2 .*2 classes, 0 to 1/);
    }
  });
  it("take what a metric has a meaning for, beside any loss", async () => {
    for (const [metric, targets, units] of [
      ["accuracy", [0, 1, 0.5]],
      ["accuracy", [-3, 7, 2, 5], 2], // the greatest is the class
      ["topKCategoricalAccuracy", [-3, 7, 2, 5], 2],
      ["r2Score", [-3, 7]],
      ["rootMeanSquaredError", [-3, 7]],
      ["auc", [0, 1]],
    ] as const) {
      const [model, data] = valued("mse", [...targets], units);
      model.compile({ optimizer: "sgd", loss: "mse", metrics: [metric] });
      assert.ok(Number.isFinite((await evaluate(model, data))[metric]));
      model.dispose();
    }
  });
  it("say it of tfjs's own losses too", async () => {
    for (const [loss, targets, message, units] of [
      [tf.losses.sigmoidCrossEntropy, [0, 7], /Target 7 .* the loss sigmoidCrossEntropy takes: probabilities/],
      [tf.losses.logLoss, [0, 7], /Target 7 .* the loss logLoss takes: probabilities/],
      [tf.losses.hingeLoss, [-1, 1], /Target -1 .* the loss hingeLoss takes/],
      [tf.losses.softmaxCrossEntropy, [0, 2], /Target 2 .* the loss softmaxCrossEntropy takes/, 2],
      [tf.metrics.binaryCrossentropy, [0, 2], /Target 2 .* the loss binaryCrossentropy takes/],
    ] as const) {
      const [model, data] = valued("mse", [...targets], units);
      model.compile({ optimizer: "sgd", loss: loss as tf.ModelCompileArgs["loss"] });
      await refuses(model, data, message);
    }
    for (const loss of [tf.losses.meanSquaredError, tf.losses.huberLoss, tf.losses.absoluteDifference]) {
      const model = softmaxModel();
      model.compile({ optimizer: "sgd", loss: loss as tf.ModelCompileArgs["loss"] });
      await refuses(
        model,
        dataset,
        /targets of points have the shape \[\], the output .* \[2\], and the loss .* value by value/,
      );
    }
  });
  it("say it of a loss of one's own that says what numbers it takes", async () => {
    const [model, data] = valued("mse", [0, 2]);
    const own = (truth: tf.Tensor, output: tf.Tensor): tf.Tensor => tf.metrics.binaryCrossentropy(truth, output);
    model.compile({ optimizer: "sgd", loss: Object.assign(own, { targets: "values", numbers: "probabilities" }) });
    await refuses(model, data, /Target 2 .*the loss own takes/);
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
    await refuses(softmaxModel(), dataset, /epochs is 0; it is a whole number of at least 1/, { epochs: 0 });
    await refuses(softmaxModel(), dataset, /batchSize is 2\.5; it is a whole number of at least 1/, { batchSize: 2.5 });
    await refuses(softmaxModel(), dataset, /seed.*0\.1 was given/, { seed: 0.1 });
  });
});
