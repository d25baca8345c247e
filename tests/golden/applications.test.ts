// VGG-16, ResNet-50 and DenseNet-121 against Keras's own, and EfficientNet-Lite0 against one made of Keras's layers: with the same
// weights they give the same probabilities (make_applications.py).
import assert from "node:assert/strict";
import { buildDenseNet, buildEfficientNet, buildResNet, buildVgg, tf } from "cellwise";
import { withoutRandomStarts } from "../lib/zero-starts";
import { readFixture } from "./golden";

interface Application {
  readonly inputShape: [number, number, number];
  /** Around it lie the factors of the normalisations: where nothing is added up, smaller ones would silence the image. */
  readonly gamma: number;
  /** The layers with weights, in the order in which these are numbered. */
  readonly layers: string[];
  /** Ten probabilities for each of two images. */
  readonly outputs: number[];
}
type Size = Pick<Application, "inputShape"> & { classes: number };

const PRIME = 65_537;

/** Numbers from −0.5 to 0.5, as make_applications.py has them, scaled and moved. */
function scattered(shape: number[], number: number, scale: number, middle = 0): tf.Tensor {
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  for (let place = 0; place < values.length; place++) {
    const step = (place * 7919 + number * 10_007 + 1) % PRIME;
    values[place] = middle + scale * (((((step * step) % PRIME) * step) % PRIME) / (PRIME - 1) - 0.5);
  }
  return tf.tensor(values, shape);
}

function weightValues(name: string, shape: number[], number: number, gamma: number): tf.Tensor {
  const middle = { gamma, moving_variance: 1, beta: 0, moving_mean: 0 }[name];
  if (middle !== undefined) return scattered(shape, number, 0.6, middle);
  if (name === "bias") return scattered(shape, number, 0.3);
  const depthwise = shape.length === 4 && shape[3] === 1;
  return scattered(shape, number, Math.sqrt(24 / tf.util.sizeFromShape(shape.slice(0, depthwise ? 2 : -1))));
}

const applications: Record<string, (size: Size) => tf.LayersModel> = {
  "application-vgg16": (size) => buildVgg({ preset: "vgg16", ...size }),
  "application-resnet50": (size) => buildResNet({ preset: "resnet50", ...size }),
  "application-efficientnet-lite0": (size) => buildEfficientNet({ preset: "lite0", ...size }),
  "application-densenet121": (size) => buildDenseNet({ preset: "densenet121", ...size }),
};

describe("published networks compute what Keras's applications compute", () => {
  for (const [name, build] of Object.entries(applications))
    it(name, () => {
      const before = tf.memory().numTensors;
      const { inputShape, gamma, layers, outputs } = readFixture<Application>(name);
      const model = withoutRandomStarts(() => build({ inputShape, classes: 10 }));
      let number = 0;
      for (const layer of layers)
        for (const weight of model.getLayer(layer).weights)
          tf.tidy(() => {
            const name = weight.originalName.split("/").at(-1) as string;
            weight.write(weightValues(name, weight.shape as number[], number++, gamma));
          });
      assert.equal(number, model.weights.length, "every weight has its value");
      const values = tf.tidy(() => {
        const images = scattered([2, ...inputShape], 9999, 1, 0.5).mul(tf.tensor([1, 3], [2, 1, 1, 1]));
        return (model.predict(images) as tf.Tensor).dataSync();
      });
      for (const [place, expected] of outputs.entries()) {
        const value = values[place] as number;
        assert.ok(Math.abs(value - expected) < 1e-5, `value ${place} is ${value} instead of ${expected}`);
      }
      model.optimizer.dispose();
      model.dispose();
      assert.equal(tf.memory().numTensors, before, "tensors left behind");
    });
});
