// Generator, discriminator, autoencoder and denoiser: their sizes by formula, what they learn in seconds, and what they refuse.
import assert from "node:assert/strict";
import {
  buildAutoencoder,
  buildDenoiser,
  buildDiscriminator,
  buildGenerator,
  Dataset,
  evaluate,
  fit,
  minimize,
  type TrainingTask,
  tf,
} from "cellwise";
import { close, quiet } from "../small-models";
import { stripes } from "../small-tasks";
import { withModel } from "../with-model";
import { withoutRandomStarts } from "../zero-starts";

const convolution = (from: number, to: number, bias = true): number => 16 * from * to + (bias ? to : 0);
const dense = (from: number, to: number): number => (from + 1) * to;

const weightsOf = (model: tf.LayersModel): tf.Variable[] =>
  model.trainableWeights.map((weight) => weight.read() as tf.Variable);

describe("the models of notebook 7.1", () => {
  it("the generator has the parameters of its layers, and makes pictures from 0 to 1", () => {
    withModel(
      () => buildGenerator(),
      (model) => {
        const start = 64 * 7 * 7 * 48;
        const [norms, classes] = [4 * (48 + 24), 10 * 32];
        assert.equal(model.countParams(), start + norms + classes + convolution(48, 24, false) + convolution(24, 1));
        assert.deepEqual(model.outputShape, [null, 28, 28, 1]);
      },
    );
    withModel(
      () => buildGenerator({ preset: "tiny", inputShape: [12, 8, 3], classes: 2 }),
      (model) =>
        tf.tidy(() => {
          const labels = tf.tensor2d([0, 1], [2, 1], "int32");
          const images = model.predict([tf.randomNormal([2, 8], 0, 1, "float32", 1), labels]) as tf.Tensor;
          assert.deepEqual(images.shape, [2, 12, 8, 3]);
          assert.ok((images.min().dataSync()[0] as number) >= 0 && (images.max().dataSync()[0] as number) <= 1);
          // The same noise makes another picture of another class.
          const same = tf.ones([2, 8]);
          const [first, second] = (model.predict([same, labels]) as tf.Tensor).unstack() as [tf.Tensor, tf.Tensor];
          assert.ok((first.sub(second).abs().max().dataSync()[0] as number) > 1e-3);
        }),
    );
  });

  it("the generator has DCGAN's sizes: figure 1 of the paper, and a class beside its 100 numbers", () => {
    withoutRandomStarts(() =>
      withModel(
        () => buildGenerator({ preset: "dcgan" }),
        (model) => {
          const maps = [1024, 512, 256, 128];
          const start = (100 + 100) * 4 * 4 * 1024;
          const up = 25 * (1024 * 512 + 512 * 256 + 256 * 128 + 128 * 3) + 3;
          const norms = 4 * maps.reduce((sum, each) => sum + each, 0);
          assert.equal(model.countParams(), 100 + start + up + norms);
          assert.deepEqual(model.outputShape, [null, 64, 64, 3]);
          assert.deepEqual(
            maps.map((_, i) => model.getLayer(`up${i + 1}Norm`).outputShape),
            maps.map((count, i) => [null, 4 * 2 ** i, 4 * 2 ** i, count]),
          );
        },
      ),
    );
  });

  it("the discriminator has the parameters of its layers, and learns what is real of which class", async () => {
    withModel(
      () => buildDiscriminator(),
      (model) => {
        const features = dense(7 * 7 * 48, 64);
        assert.equal(model.countParams(), convolution(1, 24) + convolution(24, 48) + features + dense(64, 1) + 10 * 64);
        assert.deepEqual(model.outputShape, [null, 1]);
      },
    );
    const model = buildDiscriminator({ preset: "tiny", inputShape: [12, 12, 1], classes: 3, learningRate: 3e-3 });
    const judged = (images: tf.Tensor, classes: tf.Tensor): tf.Tensor => model.apply([images, classes]) as tf.Tensor;
    const task: TrainingTask = {
      ...{ name: "right class or wrong one", measures: ["loss"], models: [model], optimizers: [model.optimizer] },
      step([images, labels]) {
        const right = (labels as tf.Tensor).reshape([-1, 1]);
        const wrong = right.add(1).mod(tf.scalar(3, "int32")).toInt();
        const loss = () => {
          const [real, fake] = [judged(images as tf.Tensor, right), judged(images as tf.Tensor, wrong)];
          return tf.losses
            .sigmoidCrossEntropy(tf.onesLike(real), real)
            .add(tf.losses.sigmoidCrossEntropy(tf.zerosLike(fake), fake))
            .asScalar();
        };
        return [minimize(model.optimizer, loss, weightsOf(model))];
      },
    };
    const { inputs, targets } = stripes(256, 1);
    const data = new Dataset({ name: "stripes", inputs: [...inputs, ...targets], targets: [] });
    const { epochs, engine } = await fit(task, data, { epochs: 12, ...quiet });
    assert.equal(engine, "compiled");
    const losses = epochs.loss as number[];
    assert.ok((losses.at(-1) as number) < 0.3 * (losses[0] as number), `${losses}`);
    model.optimizer.dispose();
    model.dispose();
  });

  it("the autoencoder has the parameters of its layers, and its halves learn with it", async () => {
    withModel(
      () => buildAutoencoder(),
      (model) => {
        const encoder = convolution(3, 32) + convolution(32, 64) + dense(8 * 8 * 64, 96);
        const decoder = dense(96, 8 * 8 * 64) + convolution(64, 32) + convolution(32, 3);
        assert.equal(model.encoder.countParams(), encoder);
        assert.equal(model.decoder.countParams(), decoder);
        assert.equal(model.countParams(), encoder + decoder);
      },
    );
    const before = tf.memory().numTensors;
    const model = buildAutoencoder({ preset: "tiny", inputShape: [12, 12, 1], learningRate: 5e-3 });
    const { inputs } = stripes(256, 2);
    const data = new Dataset({ name: "stripes", inputs, targets: inputs });
    const start = (await evaluate(model, data)).loss as number;
    await fit(model, data, { epochs: 20, ...quiet });
    const end = (await evaluate(model, data)).loss as number;
    assert.ok(end < 0.15 * start, `${start} → ${end}`);
    tf.tidy(() => {
      const [images] = data.batch([0, 1, 2]).inputs as [tf.Tensor];
      const whole = model.predict(images) as tf.Tensor;
      const halves = model.decoder.predict(model.encoder.predict(images)) as tf.Tensor;
      assert.deepEqual(halves.dataSync(), whole.dataSync());
    });
    model.optimizer.dispose();
    model.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it("the denoiser has the parameters of its layers, hears words and time, and leaves the table of times alone", async () => {
    const sizes = { code: 6, words: 4, steps: 10, width: 16, blocks: 2, wordSize: 5 };
    const model = buildDenoiser({ ...sizes, learningRate: 5e-3 });
    const condition = 5 + 32;
    const block = 2 * dense(condition, 16) + 2 * dense(16, 16);
    const table = 11 * 16;
    const trained = dense(16, 32) + dense(4, 5) + dense(6 + condition, 16) + 2 * block + dense(16, 6);
    assert.equal(model.countParams(), table + trained);
    // What is asked for is a word's own code, whatever the noise: so it must hear the words.
    const words = Float32Array.from({ length: 64 * 4 }, (_, i) => Number(Math.floor(i / 4) % 4 === i % 4));
    const times = Int32Array.from({ length: 64 }, (_, i) => 1 + (i % 10));
    const noisy = Float32Array.from({ length: 64 * 6 }, (_, i) => Math.sin(7 * i));
    const codes = Float32Array.from({ length: 64 * 6 }, (_, i) => Math.sin(3 * (Math.floor(i / 6) % 4) + (i % 6)));
    const data = new Dataset({
      name: "codes of words",
      inputs: [
        { values: noisy, shape: [6], dtype: "float32" },
        { values: times, shape: [1], dtype: "int32" },
        { values: words, shape: [4], dtype: "float32" },
      ],
      targets: [{ values: codes, shape: [6], dtype: "float32" }],
    });
    const { epochs } = await fit(model, data, { epochs: 100, batchSize: 16, ...quiet });
    const losses = epochs.loss as number[];
    assert.ok((losses.at(-1) as number) < 0.1 * (losses[0] as number), `${losses[0]} → ${losses.at(-1)}`);
    const [first, ...later] = tf.tidy(() => (model.getLayer("times").getWeights()[0] as tf.Tensor2D).arraySync());
    assert.deepEqual(first, [...Array(8).fill(0), ...Array(8).fill(1)]);
    for (const [wave, sine] of (later.at(-1) ?? []).slice(0, 8).entries())
      close(sine, Math.sin((2 ** wave * Math.PI) / 2), 1e-4);
    model.optimizer.dispose();
    model.dispose();
  });

  it("say what cannot be", () => {
    assert.throws(
      () => buildGenerator({ inputShape: [30, 28, 1] }),
      /an image of 30 × 28 cannot be halved 2 times, .* multiples of 4/,
    );
    assert.throws(() => buildDiscriminator({ filters: [4, 4, 4] }), /28 × 28 cannot be halved 3 times/);
    assert.throws(() => buildAutoencoder({ inputShape: [32, 30, 3] }), /32 × 30 cannot be halved 2 times/);
    assert.throws(() => buildDenoiser({ blocks: 0 }), /blocks is 0/);
    assert.throws(() => buildGenerator({ classes: 0 }), /classes is 0/);
  });
});
