// The compiled forward pass against tfjs's own `predict` and `evaluate`.
import assert from "node:assert/strict";
import { tf } from "cellwise";
import { compiledForward } from "cellwise/dist/training/evaluation/forward";
import { compiledStep } from "cellwise/dist/training/loop/model-trainee";

const { layers: l } = tf;

function network(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      l.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 6, 1], activation: "relu" }),
      l.batchNormalization(),
      l.dropout({ rate: 0.5 }),
      l.flatten(),
      l.dense({ units: 3, activation: "softmax" }),
    ],
  });
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

const close = (actual: ArrayLike<number>, expected: ArrayLike<number>): void => {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    assert.ok(Math.abs((actual[i] as number) - (expected[i] as number)) < 1e-5, `${actual[i]}, not ${expected[i]}`);
  }
};

describe("the compiled forward pass", () => {
  it("predicts and evaluates as tfjs does, with the weights of a compiled step that has not been synchronised", () => {
    const model = network();
    const [x, y] = [tf.randomUniform([5, 6, 6, 1], 0, 1, "float32", 1), tf.oneHot([0, 1, 2, 1, 0], 3).toFloat()];
    const forward = compiledForward(model);
    const step = compiledStep(model);
    const seen = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const [predicted] = forward.predict([x]) as [tf.Tensor];
      close(predicted.dataSync(), (model.predict(x) as tf.Tensor).dataSync());
      seen.add(predicted.dataSync().join());
      const expected = model.evaluate(x, y) as tf.Scalar[];
      close(
        forward.evaluate([x], [y]),
        expected.map((value) => value.dataSync()[0] as number),
      );
      predicted.dispose();
      for (let i = 0; i < 3; i++) step.run([x], [y]);
    }
    assert.equal(seen.size, 3, "each round sees other weights");
    step.dispose();
    forward.dispose();
    tf.dispose([x, y]);
  });

  it("returns loss and metrics of several outputs by their names", () => {
    const input = tf.input({ shape: [3] });
    const outputs = ["a", "b"].map((name) => l.dense({ units: 2, name }).apply(input) as tf.SymbolicTensor);
    const model = tf.model({ inputs: input, outputs });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const [x, y] = [tf.ones([2, 3]), tf.zeros([2, 2])];
    const forward = compiledForward(model);
    const values = forward.evaluate([x], [y, y]);
    assert.equal(values.length, model.metricsNames.length);
    const [loss, a, b] = values as [number, number, number];
    assert.ok(Math.abs(loss - a - b) < 1e-5, `${loss} is not ${a} + ${b}`);
    const squares = (model.predict(x) as tf.Tensor[]).map((p) =>
      tf.tidy(() => p.square().mean().dataSync()[0] as number),
    );
    close([a, b], squares);
    forward.dispose();
    tf.dispose([x, y]);
  });
});
