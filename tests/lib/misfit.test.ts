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
    model.compile({ optimizer: "sgd", loss, metrics: ["precision"] });
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
