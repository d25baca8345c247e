// Training loops of one's own: several networks and optimizers in one compiled step, memory, and failure in the middle.
import assert from "node:assert/strict";
import { type CompiledStep, clipGradients, compileStep, minimize, StepFailedError, tf } from "cellwise";
import { watchNativeCalls } from "../native-calls";

/** A generative adversarial network on numbers, in both engines (Goodfellow et al. 2014, algorithm 1). */
function gan() {
  const dense = (units: number, inputs: number, seed: number, activation: "tanh" | "linear" = "linear") =>
    tf.layers.dense({
      units,
      inputShape: [inputs],
      activation,
      kernelInitializer: tf.initializers.glorotUniform({ seed }),
    });
  const maker = tf.sequential({ layers: [dense(8, 3, 1, "tanh"), dense(1, 8, 2)] });
  const critic = tf.sequential({ layers: [dense(8, 1, 3, "tanh"), dense(1, 8, 4)] });
  const variables = (model: tf.LayersModel) => model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const [makerOptimizer, criticOptimizer] = [tf.train.adam(0.01), tf.train.adam(0.02)];
  const cross = (truth: number, logits: tf.Tensor): tf.Scalar =>
    tf.losses.sigmoidCrossEntropy(tf.fill(logits.shape, truth), logits) as tf.Scalar;
  const criticize = (x: tf.Tensor): tf.Tensor => critic.apply(x) as tf.Tensor;
  const make = (noise: tf.Tensor): tf.Tensor => maker.apply(noise) as tf.Tensor;
  const step = (real: tf.Tensor, noise: tf.Tensor): tf.Scalar[] => [
    minimize(
      criticOptimizer,
      () => cross(1, criticize(real)).add(cross(0, criticize(make(noise)))) as tf.Scalar,
      variables(critic),
    ),
    minimize(makerOptimizer, () => cross(1, criticize(make(noise))), variables(maker)),
  ];
  return { step, weights: () => [...maker.getWeights(), ...critic.getWeights()] };
}

describe("compileStep", () => {
  it("trains two networks against each other as tfjs does", () => {
    const [compiled, eager] = [gan(), gan()];
    const step = compileStep(compiled.step);
    for (let i = 0; i < 20; i++) {
      const real = tf.randomNormal([8, 1], 2, 0.5, "float32", i + 1);
      const noise = tf.randomNormal([8, 3], 0, 1, "float32", 100 + i);
      const losses = step.run(real, noise);
      const expected = tf.tidy(() => eager.step(real, noise).map((loss) => loss.dataSync()[0] as number));
      for (const [index, loss] of losses.entries()) {
        assert.ok(Math.abs(loss - (expected[index] as number)) < 1e-4, `loss ${index} at ${i}: ${losses}, ${expected}`);
      }
      tf.dispose([real, noise]);
    }
    step.dispose();
    for (const [index, weight] of compiled.weights().entries()) {
      const difference = tf.tidy(
        () =>
          weight
            .sub(eager.weights()[index] as tf.Tensor)
            .abs()
            .max()
            .dataSync()[0] as number,
      );
      assert.ok(difference < 1e-4, `weight ${index} differs by ${difference}`);
    }
  });

  it("updates only the variables that it is given", () => {
    const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))];
    const step = compileStep(() => minimize(tf.train.sgd(0.25), () => a.mul(b).mul(2) as tf.Scalar, [a]));
    assert.deepEqual(step.run(), [2]);
    step.dispose();
    assert.deepEqual(
      [a, b].map((variable) => variable.dataSync()[0]),
      [0.5, 1],
    );
    tf.dispose([a, b]);
  });

  it("leaves a value that JavaScript has given a variable since the last run, also in a sync", () => {
    const w = tf.variable(tf.scalar(1));
    const step = compileStep(() => minimize(tf.train.sgd(0.25), () => w.square() as tf.Scalar));
    step.run();
    tf.tidy(() => w.assign(tf.scalar(8)));
    step.sync();
    assert.equal(w.dataSync()[0], 8);
    step.run();
    step.dispose();
    assert.equal(w.dataSync()[0], 4);
    w.dispose();
  });

  it("hands a variable on between two steps that both train it", () => {
    const w = tf.variable(tf.scalar(8));
    const [one, other] = [0, 1].map(() =>
      compileStep(() => minimize(tf.train.sgd(0.25), () => w.square() as tf.Scalar)),
    ) as [CompiledStep, CompiledStep];
    const losses = [one, other, one, one, other].map((step) => step.run()[0]);
    assert.deepEqual(losses, [64, 16, 4, 1, 0.25]); // each halves it
    for (const step of [one, other]) step.dispose();
    assert.equal(w.dataSync()[0], 0.25);
    w.dispose();
  });

  it("draws the same for the same seed, and otherwise for another", () => {
    const drawn = (seed: number): number[] => {
      const step = compileStep(() => [tf.randomUniform([]), tf.randomUniform([])] as tf.Scalar[], { seed });
      const values = [step.run(), step.run()].flat();
      step.dispose();
      return values;
    };
    assert.deepEqual(drawn(1), drawn(1));
    assert.equal(new Set([...drawn(1), ...drawn(2)]).size, 8);
  });

  it("clips gradients by their common norm and by value", () => {
    const w = tf.variable(tf.tensor1d([0, 0]));
    const slope = tf.tensor1d([3, 4]); // the gradient of slope · w, of length 5
    const byNorm = clipGradients(tf.train.sgd(1), { norm: 1 });
    const byValue = clipGradients(tf.train.sgd(1), { value: 3.5 });
    for (const [optimizer, expected] of [
      [byNorm, [-0.6, -0.8]],
      [byValue, [-3, -3.5]],
    ] as const) {
      w.assign(tf.tensor1d([0, 0]));
      const step = compileStep((x) => minimize(optimizer, () => (x as tf.Tensor).mul(w).sum() as tf.Scalar));
      step.run(slope);
      step.dispose();
      const moved = [...w.dataSync()];
      for (const [i, value] of moved.entries()) {
        assert.ok(Math.abs(value - (expected[i] as number)) < 1e-6, `${moved} instead of ${expected}`);
      }
    }
    tf.dispose([w, slope]);
    assert.throws(() => clipGradients(tf.train.sgd(1), { norm: 0 }), /positive number, but 0/);
  });

  for (const [norm, [first, second]] of [
    [1, [-0.6, -0.8]],
    [10, [-3, -4]], // shorter gradients stay as they are
  ] as const) {
    it(`clips the gradients of two variables by the length of both together: 5 to at most ${norm}`, () => {
      const [a, b] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))];
      const optimizer = clipGradients(tf.train.sgd(1), { norm });
      const step = compileStep(() => minimize(optimizer, () => a.mul(3).add(b.mul(4)) as tf.Scalar));
      step.run();
      step.dispose();
      for (const [variable, expected] of [
        [a, first],
        [b, second],
      ] as const) {
        const moved = variable.dataSync()[0] as number;
        assert.ok(Math.abs(moved - expected) < 1e-6, `${moved} instead of ${expected}`);
      }
      tf.dispose([a, b]);
    });
  }

  for (const [what, returned, said] of [
    ["nothing", () => undefined, /returns scalars.*number 1 of 1 is undefined/],
    ["a number", () => 1, /is the number 1/],
    ["a promise", async () => tf.scalar(1), /is a promise.*not async/],
    ["no scalar", () => [], /at least one scalar/],
    ["a tensor of several numbers", (x: tf.Tensor) => x.mul(2), /number 1 of 1 is a tensor of shape \[3\]/],
  ] as const) {
    it(`says what is wrong with a step that returns ${what}, and leaves nothing behind`, () => {
      const before = tf.memory().numTensors;
      const step = compileStep(returned as never);
      const x = tf.tensor1d([1, 2, 3]);
      assert.throws(() => step.run(x), said);
      step.dispose();
      x.dispose();
      // The promise's own tensor is the caller's.
      assert.ok(tf.memory().numTensors - before <= (what === "a promise" ? 1 : 0));
    });
  }

  it("says which input is no living tensor, and that it was disposed itself", () => {
    const step = compileStep((x: tf.Tensor) => x.sum() as tf.Scalar);
    const x = tf.tensor1d([1, 2, 3]);
    assert.deepEqual(step.run(x), [6]);
    assert.throws(() => step.run([1, 2] as never), /input 1 of 1 is the list \[1, 2\]/);
    assert.throws(() => step.run(undefined as never), /input 1 of 1 is undefined/);
    x.dispose();
    assert.throws(() => step.run(x), /Input 1 of 1 .* was disposed/);
    step.dispose();
    assert.throws(() => step.run(tf.scalar(1)), /was disposed\. Make a new one/);
  });

  it("leaves no tensor behind in 1,000 steps, neither of tfjs nor of TensorFlow", () => {
    const weights = tf.variable(tf.randomNormal([256, 256], 0, 0.05, "float32", 1));
    const bias = tf.variable(tf.zeros([256]));
    const optimizer = tf.train.adam(0.001);
    const step = compileStep((x) =>
      minimize(optimizer, () => {
        const hidden = tf.dropout(
          (x as tf.Tensor2D)
            .matMul(weights as tf.Tensor2D)
            .add(bias)
            .tanh(),
          0.1,
        );
        return hidden.sub(1).square().mean() as tf.Scalar;
      }),
    );
    const x = tf.randomNormal([256, 256], 0, 1, "float32", 2);
    for (let i = 0; i < 10; i++) step.run(x);
    const tensors = tf.memory().numTensors;
    // tfjs's own count knows nothing of the numbers that are fed to a graph.
    let native = 0;
    const unwatch = watchNativeCalls(["createTensor", "runSavedModel", "deleteTensor"], (name, result) => {
      native += name === "deleteTensor" ? -1 : Array.isArray(result) ? result.length : 1;
    });
    for (let i = 0; i < 1000; i++) step.run(x);
    unwatch();
    assert.equal(native, 0, "tensors of TensorFlow's that are left");
    assert.equal(tf.memory().numTensors, tensors);
    step.dispose();
    tf.dispose([weights, bias, x]);
  });

  for (const readAgain of [false, true]) {
    it(`writes nothing when a later update fails in its gradient alone${readAgain ? ", which reads what the first one wrote" : ""}`, () => {
      const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(1))];
      const table = tf.tensor1d([1, 1]);
      const optimizer = tf.train.sgd(0.25);
      const step = compileStep((index) => {
        const first = minimize(optimizer, () => a.square() as tf.Scalar, [a]);
        const square = tf.customGrad((x: tf.Tensor | ((tensors: tf.Tensor[]) => void)) => ({
          value: (x as tf.Tensor).square(),
          gradFunc: (dy: tf.Tensor) => {
            let late = tf.ones([700, 700]);
            for (let i = 0; i < 4; i++) late = late.matMul(late).tanh();
            const indices = (index as tf.Tensor1D).add(late.min().mul(0).cast("int32")) as tf.Tensor1D;
            return dy.mul(tf.gather(table, indices).sum());
          },
        }));
        return [first, minimize(optimizer, () => (readAgain ? square(b).add(a) : square(b)) as tf.Scalar, [b])];
      });
      const [inside, outside] = [tf.tensor1d([0], "int32"), tf.tensor1d([7], "int32")];
      step.run(inside);
      assert.throws(() => step.run(outside), StepFailedError);
      step.run(inside);
      step.dispose();
      // a halves twice; the gradient of b is 1 here, a quarter of which is taken off each time.
      assert.deepEqual(
        [a, b].map((variable) => variable.dataSync()[0]),
        [0.25, 0.5],
      );
      tf.dispose([a, b, table, inside, outside]);
    });

    it(`writes nothing when a later update fails${readAgain ? ", which reads what the first one wrote" : ""}`, () => {
      const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.tensor1d([1, 2, 3]))];
      const optimizer = tf.train.sgd(0.1);
      const step = compileStep((index) => {
        const first = minimize(optimizer, () => a.square() as tf.Scalar, [a]);
        // The gather fails for an index out of range, long after the first update could have been made.
        let late = tf.ones([700, 700]);
        for (let i = 0; i < 4; i++) late = late.matMul(late).tanh();
        const indices = (index as tf.Tensor1D).add(late.min().mul(0).cast("int32")) as tf.Tensor1D;
        const sum = () => tf.gather(b, indices).sum() as tf.Scalar;
        return [first, minimize(optimizer, () => (readAgain ? (sum().mul(a) as tf.Scalar) : sum()), [b])];
      });
      const [inside, outside] = [tf.tensor1d([0, 1], "int32"), tf.tensor1d([0, 7], "int32")];
      step.run(inside);
      step.sync();
      const before = [...a.dataSync(), ...b.dataSync()];
      assert.throws(() => step.run(outside), StepFailedError);
      // The values in the graph, not those in JavaScript: the next step starts from them.
      step.run(inside);
      step.dispose();
      const [expectedA, rate] = [(before[0] as number) * 0.8, readAgain ? (before[0] as number) * 0.8 * 0.1 : 0.1];
      const expected = [expectedA, (before[1] as number) - rate, (before[2] as number) - rate, before[3] as number];
      for (const [i, value] of [...a.dataSync(), ...b.dataSync()].entries()) {
        assert.ok(Math.abs(value - (expected[i] as number)) < 1e-6, `value ${i}: ${value}, not ${expected[i]}`);
      }
      tf.dispose([a, b, inside, outside]);
    });
  }
});
