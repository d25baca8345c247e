// Models that carry state from batch to batch: sizes are checked before any step, and trained as tfjs's own fit does.
import assert from "node:assert/strict";
import { Dataset, evaluate, type FitOptions, fit, predict, tf } from "cellwise";
import { close, weightsOf } from "../small-models";

const series = (count: number, name = "series"): Dataset =>
  new Dataset({
    name,
    inputs: [
      { values: Float32Array.from({ length: count * 3 }, (_, i) => Math.sin(i)), shape: [3, 1], dtype: "float32" },
    ],
    targets: [{ values: Float32Array.from({ length: count }, (_, i) => Math.cos(i)), shape: [1], dtype: "float32" }],
  });
function build(batch = 4): tf.Sequential {
  const model = tf.sequential({
    name: "memory",
    layers: [
      tf.layers.lstm({
        ...{ units: 2, stateful: true, batchInputShape: [batch, 3, 1] },
        kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
        recurrentInitializer: tf.initializers.glorotUniform({ seed: 2 }),
      }),
      tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }) }),
    ],
  });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
  return model;
}
const eager = { verbose: false, engine: "eager" } as const;

describe("a stateful model", () => {
  async function refused(data: Dataset, message: RegExp, options: FitOptions = {}): Promise<void> {
    const model = build();
    const before = weightsOf(model);
    await assert.rejects(fit(model, data, { ...eager, ...options }), message);
    assert.deepEqual(weightsOf(model), before);
    model.dispose();
  }

  it("is refused examples that are no whole number of its batches, before any step", async () => {
    await refused(series(10), /batches of 4; the 10 examples of series.*take\(8\)/);
    await refused(series(3), /batches of 4; the 3 examples.*at least 4/);
    await refused(series(8), /batches of 4; the 6 examples of later.*take\(4\)/, { validation: series(6, "later") });
  });

  it("is refused another batch size", async () => {
    await refused(series(8), /built for batches of 4; batchSize 2 was given.*batchInputShape: \[2, …\]/, {
      batchSize: 2,
    });
    const model = build();
    await assert.rejects(evaluate(model, series(8), { batchSize: 8 }), /batches of 4; batchSize 8/);
    await assert.rejects(predict(model, series(6)), /batches of 4; the 6 examples/);
    model.dispose();
  });

  it("is trained, validated, measured and run in batches of its own size, in order, as tfjs's own fit does", async () => {
    const [model, twin] = [build(), build()];
    const [data, later] = [series(12), series(8, "later")];
    const history = await fit(model, data, { ...eager, epochs: 2, validation: later });
    assert.deepEqual([history.batchSize, history.stepsPerEpoch, history.steps.loss.length], [4, 3, 6]);
    const tensors = [data, later].map((each) => each.batch(Array.from({ length: each.size }, (_, i) => i)));
    const [all, rest] = tensors as [(typeof tensors)[0], (typeof tensors)[0]];
    const expected = await twin.fit(all.inputs, all.targets, {
      ...{ epochs: 2, batchSize: 4, shuffle: false, verbose: 0 },
      validationData: [rest.inputs[0] as tf.Tensor, rest.targets[0] as tf.Tensor],
    });
    for (const [i, value] of weightsOf(model).entries()) close(value, weightsOf(twin)[i] as number, 1e-5);
    for (const epoch of [0, 1]) {
      close(history.epochs.loss[epoch], expected.history.loss?.[epoch] as number, 1e-5);
      close(history.validation?.loss[epoch], expected.history.val_loss?.[epoch] as number, 1e-5);
    }
    assert.equal((await predict(model, later)).size, 8);
    assert.ok(Number.isFinite((await evaluate(model, later)).loss));
    for (const { dispose } of tensors) dispose();
    for (const each of [model, twin]) each.dispose();
  });
});
