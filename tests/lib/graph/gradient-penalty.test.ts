// Gradients of gradients: the penalty on a critic's slope (Gulrajani et al. 2017, "Improved training of Wasserstein GANs",
// algorithm 1), compiled and operation by operation; and second derivatives that are known from calculus.
import assert from "node:assert/strict";
import { compileStep, minimize, tf, UncompilableError } from "cellwise";

const { layers: l } = tf;
const start = (seed: number) => ({
  kernelInitializer: tf.initializers.glorotUniform({ seed }),
  recurrentInitializer: tf.initializers.glorotUniform({ seed: seed + 1 }),
  biasInitializer: tf.initializers.randomUniform({ minval: -0.5, maxval: 0.5, seed: seed + 2 }),
});
const recurrent = { ...start(1), units: 4, inputShape: [5, 3] };

/** Masks steps that do not depend on what is in them. */
class Masked extends tf.layers.Layer {
  static readonly className: string = "Masked";
  override supportsMasking = true;
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return [inputs].flat()[0] as tf.Tensor;
  }
  override computeMask(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const batch = [inputs].flat()[0]?.shape[0] as number;
    return tf.tidy(() => tf.tile(tf.tensor2d([[1, 0, 1, 1, 0]], [1, 5], "bool"), [batch, 1]));
  }
}

/** What stands before the critic's last layer. */
const hidden: Record<string, () => tf.layers.Layer[]> = {
  ...Object.fromEntries(
    (["tanh", "sigmoid", "relu", "gelu", "softmax"] as const).map((activation) => [
      `dense with ${activation}`,
      () => [l.dense({ ...start(1), units: 4, inputShape: [3], activation: activation as "tanh" })],
    ]),
  ),
  "layer normalisation": () => [l.dense({ ...start(1), units: 4, inputShape: [3] }), l.layerNormalization()],
  SimpleRNN: () => [l.simpleRNN(recurrent)],
  LSTM: () => [l.lstm({ ...recurrent, recurrentActivation: "sigmoid" })],
  "LSTM, all its states": () => [
    l.lstm({ ...recurrent, recurrentActivation: "sigmoid", returnSequences: true }),
    l.flatten(),
  ],
  GRU: () => [l.gru({ ...recurrent, recurrentActivation: "sigmoid" })],
  "SimpleRNN with elu": () => [l.simpleRNN({ ...recurrent, inputShape: [2, 3], activation: "elu" })],
  "LSTM with tfjs's gates": () => [l.lstm(recurrent)],
  "GRU with tfjs's gates": () => [l.gru(recurrent)],
  "SimpleRNN behind a mask": () => [new Masked({ inputShape: [5, 3] }), l.simpleRNN(recurrent)],
  "LSTM behind a mask": () => [
    new Masked({ inputShape: [5, 3] }),
    l.lstm({ ...recurrent, recurrentActivation: "sigmoid" }),
  ],
  "GRU behind a mask": () => [
    new Masked({ inputShape: [5, 3] }),
    l.gru({ ...recurrent, recurrentActivation: "sigmoid" }),
  ],
  "batch normalisation": () => [l.dense({ ...start(1), units: 4, inputShape: [3] }), l.batchNormalization()],
};

/** A critic's step with its penalty, and its weights. */
function critic(layers: tf.layers.Layer[], loss?: (output: tf.Tensor) => tf.Tensor) {
  const model = tf.sequential({ layers: [...layers, l.dense({ ...start(7), units: 1, activation: "tanh" })] });
  const optimizer = tf.train.sgd(0.05);
  const score = (x: tf.Tensor): tf.Tensor => {
    const output = model.apply(x, { training: true }) as tf.Tensor;
    return (loss === undefined ? output : loss(output)).sum();
  };
  return {
    model,
    step: (x: tf.Tensor): tf.Scalar =>
      minimize(optimizer, () => {
        const slope = tf.grad(score)(x).square().sum(-1).add(1e-6).sqrt();
        return slope.sub(1).square().mean().mul(10).add(score(x)) as tf.Scalar;
      }),
  };
}

const weightsOf = (model: tf.LayersModel): number[] => model.getWeights().flatMap((weight) => [...weight.dataSync()]);

describe("gradients of gradients", () => {
  for (const [name, layers] of Object.entries(hidden)) {
    it(`train a critic with ${name} as tfjs does operation by operation`, () => {
      const [compiled, eager] = [critic(layers()), critic(layers())];
      const shape = (compiled.model.inputs[0] as tf.SymbolicTensor).shape.slice(1) as number[];
      const x = tf.randomNormal([6, ...shape], 0, 1, "float32", 3);
      const step = compileStep(compiled.step);
      for (let i = 0; i < 5; i++) {
        const [loss] = step.run(x) as [number];
        const expected = tf.tidy(() => eager.step(x).dataSync()[0] as number);
        const close = 1e-3 * Math.max(Math.abs(expected), 0.1); // sums of larger terms, in another order
        assert.ok(Math.abs(loss - expected) <= close, `step ${i}: ${loss}, not ${expected}`);
      }
      step.dispose();
      const expected = weightsOf(eager.model);
      for (const [i, weight] of weightsOf(compiled.model).entries()) {
        const right = expected[i] as number;
        assert.ok(Math.abs(weight - right) <= 1e-3 * Math.max(Math.abs(right), 0.1), `${i}: ${weight}, not ${right}`);
      }
      x.dispose();
      for (const { model } of [compiled, eager]) model.dispose();
    });
  }

  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const gelu = l.activation({ activation: "gelu" });
  const hardSigmoid = l.activation({ activation: "hardSigmoid" });
  const known: [string, (x: tf.Tensor) => tf.Tensor, (x: number) => number][] = [
    ["tanh", (x) => x.tanh(), (x) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2)],
    ["sigmoid", (x) => x.sigmoid(), (x) => sigmoid(x) * (1 - sigmoid(x)) * (1 - 2 * sigmoid(x))],
    ["exp", (x) => x.exp(), (x) => Math.exp(x)],
    ["elu of the double", (x) => x.mul(2).elu(), (x) => (x < 0 ? 4 * Math.exp(2 * x) : 0)],
    [
      "the square of a hard sigmoid",
      (x) => (hardSigmoid.apply(x) as tf.Tensor).square(),
      (x) => (Math.abs(x) < 2.5 ? 0.08 : 0),
    ],
    ["gelu", (x) => gelu.apply(x) as tf.Tensor, (x) => (2 - x * x) * density(x)],
    [
      "log-softmax against 0",
      (x) => tf.logSoftmax(tf.stack([x, tf.zerosLike(x)], 1)).slice([0, 0], [-1, 1]),
      (x) => -sigmoid(x) * (1 - sigmoid(x)),
    ],
  ];
  for (const [name, f, second] of known) {
    it(`give the second derivative of ${name} in both engines`, () => {
      const at = [-1.5, -0.2, 0.3, 2];
      const x = tf.tensor1d(at);
      const sumOfSecond = (x: tf.Tensor) =>
        tf.grad((x) =>
          tf
            .grad((x) => f(x).sum())(x)
            .sum(),
        )(x);
      const eager = tf.tidy(() => [...sumOfSecond(x).dataSync()]);
      const w = tf.variable(tf.zeros([at.length]));
      const step = compileStep((x) =>
        minimize(tf.train.sgd(-1), () => w.mul(sumOfSecond(x as tf.Tensor)).sum() as tf.Scalar, [w]),
      );
      step.run(x);
      step.dispose();
      const compiled = [...w.dataSync()];
      for (const [i, point] of at.entries())
        for (const value of [eager[i], compiled[i]] as number[])
          assert.ok(Math.abs(value - second(point)) < 1e-5, `${value} at ${point}, not ${second(point)}`);
      tf.dispose([x, w]);
    });
  }

  it("are refused through a function whose gradient uses what it kept, by name", () => {
    const kept = tf.customGrad((x: tf.Tensor | ((tensors: tf.Tensor[]) => void), save) => {
      const cube = (x as tf.Tensor).square().mul(x as tf.Tensor);
      const square = (x as tf.Tensor).square();
      (save as (tensors: tf.Tensor[]) => void)([square]);
      return { value: cube, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => dy.mul(saved[0] as tf.Tensor).mul(3) };
    });
    const x = tf.tensor1d([2]);
    const w = tf.variable(tf.tensor1d([1]));
    const once = compileStep((x) =>
      minimize(tf.train.sgd(0.1), () => kept((x as tf.Tensor).mul(w)).sum() as tf.Scalar),
    );
    once.run(x); // a first derivative is right: 3 · 2² · 2
    once.dispose();
    assert.ok(Math.abs((w.dataSync()[0] as number) - (1 - 0.1 * 24)) < 1e-5);
    const twice = compileStep((x) =>
      minimize(
        tf.train.sgd(0.1),
        () =>
          tf
            .grad((x) => kept(x.mul(w)).sum())(x as tf.Tensor)
            .square()
            .sum() as tf.Scalar,
      ),
    );
    assert.throws(
      () => twice.run(x),
      (error) =>
        error instanceof UncompilableError && /gradient of a gradient through .*customGrad/.test(error.message),
    );
    twice.dispose();
    tf.dispose([x, w]);
  });
});
