import { strict as assert } from "node:assert";
import { beamSearch, Random, tf } from "cellwise";

const VOCABULARY = 3;
const END = 2;
const LENGTH = 4;

/** Logits that depend on all tokens so far: a table filled at random when it is asked. */
function randomModel(seed: number) {
  const [random, table] = [new Random(seed), new Map<string, number[]>()];
  const logits = (tokens: readonly number[]): number[] => {
    let row = table.get(tokens.join());
    if (!row) {
      row = Array.from({ length: VOCABULARY }, () => 3 * random.normal());
      table.set(tokens.join(), row);
    }
    return row;
  };
  return { logits, model: (tokens: tf.Tensor2D) => tf.tensor2d(tokens.arraySync().map((row) => logits(row))) };
}

/** Every sequence that ends with the end token or has the full length, with its log probability by the chain rule. */
function allSequences(logits: (tokens: readonly number[]) => number[]): { tokens: number[]; logProbability: number }[] {
  const grow = (tokens: number[], logProbability: number): { tokens: number[]; logProbability: number }[] => {
    if (tokens.length === LENGTH || tokens.at(-1) === END) return [{ tokens, logProbability }];
    const row = logits([0, ...tokens]);
    const total = Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
    return row.flatMap((logit, token) => grow([...tokens, token], logProbability + logit - total));
  };
  return grow([], 0);
}

describe("beamSearch", () => {
  it("finds the likeliest of all sequences, in order, when it may follow all (brute force, 10 models)", async () => {
    const before = tf.memory().numTensors;
    for (let seed = 1; seed <= 10; seed++)
      for (const lengthPenalty of [0, 1]) {
        const { logits, model } = randomModel(seed);
        const options = { prompt: [0], beams: 81, length: LENGTH, end: END, lengthPenalty };
        const found = await beamSearch(model, options);
        const expected = allSequences(logits)
          .map((sequence) => ({
            ...sequence,
            score: sequence.logProbability / sequence.tokens.length ** lengthPenalty,
          }))
          .sort((a, b) => b.score - a.score);
        assert.deepEqual(
          found.map(({ tokens }) => tokens),
          expected.map(({ tokens }) => tokens),
        );
        for (const [i, { score }] of found.entries()) assert.ok(Math.abs(score - (expected[i]?.score ?? 0)) < 1e-5);
      }
    assert.equal(tf.memory().numTensors, before);
  });

  it("finds with two beams what the likeliest token each time misses", async () => {
    // First 0 (0.6) or 1 (0.4); after 0 all three are equally likely, after 1 it is 1 for sure: 0.4 > 0.6 / 3.
    const model = (tokens: tf.Tensor2D) =>
      tf.tensor2d(
        tokens
          .arraySync()
          .map((row) => (row.length === 1 ? [0.6, 0.4, 0] : row[1] === 0 ? [1 / 3, 1 / 3, 1 / 3] : [0, 1, 0])),
      );
    const [greedy] = await beamSearch(model, { prompt: [0], beams: 1, length: 2 });
    assert.deepEqual(greedy?.tokens, [0, 0]);
    const [best] = await beamSearch(model, { prompt: [0], beams: 2, length: 2 });
    assert.deepEqual(best?.tokens, [1, 1]);
    assert.ok(Math.abs(Math.exp(best?.logProbability ?? 0) - 0.4) < 1e-6);
  });

  it("refuses what makes no sense", async () => {
    const { model } = randomModel(1);
    await assert.rejects(beamSearch(model, { prompt: [] }), /at least 1 token; the prompt is empty/);
    await assert.rejects(beamSearch(model, { prompt: [0], beams: 0 }), /beams is 0/);
    await assert.rejects(beamSearch(model, { prompt: [0], lengthPenalty: -1 }), /lengthPenalty is -1/);
  });
});
