// The compiled forward pass against tfjs's own `predict` and `evaluate`.
import assert from "node:assert/strict";
import { tf } from "cellwise";
import { disposeIdleSessions } from "cellwise/dist/graph/compiled-function";
import { compiledForward, forwardPass } from "cellwise/dist/training/evaluation/forward";
import { compiledStep } from "cellwise/dist/training/loop/model-trainee";
import { watchNativeCalls } from "../native-calls";

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

  it("records no graph for what is left of the data at the end, before it comes a second time", () => {
    disposeIdleSessions();
    const model = network();
    const x = tf.randomUniform([12, 6, 6, 1], 0, 1, "float32", 2);
    const expected = model.predict(x) as tf.Tensor;
    let loads = 0;
    const stop = watchNativeCalls(["loadSavedModel"], () => loads++);
    const forward = forwardPass(model, 1000);
    const counts: number[] = [];
    try {
      for (let round = 0; round < 3; round++) {
        const values: number[] = [];
        for (const [first, size] of [
          [0, 5],
          [5, 5],
          [10, 2],
        ] as const) {
          const outputs = tf.tidy(() => forward.predict([x.slice(first, size)]));
          for (const output of outputs) values.push(...output.dataSync());
          tf.dispose(outputs);
        }
        close(values, expected.dataSync());
        counts.push(loads);
      }
    } finally {
      stop();
      forward.dispose();
      tf.dispose([x, expected]);
      model.dispose();
    }
    assert.deepEqual(counts, [1, 2, 2]);
  });
});
