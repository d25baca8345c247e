// The causal convolution and the gate of WaveNet: values and gradients, against tfjs's own operations and against differences.
import assert from "node:assert/strict";
import { CausalConvolution, GatedUnit, tf } from "cellwise";
import { causalConvolution } from "cellwise/dist/ops/causal-convolution";
import { gatedUnit } from "cellwise/dist/ops/gated-unit";
import { assertSameTraining, twins } from "./graph/twin";
import { close } from "./small-models";

const waves = (shape: number[], seed: number): tf.Tensor => {
  const count = shape.reduce((a, b) => a * b, 1);
  return tf.tidy(() => tf.range(0, count).mul(0.7).add(seed).sin().reshape(shape));
};
/** tfjs's own: zeros before the beginning, and a convolution that looks at what is there. */
const ofTfjs = (x: tf.Tensor, kernel: tf.Tensor, dilation: number): tf.Tensor => {
  const past = ((kernel.shape[0] ?? 0) - 1) * dilation;
  const padded = x.pad<tf.Tensor3D>([
    [0, 0],
    [past, 0],
    [0, 0],
  ]);
  return tf.conv1d(padded, kernel as tf.Tensor3D, 1, "valid", "NWC", dilation);
};

/** Compares an operation's gradients, weighted by waves, with what differences say. */
function assertGradients(run: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): void {
  const upper = waves(run(...inputs).shape, 3);
  const value = (...given: tf.Tensor[]) =>
    run(...given)
      .mul(upper)
      .sum()
      .dataSync()[0] as number;
  const gradients = tf.grads(run)(inputs, upper);
  const step = 0.01;
  for (const [number, input] of inputs.entries()) {
    const values = Array.from(input.dataSync());
    for (const [i, slope] of Array.from((gradients[number] as tf.Tensor).dataSync()).entries()) {
      const moved = (by: number): number => {
        const other = tf.tensor(values.with(i, (values[i] as number) + by), input.shape);
        return value(...inputs.with(number, other));
      };
      close(slope, (moved(step) - moved(-step)) / (2 * step), 2e-3);
    }
  }
}

describe("CausalConvolution", () => {
  for (const [size, dilation] of [
    [1, 1],
    [2, 1],
    [2, 3],
    [3, 2],
    [2, 9], // farther back than there are steps
  ] as const)
    it(`is tfjs's convolution, and so are its gradients: ${size} steps, ${dilation} apart`, () => {
      tf.tidy(() => {
        const given = [waves([2, 7, 3], 1), waves([size, 3, 4], 2)] as const;
        const run = (x: tf.Tensor, kernel: tf.Tensor) => causalConvolution(x, kernel, dilation);
        const [own, theirs] = [run, (x: tf.Tensor, kernel: tf.Tensor) => ofTfjs(x, kernel, dilation)].map((one) => {
          const upper = waves([2, 7, 4], 3);
          return [one(...given), ...tf.grads(one)([...given], upper)].map((tensor) => Array.from(tensor.dataSync()));
        });
        for (const [n, values] of (own ?? []).entries())
          for (const [i, value] of values.entries()) close(value, theirs?.[n]?.[i] as number, 1e-5);
      });
    });

  it("has the gradients that differences have, and second ones", () => {
    tf.tidy(() => {
      const run = (x: tf.Tensor, kernel: tf.Tensor) => causalConvolution(x, kernel, 2);
      assertGradients(run, [waves([1, 5, 2], 1), waves([2, 2, 2], 2)]);
      const kernel = waves([2, 2, 2], 2);
      const penalty = (convolve: typeof ofTfjs) => (x: tf.Tensor) =>
        tf
          .grad((z: tf.Tensor) => convolve(z, kernel, 2).square().sum())(x)
          .square()
          .sum() as tf.Scalar;
      const [own, theirs] = [causalConvolution, ofTfjs].map((one) =>
        tf
          .grad(penalty(one))(waves([1, 5, 2], 1))
          .dataSync(),
      );
      for (const [i, value] of (own ?? []).entries()) close(value, theirs?.[i] as number, 1e-3);
    });
  });

  it("is trained compiled as eager", async () => {
    const [model, twin] = twins(
      () => {
        const codes = tf.input({ shape: [6, 2] });
        const convolved = new CausalConvolution({ filters: 6, dilation: 2 }).apply(codes) as tf.SymbolicTensor;
        const gated = new GatedUnit().apply(convolved) as tf.SymbolicTensor;
        return tf.model({ inputs: codes, outputs: gated });
      },
      (each) => each.compile({ optimizer: tf.train.sgd(0.05), loss: "meanSquaredError" }),
    );
    const batch = [waves([4, 6, 2], 1), waves([4, 6, 3], 2)] as const;
    await assertSameTraining(model, twin, [batch], { steps: 3 });
    tf.dispose([...batch]);
    for (const each of [model, twin]) each.dispose();
  });

  it("says what cannot be", () => {
    assert.throws(() => new CausalConvolution({ filters: 0 }), /filters is 0/);
    assert.throws(() => new CausalConvolution({ filters: 1, dilation: 1.5 }), /dilation is 1.5/);
    assert.throws(
      () => new CausalConvolution({ filters: 1 }).apply(tf.input({ shape: [3] })),
      /2 axes.*\[batch, time, width\]/,
    );
  });
});

describe("GatedUnit", () => {
  it("is tanh(a) σ(b), with the gradients that differences have", () => {
    tf.tidy(() => {
      const x = waves([2, 3, 4], 1);
      const values = gatedUnit(x).arraySync() as number[][][];
      for (const [n, row] of (x.arraySync() as number[][][]).entries())
        for (const [t, [a = 0, b = 0, c = 0, d = 0]] of row.entries()) {
          close(values[n]?.[t]?.[0], Math.tanh(a) / (1 + Math.exp(-c)), 1e-6);
          close(values[n]?.[t]?.[1], Math.tanh(b) / (1 + Math.exp(-d)), 1e-6);
        }
      assertGradients(gatedUnit, [x]);
    });
  });

  it("needs an even width", () => {
    assert.throws(() => new GatedUnit().apply(tf.input({ shape: [3, 5] })), /is 5 wide.*Give 6 filters/);
  });
});
