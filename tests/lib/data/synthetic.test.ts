import { strict as assert } from "node:assert";
import { copying, Random, sorting, spirals, type tf, xor } from "cellwise";

const inputsOf = (dataset: { example(i: number): { values: ArrayLike<number> } }, position: number): number[] =>
  Array.from(dataset.example(position).values);

describe("xor", () => {
  it("is the truth table", () => {
    const table = xor();
    assert.deepEqual(
      [0, 1, 2, 3].map((i) => inputsOf(table, i)),
      [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ],
    );
    assert.deepEqual([...table.labels()], [0, 1, 1, 0]);
  });

  it("has noise by seed, and as many of each corner", () => {
    const noisy = xor({ size: 400, noise: 0.1, seed: 3 });
    assert.deepEqual(noisy.classCounts(), [200, 200]);
    assert.deepEqual(inputsOf(noisy, 7), inputsOf(xor({ size: 400, noise: 0.1, seed: 3 }), 7));
    assert.notDeepEqual(inputsOf(noisy, 7), inputsOf(xor({ size: 400, noise: 0.1, seed: 4 }), 7));
    assert.throws(() => xor({ size: 6 }), /size is 6; it is a multiple of 4/);
    assert.throws(() => xor({ noise: -1 }), /noise is -1/);
  });
});

describe("spirals", () => {
  it("turns one arm into the next by a rotation", () => {
    const three = spirals({ arms: 3, pointsPerArm: 20 });
    assert.deepEqual(three.classCounts(), [20, 20, 20]);
    const [cos, sin] = [Math.cos((2 * Math.PI) / 3), Math.sin((2 * Math.PI) / 3)];
    for (let i = 0; i < 40; i++) {
      const [x, y] = inputsOf(three, i) as [number, number];
      const [u, v] = inputsOf(three, i + 20) as [number, number];
      assert.ok(Math.hypot(x * cos - y * sin - u, x * sin + y * cos - v) < 1e-6);
      assert.ok(Math.hypot(x, y) <= 1 + 1e-6);
    }
    assert.equal(spirals().size, 194); // as in the paper
    assert.throws(() => spirals({ arms: 1 }), /arms is 1; it is a whole number of at least 2/);
  });
});

describe("sorting", () => {
  it("sorts", () => {
    for (const { inputs, targets } of sorting({ size: 50, length: 7, symbols: 5 }).batches(50)) {
      const given = (inputs[0] as tf.Tensor2D).arraySync();
      assert.deepEqual(
        (targets[0] as tf.Tensor2D).arraySync(),
        given.map((row) => [...row].sort((a, b) => a - b)),
      );
      assert.ok(given.flat().every((number) => number >= 0 && number < 5));
    }
    assert.throws(() => sorting({ length: 0 }), /length is 0/);
  });
});

describe("copying", () => {
  it("repeats the symbols after the pause, when told to", () => {
    const [length, delay, symbols] = [3, 5, 4];
    for (const { inputs, targets } of copying({ size: 20, length, delay, symbols }).batches(20)) {
      const wanted = (targets[0] as tf.Tensor2D).arraySync();
      for (const [i, row] of (inputs[0] as tf.Tensor2D).arraySync().entries()) {
        const symbolsOf = row.slice(0, length);
        assert.ok(symbolsOf.every((symbol) => symbol >= 1 && symbol <= symbols));
        assert.deepEqual(row.slice(length), [0, 0, 0, 0, symbols + 1, 0, 0, 0]);
        assert.deepEqual(wanted[i], [0, 0, 0, 0, 0, 0, 0, 0, ...symbolsOf]);
      }
    }
    assert.throws(() => copying({ delay: 0 }), /delay is 0/);
  });
});

describe("Random.normal", () => {
  it("has mean 0, variance 1 and fourth moment 3, within five standard errors", () => {
    const [random, count] = [new Random(1), 100_000];
    const moments = [0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const value = random.normal();
      for (const k of [0, 1, 2, 3]) moments[k] = (moments[k] as number) + value ** (k + 1) / count;
    }
    // The variance of x^k is E x^2k − (E x^k)²: 1, 2, 15, 96.
    for (const [k, [mean, variance]] of [
      [0, 1],
      [1, 2],
      [0, 15],
      [3, 96],
    ].entries())
      assert.ok(Math.abs((moments[k] as number) - (mean as number)) < 5 * Math.sqrt((variance as number) / count));
  });
});
