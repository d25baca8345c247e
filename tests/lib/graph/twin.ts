// Two models with the same weights, one trained by the compiled step and one by tfjs's own `trainOnBatch`.
import assert from "node:assert/strict";
import { tf } from "cellwise";
import { compiledStep } from "cellwise/dist/training/loop/model-trainee";

export type Batch = readonly [inputs: tf.Tensor | tf.Tensor[], targets: tf.Tensor | tf.Tensor[]];

/**
 * Builds and compiles a model twice, with the same weights, which are the same at each run of the tests: where the two builds
 * differ, an initializer has drawn without a seed, and is drawn again with one.
 */
export function twins(
  build: () => tf.LayersModel,
  compile: (model: tf.LayersModel) => void,
): [tf.LayersModel, tf.LayersModel] {
  const models: [tf.LayersModel, tf.LayersModel] = [build(), build()];
  for (const model of models) compile(model);
  const [first, second] = models.map((model) => model.getWeights()) as [tf.Tensor[], tf.Tensor[]];
  const weights = first.map((weight, index) => seeded(weight, second[index] as tf.Tensor, index));
  for (const model of models) model.setWeights(weights);
  tf.dispose(weights);
  return models;
}

function seeded(weight: tf.Tensor, other: tf.Tensor, index: number): tf.Tensor {
  return tf.tidy(() => {
    if (weight.sub(other).abs().max().dataSync()[0] === 0) return weight.clone();
    const limit = Math.sqrt((3 * (weight.shape.at(-1) ?? 1)) / weight.size); // variance 1 / inputs
    return tf.randomUniform(weight.shape, -limit, limit, "float32", index + 1);
  });
}

export interface Comparison {
  readonly steps: number;
  /** The largest relative difference of losses and metrics, and of weights as `assertSameWeights` has it. */
  readonly tolerance?: number;
  /** What happens to each of the two models before a step. */
  readonly before?: (step: number, model: tf.LayersModel) => void;
}

/** Trains both and compares the loss, the metrics at each step, and all weights at the end. */
export async function assertSameTraining(
  model: tf.LayersModel,
  twin: tf.LayersModel,
  batches: readonly Batch[],
  { steps, tolerance = 1e-4, before }: Comparison,
): Promise<void> {
  const compiled = compiledStep(model);
  try {
    for (let step = 0; step < steps; step++) {
      const [x, y] = batches[step % batches.length] as Batch;
      before?.(step, model);
      before?.(step, twin);
      const actual = compiled.run([x].flat(), [y].flat()).values;
      const expected = [await twin.trainOnBatch(x, y)].flat();
      assert.equal(actual.length, expected.length, "loss and metrics");
      for (const [index, value] of actual.entries()) {
        const name = twin.metricsNames[index] ?? "loss";
        assertClose(value, expected[index] as number, tolerance, `${name} at step ${step + 1}`);
      }
    }
    compiled.sync();
    assertSameWeights(model, twin, tolerance);
  } finally {
    compiled.dispose();
  }
}

/**
 * Compares all weights, by the length of each tensor's difference relative to its own length: single weights may differ by
 * more where an optimizer divides by the root of nearly nothing. One whose gradient is nothing but rounding (a bias before a
 * normalisation) stays near zero in both, and counts as if its weights were 0.1.
 */
export function assertSameWeights(model: tf.LayersModel, twin: tf.LayersModel, tolerance: number): void {
  const expected = twin.getWeights();
  for (const [index, weight] of model.getWeights().entries()) {
    const [difference, length] = tf.tidy(() => {
      const other = expected[index] as tf.Tensor;
      return [weight.sub(other).norm().dataSync()[0] as number, other.norm().dataSync()[0] as number];
    });
    const name = model.weights[index]?.name ?? `weight ${index}`;
    assert.ok(
      difference <= tolerance * Math.max(length, 0.1 * Math.sqrt(weight.size)),
      `${name} [${weight.shape}] differs by ${difference}, its length being ${length}`,
    );
  }
}

function assertClose(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(Math.abs(expected), 1e-3),
    `${what}: ${actual} instead of ${expected}`,
  );
}
