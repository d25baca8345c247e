import { strict as assert } from "node:assert";
import { buildCnn, type CnnOptions, tf } from "cellwise";

/** Builds, runs the check, and frees the model and its optimizer. */
function withCnn(options: CnnOptions | undefined, check: (model: tf.Sequential) => void): void {
  const model = buildCnn(options);
  try {
    check(model);
  } finally {
    model.optimizer.dispose();
    model.dispose();
  }
}
function weights(options: CnnOptions): number[][] {
  let values: number[][] = [];
  withCnn(options, (model) => {
    values = model.getWeights().map((weight) => Array.from(weight.dataSync()));
  });
  return values;
}

describe("buildCnn", () => {
  it("is the article's network: its layers, shapes and 93,322 parameters, as Keras counts them", () => {
    withCnn(undefined, (model) => {
      const rows = model.layers.map((layer) => [layer.getClassName(), layer.outputShape, layer.countParams()]);
      assert.deepEqual(rows, [
        ["Conv2D", [null, 26, 26, 32], (3 * 3 * 1 + 1) * 32],
        ["MaxPooling2D", [null, 13, 13, 32], 0],
        ["Conv2D", [null, 11, 11, 64], (3 * 3 * 32 + 1) * 64],
        ["MaxPooling2D", [null, 5, 5, 64], 0],
        ["Conv2D", [null, 3, 3, 64], (3 * 3 * 64 + 1) * 64],
        ["Flatten", [null, 576], 0],
        ["Dense", [null, 64], (576 + 1) * 64],
        ["Dense", [null, 10], (64 + 1) * 10],
      ]);
      assert.equal(model.countParams(), 93_322);
      const activations = model.layers.map((layer) => layer.getConfig().activation);
      assert.deepEqual(activations.filter(Boolean), ["relu", "relu", "relu", "relu", "softmax"]);
    });
  });

  it("is compiled with Adam, sparse categorical cross-entropy and accuracy", () => {
    withCnn(undefined, (model) => {
      assert.equal(model.optimizer.getClassName(), "Adam");
      assert.equal(model.optimizer.getConfig().learningRate, 0.001);
      assert.equal(model.loss, "sparseCategoricalCrossentropy");
      assert.deepEqual(model.metricsNames, ["loss", "acc"]);
    });
  });

  it("starts from Glorot's uniform distribution, biases at zero", () => {
    const [kernel, bias] = weights({}) as [number[], number[]];
    const limit = Math.sqrt(6 / (3 * 3 * 1 + 3 * 3 * 32));
    assert.ok(kernel.every((value) => Math.abs(value) <= limit));
    assert.ok(Math.max(...kernel) > 0.9 * limit);
    assert.ok(bias.every((value) => value === 0));
  });

  it("starts from the same weights with the same seed, from others with another, each layer with its own", () => {
    assert.deepEqual(weights({ seed: 5 }), weights({ seed: 5 }));
    assert.deepEqual(weights({ seed: 0 }), weights({ seed: 0 }));
    assert.notDeepEqual(weights({ seed: 5 }), weights({ seed: 6 }));
    // The third convolution and the first dense layer have as many weights: 3·3·64·64 = 576·64.
    const values = weights({ seed: 5 });
    assert.equal(values[4]?.length, values[6]?.length);
    assert.notDeepEqual(values[4], values[6]);
  });

  it("takes other sizes", () => {
    withCnn({ inputShape: [16, 12, 3], filters: [4, 8], units: 5, classes: 3 }, (model) => {
      assert.deepEqual(model.outputs[0]?.shape, [null, 3]);
      // 16 × 12 → 14 × 10 → 7 × 5 → 5 × 3
      const expected = (9 * 3 + 1) * 4 + (9 * 4 + 1) * 8 + (5 * 3 * 8 + 1) * 5 + (5 + 1) * 3;
      assert.equal(model.countParams(), expected);
    });
  });

  it("refuses options that cannot be, before it makes a tensor", () => {
    const before = tf.memory().numTensors;
    assert.throws(() => buildCnn({ filters: [] }), /filters is \[\]/);
    assert.throws(() => buildCnn({ units: 0 }), /units is 0/);
    assert.throws(() => buildCnn({ inputShape: [28, 2.5, 1] }), /inputShape is \[28, 2\.5, 1\]/);
    assert.throws(
      () => buildCnn({ inputShape: [8, 8, 1] }),
      /image of 8 × 8 is 0 pixels .* convolution 3 of 3, which needs 3/,
    );
    assert.equal(tf.memory().numTensors, before);
  });

  it("leaves no tensors once disposed with its optimizer", () => {
    const before = tf.memory().numTensors;
    withCnn({}, () => {});
    assert.equal(tf.memory().numTensors, before);
  });
});
