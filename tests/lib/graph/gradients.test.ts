// Every gradient of the library's own, against differences of the function's values (central differences in float32).
import assert from "node:assert/strict";
import { tf } from "cellwise";
import { CompiledFunction } from "cellwise/dist/graph/compiled-function";
import { gelu } from "cellwise/dist/ops/gelu";
import { gruRecurrence, resetAfterGruRecurrence } from "cellwise/dist/ops/gru-recurrence";
import { layerNormalize } from "cellwise/dist/ops/normalization";
import {
  type ActivationWithGradient,
  activations,
  lstmRecurrence,
  simpleRecurrence,
} from "cellwise/dist/ops/recurrence";

type Compute = (...inputs: tf.Tensor[]) => tf.Tensor;

const STEP = 2e-3;
const TOLERANCE = 2e-3;

/** Numbers by a formula, none of which brings a gate to where it has no slope. */
const wave = (shape: number[], number: number): tf.Tensor =>
  tf.tensor(
    Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => 0.6 * Math.sin(1.7 * i + 0.9 * number + 0.5)),
    shape,
  );

type Gradients = (loss: (inputs: tf.Tensor[]) => tf.Scalar, inputs: tf.Tensor[]) => tf.Tensor[];

const eager: Gradients = (loss, inputs) => tf.grads((...given: tf.Tensor[]) => loss(given))(inputs);

/** While a graph is recorded, TensorFlow's gradients of activations and biases stand in for tfjs's. */
const recorded: Gradients = (loss, inputs) => {
  const compiled = new CompiledFunction((...given) => eager(loss, given));
  const gradients = compiled.run(inputs);
  compiled.dispose();
  return gradients;
};

/** Compares the gradient by each number of each input; the output is weighed so that no two of its numbers count alike. */
function assertGradients(compute: Compute, shapes: number[][], gradientsOf: Gradients = eager): void {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const inputs = shapes.map((shape, i) => wave(shape, i + 1));
    const loss = (given: tf.Tensor[]): tf.Scalar => {
      const output = compute(...given);
      return output.mul(wave(output.shape, 99)).sum();
    };
    const gradients = gradientsOf(loss, inputs);
    for (const [i, gradient] of gradients.entries()) {
      const values = gradient.dataSync();
      assert.equal(values.length, (inputs[i] as tf.Tensor).size);
      for (let at = 0; at < values.length; at++) {
        const moved = (by: number): number =>
          tf.tidy(() => {
            const nudge = tf.oneHot(at, values.length).toFloat().mul(by);
            const input = inputs[i] as tf.Tensor;
            return loss(inputs.with(i, input.add(nudge.reshape(input.shape)))).dataSync()[0] as number;
          });
        const slope = (moved(STEP) - moved(-STEP)) / (2 * STEP);
        const gap = Math.abs((values[at] as number) - slope);
        assert.ok(
          gap < TOLERANCE * Math.max(1, Math.abs(slope)),
          `input ${i}, number ${at}: ${values[at]}, not ${slope}`,
        );
      }
    }
  });
  assert.equal(tf.memory().numTensors, before);
}

const activation = (name: string): ActivationWithGradient => activations[name] as ActivationWithGradient;
const [TIME, BATCH, UNITS] = [3, 2, 2];
const sequence = (columns: number): number[] => [TIME, BATCH, columns * UNITS];
const kernel = (columns: number): number[] => [UNITS, columns * UNITS];
const state = [BATCH, UNITS];

type T = tf.Tensor;
const recurrences: Record<
  string,
  [compute: (gate: ActivationWithGradient, activation: ActivationWithGradient) => Compute, shapes: number[][]]
> = {
  "a simple recurrence": [
    (_, activation) => (p, u, h) => simpleRecurrence(p as T, u as T, h as T, activation),
    [sequence(1), kernel(1), state],
  ],
  "an LSTM's": [
    (gate, activation) => (p, u, h, c) => lstmRecurrence(p as T, u as T, [h as T, c as T], gate, activation, false),
    [sequence(4), kernel(4), state, state],
  ],
  "a GRU's that resets before the product": [
    (gate, activation) => (pg, p, u, v, h) => gruRecurrence(pg as T, p as T, u as T, v as T, h as T, gate, activation),
    [sequence(2), sequence(1), kernel(2), kernel(1), state],
  ],
  "a GRU's that resets after it": [
    (gate, activation) => (pg, p, u, v, b, h) =>
      resetAfterGruRecurrence(pg as T, p as T, u as T, v as T, b as T, h as T, gate, activation),
    [sequence(2), sequence(1), kernel(2), kernel(1), [UNITS], state],
  ],
};

describe("gradients agree with differences of values:", () => {
  for (const [name, [compute, shapes]] of Object.entries(recurrences))
    for (const [gate, inside] of [
      ["sigmoid", "tanh"],
      ["hardSigmoid", "tanh"],
      ["sigmoid", "relu"],
      ["tanh", "linear"],
    ] as const)
      it(`${name}, with ${gate} and ${inside}`, () =>
        assertGradients(compute(activation(gate), activation(inside)), shapes));

  it("GELU's", () => assertGradients((x) => gelu(x as T), [[2, 5]]));

  it("layer normalisation's", () =>
    assertGradients((x, scale, offset) => layerNormalize(x as T, scale as T, offset as T, 1e-3), [[2, 4], [4], [4]]));

  for (const [name, compute] of Object.entries<Compute>({
    relu: (x) => tf.relu(x as T),
    sigmoid: (x) => tf.sigmoid(x as T),
    tanh: (x) => tf.tanh(x as T),
    "an added bias": (x) => tf.add(wave([3, 5], 7), x as T).square(),
  }))
    it(`${name}'s`, () => assertGradients(compute, [name === "an added bias" ? [5] : [2, 5]], recorded));
});
