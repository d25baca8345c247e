// Saliency maps and Grad-CAM, against models whose gradients are known: a linear one, and one worked out by hand.
import { strict as assert } from "node:assert";
import { buildCnn, gradCamMaps, saliencyMaps, tf } from "cellwise";
import { close, softmax } from "./small-models";

/** Replaces all weights of a model. */
function give(model: tf.LayersModel, weights: tf.Tensor[]): void {
  model.setWeights(weights);
  tf.dispose(weights);
}

/** Three classes, each a weighted sum of 2 × 2 pixels. */
const W = [
  [1, -2, 0.5],
  [0, 3, -0.25],
  [-4, 0.125, 2],
  [0.75, -1, -8],
];
function linear(ending: "linear" | "softmax" | "softmax layer"): tf.Sequential {
  const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2, 1] })] });
  model.add(tf.layers.dense({ units: 3, activation: ending === "softmax" ? "softmax" : "linear" }));
  if (ending === "softmax layer") model.add(tf.layers.softmax());
  give(model, [tf.tensor2d(W), tf.tensor1d([0, 0, 1])]);
  return model;
}
const column = (label: number): number[] => W.map((row) => Math.abs(row[label] as number));

describe("saliencyMaps", () => {
  // The first image has the scores 1, −2, 1.5; 100 times the second one leaves the softmax no doubt: 0, 300, −24.
  const inputs = tf.tensor4d([1, 0, 0, 0, 0, 100, 0, 0], [2, 2, 2, 1]);
  after(() => inputs.dispose());

  for (const ending of ["linear", "softmax", "softmax layer"] as const)
    it(`of a linear model are the sizes of its weights, where it is sure too (${ending})`, () => {
      const model = linear(ending);
      const before = tf.memory().numTensors;
      const { shape, values, classes, probabilities } = saliencyMaps(model, inputs);
      assert.equal(tf.memory().numTensors, before);
      assert.deepEqual(
        [shape, classes],
        [
          [2, 2, 2],
          [2, 1],
        ],
      );
      assert.deepEqual([...values], [...column(2), ...column(1)]);
      if (ending === "linear") assert.equal(probabilities, undefined);
      else {
        close(probabilities?.[0], softmax([1, -2, 1.5])[2] as number);
        assert.equal(probabilities?.[1], 1);
      }
      model.dispose();
    });

  it("are those of the classes asked for, one for all or one for each image", () => {
    const model = linear("softmax");
    assert.deepEqual([...saliencyMaps(model, inputs, 0).values], [...column(0), ...column(0)]);
    const { values, classes } = saliencyMaps(model, inputs, [1, 0]);
    assert.deepEqual([...values], [...column(1), ...column(0)]);
    assert.deepEqual(classes, [1, 0]);
    model.dispose();
  });

  it("take the channel that matters most, as the paper does", () => {
    const model = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [1, 2, 2] })] });
    model.add(tf.layers.dense({ units: 2, useBias: false }));
    give(model, [tf.tensor2d([1, 0, -5, 0, 2, 0, 0.5, 0], [4, 2])]); // class 0: pixel 0 has 1 and −5, pixel 1 has 2 and 0.5
    const image = tf.ones([1, 1, 2, 2]);
    assert.deepEqual([...saliencyMaps(model, image, 0).values], [5, 2]);
    image.dispose();
    model.dispose();
  });

  it("are the difference quotients of a convolutional network's logits", () => {
    const model = buildCnn({ preset: "tiny", inputShape: [10, 10, 1] });
    const beforeLast = tf.model({ inputs: model.inputs, outputs: model.layers.at(-2)?.output as tf.SymbolicTensor });
    const image = tf.randomUniform([1, 10, 10, 1], 0, 1, "float32", 7);
    const { values, classes } = saliencyMaps(model, image, 3);
    assert.deepEqual(classes, [3]);
    const [kernel, bias] = (model.layers.at(-1) as tf.layers.Layer).getWeights() as [tf.Tensor, tf.Tensor];
    const scoreOf = (pixels: Float32Array): number =>
      tf.tidy(() => {
        const before = beforeLast.predict(tf.tensor4d(pixels, [1, 10, 10, 1])) as tf.Tensor;
        return before.dot(kernel).add(bias).dataSync()[3] as number;
      });
    const pixels = image.dataSync<"float32">();
    const step = 1e-2;
    for (const pixel of [0, 33, 47, 99]) {
      const moved = (by: number) => scoreOf(pixels.map((value, i) => (i === pixel ? value + by : value)));
      close(values[pixel], Math.abs((moved(step) - moved(-step)) / (2 * step)), 2e-3);
    }
    image.dispose();
    model.dispose();
  });

  it("refuse other models, images and classes, with both numbers, and leave no tensor", () => {
    const model = linear("softmax");
    const flat = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
    const one = tf.ones([2, 2, 1]);
    const before = tf.memory().numTensors;
    assert.throws(() => saliencyMaps(flat, inputs), /from \[batch, 2\] to \[batch, 2\]; .* \[batch, height, width, ch/);
    assert.throws(
      () => saliencyMaps(model, one),
      /saliencyMaps: input 0 has the shape \[2, 2, 1\], .* \[batch, 2, 2, 1\]/,
    );
    assert.throws(
      () => saliencyMaps(model, inputs, 3),
      /class of image 0 is 3; the model has 3 classes: give one from 0 to 2/,
    );
    assert.throws(() => saliencyMaps(model, inputs, [0, 0.5]), /class of image 1 is 0.5/);
    assert.throws(() => saliencyMaps(model, inputs, [0, 1, 2]), /3 classes were given for 2 images/);
    assert.equal(tf.memory().numTensors, before);
    one.dispose();
    flat.dispose();
    model.dispose();
  });
});

describe("gradCamMaps", () => {
  /**
   * Two filters of one weight, 1 and −2, so that the channels are relu(x) and relu(−2x); their means a and b; two classes whose
   * scores are 3a − b and −a + 2b.
   */
  function tiny(): tf.Sequential {
    const model = tf.sequential();
    model.add(
      tf.layers.conv2d({
        name: "conv",
        filters: 2,
        kernelSize: 1,
        activation: "relu",
        inputShape: [2, 3, 1],
        useBias: false,
      }),
    );
    model.add(tf.layers.globalAveragePooling2d({ name: "average" }));
    model.add(tf.layers.dense({ name: "output", units: 2, activation: "softmax", useBias: false }));
    give(model, [
      tf.tensor4d([1, -2], [1, 1, 1, 2]),
      tf.tensor2d([
        [3, -1],
        [-1, 2],
      ]),
    ]);
    return model;
  }
  const image = tf.tensor4d([1, -1, 0, 2, 0.5, -3], [1, 2, 3, 1]);
  after(() => image.dispose());

  it("are by hand: the class activation map of Zhou et al. 2016, divided by the number of places", () => {
    const model = tiny();
    tf.dispose(model.predict(image));
    const before = tf.memory().numTensors;
    const first = gradCamMaps(model, image, { classes: 0 });
    const second = gradCamMaps(model, image, { layer: "conv", classes: [1] });
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual([first.layer, first.shape, first.classes], ["conv", [1, 2, 3], [0]]);
    // a = (1, 0, 0, 2, 0.5, 0), b = (0, 2, 0, 0, 0, 6). CAM of class 0: 3a − b = (3, −2, 0, 6, 1.5, −6); of class 1: −a + 2b.
    for (const [i, cam] of [3, 0, 0, 6, 1.5, 0].entries()) close(first.values[i], cam / 6);
    for (const [i, cam] of [0, 4, 0, 0, 0, 12].entries()) close(second.values[i], cam / 6);
    // The means are 3.5 / 6 and 8 / 6; the scores 2.5 / 6 and 12.5 / 6.
    close(second.probabilities?.[0], softmax([2.5 / 6, 12.5 / 6])[1] as number);
    assert.deepEqual(gradCamMaps(model, image).classes, [1]);
    model.dispose();
  });

  it("are those of the last convolution unless another layer is named or numbered", () => {
    const model = buildCnn({ preset: "tiny", inputShape: [10, 10, 1] });
    const images = tf.randomUniform([3, 10, 10, 1], 0, 1, "float32", 1);
    const seen = [{}, { layer: "conv1" }, { layer: 1 }].map((options) => gradCamMaps(model, images, options));
    assert.deepEqual(
      seen.map(({ layer, shape }) => [layer, ...shape]),
      [
        ["conv2", 3, 2, 2],
        ["conv1", 3, 8, 8],
        ["pool1", 3, 4, 4],
      ],
    );
    for (const { values } of seen) assert.ok(values.every((value) => value >= 0) && values.some((value) => value > 0));
    images.dispose();
    model.dispose();
  });

  it("say which convolutions there are when asked for another layer, and when there is none", () => {
    const model = buildCnn({ preset: "tiny", inputShape: [10, 10, 1] });
    const images = tf.zeros([1, 10, 10, 1]);
    const before = tf.memory().numTensors;
    const asked = (layer: string | number) => () => gradCamMaps(model, images, { layer });
    assert.throws(asked("conv9"), /model cnn has no layer "conv9"\. Its convolutions are "conv1", "conv2"\./);
    assert.throws(asked(12), /no layer number 12, only 0 to 5 .* "conv1", "conv2"/);
    assert.throws(asked("hidden"), /layer "hidden" gives \[batch, 16\]; .* "conv1", "conv2"/);
    assert.throws(() => gradCamMaps(model, images, { classes: 10 }), /10 classes: give one from 0 to 9/);
    const mlp = tf.sequential({ layers: [tf.layers.flatten({ name: "flat", inputShape: [10, 10, 1] })] });
    assert.throws(() => gradCamMaps(mlp, images), /0 convolutions among its layers \(flat\)/);
    const digits = tf.zeros([1, 28, 28, 1]);
    assert.throws(() => gradCamMaps(model, digits), /\[1, 28, 28, 1\], .* \[batch, 10, 10, 1\]/);
    tf.dispose(digits);
    assert.equal(tf.memory().numTensors, before);
    tf.dispose(images);
    model.dispose();
  });

  it("refuse a layer that runs twice", () => {
    const input = tf.input({ shape: [2, 2, 1] });
    const conv = tf.layers.conv2d({ name: "twice", filters: 1, kernelSize: 1 });
    const output = tf.layers.flatten().apply(conv.apply(conv.apply(input))) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: output });
    const images = tf.zeros([1, 2, 2, 1]);
    const before = tf.memory().numTensors;
    assert.throws(() => gradCamMaps(model, images), /layer "twice" runs 2 times/);
    assert.equal(tf.memory().numTensors, before);
    images.dispose();
    model.dispose();
  });
});
