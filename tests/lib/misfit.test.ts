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
