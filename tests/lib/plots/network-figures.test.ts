// Figures that look into a convolutional network.
import { strict as assert } from "node:assert";
import { buildBlockCnn, buildCnn, buildMlp, type Figure, featureMaps, filters, gradCam, saliency, tf } from "cellwise";
import { problems } from "../plotly";

type Heat = { z: (number | null)[][]; x0: number; dx: number; zmin: number; zmax: number };
const heat = (figure: Figure, trace = 0): Heat => figure.data[trace] as unknown as Heat;
const numbers = ({ z }: Heat): number[] => z.flat().filter((value): value is number => value !== null);

/** A convolution of two filters over two channels, with known weights. */
function known(): tf.Sequential {
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ name: "conv", filters: 2, kernelSize: [1, 2], inputShape: [2, 3, 2], useBias: false }));
  const kernel = tf.tensor4d([1, 5, 2, 6, 3, 7, -4, -8], [1, 2, 2, 2]); // [height, width, channels, filters]
  model.setWeights([kernel]);
  kernel.dispose();
  return model;
}

describe("figures of a convolutional network", function () {
  this.timeout(20_000);
  let cnn: tf.Sequential;
  let digits: tf.Tensor4D;
  before(() => {
    cnn = buildCnn({ preset: "tiny" });
    digits = tf.randomUniform([3, 28, 28, 1], 0, 1, "float32", 1);
  });
  after(() => {
    cnn.optimizer.dispose();
    cnn.dispose();
    digits.dispose();
  });

  it("pass Plotly's validation, and leave no tensor", () => {
    const before = tf.memory().numTensors;
    const one = digits.slice([0, 0, 0, 0], [1, 28, 28, 1]);
    const figures = {
      filters: filters(cnn),
      "feature maps": featureMaps(cnn, one),
      "feature maps of one layer": featureMaps(cnn, one, { layer: "conv2", most: 3, title: "Three" }),
      saliency: saliency(cnn, digits, { classNames: [..."abcdefghij"] }),
      "Grad-CAM": gradCam(cnn, digits, { layer: "conv1", classes: 4, title: "Four" }),
    };
    one.dispose();
    assert.equal(tf.memory().numTensors, before);
    for (const [name, figure] of Object.entries(figures)) assert.deepEqual(problems(figure), [], name);
  });

  it("filters: the weights of each filter, one channel or their mean, around 0", () => {
    const model = known();
    const first = heat(filters(model, { channel: 0 }));
    assert.deepEqual(numbers(first), [1, 3, 5, 7]);
    assert.deepEqual([first.zmin, first.zmax], [-7, 7]);
    assert.deepEqual(numbers(heat(filters(model))), [1.5, -0.5, 5.5, -0.5]);
    assert.deepEqual(numbers(heat(filters(model, { channel: 1, most: 1 }))), [2, -4]);
    assert.throws(() => filters(model, { channel: 2 }), /channel 2 was asked for; conv reads the channels 0 to 1/);
    assert.throws(() => filters(model, { most: 0 }), /most is 0/);
    model.dispose();
  });

  it("featureMaps: a moment for each convolution and pooling, all equally large", () => {
    const one = digits.slice([0, 0, 0, 0], [1, 28, 28, 1]);
    const figure = featureMaps(cnn, one);
    one.dispose();
    assert.deepEqual(
      figure.frames?.map(({ name }) => name),
      ["conv1", "pool1", "conv2"],
    );
    assert.equal(numbers(heat(figure, 1)).length, 11 * 11 * 8); // the last one is shown
    for (const frame of figure.frames ?? []) {
      const { z, dx } = (frame.data as unknown as Heat[])[0] as Heat;
      assert.ok(Math.abs((z[0]?.length ?? 0) * dx - 8) < 1e-9); // eight maps, a unit each
    }
  });

  it("featureMaps: numbers of the layer itself, map by map", () => {
    const model = tf.sequential();
    model.add(tf.layers.conv2d({ name: "conv", filters: 2, kernelSize: 1, inputShape: [1, 2, 1], useBias: false }));
    const kernel = tf.tensor4d([2, -1], [1, 1, 1, 2]);
    model.setWeights([kernel]);
    const image = tf.tensor3d([3, 4], [1, 2, 1]);
    assert.deepEqual(numbers(heat(featureMaps(model, image), 1)), [6, 8, -3, -4]);
    tf.dispose([kernel, image]);
    model.dispose();
  });

  it("saliency and Grad-CAM: the maps lie under the images, the largest at 1", () => {
    for (const figure of [saliency(cnn, digits), gradCam(cnn, digits)]) {
      const over = numbers(heat(figure, 1));
      assert.equal(over.length, 3 * 28 * 28);
      assert.equal(Math.max(...over), 1);
      assert.equal(numbers(heat(figure, 0)).length, 2 * 3 * 28 * 28);
      assert.equal(figure.layout.annotations?.length, 3);
      assert.match(String(figure.layout.annotations?.[0]?.text), /^\d<br>\d+\.\d %$/);
    }
  });

  it("say what cannot be drawn", () => {
    const many = tf.zeros([11, 28, 28, 1]);
    assert.throws(() => saliency(cnn, many), /\[11, 28, 28, 1\]; up to 10 grey ones/);
    assert.throws(() => featureMaps(cnn, many), /shape \[11, 28, 28, 1\]; one grey image/);
    many.dispose();
    const mlp = buildMlp({ units: [4] });
    assert.throws(() => filters(mlp), /has no convolution/);
    mlp.optimizer.dispose();
    mlp.dispose();
    assert.throws(() => filters(cnn, { layer: "pool1" }), /pool1 has no filters; those of conv1, conv2 can be drawn/);
    const blocks = buildBlockCnn({ preset: "tiny" });
    assert.deepEqual(problems(filters(blocks, { layer: "block2-conv1" })), []);
    blocks.optimizer.dispose();
    blocks.dispose();
  });
});
