import { strict as assert } from "node:assert";
import { Random, sampleToken, samplingProbabilities } from "cellwise";
import fc from "fast-check";
import { softmax } from "../small-models";

const LOGITS = [2, 1, 0, -1];
const near = (found: Iterable<number>, expected: number[]): void => {
  const values = [...found];
  assert.equal(values.length, expected.length);
  for (const [i, value] of values.entries()) assert.ok(Math.abs(value - (expected[i] as number)) < 1e-12, `${values}`);
};

describe("samplingProbabilities", () => {
  it("is the softmax of logits over temperature", () => {
    near(samplingProbabilities(LOGITS), softmax(LOGITS));
    near(samplingProbabilities(LOGITS, { temperature: 0.5 }), softmax(LOGITS.map((logit) => 2 * logit)));
    near(samplingProbabilities([0, 3, 3], { temperature: 0 }), [0, 1, 0]);
  });

  it("top-k keeps the k likeliest", () => {
    near(samplingProbabilities(LOGITS, { topK: 2 }), [...softmax([2, 1]), 0, 0]);
    near(samplingProbabilities(LOGITS, { topK: 9 }), softmax(LOGITS));
  });

  it("top-p keeps the fewest tokens that reach p: of 0.5, 0.3, 0.2", () => {
    const logits = [0.2, 0.5, 0.3].map(Math.log);
    near(samplingProbabilities(logits, { topP: 0.49 }), [0, 1, 0]);
    near(samplingProbabilities(logits, { topP: 0.51 }), [0, 0.625, 0.375]);
    near(samplingProbabilities(logits, { topP: 0.81 }), [0.2, 0.5, 0.3]);
    near(samplingProbabilities(logits, { topP: 1 }), [0.2, 0.5, 0.3]);
    // of what top-k left: 0.625 and 0.375
    near(samplingProbabilities(logits, { topK: 2, topP: 0.6 }), [0, 1, 0]);
  });

  it("sums to 1 for any logits and options, and never leaves out the likeliest", () =>
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -80, max: 80, noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.record({
          temperature: fc.double({ min: 0.1, max: 5, noNaN: true }),
          topK: fc.integer({ min: 1, max: 20 }),
          topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
        }),
        (logits, options) => {
          const found = samplingProbabilities(logits, options);
          assert.ok(Math.abs(found.reduce((sum, probability) => sum + probability, 0) - 1) < 1e-9);
          assert.ok((found[logits.indexOf(Math.max(...logits))] as number) > 0);
          assert.ok(found.filter((probability) => probability > 0).length <= options.topK);
        },
      ),
      { seed: 1 },
    ));

  it("refuses what makes no sense, with the value", () => {
    assert.throws(() => samplingProbabilities([]), /0 logits/);
    assert.throws(() => samplingProbabilities([0, Number.NaN]), /logit of token 1 is NaN.*smaller learning rate/);
    assert.throws(() => samplingProbabilities([Number.NEGATIVE_INFINITY]), /All 1 logits are -Infinity/);
    assert.throws(() => samplingProbabilities(LOGITS, { temperature: -1 }), /temperature is -1/);
    assert.throws(() => samplingProbabilities(LOGITS, { topK: 0 }), /topK is 0/);
    assert.throws(() => samplingProbabilities(LOGITS, { topP: 1.5 }), /topP is 1\.5/);
  });
});

describe("sampleToken", () => {
  it("draws each token as often as its probability says, within five standard errors", () => {
    const [random, count] = [new Random(1), 20_000];
    const drawn = [0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const token = sampleToken(LOGITS, random);
      drawn[token] = (drawn[token] as number) + 1;
    }
    for (const [token, probability] of softmax(LOGITS).entries()) {
      const error = Math.sqrt(count * probability * (1 - probability));
      assert.ok(Math.abs((drawn[token] as number) - count * probability) < 5 * error);
    }
  });

  it("depends on nothing but the seed", () => {
    const tokens = (seed: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 20 }, () => sampleToken(LOGITS, random, { topK: 3 }));
    };
    assert.deepEqual(tokens(5), tokens(5));
    assert.notDeepEqual(tokens(5), tokens(6));
  });
});
