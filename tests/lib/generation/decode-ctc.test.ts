import { strict as assert } from "node:assert";
import { type CtcDecoding, decodeCtc, Predictions, Random } from "cellwise";
import { close, softmax } from "../small-models";

const predictionsOf = (...examples: number[][][]): Predictions =>
  new Predictions(Float32Array.from(examples.flat(2)), [examples[0]?.length ?? 0, examples[0]?.[0]?.length ?? 0]);
const decodeOne = (rows: number[][], options: Parameters<typeof decodeCtc>[1] = {}): CtcDecoding => {
  const [decoding, ...others] = decodeCtc(predictionsOf(rows), options);
  assert.deepEqual(others, []);
  return decoding as CtcDecoding;
};
const sure = (label: number): number[] => [0, 1, 2].map((each) => Number(each === label));

/** The probability of each label sequence: the sum over all paths, one by one. */
function allSequences(rows: number[][], blank: number): Map<string, number> {
  const found = new Map<string, number>();
  const walk = (path: number[], probability: number): void => {
    const row = rows[path.length];
    if (row) {
      for (const [label, p] of row.entries()) walk([...path, label], probability * p);
      return;
    }
    const key = path.filter((label, i) => label !== path[i - 1] && label !== blank).join();
    found.set(key, (found.get(key) ?? 0) + probability);
  };
  walk([], 1);
  return found;
}

describe("decodeCtc", () => {
  const paths: readonly [path: number[], labels: number[]][] = [
    [
      [1, 1, 0, 1, 2],
      [1, 1, 2],
    ],
    [[0, 1, 1, 1, 0], [1]],
    [
      [1, 2, 1, 2, 1],
      [1, 2, 1, 2, 1],
    ],
    [[0, 0, 0, 0, 0], []],
    [
      [2, 2, 0, 0, 2],
      [2, 2],
    ],
  ];
  for (const beams of [undefined, 1, 4])
    it(`merges what is repeated, then leaves blanks out: ${beams ? `${beams} beam(s)` : "the likeliest path"}`, () => {
      const found = decodeCtc(predictionsOf(...paths.map(([path]) => path.map(sure))), beams ? { beams } : {});
      const expected = paths.map(([, labels]) => ({ labels, logProbability: 0 }));
      assert.deepEqual(found, expected);
    });

  it("takes the likeliest class of each step, with another blank too", () => {
    const rows = [
      [0.5, 0.2, 0.3],
      [0.1, 0.3, 0.6],
      [0.7, 0.2, 0.1],
    ];
    const greedy = decodeOne(rows);
    assert.deepEqual(greedy.labels, [2]);
    close(greedy.logProbability, Math.log(0.5 * 0.6 * 0.7));
    assert.deepEqual(decodeOne(rows, { blank: 2 }).labels, [0, 0]);
  });

  it("finds by beams what no single path shows", () => {
    // Nothing has one path, 0.36; label 1 has three, 0.24 + 0.24 + 0.16.
    const rows = [
      [0.6, 0.4],
      [0.6, 0.4],
    ];
    assert.deepEqual(decodeOne(rows).labels, []);
    const { labels, logProbability } = decodeOne(rows, { beams: 2 });
    assert.deepEqual(labels, [1]);
    close(logProbability, Math.log(0.64));
  });

  it("finds the likeliest of all label sequences when it may follow all, with its probability (brute force)", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new Random(seed);
      const rows = Array.from({ length: 5 }, () => softmax(Array.from({ length: 3 }, () => 2 * random.normal())));
      const blank = seed % 3;
      const [best] = [...allSequences(rows, blank)].sort(([, a], [, b]) => b - a);
      assert.ok(best);
      const { labels, logProbability } = decodeOne(rows, { blank, beams: 500 });
      assert.equal(labels.join(), best[0]);
      close(logProbability, Math.log(best[1]), 1e-5);
    }
  });

  it("counts as many steps of an example as it is told", () => {
    const path = [1, 0, 2].map(sure);
    const found = decodeCtc(predictionsOf(path, path, path), { lengths: [3, 1, 0] });
    assert.deepEqual(
      found.map(({ labels }) => labels),
      [[1, 2], [1], []],
    );
  });

  it("says what it takes", () => {
    const path = [sure(1), sure(2)];
    assert.throws(
      () => decodeCtc(new Predictions(new Float32Array(3), [3])),
      /shape \[3\]; it takes \[time, classes\]/,
    );
    assert.throws(() => decodeOne([[0.5, -1]]), /value 1 of the predictions is -1; .*probabilities.*softmax/);
    assert.throws(() => decodeOne(path, { blank: 3 }), /blank is 3; .* 3 classes, 0 to 2/);
    assert.throws(() => decodeOne(path, { beams: 0 }), /beams is 0/);
    assert.throws(() => decodeOne(path, { lengths: [1, 2] }), /lengths is a list of 2; each of the 1 examples/);
    assert.throws(() => decodeOne(path, { lengths: [3] }), /lengths\[0\] is 3; .* from 0 to 2/);
  });
});
