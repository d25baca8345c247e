// Compares a model with what Python's Keras computed for the same weights and inputs (make.py).
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tf } from "cellwise";

interface Numbers {
  readonly shape: number[];
  readonly values: number[];
}

/** One fixture, as make.py writes it. */
export interface Fixture {
  readonly madeBy: { keras: string; tensorflow: string; python: string };
  readonly training: boolean;
  readonly inputs: { shape: number[]; tokens?: number[] }[];
  readonly outputs: Numbers[];
  readonly gradients: Numbers[];
  readonly moved?: number[][];
}

const FIXTURES = join(__dirname, "../../golden/fixtures");

export function readFixture<Kind = Fixture>(name: string): Kind {
  const path = join(FIXTURES, `${name}.json`);
  assert.ok(existsSync(path), `${path} is missing; tests/golden/make.py makes it`);
  const fixture = JSON.parse(readFileSync(path, "utf8")) as { madeBy: Record<string, string> };
  const { python, ...libraries } = fixture.madeBy;
  assert.ok(python && Object.keys(libraries).length > 0, `${path} does not name the versions that made it`);
  return fixture as Kind;
}

/** The values of tensor number `number`, as make.py has them. */
export function wave(shape: number[], number: number): tf.Tensor {
  const values = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => Math.sin(1.7 * i + 0.9 * number + 0.5));
  return tf.tensor(values, shape);
}

/** Weights by the same formula, numbered in the order of the layers. */
export function fill(model: tf.LayersModel): void {
  tf.tidy(() => {
    let number = 0;
    for (const { weights } of model.layers) {
      for (const weight of weights) {
        const values = wave(weight.shape as number[], number++).mul(0.3);
        weight.write(weight.originalName.includes("variance") ? values.add(1) : values);
      }
    }
  });
}

/** A model of one layer, or of several one after another, for inputs of a fixture's shapes. */
export function modelOf(fixture: Fixture, ...layers: tf.layers.Layer[]): tf.LayersModel {
  const inputs = fixture.inputs.map(({ shape, tokens }) =>
    tf.input({ shape: shape.slice(1), dtype: tokens ? "int32" : "float32" }),
  );
  let output: tf.SymbolicTensor | tf.SymbolicTensor[] = inputs.length === 1 ? (inputs[0] as tf.SymbolicTensor) : inputs;
  for (const layer of layers) output = layer.apply(output) as tf.SymbolicTensor | tf.SymbolicTensor[];
  return tf.model({ inputs, outputs: output });
}

/**
 * Gives the model the fixture's weights and inputs, and compares its outputs (1e-5) and gradients (1e-4) with Keras's, each
 * relative to the largest of their tensor where that is above 1. Leaves no tensor behind; disposes the model.
 */
export function assertAsKeras(name: string, build: (fixture: Fixture) => tf.LayersModel): void {
  const before = tf.memory().numTensors;
  const fixture = readFixture(name);
  const model = build(fixture);
  fill(model);
  tf.tidy(() => {
    let real = 0;
    const inputs = fixture.inputs.map(({ shape, tokens }) =>
      tokens ? tf.tensor(tokens, shape, "int32") : tf.variable(wave(shape, 40 + real++)),
    );
    const outputs = [model.apply(inputs, { training: fixture.training })].flat() as tf.Tensor[];
    assert.equal(outputs.length, fixture.outputs.length, "outputs");
    for (const [i, expected] of fixture.outputs.entries())
      assertNear(outputs[i] as tf.Tensor, expected, 1e-5, `${name}: output ${i}`);
    if (fixture.moved) {
      const moved = model.layers.flatMap((layer) => layer.nonTrainableWeights);
      assert.equal(moved.length, fixture.moved.length, "moved weights");
      for (const [i, values] of fixture.moved.entries()) {
        const weight = moved[i] as tf.LayerVariable;
        assertNear(weight.read(), { shape: weight.shape as number[], values }, 1e-5, `${name}: ${weight.originalName}`);
      }
    }

    const variables = inputs.filter((input): input is tf.Variable => input instanceof tf.Variable);
    const weights = model.layers.flatMap((layer) => layer.trainableWeights);
    const by = [...weights.map((weight) => weight.read() as tf.Variable), ...variables];
    const { grads } = tf.variableGrads(() => {
      const again = [model.apply(inputs, { training: fixture.training })].flat() as tf.Tensor[];
      return tf.addN(again.map((output, i) => output.mul(wave(output.shape, 50 + i)).sum())) as tf.Scalar;
    }, by);
    assert.equal(by.length, fixture.gradients.length, `${name}: trainable weights and real inputs`);
    for (const [i, variable] of by.entries())
      assertNear(
        grads[variable.name] as tf.Tensor,
        fixture.gradients[i] as Numbers,
        1e-4,
        `${name}: gradient by ${weights[i]?.originalName ?? "an input"}`,
      );
    tf.dispose(variables);
  });
  model.dispose();
  assert.equal(tf.memory().numTensors, before, `${name}: tensors left behind`);
}

function assertNear(actual: tf.Tensor, expected: Numbers, tolerance: number, what: string): void {
  assert.equal(actual.size, expected.values.length, `${what}: [${actual.shape}] instead of [${expected.shape}]`);
  const values = actual.dataSync();
  const largest = expected.values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  for (const [i, value] of expected.values.entries()) {
    const difference = Math.abs((values[i] as number) - value);
    assert.ok(difference <= tolerance * largest, `${what}: value ${i} is ${values[i]} instead of ${value}`);
  }
}
