// What is seen inside a network: outputs of layers and gradients of weights, against numbers worked out by hand.
import { strict as assert } from "node:assert";
import { layerActivations, layerGradients, tf } from "cellwise";

function network(): tf.Sequential {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ name: "hidden", units: 2, inputShape: [2], activation: "relu" }),
      tf.layers.dropout({ name: "drop", rate: 0.5 }),
      tf.layers.dense({ name: "out", units: 1, useBias: false }),
    ],
  });
  const weights = [
    tf.tensor2d([
      [1, -1],
      [2, 1],
    ]),
    tf.tensor1d([0, 0.5]),
    tf.tensor2d([[3], [-1]]),
  ];
  model.setWeights(weights);
  tf.dispose(weights);
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  return model;
}

describe("looking into a network", () => {
  // x = (1, 1): hidden = relu(3, 0.5) = (3, 0.5), out = 8.5; x = (2, −3): hidden = relu(−4, −4.5) = (0, 0), out = 0.
  const inputs = tf.tensor2d([
    [1, 1],
    [2, -3],
  ]);
  const targets = tf.tensor2d([[8], [0]]);
  after(() => tf.dispose([inputs, targets]));

  it("layerActivations: the output of each layer, without dropout, and no tensor left", () => {
    const model = network();
    const before = tf.memory().numTensors;
    const seen = layerActivations(model, inputs);
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(
      seen.map(({ layer, shape, values }) => [layer, shape, [...values]]),
      [
        ["hidden", [2, 2], [3, 0.5, 0, 0]],
        ["drop", [2, 2], [3, 0.5, 0, 0]],
        ["out", [2, 1], [8.5, 0]],
      ],
    );
    assert.equal((model.predict(inputs) as tf.Tensor).dataSync()[0], 8.5); // the layers are as they were
    model.dispose();
  });

  it("layerGradients: by the chain rule, and no tensor left", () => {
    const model = network();
    tf.dispose(model.predict(inputs));
    const before = tf.memory().numTensors;
    const seen = layerGradients(model, inputs, targets);
    assert.equal(tf.memory().numTensors, before);
    // L = ((8.5 − 8)² + 0²) / 2, so dL/dout = (0.5, 0); the second example passes nothing on.
    assert.deepEqual(
      seen.map(({ layer, shape, values }) => [layer, shape, [...values]]),
      [
        ["hidden/kernel", [2, 2], [1.5, -0.5, 1.5, -0.5]],
        ["hidden/bias", [2], [1.5, -0.5]],
        ["out/kernel", [2, 1], [1.5, 0.25]],
      ],
    );
    assert.deepEqual([...(model.getWeights()[2]?.dataSync() ?? [])], [3, -1]);
    model.dispose();
  });

  it("refuses inputs of another shape or number, with both", () => {
    const model = network();
    const single = tf.tensor1d([1, 1]);
    assert.throws(() => layerActivations(model, single), /shape \[2\], .* expects \[batch, 2\]/);
    assert.throws(() => layerGradients(model, [inputs, inputs], targets), /1 input\(s\); 2 were given/);
    single.dispose();
    model.dispose();
  });
});
