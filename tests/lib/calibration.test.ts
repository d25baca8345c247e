// Calibration and the area under the ROC curve: against hand-made counts, all pairs, and a published example.
import assert from "node:assert/strict";
import { auroc, calibration, Random } from "cellwise";
import { close } from "./small-models";

describe("calibration", () => {
  it("is that of five answers counted by hand", () => {
    // (0.5, 0.75]: 0.6 and 0.7, one right; (0.75, 1]: 0.8, 0.9 and 1, all right.
    const { bins, error, confidence, accuracy } = calibration(
      [0.6, 0.7, 0.8, 0.9, 1],
      [true, false, true, true, true],
      {
        bins: 4,
      },
    );
    assert.deepEqual(
      bins.map(({ count }) => count),
      [0, 0, 2, 3],
    );
    assert.deepEqual([bins[2]?.from, bins[2]?.to, bins[0]?.accuracy], [0.5, 0.75, Number.NaN]);
    close(bins[2]?.confidence ?? Number.NaN, 0.65, 1e-12);
    close(bins[2]?.accuracy ?? Number.NaN, 0.5, 1e-12);
    // 2/5 · |0.65 − 0.5| + 3/5 · |0.9 − 1|
    close(error, 0.4 * 0.15 + 0.6 * 0.1, 1e-12);
    close(confidence, 0.8, 1e-12);
    close(accuracy, 0.8, 1e-12);
  });

  it("puts 0 into the first interval, 1 into the last, and a border into the one before", () => {
    const counts = calibration([0, 0.5, 1], [false, true, true], { bins: 2 }).bins.map(({ count }) => count);
    assert.deepEqual(counts, [2, 1]);
  });

  it("is near 0 for answers that are right as often as they say", () => {
    const random = new Random(3);
    const sure = Array.from({ length: 20_000 }, () => random.uniform());
    const { error } = calibration(
      sure,
      sure.map((probability) => random.uniform() < probability),
    );
    assert.ok(error < 0.02, `${error}`);
  });

  it("says what does not fit", () => {
    assert.throws(() => calibration([0.5], [true, false]), /1 probabilities, right 2 verdicts/);
    assert.throws(() => calibration([], []), /at least one answer/);
    assert.throws(() => calibration([1.5], [true]), /1\.5/);
  });
});

describe("auroc", () => {
  it("is 0.75 for the four scores of scikit-learn's documentation", () => {
    close(auroc([0.35, 0.8], [0.1, 0.4]), 0.75, 1e-12);
  });

  it("is the share of all pairs in which the first is higher, ties half", () => {
    const random = new Random(5);
    const [a, b] = [40, 27].map((count) => Array.from({ length: count }, () => random.below(10))) as [
      number[],
      number[],
    ];
    let won = 0;
    for (const x of a) for (const y of b) won += x > y ? 1 : x === y ? 0.5 : 0;
    close(auroc(a, b), won / a.length / b.length, 1e-12);
    close(auroc(a, b) + auroc(b, a), 1, 1e-12);
  });

  it("is 1, 0 and a half where one expects it", () => {
    assert.equal(auroc([3, 5], [1, 2]), 1);
    assert.equal(auroc([-1], [0]), 0);
    assert.equal(auroc([1, 1], [1, 1, 1]), 0.5);
  });

  it("says what does not fit", () => {
    assert.throws(() => auroc([], [1]), /positives is empty/);
    assert.throws(() => auroc([1], [1, Number.NaN]), /NaN/);
  });
});
