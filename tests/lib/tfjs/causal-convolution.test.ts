// Causal convolution against a plain loop.
import assert from "node:assert/strict";
import { compileStep, tf } from "cellwise";
import { assertSameTraining, twins } from "../graph/twin";
import { close, weightsOf } from "../small-models";

/** y[t] = b + Σ over taps k and channels c of x[t − (size − 1 − k) · dilation][c] · w[k][c], nothing before the beginning. */
function byHand(x: number[][], w: number[][], b: number, dilation: number, stride: number): number[] {
  return x.flatMap((_, t) =>
    t % stride !== 0
      ? []
      : [
          w.reduce((sum, tap, k) => {
            const past = x[t - (w.length - 1 - k) * dilation] ?? tap.map(() => 0);
            return sum + tap.reduce((inner, weight, c) => inner + weight * (past[c] as number), 0);
          }, b),
        ],
  );
}
const x = [
  [1, -2],
  [0.5, 3],
  [-1, 1],
  [2, 0],
  [4, -3],
];
const w = [
  [0.5, 1],
  [-1, 2],
  [3, -0.5],
];

describe("causal convolution", () => {
  for (const [dilation, stride] of [
    [1, 1],
    [2, 1],
    [1, 2],
  ] as const)
    for (const dataFormat of ["channelsLast", "channelsFirst"] as const)
      it(`is a plain loop's: dilation ${dilation}, stride ${stride}, ${dataFormat}`, () => {
        const first = dataFormat === "channelsFirst";
        const inputShape = first ? [2, x.length] : [x.length, 2];
        const layer = tf.layers.conv1d({
          ...{ filters: 1, kernelSize: 3, padding: "causal", strides: stride, dilationRate: dilation },
          ...{ dataFormat, inputShape },
        });
        const model = tf.sequential({ layers: [layer] });
        const expected = byHand(x, w, 0.25, dilation, stride);
        assert.deepEqual(model.outputs[0]?.shape, [null, ...(first ? [1, expected.length] : [expected.length, 1])]);
        tf.tidy(() => {
          layer.setWeights([tf.tensor(w).expandDims(2), tf.tensor1d([0.25])]);
          const input = tf.tensor(x);
          const output = model.predict((first ? input.transpose() : input).expandDims(0)) as tf.Tensor;
          for (const [t, value] of Array.from(output.dataSync()).entries()) close(value, expected[t] as number, 1e-5);
        });
        model.dispose();
      });

  for (const dilation of [1, 2])
    it(`has gradients, dilation ${dilation}: by an input, the taps that reach it`, () => {
      const layer = tf.layers.conv1d({ filters: 1, kernelSize: 3, padding: "causal", dilationRate: dilation });
      tf.tidy(() => {
        const input = tf.tensor3d([x]);
        layer.apply(input);
        layer.setWeights([tf.tensor(w).expandDims(2), tf.tensor1d([0])]);
        const gradient = tf.grad((given: tf.Tensor) => (layer.call(given, {}) as tf.Tensor).sum())(input);
        // The outputs that see input t: t by the last tap, t + dilation by the one before, …
        const sums = x.flatMap((_, t) =>
          [0, 1].map((c) =>
            w.toReversed().reduce((sum, tap, k) => sum + (t + k * dilation < x.length ? (tap[c] as number) : 0), 0),
          ),
        );
        for (const [i, value] of Array.from(gradient.dataSync()).entries()) close(value, sums[i] as number, 1e-5);
      });
      layer.dispose();
    });

  it("is trained compiled as eager, and saved and loaded", async () => {
    const [model, twin] = twins(
      () =>
        tf.sequential({
          layers: [
            tf.layers.conv1d({ filters: 3, kernelSize: 2, padding: "causal", activation: "relu", inputShape: [6, 2] }),
            tf.layers.conv1d({ filters: 1, kernelSize: 2, dilationRate: 2, padding: "causal" }),
          ],
        }),
      (each) => each.compile({ optimizer: tf.train.sgd(0.05), loss: "meanSquaredError" }),
    );
    const batch = [
      tf.randomNormal([4, 6, 2], 0, 1, "float32", 1),
      tf.randomNormal([4, 6, 1], 0, 1, "float32", 2),
    ] as const;
    await assertSameTraining(model, twin, [batch], { steps: 3 });
    type Artifacts = Parameters<Parameters<typeof tf.io.withSaveHandler>[0]>[0];
    const saved: Artifacts[] = [];
    const handler = tf.io.withSaveHandler(async (artifacts) => {
      saved.push(artifacts);
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" } };
    });
    await model.save(handler);
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved[0] as Artifacts));
    assert.deepEqual(weightsOf(loaded), weightsOf(model));
    const outputs = [model, loaded].map((each) => each.predict(batch[0]) as tf.Tensor);
    const [a, b] = outputs.map((output) => Array.from(output.dataSync()));
    assert.deepEqual(a, b);
    tf.dispose([...batch, ...outputs]);
    for (const each of [model, twin, loaded]) each.dispose();
  });

  it("is refused where there is no time", () => {
    const image = () => tf.input({ shape: [4, 4, 1] });
    const message = /padding is "causal" in 2 dimensions.*conv1d.*"same"/;
    assert.throws(() => tf.layers.conv2d({ filters: 1, kernelSize: 2, padding: "causal" }).apply(image()), message);
    assert.throws(() => tf.layers.depthwiseConv2d({ kernelSize: 2, padding: "causal" }).apply(image()), message);
  });
});

describe("a dilated convolution of images", () => {
  const shape = [1, 5, 4, 2];
  for (const padding of ["valid", "same"] as const)
    it(`has the gradients that differences have: ${padding}`, () => {
      tf.tidy(() => {
        const ramp = (sizes: number[], seed: number): tf.Tensor4D => {
          const count = sizes.reduce((a, b) => a * b, 1);
          return tf.range(0, count).mul(0.7).add(seed).sin().reshape(sizes) as tf.Tensor4D;
        };
        const given = [ramp(shape, 1), ramp([2, 2, 2, 1], 2)] as const;
        const run = (x: tf.Tensor, w: tf.Tensor) =>
          tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, padding, "NHWC", [2, 1]);
        const upper = ramp(run(...given).shape, 3);
        const value = (x: tf.Tensor, w: tf.Tensor) => run(x, w).mul(upper).sum().dataSync()[0] as number;
        const gradients = tf.grads(run)([...given], upper);
        for (const [number, tensor] of given.entries()) {
          const values = Array.from(tensor.dataSync());
          for (const [i, slope] of Array.from((gradients[number] as tf.Tensor).dataSync()).entries()) {
            const moved = (by: number): number => {
              const other = tf.tensor(values.with(i, (values[i] as number) + by), tensor.shape);
              return number === 0 ? value(other, given[1]) : value(given[0], other);
            };
            close(slope, (moved(1) - moved(-1)) / 2, 1e-4); // exact: the function is linear in each
          }
        }
      });
    });

  for (const padding of ["valid", "same"] as const)
    it(`has second gradients, eager and compiled, that a convolution with the gaps written out as zeros has: ${padding}`, () => {
      const w = tf.tensor4d([0.5, -1, 2, 0.25], [2, 2, 1, 1]);
      const wide = tf.tidy(() => {
        const buffer = tf.buffer([3, 3, 1, 1]);
        for (const [place, value] of Array.from(w.dataSync()).entries())
          buffer.set(value, 2 * Math.floor(place / 2), 2 * (place % 2), 0, 0);
        return buffer.toTensor() as tf.Tensor4D;
      });
      const x = tf.tidy(() => tf.range(0, 25).mul(0.7).sin().reshape([1, 5, 5, 1]) as tf.Tensor4D);
      // The square of the gradient's length, as a gradient penalty has it, by the input and by the filter.
      const penalty = (kernel: tf.Tensor, dilation: number) => (input: tf.Tensor) =>
        tf
          .grad((z: tf.Tensor) =>
            tf
              .conv2d(z as tf.Tensor4D, kernel as tf.Tensor4D, 1, padding, "NHWC", dilation)
              .square()
              .sum(),
          )(input)
          .square()
          .sum() as tf.Scalar;
      const ofKernel = (dilation: number) => (kernel: tf.Tensor) => penalty(kernel, dilation)(x);
      tf.tidy(() => {
        const pairs: [tf.Tensor, tf.Tensor][] = [
          [tf.grad(penalty(w, 2))(x), tf.grad(penalty(wide, 1))(x)],
          [tf.grad(ofKernel(2))(w), tf.grad(ofKernel(1))(wide).stridedSlice([0, 0], [3, 3], [2, 2])],
        ];
        for (const [found, expected] of pairs) {
          const values = Array.from(expected.dataSync());
          assert.equal(found.size, values.length);
          for (const [i, value] of Array.from(found.dataSync()).entries())
            close(value, values[i] as number, 1e-3 * Math.max(...values.map(Math.abs)));
        }
      });
      const step = compileStep((input: tf.Tensor) => tf.grad(penalty(w, 2))(input).square().sum() as tf.Scalar);
      const expected = tf.tidy(() => tf.grad(penalty(wide, 1))(x).square().sum().dataSync()[0] as number);
      close(step.run(x)[0], expected, 1e-3 * expected);
      step.dispose();
      tf.dispose([w, wide, x]);
    });

  it("is trained, compiled as eager", async () => {
    const [model, twin] = twins(
      () =>
        tf.sequential({
          layers: [
            tf.layers.conv2d({
              filters: 2,
              kernelSize: 2,
              dilationRate: 2,
              inputShape: shape.slice(1),
              padding: "same",
            }),
            tf.layers.conv2d({ filters: 1, kernelSize: 2, dilationRate: 2, activation: "relu", padding: "same" }),
          ],
        }),
      (each) => each.compile({ optimizer: tf.train.sgd(0.05), loss: "meanSquaredError" }),
    );
    const batch = [tf.ones(shape), tf.ones([1, 5, 4, 1])] as const;
    await assertSameTraining(model, twin, [batch], { steps: 3 });
    tf.dispose([...batch]);
    for (const each of [model, twin]) each.dispose();
  });
});
