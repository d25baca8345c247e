// Weights of few bits, and fewer weights: against values computed by hand.
import assert from "node:assert/strict";
import { buildMlp, fit, pruneWeights, quantizeWeights, tf } from "cellwise";
import { close, points, quiet, softmax } from "./small-models";

/** y = x · kernel + bias, with two inputs and two units. */
function layer(kernel: number[][], bias: number[] = [0.3, 0.7]): tf.Sequential {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
  tf.tidy(() => model.setWeights([tf.tensor2d(kernel), tf.tensor1d(bias)]));
  return model;
}
const weightsOf = (model: tf.LayersModel): number[][] =>
  model.getWeights().map((weight) => Array.from(weight.dataSync()));
const allClose = (actual: readonly number[] | undefined, expected: number[]): void => {
  assert.equal(actual?.length, expected.length);
  for (const [i, value] of expected.entries()) close(actual?.[i], value);
};

describe("quantizeWeights", () => {
  it("rounds to −1, 0 and 1 times the largest weight with 2 bits", () => {
    const model = layer([
      [2, 0.9],
      [-1.2, 0.1],
    ]);
    const { rounded, bytes } = quantizeWeights(model, { bits: 2 });
    const [kernel, bias] = weightsOf(model);
    allClose(kernel, [2, 0, -2, 0]);
    allClose(bias, [0.3, 0.7]);
    // 4 weights of 2 bits are a byte; a scale and two biases are three numbers of 4 bytes.
    assert.deepEqual({ rounded, bytes }, { rounded: 4, bytes: 13 });
    model.dispose();
  });

  it("has a scale for each unit where it is asked to", () => {
    const model = layer([
      [2, 0.9],
      [-1.2, 0.1],
    ]);
    const { bytes } = quantizeWeights(model, { bits: 2, perChannel: true });
    allClose(weightsOf(model)[0], [2, 0.9, -2, 0]);
    assert.equal(bytes, 17);
    model.dispose();
  });

  it("is off by at most half a step, 1/254 of the largest weight, with 8 bits", () => {
    const model = buildMlp({ inputShape: [9], units: [7], seed: 3 });
    const before = weightsOf(model);
    quantizeWeights(model);
    for (const [i, after] of weightsOf(model).entries()) {
      const largest = Math.max(...(before[i] ?? []).map(Math.abs));
      for (const [j, value] of after.entries()) close(value, before[i]?.[j] ?? Number.NaN, largest / 254 + 1e-6);
    }
    model.dispose();
  });

  it("leaves a kernel of zeros, and a unit without weights, at zero", () => {
    const model = layer([
      [0, 3],
      [0, -3],
    ]);
    quantizeWeights(model, { perChannel: true });
    allClose(weightsOf(model)[0], [0, 3, 0, -3]);
    model.dispose();
  });

  it("says what does not fit", () => {
    const model = layer([
      [1, 1],
      [1, 1],
    ]);
    assert.throws(() => quantizeWeights(model, { bits: 1 }), /from 2 to 16/);
    model.dispose();
    const none = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2] })] });
    assert.throws(() => quantizeWeights(none), /0 weight\(s\), none with two axes/);
    none.dispose();
  });
});

describe("pruneWeights", () => {
  it("keeps the largest of each kernel, whatever their sign, and the biases", () => {
    const model = layer([
      [2, 0.9],
      [-1.2, 0.1],
    ]);
    assert.deepEqual(pruneWeights(model, { keep: 0.5 }), { kept: 2, of: 4 });
    const [kernel, bias] = weightsOf(model);
    allClose(kernel, [2, 0, -1.2, 0]);
    allClose(bias, [0.3, 0.7]);
    model.dispose();
  });

  it("keeps all, or none", () => {
    const model = layer([
      [2, 0.9],
      [-1.2, 0.1],
    ]);
    pruneWeights(model, { keep: 1 });
    allClose(weightsOf(model)[0], [2, 0.9, -1.2, 0.1]);
    pruneWeights(model, { keep: 0 });
    allClose(weightsOf(model)[0], [0, 0, 0, 0]);
    model.dispose();
  });

  it("prunes what a compiled training has learned, and a later one goes on from there", async () => {
    const model = buildMlp({ preset: "tiny", seed: 1 });
    const data = points(
      [
        [0, 1],
        [1, 0],
      ],
      [0, 1],
    );
    await fit(model, data, { epochs: 3, ...quiet });
    const [learned] = weightsOf(model);
    pruneWeights(model, { keep: 1 });
    allClose(weightsOf(model)[0], learned ?? []);
    pruneWeights(model, { keep: 0 });
    // Without kernels the last bias alone decides: the loss is the mean of −ln p over the two classes.
    const [, , , , , bias = []] = weightsOf(model);
    const expected = softmax(bias).reduce((loss, probability) => loss - Math.log(probability) / 2, 0);
    const { steps } = await fit(model, data, { epochs: 1, batchSize: 2, ...quiet });
    close(steps.loss[0], expected, 1e-5);
    model.optimizer.dispose();
    model.dispose();
  });

  it("says what does not fit", () => {
    const model = layer([
      [1, 1],
      [1, 1],
    ]);
    assert.throws(() => pruneWeights(model, { keep: 1.5 }), /1\.5/);
    model.dispose();
  });
});
