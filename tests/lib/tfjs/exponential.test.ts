// No operation takes its arguments away: e to the power of whole numbers did.
import assert from "node:assert/strict";
import { compileStep, tf } from "cellwise";
import { close } from "../small-models";

describe("an operation on whole numbers", () => {
  it("exp gives what it has to, and leaves its argument and no other tensor", () => {
    const x = tf.tensor1d([0, 1, 2], "int32");
    const before = tf.memory().numTensors;
    const y = tf.exp(x);
    assert.equal(y.dtype, "float32");
    for (const [i, value] of Array.from(y.dataSync()).entries()) close(value, Math.exp(i), 1e-5);
    assert.equal(tf.memory().numTensors, before + 1);
    assert.deepEqual(Array.from(x.dataSync()), [0, 1, 2]);
    const step = compileStep((given: tf.Tensor) => tf.exp(given).sum() as tf.Scalar);
    close(step.run(x)[0], 1 + Math.E + Math.E ** 2, 1e-5);
    step.dispose();
    tf.dispose([x, y]);
    assert.equal(tf.memory().numTensors, before - 1);
  });

  const OPERATIONS = [
    ...["abs", "neg", "sign", "square", "exp", "expm1", "log", "log1p", "sqrt", "rsqrt", "reciprocal", "relu", "relu6"],
    ...["elu", "selu", "sigmoid", "softplus", "sin", "cos", "tan", "sinh", "cosh", "tanh", "floor", "ceil", "round"],
    ...[
      "erf",
      "leakyRelu",
      "softmax",
      "logSoftmax",
      "logSumExp",
      "sum",
      "mean",
      "max",
      "min",
      "prod",
      "argMax",
      "cumsum",
    ],
    ...["isNaN", "isFinite", "onesLike", "zerosLike", "transpose", "logicalNot", "all", "any"],
  ] as const;
  for (const dtype of ["int32", "float32", "bool"] as const)
    it(`none takes its argument away: ${dtype}`, () => {
      for (const name of OPERATIONS) {
        const x = tf.tensor1d([0, 1, 1], dtype);
        try {
          (tf as unknown as Record<string, (x: tf.Tensor) => tf.Tensor>)[name]?.(x).dispose();
        } catch (error) {
          assert.ok(error instanceof Error); // another type is asked for, and said so
        }
        assert.ok(!x.isDisposed, `${name} of ${dtype}`);
        x.dispose();
      }
    });
});
