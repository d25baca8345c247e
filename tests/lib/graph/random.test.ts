// Randomness inside a compiled step: anew in each step, the same for the same seed, with the distribution it should have.
import assert from "node:assert/strict";
import { tf, UncompilableError } from "cellwise";
import { CompiledFunction } from "cellwise/dist/graph/compiled-function";
import { mix, replaceRandomFunctions } from "cellwise/dist/graph/recording/operations";
import { Replacements } from "cellwise/dist/tfjs/replacements";
import { compiledStep } from "cellwise/dist/training/loop/model-trainee";

const COUNT = 20_000;

/** Runs a function operation by operation with the draws that a compiled function with this seed makes in this step, from 0 on. */
function withDrawsOfStep<Result>(seed: number, step: number, run: () => Result): Result {
  const replacements = new Replacements();
  replaceRandomFunctions(replacements, {
    where: () => undefined,
    seedOf: (ordinal, own) => tf.tensor1d([mix(own ?? seed, ordinal), step], "int32"),
  });
  try {
    return run();
  } finally {
    replacements.restore();
  }
}

/** Runs a compiled function some times and returns what it drew each time. */
function draws(draw: () => tf.Tensor, seed: number, times: number): number[][] {
  const compiled = new CompiledFunction(() => [draw()], { seed });
  const drawn = Array.from({ length: times }, () => {
    const [values] = compiled.run([]) as [tf.Tensor];
    const numbers = Array.from(values.dataSync());
    values.dispose();
    return numbers;
  });
  compiled.dispose();
  return drawn;
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
const variance = (numbers: readonly number[]): number => {
  const centre = mean(numbers);
  return mean(numbers.map((x) => (x - centre) ** 2));
};

/** Mean and variance of each distribution, from its definition, and the bounds of its values. */
const distributions: Record<
  string,
  [draw: () => tf.Tensor, mean: number, variance: number, low: number, high: number]
> = {
  "uniform from −2 to 4": [() => tf.randomUniform([COUNT], -2, 4), 1, 3, -2, 4],
  "normal around 3": [() => tf.randomNormal([COUNT], 3, 0.5), 3, 0.25, -Infinity, Infinity],
  "standard normal": [() => tf.randomStandardNormal([COUNT]), 0, 1, -Infinity, Infinity],
  // Cut at two deviations: variance 1 − 4 φ(2) / (2 Φ(2) − 1) = 0.7737.
  "truncated normal": [() => tf.truncatedNormal([COUNT], 0, 1), 0, 0.7737, -2, 2],
  // Kept with probability 0.75 and divided by it: mean 1, variance 1 / 0.75 − 1.
  "dropout of a quarter": [() => tf.dropout(tf.ones([COUNT]), 0.25), 1, 1 / 3, 0, 4 / 3 + 1e-6],
  "multinomial of 1 : 3": [() => tf.multinomial([Math.log(1), Math.log(3)], COUNT), 0.75, 0.1875, 0, 1],
};

describe("random numbers in a compiled function", () => {
  for (const [name, [draw, expectedMean, expectedVariance, low, high]] of Object.entries(distributions)) {
    it(`draws ${name}, anew in each run and the same for the same seed`, () => {
      const [first, second] = draws(draw, 7, 2) as [number[], number[]];
      const bound = 5 * Math.sqrt(expectedVariance / COUNT);
      assert.ok(Math.abs(mean(first) - expectedMean) < bound, `mean ${mean(first)}`);
      assert.ok(Math.abs(variance(first) / expectedVariance - 1) < 0.05, `variance ${variance(first)}`);
      assert.ok(first.every((x) => x >= low && x <= high));
      assert.notDeepEqual(first, second);
      assert.deepEqual(draws(draw, 7, 2), [first, second]);
      assert.notDeepEqual(draws(draw, 8, 1)[0], first);
    });
  }

  it("draws differently in two places, and follows a layer's own seed", () => {
    const [pair] = draws(() => tf.concat([tf.randomUniform([4]), tf.randomUniform([4])]), 1, 1) as [number[]];
    assert.notDeepEqual(pair.slice(0, 4), pair.slice(4));
    const seeded = () => tf.randomUniform([4], 0, 1, "float32", 99);
    assert.deepEqual(draws(seeded, 1, 3), draws(seeded, 2, 3));
  });

  it("trains random layers as the same draws do operation by operation", async () => {
    const { layers: l } = tf;
    const build = () =>
      tf.sequential({
        layers: [
          l.gaussianNoise({ stddev: 0.1, inputShape: [6, 4] }),
          l.spatialDropout1d({ rate: 0.25 }),
          l.lstm({ units: 5, dropout: 0.3, recurrentDropout: 0.2 }),
          l.gaussianDropout({ rate: 0.2 }),
          l.alphaDropout({ rate: 0.1 }),
          l.dense({ units: 4 }),
          l.dropout({ rate: 0.5, seed: 3 }),
          l.dense({ units: 2 }),
        ],
      });
    const [model, twin] = [build(), build()];
    for (const one of [model, twin]) one.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError" });
    twin.setWeights(model.getWeights());
    const [x, y] = [tf.randomUniform([3, 6, 4], -1, 1, "float32", 1), tf.randomUniform([3, 2], -1, 1, "float32", 2)];
    const compiled = compiledStep(model, { seed: 11 });
    const losses = new Set<number>();
    for (let step = 0; step < 10; step++) {
      const [loss] = compiled.run([x], [y]).values as [number];
      // trainOnBatch is synchronous up to its first result, so that the draws are over when it returns its promise.
      const expected = (await withDrawsOfStep(11, step, () => twinStep(twin, x, y))) as number;
      assert.ok(Math.abs(loss - expected) <= 1e-4 * Math.abs(expected), `step ${step + 1}: ${loss}, ${expected}`);
      losses.add(loss);
    }
    assert.equal(losses.size, 10);
    compiled.dispose();
    tf.dispose([x, y]);
  });

  it("refuses random numbers that are drawn in JavaScript", () => {
    const compiled = new CompiledFunction((x) => [(x as tf.Tensor).mul(Math.random())]);
    const x = tf.ones([2]);
    assert.throws(
      () => compiled.run([x]),
      (error) => error instanceof UncompilableError && /Math.random/.test(error.message),
    );
    assert.ok(Math.random() < 1, "Math.random is back");
    compiled.dispose();
    x.dispose();
  });
});

/** tfjs-layers' own step, synchronously, which `trainOnBatch` is not. */
function twinStep(twin: tf.LayersModel, x: tf.Tensor, y: tf.Tensor): number {
  type Inner = { model: { makeTrainFunction(): (data: tf.Tensor[]) => tf.Scalar[] } };
  const values = (twin as unknown as Inner).model.makeTrainFunction()([x, y]);
  const [loss] = values.map((value) => value.dataSync()[0]);
  tf.dispose(values);
  return loss as number;
}
