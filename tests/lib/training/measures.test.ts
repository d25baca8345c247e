// How losses and metrics are named, and what is said of those that cannot be computed.
import assert from "node:assert/strict";
import { type Column, curve, Dataset, evaluate, fit, minimize, tf } from "cellwise";
import { close, numbers, points, quiet } from "../small-models";

const squares = (truth: tf.Tensor, output: tf.Tensor): tf.Tensor => truth.sub(output).square();
const engines = ["compiled", "eager"] as const;
const floats = (values: number[], shape: number[]): Column => ({
  values: Float32Array.from(values),
  shape,
  dtype: "float32",
});

/** y = 2 x, with any loss and metrics. */
function doubling(compile: Partial<tf.ModelCompileArgs>): tf.LayersModel {
  const layer = tf.layers.dense({ units: 1, useBias: false, inputShape: [1], name: "double" });
  const model = tf.sequential({ layers: [layer] });
  tf.tidy(() => model.setWeights([tf.tensor2d([[2]])]));
  model.compile({ optimizer: tf.train.sgd(1e-12), loss: "meanSquaredError", ...compile });
  return model;
}
const data = numbers([1, 2], [2, 1]); // off by 0 and 3

describe("the names of what is measured", () => {
  it("are those of the functions, told apart by numbers where they are the same, in both engines", async () => {
    function loss(truth: tf.Tensor, output: tf.Tensor): tf.Tensor {
      return truth.sub(output).abs();
    }
    const my_acc = (truth: tf.Tensor, output: tf.Tensor): tf.Tensor => truth.add(output);
    const unnamed = [1, 2].map((factor) => (truth: tf.Tensor) => truth.mul(factor));
    const metrics = [...unnamed, loss, my_acc, my_acc, "mae", "mae"] as string[];
    const expected = {
      loss: 4.5,
      metric: 1.5,
      metric_1: 3,
      loss_1: 1.5,
      my_acc: 4.5,
      my_acc_1: 4.5,
      mae: 1.5,
      mae_1: 1.5,
    };
    const model = doubling({ metrics });
    assert.deepEqual(await evaluate(model, data), expected);
    for (const engine of engines) {
      const { epochs, validation } = await fit(model, data, { engine, validation: data, ...quiet });
      const once = Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, [value]]));
      assert.deepEqual([epochs, validation], [once, once]);
    }
    model.dispose();
  });

  it("do not take a number that another one has", async () => {
    const mae_1 = squares;
    Object.defineProperty(mae_1, "name", { value: "mae_1" });
    const model = doubling({ metrics: ["mae", mae_1, "mae"] as string[] });
    assert.deepEqual(await evaluate(model, data), { loss: 4.5, mae: 1.5, mae_1: 4.5, mae_2: 1.5 });
    model.dispose();
  });

  it("are the outputs' too where there are several", async () => {
    const x = tf.input({ shape: [1] });
    const twice = tf.layers.add({ name: "twice" }).apply([x, x]) as tf.SymbolicTensor;
    const square = tf.layers.multiply({ name: "square" }).apply([x, x]) as tf.SymbolicTensor;
    const model = tf.model({ inputs: x, outputs: [twice, square] });
    const metrics = { square: [(truth: tf.Tensor) => truth, (_: tf.Tensor, output: tf.Tensor) => output] };
    model.compile({ optimizer: "sgd", loss: "meanSquaredError", metrics: metrics as unknown as string[] });
    const pairs = new Dataset({
      name: "pairs",
      inputs: [floats([1, 3], [1])],
      targets: [floats([2, 7], [1]), floats([1, 7], [1])],
    });
    const expected = { loss: 2.5, twice_loss: 0.5, square_loss: 2, square_metric: 4, square_metric_1: 5 };
    assert.deepEqual(await evaluate(model, pairs), expected);
    model.dispose();
  });
});

describe("a loss", () => {
  it("may be given by the name of the only output, class numbers too", async () => {
    const layer = tf.layers.dense({ units: 2, activation: "softmax", inputShape: [2], name: "kind" });
    const model = tf.sequential({ layers: [layer] });
    tf.tidy(() => model.setWeights([tf.zeros([2, 2]), tf.zeros([2])]));
    model.compile({
      optimizer: tf.train.sgd(1e-12),
      loss: { kind: "sparseCategoricalCrossentropy" },
      metrics: { kind: "accuracy" },
    });
    const halves = points(
      [
        [0, 1],
        [1, 0],
      ],
      [0, 1],
    );
    for (const engine of engines) {
      const { epochs } = await fit(model, halves, { engine, ...quiet });
      close(epochs.loss[0], Math.LN2);
      assert.deepEqual(epochs.accuracy, [0.5]);
    }
    await assert.rejects(fit(model, points([[0, 1]], [2]), quiet), /Label 2 in points .* 2 classes, 0 to 1/);
    model.dispose();
  });

  const cases: Record<string, [loss: (truth: tf.Tensor, output: tf.Tensor) => unknown, message: RegExp]> = {
    "of one's own that cannot take the shapes": [
      squares,
      /^The function squares \(loss\) could not be computed from targets of shape \[batch, 3\] and outputs of shape \[batch, 2\]\. Give targets that it takes, or a loss that takes these\./,
    ],
    "of one's own without a name": [
      (
        () => (truth: tf.Tensor, output: tf.Tensor) =>
          truth.sub(output)
      )(),
      /^A function of your own \(loss\) could not be computed from targets of shape \[batch, 3\]/,
    ],
    "that returns no tensor": [() => 3, /returned 3; a loss or metric returns a tensor/],
    "that returns nothing": [() => undefined, /returned undefined; a loss or metric returns a tensor/],
  };
  for (const [name, [loss, message]] of Object.entries(cases))
    it(`${name} is named with both shapes, and nothing changes`, async () => {
      if (name.startsWith("of one's own that")) Object.defineProperty(loss, "name", { value: "squares" });
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [1] })] });
      model.compile({ optimizer: tf.train.sgd(0.1), loss: loss as (truth: tf.Tensor, output: tf.Tensor) => tf.Tensor });
      const wrong = new Dataset({
        name: "wrong",
        inputs: [floats([1, 2], [1])],
        targets: [floats([1, 2, 3, 4, 5, 6], [3])],
      });
      const weights = model.getWeights().map((weight) => weight.arraySync());
      const before = tf.memory().numTensors;
      const refused = (error: Error): boolean => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /=>|return /);
        return true;
      };
      for (const engine of engines) await assert.rejects(fit(model, wrong, { engine, ...quiet }), refused);
      await assert.rejects(evaluate(model, wrong), refused);
      assert.equal(tf.memory().numTensors, before);
      assert.deepEqual(
        model.getWeights().map((weight) => weight.arraySync()),
        weights,
      );
      model.dispose();
    });
});

describe("a loss without a gradient", () => {
  const cases: readonly [what: string, loss: (truth: tf.Tensor, output: tf.Tensor) => tf.Tensor, message: RegExp][] = [
    ["a comparison", (truth, output) => output.greater(truth).toFloat(), /goes through Greater, .*tf\.sigmoid/],
    ["the targets alone", (truth) => truth.square(), /does not depend on anything/],
  ];
  for (const [what, loss, message] of cases)
    for (const engine of engines)
      it(`says so, and nothing is left or changed: ${what}, ${engine}`, async () => {
        const model = tf.sequential({ name: "flat", layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
        model.compile({ optimizer: tf.train.sgd(0.1), loss });
        const data = new Dataset({ name: "d", inputs: [floats([1, 2], [1])], targets: [floats([1, 2], [1])] });
        const weights = model.getWeights().map((weight) => weight.arraySync());
        const before = tf.memory().numTensors;
        await assert.rejects(fit(model, data, { engine, ...quiet }), (error: Error) => {
          assert.match(error.message, /^The loss of flat /);
          assert.match(error.message, message);
          return true;
        });
        assert.equal(tf.memory().numTensors, before);
        assert.deepEqual(
          model.getWeights().map((weight) => weight.arraySync()),
          weights,
        );
        model.dispose();
      });

  it("is named by minimize and curve too, and nothing is left", () => {
    const v = tf.variable(tf.scalar(1));
    const optimizer = tf.train.sgd(0.1);
    const before = tf.memory().numTensors;
    for (const [loss, message] of [
      [() => v.greater(0).toFloat(), /^minimize: the loss goes through Greater/],
      [() => tf.scalar(1), /^minimize: the loss does not depend/],
      [() => v.mul([1, 2]), /^minimize: the loss is a tensor of rank 1; it is one number\. Take its mean/],
    ] as const)
      assert.throws(
        () => minimize(optimizer, loss as () => tf.Scalar, [v]),
        (error: Error) => message.test(error.message),
      );
    for (const [f, message] of [
      [(x: tf.Tensor) => x.greater(0).toFloat(), /^curve: the function goes through Greater/],
      [() => tf.ones([3]), /^curve: the function does not depend/],
    ] as const)
      assert.throws(
        () => curve(f, { steps: 3 }),
        (error: Error) => message.test(error.message),
      );
    assert.equal(tf.memory().numTensors, before);
    v.dispose();
  });
});
