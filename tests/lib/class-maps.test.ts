// Saliency and Grad-CAM against numbers worked out by hand.
import { strict as assert } from "node:assert";
import { gradCamMaps, saliencyMaps, tf } from "cellwise";

const near = (given: ArrayLike<number>, expected: readonly number[]): void => {
  assert.equal(given.length, expected.length);
  for (const [place, value] of expected.entries())
    assert.ok(Math.abs((given[place] as number) - value) < 1e-5, `at ${place}: ${given[place]}, expected ${value}`);
};

function setWeights(model: tf.LayersModel, ...weights: tf.Tensor[]): void {
  model.setWeights(weights);
  tf.dispose(weights);
}

/** A linear classifier of images 2 × 2 with three classes: its scores are pixels · W. */
const W = [
  [1, -2, 0],
  [3, 0.5, 0],
  [-4, 1, 0],
  [0, 6, 2],
];
function linear(softmax: "inside" | "layer" | "none"): tf.Sequential {
  const model = tf.sequential();
  model.add(tf.layers.flatten({ inputShape: [2, 2, 1] }));
  model.add(tf.layers.dense({ units: 3, useBias: false, ...(softmax === "inside" && { activation: "softmax" }) }));
  if (softmax === "layer") model.add(tf.layers.activation({ activation: "softmax" }));
  setWeights(model, tf.tensor2d(W));
  return model;
}

/** One filter of 1 × 1 per channel of a known picture, the mean of each map, a linear layer: Grad-CAM is then CAM by hand. */
function pooled(): tf.Sequential {
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ name: "conv", filters: 2, kernelSize: 1, useBias: false, inputShape: [2, 2, 1] }));
  model.add(tf.layers.globalAveragePooling2d({ name: "mean" }));
  model.add(tf.layers.dense({ units: 2, useBias: false, activation: "softmax" }));
  // Maps: x and −x. Scores: z0 = 3 mean(x) − 1 mean(−x), z1 = −2 mean(x).
  setWeights(
    model,
    tf.tensor4d([1, -1], [1, 1, 1, 2]),
    tf.tensor2d([
      [3, -2],
      [1, 0],
    ]),
  );
  return model;
}

const picture = (): tf.Tensor4D => tf.tensor4d([1, -2, 0.5, 4], [1, 2, 2, 1]);

describe("saliencyMaps", () => {
  for (const softmax of ["inside", "layer", "none"] as const)
    it(`of a linear classifier are the sizes of its weights, softmax ${softmax}`, () => {
      const model = linear(softmax);
      const inputs = tf.tidy(() => tf.concat([picture(), picture().mul(-1)])) as tf.Tensor4D;
      const before = tf.memory().numTensors;
      const { shape, values, classes } = saliencyMaps(model, inputs, [0, 1]);
      assert.equal(tf.memory().numTensors, before);
      assert.deepEqual(
        [shape, classes],
        [
          [2, 2, 2],
          [0, 1],
        ],
      );
      near(values, [1, 3, 4, 0, 2, 0.5, 1, 6]);
      tf.dispose(inputs);
      model.dispose();
    });

  it("take the class predicted, and leave the model as it was", () => {
    const model = linear("inside");
    const inputs = picture();
    // Scores: 1 − 6 − 2, −2 − 1 + 0.5 + 24, 8: the second.
    const { classes, probabilities, values } = saliencyMaps(model, inputs);
    assert.deepEqual(classes, [1]);
    const output = model.predict(inputs) as tf.Tensor;
    const sum = output.dataSync<"float32">().reduce((a, b) => a + b);
    assert.ok(Math.abs(sum - 1) < 1e-6, "softmax is back");
    near(probabilities, [output.dataSync()[1] as number]);
    near(values, [2, 0.5, 1, 6]);
    tf.dispose([inputs, output]);
    model.dispose();
  });

  it("say what does not fit", () => {
    const model = linear("inside");
    const [small, two] = [tf.zeros([1, 3, 2, 1]), tf.zeros([2, 2, 2, 1])];
    assert.throws(() => saliencyMaps(model, small), /shape \[1, 3, 2, 1\].* expects \[batch, 2, 2, 1\]/);
    assert.throws(() => saliencyMaps(model, two, [0]), /2 images and 1 classes/);
    assert.throws(() => saliencyMaps(model, two, 3), /class 3 was asked for.* 0 to 2/);
    const points = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
    assert.throws(() => saliencyMaps(points, two), /needs one input of images/);
    tf.dispose([small, two]);
    points.dispose();
    model.dispose();
  });
});

describe("gradCamMaps", () => {
  it("of a network that ends in means are its maps, weighted with its last weights", () => {
    const model = pooled();
    const inputs = picture();
    const before = tf.memory().numTensors;
    const { layer, shape, values } = gradCamMaps(model, inputs, { classes: 0 });
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual([layer, shape], ["conv", [1, 2, 2]]);
    // ∂z0/∂map = weight / 4 places; relu(3/4 x + 1/4 (−x)) = relu(x / 2).
    near(values, [0.5, 0, 0.25, 2]);
    near(gradCamMaps(model, inputs, { layer: 0, classes: 1 }).values, [0, 1, 0, 0]); // relu(−2/4 x)
    tf.dispose(inputs);
    model.dispose();
  });

  it("say which layers have maps", () => {
    const model = pooled();
    const inputs = picture();
    assert.throws(
      () => gradCamMaps(model, inputs, { layer: "conv7" }),
      /no layer "conv7"; its layers with maps are conv/,
    );
    assert.throws(() => gradCamMaps(model, inputs, { layer: "mean" }), /layer mean gives \[batch, 2\]/);
    const flat = linear("none");
    assert.throws(() => gradCamMaps(flat, inputs), /has no convolution/);
    tf.dispose(inputs);
    flat.dispose();
    model.dispose();
  });
});
