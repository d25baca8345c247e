// Compiled steps that are run where or when they cannot: inside another recording, after their variables are gone.
import assert from "node:assert/strict";
import { compileStep, Dataset, fit, minimize, tf, UncompilableError } from "cellwise";
import { DisposedVariableError } from "cellwise/dist/graph/recording/trace";

const dense = (name: string): tf.Sequential => {
  const model = tf.sequential({ layers: [tf.layers.dense({ name, units: 1, inputShape: [2] })] });
  model.compile({ optimizer: tf.train.adam(), loss: "meanSquaredError" });
  return model;
};

const stepOf = (model: tf.LayersModel, optimizer: tf.Optimizer = tf.train.adam()) =>
  compileStep((x) =>
    minimize(optimizer, () => (model.apply(x as tf.Tensor) as tf.Tensor).square().mean() as tf.Scalar),
  );

describe("a compiled step", () => {
  it("says so when it is run inside another", () => {
    const model = dense("inner");
    const inner = stepOf(model);
    const x = tf.ones([3, 2]);
    inner.run(x);
    const outer = compileStep((x) => tf.scalar(inner.run(x as tf.Tensor)[0] as number));
    assert.throws(
      () => outer.run(x),
      (error) => error instanceof UncompilableError && /runs another compiled step inside/.test(error.message),
    );
    inner.run(x); // and that one still runs by itself
    for (const step of [inner, outer]) step.dispose();
    model.dispose();
    x.dispose();
  });

  it("refuses a layer that carries state from batch to batch, which would be the same in each step", () => {
    for (const inner of [
      tf.layers.lstm({ units: 1, stateful: true, batchInputShape: [1, 2, 1], name: "memory" }),
      tf.layers.rnn({
        cell: tf.layers.gruCell({ units: 1 }),
        stateful: true,
        batchInputShape: [1, 2, 1],
        name: "memory",
      }),
    ]) {
      const model = tf.sequential({ layers: [inner] });
      const step = stepOf(model);
      const x = tf.ones([1, 2, 1]);
      assert.throws(
        () => step.run(x),
        (error) =>
          error instanceof UncompilableError && /"memory" carries state from batch to batch/.test(error.message),
      );
      step.dispose();
      x.dispose();
    }
  });

  it("names the variable that is gone with its model, at known and at new shapes, and can still be disposed", () => {
    const model = dense("gone");
    const step = stepOf(model);
    const [x, other] = [tf.ones([3, 2]), tf.ones([4, 2])];
    step.run(x);
    model.dispose();
    const said = (error: unknown): boolean =>
      error instanceof DisposedVariableError &&
      /"gone\/kernel" of shape \[2, 1\] and \d more was disposed.*Make a new step/.test(error.message);
    assert.throws(() => step.run(x), said);
    assert.throws(() => step.run(other), said);
    step.dispose();
    tf.dispose([x, other]);
  });

  it("names a variable that was gone before its first run, also one that its function hands to an operation", () => {
    for (const body of [
      (x: tf.Tensor, w: tf.Variable) => x.mul(w).sum(),
      (x: tf.Tensor, w: tf.Variable) => tf.sum(tf.mul(x, w)),
      (x: tf.Tensor, w: tf.Variable) => w.mul(x).sum(),
    ]) {
      const w = tf.variable(tf.scalar(1), true, `weight_${Math.floor(performance.now() * 1000)}`);
      w.dispose();
      const step = compileStep((x) => body(x as tf.Tensor, w) as tf.Scalar);
      const x = tf.ones([2]);
      assert.throws(
        () => step.run(x),
        (error) => error instanceof DisposedVariableError && error.message.includes(`"${w.name}"`),
      );
      step.dispose();
      x.dispose();
    }
  });

  it("of fit names the weight when a callback disposes the model", async () => {
    const model = dense("midway");
    const values = new Float32Array(8).fill(1);
    const dataset = new Dataset({
      name: "ones",
      inputs: [{ values, shape: [2], dtype: "float32" }],
      targets: [{ values: values.slice(4), shape: [1], dtype: "float32" }],
    });
    await assert.rejects(
      fit(model, dataset, { batchSize: 1, verbose: false, onBatchEnd: () => void model.dispose() }),
      (error) => error instanceof DisposedVariableError && /"midway\/kernel"/.test(error.message),
    );
  });
});
