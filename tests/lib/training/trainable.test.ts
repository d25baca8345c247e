// `trainable` may change at any time. What counts comes from Keras 3.15 (which weights a model trains, what a frozen batch
// normalisation does) and from the optimizers' formulas.
import assert from "node:assert/strict";
import { compileStep, type FitOptions, fit, minimize, tf } from "cellwise";
import { saveAndLoad } from "../saved-model";
import { close, numbers, points, weightsOf } from "../small-models";

type Engine = "eager" | "compiled";
const ENGINES: readonly Engine[] = ["eager", "compiled"];
const quiet = { verbose: false, shuffle: false } as const;
const data = points(
  [
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ],
  [0, 1, 1, 0],
);
const OPTIMIZERS: Record<string, () => tf.Optimizer> = {
  momentum: () => tf.train.momentum(0.1, 0.9),
  adagrad: () => tf.train.adagrad(0.1),
  rmsprop: () => tf.train.rmsprop(0.1),
  adadelta: () => tf.train.adadelta(0.1),
  adam: () => tf.train.adam(0.1),
  adamax: () => tf.train.adamax(0.1),
};

/** Two scalars a and b; the loss is a + b, so that each gradient is 1. */
function pair(): { a: tf.Variable; b: tf.Variable; loss: () => tf.Scalar } {
  const [a, b] = tf.tidy(() => [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))]);
  return { a, b, loss: () => a.add(b) as tf.Scalar };
}
const stackOf = (...units: number[]): tf.Sequential =>
  tf.sequential({
    layers: units.map((count, i) =>
      tf.layers.dense({
        units: count,
        ...(i === 0 ? { inputShape: [2] } : {}),
        kernelInitializer: tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed: i + 1 }),
        ...(i === units.length - 1 ? { activation: "softmax" as const } : {}),
      }),
    ),
  });
function compiledStack(optimizer: tf.Optimizer, ...units: number[]): tf.Sequential {
  const model = stackOf(...units);
  model.compile({ optimizer, loss: "sparseCategoricalCrossentropy" });
  return model;
}
const valuesOf = (layer: tf.layers.Layer): number[] => layer.getWeights().flatMap((w) => Array.from(w.dataSync()));
const differ = (a: number[], b: number[]): boolean => a.some((value, i) => value !== b[i]);

describe("what an optimizer remembers stays with its weight", () => {
  for (const [name, make] of Object.entries(OPTIMIZERS))
    it(`${name}: a weight that joins later goes as one alone`, () => {
      const [both, alone] = [make(), make()];
      const { a, b, loss } = pair();
      const other = pair();
      for (let step = 0; step < 3; step++) {
        minimize(both, loss, [b]).dispose();
        minimize(alone, other.loss, [other.b]).dispose();
      }
      for (let step = 0; step < 3; step++) {
        minimize(both, loss, [a, b]).dispose();
        minimize(alone, other.loss, [other.b]).dispose();
      }
      close(b.dataSync()[0], other.b.dataSync()[0] as number);
      assert.notEqual(a.dataSync()[0], 0);
      tf.dispose([a, b, other.a, other.b]);
      for (const optimizer of [both, alone]) optimizer.dispose();
    });

  it("momentum by hand: a joins after two steps of b", () => {
    const optimizer = tf.train.momentum(1, 0.5);
    const { a, b, loss } = pair();
    for (const variables of [[b], [b], [a, b]]) minimize(optimizer, loss, variables).dispose();
    // b's velocity: 1, 1.5, 1.75; a's: 1
    close(b.dataSync()[0], -4.25);
    close(a.dataSync()[0], -1);
    tf.dispose([a, b]);
    optimizer.dispose();
  });

  it("frees what it remembers of disposed variables", () => {
    const optimizer = tf.train.adam(0.1);
    const first = pair();
    minimize(optimizer, first.loss, [first.a, first.b]).dispose();
    const before = tf.memory().numTensors;
    tf.dispose([first.a, first.b]);
    const second = pair();
    minimize(optimizer, second.loss, [second.a, second.b]).dispose();
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([second.a, second.b]);
    optimizer.dispose();
  });

  it("comes out of a file to the weights that it was of", async () => {
    const optimizer = tf.train.momentum(1, 0.5);
    const [a, b] = tf.tidy(() => [tf.variable(tf.scalar(0), true, "first"), tf.variable(tf.scalar(0), true, "second")]);
    const loss = () => a.add(b) as tf.Scalar;
    minimize(optimizer, loss, [b]).dispose();
    minimize(optimizer, loss, [a, b]).dispose(); // velocities: a 1, b 1.5
    const again = tf.train.momentum(1, 0.5);
    await again.setWeights(await optimizer.getWeights());
    minimize(again, loss, [b]).dispose(); // 1.75
    close(b.dataSync()[0], -1 - 1.5 - 1.75);
    minimize(again, loss, [a, b]).dispose(); // a 1.5
    close(a.dataSync()[0], -1 - 1.5);
    tf.dispose([a, b]);
    for (const each of [optimizer, again]) each.dispose();
  });
});

for (const engine of ENGINES) {
  const train = (model: tf.LayersModel, options: FitOptions = {}) =>
    fit(model, data, { ...quiet, engine, batchSize: 2, ...options });

  describe(`trainable, ${engine}`, () => {
    for (const [name, make] of Object.entries(OPTIMIZERS))
      it(`${name}: frozen between fits, then thawed`, async () => {
        const model = compiledStack(make(), 3, 2);
        const [first, last] = model.layers as [tf.layers.Layer, tf.layers.Layer];
        first.trainable = false;
        const [firstBefore, lastBefore] = [valuesOf(first), valuesOf(last)];
        await train(model);
        assert.deepEqual(valuesOf(first), firstBefore);
        assert.ok(differ(valuesOf(last), lastBefore));
        first.trainable = true;
        last.trainable = false;
        const lastKept = valuesOf(last);
        await train(model);
        assert.ok(differ(valuesOf(first), firstBefore));
        assert.deepEqual(valuesOf(last), lastKept);
        model.optimizer.dispose();
        model.dispose();
      });

    it("thawed in a callback, from the next step on", async () => {
      const model = compiledStack(tf.train.adam(0.1), 3, 2);
      const [first] = model.layers as [tf.layers.Layer];
      first.trainable = false;
      const before = valuesOf(first);
      const changed: boolean[] = [];
      await train(model, {
        epochs: 2,
        onBatchEnd: ({ epoch, step, sync }) => {
          sync();
          changed.push(differ(valuesOf(first), before));
          if (epoch === 1 && step === 2) first.trainable = true;
        },
      });
      assert.deepEqual(changed, [false, false, true, true]);
      model.optimizer.dispose();
      model.dispose();
    });

    it("is the same as in the other engine, frozen and thawed in turns", async () => {
      const run = async (engine: Engine): Promise<number[]> => {
        const model = compiledStack(tf.train.adam(0.05), 3, 3, 2);
        const [first, middle] = model.layers as [tf.layers.Layer, tf.layers.Layer];
        await fit(model, data, {
          ...quiet,
          engine,
          batchSize: 1,
          epochs: 3,
          onBatchEnd: ({ step }) => {
            first.trainable = step % 2 === 0;
            middle.trainable = step % 3 === 0;
          },
        });
        const values = weightsOf(model);
        model.optimizer.dispose();
        model.dispose();
        return values;
      };
      const other = await run(engine === "eager" ? "compiled" : "eager");
      for (const [i, value] of (await run(engine)).entries()) close(value, other[i] as number, 1e-4);
    });

    it("a frozen Sequential in a Sequential stays as it is, and learns when it is thawed", async () => {
      const inner = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2] })] });
      inner.trainable = false;
      const model = tf.sequential({ layers: [inner, tf.layers.dense({ units: 2, activation: "softmax" })] });
      model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
      const before = valuesOf(inner);
      await train(model);
      assert.deepEqual(valuesOf(inner), before);
      inner.trainable = true;
      await train(model);
      assert.ok(differ(valuesOf(inner), before));
      model.dispose();
    });

    it("a frozen batch normalisation goes by its averages, and leaves them", async () => {
      const normalization = tf.layers.batchNormalization({ inputShape: [1], epsilon: 1e-12 });
      const model = tf.sequential({
        layers: [normalization, tf.layers.dense({ units: 1, useBias: false, kernelInitializer: "ones" })],
      });
      model.compile({ optimizer: tf.train.sgd(0), loss: "meanSquaredError" });
      normalization.trainable = false;
      const before = valuesOf(normalization);
      const history = await fit(model, numbers([2, 4], [0, 0]), { ...quiet, engine, batchSize: 2 });
      close(history.steps.loss[0], (4 + 16) / 2, 1e-4); // averages 0 and 1: the inputs as they are
      assert.deepEqual(valuesOf(normalization), before);
      normalization.trainable = true;
      const thawed = await fit(model, numbers([2, 4], [0, 0]), { ...quiet, engine, batchSize: 2 });
      close(thawed.steps.loss[0], 1, 1e-4); // −1 and 1
      assert.ok(differ(valuesOf(normalization), before));
      model.dispose();
    });

    it("says what to do when everything is frozen, before any step", async () => {
      const model = compiledStack(tf.train.adam(0.1), 3, 2);
      for (const layer of model.layers) layer.trainable = false;
      await assert.rejects(train(model), /4 weight\(s\), and none that may be trained.*dense.*layer\.trainable = true/);
      for (const layer of model.layers) layer.trainable = true;
      const freeze = () => {
        model.trainable = false;
      };
      await assert.rejects(train(model, { onBatchEnd: freeze }), /frozen.*the model .* itself/);
      model.optimizer.dispose();
      model.dispose();
    });
  });
}

describe("which weights a model trains, as in Keras", () => {
  it("in models used as layers", () => {
    const [dense, normalization] = [tf.layers.dense({ units: 2, inputShape: [2] }), tf.layers.batchNormalization()];
    const inner = tf.sequential({ layers: [dense, normalization] });
    const outer = tf.sequential({ layers: [inner, tf.layers.dense({ units: 1 })] });
    const counts = () => [inner.trainableWeights.length, outer.trainableWeights.length];
    const all = () => [inner.weights.length, outer.weights.length];
    assert.deepEqual(counts(), [4, 6]);
    dense.trainable = false;
    assert.deepEqual(counts(), [2, 4]);
    inner.trainable = true; // it is already: nothing changes
    assert.deepEqual(counts(), [2, 4]);
    inner.trainable = false;
    assert.deepEqual([counts(), normalization.trainable], [[0, 2], false]);
    dense.trainable = true;
    assert.deepEqual(counts(), [0, 4]);
    inner.trainable = true;
    outer.trainable = false;
    assert.deepEqual([counts(), inner.trainable], [[0, 0], false]);
    inner.trainable = true;
    assert.deepEqual(counts(), [4, 0]);
    assert.deepEqual(all(), [6, 8]);
    outer.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    assert.deepEqual(counts(), [4, 0]);
    outer.dispose();
  });
});

describe("a layer that is made frozen", () => {
  const l = tf.layers;
  const sequence = { inputShape: [3, 2], trainable: false };
  const recurrent = () => l.lstm({ units: 2, returnSequences: true }) as tf.RNN;
  const layers: Record<string, () => tf.layers.Layer> = {
    bidirectional: () => l.bidirectional({ layer: recurrent(), ...sequence }),
    "bidirectional, of a frozen layer": () =>
      l.bidirectional({
        layer: l.lstm({ units: 2, trainable: false, returnSequences: true }) as tf.RNN,
        inputShape: [3, 2],
      }),
    timeDistributed: () => l.timeDistributed({ layer: l.dense({ units: 2 }), ...sequence }),
    lstm: () => l.lstm({ units: 2, returnSequences: true, ...sequence }),
    rnn: () => l.rnn({ cell: l.gruCell({ units: 2 }), returnSequences: true, ...sequence }),
    "rnn of two cells": () =>
      l.rnn({ cell: [l.gruCell({ units: 2 }), l.gruCell({ units: 2 })], returnSequences: true, ...sequence }),
    conv1d: () => l.conv1d({ filters: 2, kernelSize: 2, ...sequence }),
    batchNormalization: () => l.batchNormalization(sequence),
  };
  for (const [name, make] of Object.entries(layers))
    it(`stays as it is until it is thawed, saved and loaded too: ${name}`, async () => {
      const layer = make();
      const model = tf.sequential({ layers: [layer, l.flatten(), l.dense({ units: 1 })] });
      const loaded = await saveAndLoad(model);
      for (const each of [model, loaded]) {
        const [frozen] = each.layers as [tf.layers.Layer];
        assert.equal(each.trainableWeights.length, 2); // the dense layer's, as in Keras
        assert.equal(frozen.trainableWeights.length, 0);
        assert.equal(each.weights.length, frozen.weights.length + 2);
      }
      layer.trainable = true;
      if (!name.endsWith("frozen layer")) assert.equal(layer.trainable, true);
      assert.ok(model.trainableWeights.length > 2);
      layer.trainable = false;
      assert.equal(model.trainableWeights.length, 2);
      assert.equal(layer.trainable, false);
      for (const each of [model, loaded]) each.dispose();
    });
});

describe("a compiled step of one's own", () => {
  it("follows what is frozen and thawed in turns, and records each once", () => {
    const { a, b, loss } = pair();
    const optimizer = tf.train.momentum(1, 0.5);
    let recorded = 0;
    const step = compileStep(() => {
      recorded++;
      return minimize(optimizer, loss, [a, b]);
    });
    for (const trainable of [true, false, true, false]) {
      a.trainable = trainable;
      step.run();
    }
    step.sync();
    close(a.dataSync()[0], -1 - 1.5);
    close(b.dataSync()[0], -1 - 1.5 - 1.75 - 1.875);
    assert.ok(recorded <= 4, `${recorded} recordings`); // in place, or once more on copies
    b.trainable = false;
    assert.throws(() => step.run(), /2 variable\(s\), none of them to be trained/);
    step.dispose();
    tf.dispose([a, b]);
    optimizer.dispose();
  });
});
