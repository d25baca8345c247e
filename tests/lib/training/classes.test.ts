// What class a model's output stands for, by hand: of one softmax, one sigmoid, one for each position, of several outputs; and
// where there is none.
import assert from "node:assert/strict";
import {
  type Column,
  confusionCounts,
  confusionMatrix,
  crossentropyIgnoring,
  Dataset,
  mistakes,
  Predictions,
  predict,
  tf,
} from "cellwise";
import { close } from "../small-models";

const { layers: l } = tf;
const floats = (values: number[], ...shape: number[]): Column => ({
  values: Float32Array.from(values),
  shape,
  dtype: "float32",
});
const whole = (values: number[], ...shape: number[]): Column => ({
  values: Int32Array.from(values),
  shape,
  dtype: "int32",
});
const dataset = (input: Column, ...targets: Column[]): Dataset =>
  new Dataset({ name: "examples", inputs: [input], targets });

/** A model that puts its inputs through some layers, the first of which has the identity for weights. */
function through(shape: number[], activation: "softmax" | "sigmoid" | "linear" | "tanh", ...after: tf.layers.Layer[]) {
  const units = shape.at(-1) as number;
  const kernelInitializer = tf.initializers.identity({ gain: 1 });
  const dense = l.dense({ units, activation, inputShape: shape, kernelInitializer, name: "scores" });
  return tf.sequential({ name: "identity", layers: [dense, ...after] });
}
type Loss = tf.ModelCompileArgs["loss"];
async function classesOf(model: tf.LayersModel, input: Column, loss?: Loss): Promise<number[]> {
  if (loss !== undefined) model.compile({ optimizer: "sgd", loss });
  const before = tf.memory().numTensors;
  try {
    return [...(await predict(model, dataset(input))).classes()];
  } finally {
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  }
}

const sides = floats([-2, 3, 0, 0.1], 1);
const rows = floats([0, 2, 1, 5, 4, 3], 3);
const squares = (truth: tf.Tensor, output: tf.Tensor): tf.Tensor => truth.sub(output).square();

describe("the classes that outputs stand for", () => {
  const cases: Record<string, [model: () => tf.LayersModel, input: Column, loss: Loss | undefined, classes: number[]]> =
    {
      "one sigmoid: 1 above a half": [() => through([1], "sigmoid"), sides, "binaryCrossentropy", [0, 1, 0, 1]],
      "one sigmoid with another loss": [() => through([1], "sigmoid"), sides, "meanSquaredError", [0, 1, 0, 1]],
      "one sigmoid, not compiled": [() => through([1], "sigmoid"), sides, undefined, [0, 1, 0, 1]],
      "one sigmoid as a layer of its own": [
        () => through([1], "linear", l.activation({ activation: "sigmoid" }), l.reshape({ targetShape: [1] })),
        sides,
        squares,
        [0, 1, 0, 1],
      ],
      "a softmax": [() => through([3], "softmax"), rows, "sparseCategoricalCrossentropy", [1, 0]],
      "a softmax with a loss of values": [() => through([3], "linear", l.softmax()), rows, "meanSquaredError", [1, 0]],
      "sigmoids of which a loss takes one for the class": [
        () => through([3], "sigmoid"),
        rows,
        "sparseCategoricalCrossentropy",
        [1, 0],
      ],
      "a softmax at each position": [
        () => through([2, 3], "softmax"),
        floats([0, 2, 1, 5, 4, 3, 0, 0, 1, 1, 2, 0], 2, 3),
        crossentropyIgnoring(0),
        [1, 0, 2, 1],
      ],
      "a sigmoid at each position": [
        () => through([2, 1], "sigmoid"),
        floats([-1, 1, 2, -2], 2, 1),
        "binaryCrossentropy",
        [0, 1, 1, 0],
      ],
      "a layer in time": [
        () =>
          tf.sequential({
            layers: [
              l.timeDistributed({
                inputShape: [2, 2],
                layer: l.dense({ units: 2, activation: "softmax", kernelInitializer: "identity" }),
              }),
            ],
          }),
        floats([0, 2, 5, 4], 2, 2),
        squares,
        [1, 0],
      ],
      "a model as the last layer": [() => through([3], "linear", through([3], "softmax")), rows, squares, [1, 0]],
    };
  for (const [name, [model, input, loss, classes]] of Object.entries(cases))
    it(`are those of ${name}`, async () => assert.deepEqual(await classesOf(model(), input, loss), classes));

  const refused: Record<string, [model: () => tf.LayersModel, input: Column, loss: Loss, message: RegExp]> = {
    "a regression": [
      () => through([1], "linear"),
      sides,
      "meanSquaredError",
      /model identity, of shape \[1\], do not stand for classes.*predictions\.values/,
    ],
    "a regression of several values": [
      () => through([3], "tanh"),
      rows,
      "meanAbsoluteError",
      /of shape \[3\], do not stand for classes/,
    ],
    "a loss of one's own on scores": [() => through([3], "linear"), rows, squares, /classes\(\{ from: "logits" \}\)/],
    "a softmax of one unit, whose class is always 0": [
      () => through([1], "softmax"),
      sides,
      "meanSquaredError",
      /model identity, of shape \[1\], are the score of one class alone.*"sigmoid".*"binaryCrossentropy"/,
    ],
    "one score with a loss of class numbers": [
      () => through([1], "linear"),
      sides,
      "sparseCategoricalCrossentropy",
      /the score of one class alone/,
    ],
    "several labels": [
      () => through([3], "sigmoid"),
      rows,
      "binaryCrossentropy",
      /are 3 probabilities, each by itself.*predictions\.at\(0\)/,
    ],
  };
  for (const [name, [model, input, loss, message]] of Object.entries(refused))
    it(`are refused for ${name}, with what to use`, () =>
      assert.rejects(classesOf(model(), input, loss), { name: "TypeError", message }));

  it("are read from logits, or from probabilities computed elsewhere, when told so", () => {
    const scores = Float32Array.of(-1, 0.25, 2, 0.75);
    assert.deepEqual([...new Predictions(scores, [1]).classes({ from: "logits" })], [0, 1, 1, 1]);
    assert.deepEqual([...new Predictions(scores, [1]).classes({ from: "probabilities" })], [0, 0, 1, 1]);
    assert.deepEqual([...new Predictions(scores, [2]).classes({ from: "logits" })], [1, 0]);
    assert.deepEqual([...new Predictions(scores, [2]).classes()], [1, 0]);
    assert.throws(() => new Predictions(scores, [1]).classes(), /outputs, of shape \[1\], do not stand for classes/);
    assert.throws(() => new Predictions(scores, []).classes(), /of shape \[\], do not stand for classes/);
  });
});

describe("mistakes and the confusion matrix", () => {
  it("of one sigmoid, whose targets may be kept as float32", async () => {
    const model = through([1], "sigmoid");
    model.compile({ optimizer: "sgd", loss: "binaryCrossentropy" });
    for (const target of [whole([0, 0, 1, 1]), floats([0, 0, 1, 1], 1)]) {
      const data = dataset(sides, target);
      const predictions = await predict(model, data);
      const [worst, other, ...rest] = mistakes(data, predictions);
      assert.deepEqual([worst?.position, worst?.truth, worst?.predicted], [1, 0, 1]); // 3 is far on the wrong side
      close(worst?.probabilityOfTruth, 1 / (1 + Math.exp(3)));
      close(worst?.probabilityOfPredicted, 1 / (1 + Math.exp(-3)));
      assert.deepEqual(other, {
        position: 2,
        step: 0,
        truth: 1,
        predicted: 0,
        probabilityOfTruth: 0.5,
        probabilityOfPredicted: 0.5,
      });
      assert.deepEqual(rest, []);
      assert.deepEqual(confusionCounts(data.positionLabels(), predictions.classes(), 2), [
        [1, 1],
        [1, 1],
      ]);
    }
    model.dispose();
  });

  it("of sequences go by position, without those that do not count", async () => {
    const model = through([2, 3], "softmax");
    model.compile({ optimizer: "sgd", loss: crossentropyIgnoring(-1) });
    const input = floats([0, 2, 1, 5, 4, 3, 0, 0, 1, 1, 2, 0], 2, 3); // classes 1 0, 2 1
    const data = dataset(input, whole([1, 2, -1, 0], 2));
    const predictions = await predict(model, data);
    assert.deepEqual(
      mistakes(data, predictions).map(({ position, step, truth, predicted }) => [position, step, truth, predicted]),
      [
        [0, 1, 2, 0],
        [1, 1, 0, 1],
      ],
    );
    const truth = data.positionLabels();
    assert.deepEqual([...truth], [1, 2, -1, 0]);
    assert.deepEqual(confusionCounts(truth, predictions.classes(), 3), [
      [0, 1, 0],
      [0, 1, 0],
      [1, 0, 0],
    ]);
    const { title } = confusionMatrix(truth, predictions.classes(), ["a", "b", "c"]).layout;
    assert.match(JSON.stringify(title), /1 of 3 right/);
    assert.throws(() => data.labels(), /int32 of shape \[2\]\. For sequences, take positionLabels\(\)/);
    model.dispose();
  });

  it("of a model with several outputs are those of the one that is asked for", async () => {
    const x = tf.input({ shape: [3] });
    const kind = l.softmax({ name: "kind" }).apply(x) as tf.SymbolicTensor;
    const large = l.dense({ units: 1, activation: "sigmoid", kernelInitializer: "ones", name: "large" }).apply(x);
    const model = tf.model({ name: "two", inputs: x, outputs: [kind, large as tf.SymbolicTensor] });
    const data = dataset(floats([0, 2, 1, -5, -4, -6], 3), whole([1, 0]), whole([0, 0]));
    const [first, second] = [await predict(model, data, { output: "kind" }), await predict(model, data, { output: 1 })];
    assert.deepEqual(
      [[...first.classes()], [...second.classes()]],
      [
        [1, 1],
        [1, 0],
      ],
    );
    assert.deepEqual(
      mistakes(data, first).map(({ position }) => position),
      [1],
    );
    assert.deepEqual(
      mistakes(data, second).map(({ position }) => position),
      [0],
    );
    await assert.rejects(predict(model, data), /two has 2 output\(s\), kind, large; .*\{ output: "kind" \}/);
    await assert.rejects(predict(model, data, { output: "size" }), /kind, large; size was asked for/);
    await assert.rejects(predict(model, data, { output: 2 }), /kind, large; 2 was asked for/);
    model.dispose();
  });

  it("of a regression are refused, and of one-hot targets", async () => {
    const model = through([3], "linear");
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const data = dataset(rows, floats([0, 1, 0, 1, 0, 0], 3));
    const predictions = await predict(model, data);
    assert.throws(() => mistakes(data, predictions), /do not stand for classes/);
    const scores = new Predictions(predictions.values, [3]);
    assert.throws(() => mistakes(data, scores), /has 3 target value\(s\), but the predictions 1 class\(es\)/);
    assert.throws(() => dataset(rows, floats([0.5, 1], 1)).positionLabels(), /not class numbers \(whole numbers\)/);
    model.dispose();
  });
});
