// Bahdanau's attention: its definition in plain numbers, gradients against differences, masks, and the compiled step. (That it is
// Keras's is seen in tests/golden.)
import assert from "node:assert/strict";
import { AdditiveAttention, beamSearch, buildSeq2Seq, fit, sequencePairs, tf } from "cellwise";
import { assertSameTraining, twins } from "./graph/twin";
import { close, quiet, softmax } from "./small-models";

const waves = (shape: number[], seed: number): tf.Tensor =>
  tf.tidy(() => tf.range(0, tf.util.sizeFromShape(shape)).mul(0.7).add(seed).sin().reshape(shape));

/** A layer for queries 2 wide and values 3 wide, its weights waves. */
function made(returnWeights = false): AdditiveAttention {
  const layer = new AdditiveAttention({ units: 4, returnWeights });
  tf.tidy(() => {
    layer.build([
      [null, null, 2],
      [null, null, 3],
    ]);
    for (const [i, weight] of layer.weights.entries()) weight.write(waves(weight.shape as number[], i));
  });
  return layer;
}

describe("AdditiveAttention", () => {
  it("weighs by the softmax of s · tanh(q W + v U), and does not see what is masked", () => {
    tf.tidy(() => {
      const layer = made(true);
      const [queries, values] = [waves([1, 2, 2], 5), waves([1, 3, 3], 6)];
      const [q, v] = [queries, values].map((x) => x.arraySync() as number[][][]) as [number[][][], number[][][]];
      const [W, U, s] = layer.weights.map((weight) => weight.read().arraySync()) as [
        number[][],
        number[][],
        number[][],
      ];
      const times = (row: number[], kernel: number[][]) =>
        Array.from({ length: 4 }, (_, unit) => row.reduce((sum, x, i) => sum + x * (kernel[i]?.[unit] ?? 0), 0));
      for (const seen of [3, 2]) {
        const mask = tf.tensor2d([[1, 1, seen === 3 ? 1 : 0]]);
        const [context, weights] = layer.apply([queries, values, mask]) as [tf.Tensor, tf.Tensor];
        const found = { weights: weights.arraySync() as number[][][], context: context.arraySync() as number[][][] };
        for (const [i, query] of (q[0] ?? []).entries()) {
          const asked = times(query, W);
          const scores = (v[0] ?? []).slice(0, seen).map((value) => {
            const offered = times(value, U);
            return asked.reduce((sum, x, unit) => sum + Math.tanh(x + (offered[unit] ?? 0)) * (s[unit]?.[0] ?? 0), 0);
          });
          const expected = [...softmax(scores), ...(seen === 3 ? [] : [0])];
          for (const [j, weight] of expected.entries()) close(found.weights[0]?.[i]?.[j], weight, 1e-6);
          for (const axis of [0, 1, 2]) {
            const mean = expected.reduce((sum, weight, j) => sum + weight * (v[0]?.[j]?.[axis] ?? 0), 0);
            close(found.context[0]?.[i]?.[axis], mean, 1e-6);
          }
        }
      }
    });
  });

  it("has the gradients that differences have, of its inputs and its weights", () => {
    tf.tidy(() => {
      const layer = made();
      const mask = tf.tensor2d([[1, 1, 0]]);
      const upper = waves([1, 2, 3], 9);
      const inputs = [
        waves([1, 2, 2], 5),
        waves([1, 3, 3], 6),
        ...layer.weights.map((weight) => weight.read().clone()),
      ];
      const run = (...given: tf.Tensor[]): tf.Scalar => {
        const [queries, values, ...weights] = given as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
        for (const [i, weight] of layer.weights.entries()) Object.assign(weight, { read: () => weights[i] });
        return (layer.apply([queries, values, mask]) as tf.Tensor).mul(upper).sum() as tf.Scalar;
      };
      const gradients = tf.grads(run)(inputs);
      for (const [number, input] of inputs.entries()) {
        const numbers = Array.from(input.dataSync());
        for (const [i, slope] of Array.from((gradients[number] as tf.Tensor).dataSync()).entries()) {
          const moved = (by: number) => {
            const other = tf.tensor(numbers.with(i, (numbers[i] as number) + by), input.shape);
            return run(...inputs.with(number, other)).dataSync()[0] as number;
          };
          close(slope, (moved(0.01) - moved(-0.01)) / 0.02, 1e-3);
        }
      }
    });
  });

  it("trains in the compiled step as operation by operation", async () => {
    const build = () => buildSeq2Seq({ preset: "tiny", sourceVocabulary: 6, targetVocabulary: 5, score: "additive" });
    const [model, twin] = twins(build, (each) =>
      each.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" }),
    );
    const tokens = (rows: number[][]) => tf.tensor2d(rows, undefined, "int32");
    const source = tokens([
      [1, 2, 5, 0],
      [3, 4, 0, 0],
    ]);
    const soFar = tokens([
      [1, 2],
      [1, 3],
    ]);
    const next = tf.tensor3d([2, 4, 3, 2], [2, 2, 1]);
    await assertSameTraining(model, twin, [[[source, soFar], next]], { steps: 4 });
    tf.dispose([source, soFar, next]);
    for (const each of [model, twin]) each.dispose();
  });

  it("learns to write what it has read, and beam search finds it", async () => {
    const pairs = Array.from({ length: 64 }, (_, i) => [
      3 + (i % 4),
      3 + (Math.floor(i / 4) % 4),
      3 + Math.floor(i / 16),
    ]);
    const data = sequencePairs(pairs, pairs, { start: 1, end: 2 });
    const options = { sourceVocabulary: 7, targetVocabulary: 7, units: 24, embedding: 8, learningRate: 0.02 };
    const model = buildSeq2Seq({ ...options, score: "additive" });
    await fit(model, data, { epochs: 40, batchSize: 16, ...quiet });
    const before = tf.memory().numTensors;
    const decoder = (tokens: tf.Tensor2D) => {
      const source = tf.tensor2d(Array(tokens.shape[0]).fill([5, 3, 6]), undefined, "int32");
      return model.apply([source, tokens]) as tf.Tensor;
    };
    const [best] = await beamSearch(decoder, { prompt: [1], end: 2, length: 5 });
    assert.deepEqual(best?.tokens, [5, 3, 6, 2]);
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it("refuses what cannot be, with both numbers", () => {
    assert.throws(() => new AdditiveAttention({ units: 0 }), { name: "RangeError", message: /units is 0/ });
    assert.throws(() => buildSeq2Seq({ sourceVocabulary: 3, targetVocabulary: 3, score: "product" as "dot" }), {
      name: "RangeError",
      message: /score is "product"; it is one of "dot", "additive"/,
    });
    tf.tidy(() => {
      const layer = made();
      assert.throws(() => layer.apply([tf.ones([1, 2, 3]), tf.ones([1, 3, 3])]), /3 wide; .* a width of 2/);
      assert.throws(
        () => layer.apply([tf.ones([1, 2, 2]), tf.ones([1, 3, 3]), tf.ones([1, 2])]),
        /\[1, 3\] is expected/,
      );
    });
  });
});
