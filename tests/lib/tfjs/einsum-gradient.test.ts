// Gradients of Einstein sums against plain loops: each is the derivative of Σ dy · einsum(a, b) by finite differences, which are
// exact for a function that is linear in each operand.
import assert from "node:assert/strict";
import { compileStep, minimize, tf } from "cellwise";
import { close } from "../small-models";

const CASES: [equation: string, ...shapes: number[][]][] = [
  ["ij,jk->ik", [2, 3], [3, 2]],
  ["bij,bjk->bik", [2, 2, 3], [2, 3, 2]],
  ["bhqd,bhkd->bhqk", [1, 2, 2, 3], [1, 2, 2, 3]],
  ["i,j->ij", [2], [3]],
  ["i,i->", [3], [3]],
  ["ij->ji", [2, 3]],
  ["ij->i", [2, 3]],
  ["ij->", [2, 3]],
  ["ij,k->k", [2, 3], [2]],
  ["ii->i", [3, 3]],
  ["ii->", [3, 3]],
  ["iij,j->i", [2, 2, 3], [3]],
  ["...ij,...jk->...ik", [2, 1, 3], [2, 3, 2]],
  ["...ij,jk->...ik", [2, 2, 1, 3], [3, 2]],
  ["...i,...i->...", [2, 1, 3], [1, 2, 3]],
];
const ramp = (shape: number[], seed: number): tf.Tensor =>
  tf.tidy(() =>
    tf
      .range(
        0,
        shape.reduce((a, b) => a * b, 1),
      )
      .mul(0.7)
      .add(seed)
      .sin()
      .reshape(shape),
  );

describe("the gradient of einsum", () => {
  for (const [equation, ...shapes] of CASES)
    it(equation, () => {
      tf.tidy(() => {
        const operands = shapes.map(ramp);
        const upper = ramp(tf.einsum(equation, ...operands).shape, 5);
        const value = (given: tf.Tensor[]): number =>
          tf
            .einsum(equation, ...given)
            .mul(upper)
            .sum()
            .dataSync()[0] as number;
        const gradients = tf.grads((...given) => tf.einsum(equation, ...given))(operands, upper);
        for (const [number, operand] of operands.entries()) {
          const gradient = gradients[number] as tf.Tensor;
          assert.deepEqual(gradient.shape, operand.shape);
          const values = Array.from(operand.dataSync());
          for (const [i, slope] of Array.from(gradient.dataSync()).entries()) {
            const moved = (by: number) =>
              value(operands.with(number, tf.tensor(values.with(i, (values[i] as number) + by), operand.shape)));
            close(slope, (moved(1) - moved(-1)) / 2, 1e-4);
          }
        }
      });
    });

  it("of the gradient: of Σ (a·b)² twice", () => {
    const second = tf.tidy(() => {
      const b = tf.tensor1d([2]);
      const inner = tf.grad((a: tf.Tensor) => tf.einsum("i,i->i", a, b).square().sum()); // 2 a b²
      return tf
        .grad((a: tf.Tensor) => inner(a).sum())(tf.tensor1d([3]))
        .dataSync()[0];
    });
    close(second, 8);
  });

  it("in a compiled step", () => {
    const [a, b] = tf.tidy(() => [tf.variable(tf.tensor2d([[1, 2]])), tf.variable(tf.tensor2d([[3], [4]]))]);
    const optimizer = tf.train.sgd(0.1);
    const step = compileStep(() => minimize(optimizer, () => tf.einsum("ij,jk->", a, b) as tf.Scalar, [a, b]));
    assert.deepEqual(step.run(), [11]);
    step.dispose();
    for (const [i, value] of [0.7, 1.6].entries()) close(a.dataSync()[i], value); // less 0.1 of 3 and 4
    for (const [i, value] of [2.9, 3.8].entries()) close(b.dataSync()[i], value);
    tf.dispose([a, b]);
  });
});
