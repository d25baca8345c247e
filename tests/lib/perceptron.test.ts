// The perceptron by its definition: Rosenblatt's rule by hand, and Novikoff's bound on its mistakes.
import assert from "node:assert/strict";
import { buildPerceptron, Dataset, perceptronBound, tf } from "cellwise";
import { points } from "./small-models";
import { separable } from "./small-tasks";

/** The boundary that `separable` draws its points from; its weights have the length 1. */
const BOUNDARY = { weights: [0.6, -0.8], bias: 0.1 };

const XOR = points(
  [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  [0, 1, 1, 0],
  "XOR",
);

describe("the perceptron", () => {
  it("learns by Rosenblatt's rule: three mistakes, worked out by hand", () => {
    const perceptron = buildPerceptron();
    const seen: number[][] = [];
    const data = points(
      [
        [1, 2],
        [3, 1],
        [0, -1],
      ],
      [1, 0, 0],
    );
    const history = perceptron.learn(data, {
      epochs: 1,
      shuffle: false,
      onMistake: ({ weights, bias }, position) => seen.push([position, ...weights, bias]),
    });
    // Zero is class 0: wrong for the first. [1, 2] + 1 gives 6 for [3, 1]: wrong. Then [−2, 1] + 0 gives −1 for [0, −1]: right.
    assert.deepEqual(seen, [
      [0, 1, 2, 1],
      [1, -2, 1, 0],
    ]);
    assert.deepEqual(history, { mistakes: [2], updates: 2, converged: false });
    assert.equal(perceptron.score([3, 1]), -5);
    assert.deepEqual([...perceptron.classes(data)], [0, 0, 0]);
  });

  it("makes at most (R / γ)² mistakes, whatever the order, for many data sets and margins", () => {
    for (const margin of [0.05, 0.2, 0.4]) {
      for (const seed of [1, 2, 3, 4, 5]) {
        const data = separable(100, margin, seed);
        const bound = perceptronBound(data, BOUNDARY.weights, BOUNDARY.bias);
        // R² is at most 1 + 1 + 1, γ at least the margin over the length of (0.6, −0.8, 0.1).
        assert.ok(bound <= (3 * 1.01) / margin ** 2 + 1e-6, `${bound}`);
        for (const order of [1, 2, 3]) {
          const perceptron = buildPerceptron();
          const history = perceptron.learn(data, { epochs: 10_000, seed: order });
          assert.ok(history.converged);
          assert.ok(history.updates <= bound, `${history.updates} mistakes, at most ${bound}`);
          assert.deepEqual(perceptron.classes(data), data.labels());
        }
      }
    }
  });

  it("never ends on XOR, which no line separates", () => {
    const history = buildPerceptron().learn(XOR, { epochs: 200 });
    assert.equal(history.converged, false);
    assert.equal(history.mistakes.length, 200);
    assert.ok(history.mistakes.every((count) => count > 0));
    assert.throws(() => perceptronBound(XOR, [1, 1], -0.5), /does not separate the classes of XOR/);
  });

  it("from zero, gives the same answers with any learning rate, and the same order with the same seed", () => {
    const data = separable(60, 0.1, 7);
    const learned = (learningRate: number, seed: number) => {
      const perceptron = buildPerceptron({ learningRate });
      perceptron.learn(data, { seed });
      return [...perceptron.weights, perceptron.bias].map((value) => value / learningRate);
    };
    // A power of two scales without rounding.
    assert.deepEqual(learned(1, 3), learned(0.25, 3));
    assert.notDeepEqual(learned(1, 3), learned(1, 4));
  });

  it("refuses what it cannot learn, unchanged", () => {
    const before = tf.memory().numTensors;
    const perceptron = buildPerceptron({ inputs: 2 });
    assert.throws(() => perceptron.learn(points([[1, 2]], [2])), /Label 2 of example 0 .* 2 classes/);
    const wide = new Dataset({
      name: "wide",
      inputs: [{ values: Float32Array.from([1, 2, 3]), shape: [3], dtype: "float32" }],
      targets: [{ values: Int32Array.from([1]), shape: [], dtype: "int32" }],
    });
    assert.throws(() => perceptron.learn(wide), /3 numbers, the perceptron 2 inputs.*inputs: 3/);
    assert.throws(() => perceptron.score([1, 2, 3]), /2 inputs, the example 3 numbers/);
    assert.throws(() => perceptron.learn(XOR, { epochs: 0 }), /epochs is 0/);
    assert.throws(() => buildPerceptron({ inputs: 0 }), /inputs is 0/);
    assert.throws(() => buildPerceptron({ learningRate: -1 }), /learningRate is -1/);
    assert.deepEqual([...perceptron.weights, perceptron.bias], [0, 0, 0]);
    assert.equal(tf.memory().numTensors, before);
  });
});
