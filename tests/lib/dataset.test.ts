import { strict as assert } from "node:assert";
import { type Batch, Dataset, Random, tf } from "cellwise";

/** Examples 0 to `size − 1`: example i is [i, 10·i], its label i modulo 3. */
function numbered(size: number): Dataset {
  return new Dataset({
    name: "numbered",
    inputs: [
      {
        values: Uint8Array.from({ length: 2 * size }, (_, i) => (i % 2 === 0 ? i / 2 : 10 * ((i - 1) / 2))),
        shape: [2],
        dtype: "float32",
        scale: 0.1,
      },
    ],
    targets: [{ values: Int32Array.from({ length: size }, (_, i) => i % 3), shape: [], dtype: "int32" }],
    classNames: ["zero", "one", "two"],
  });
}
/** Which examples a data set holds, in its order. */
const ids = (dataset: Dataset): number[] =>
  Array.from({ length: dataset.size }, (_, i) => Math.round(10 * (dataset.example(i).values[0] as number)));

describe("Dataset", () => {
  it("makes batches as tensors of the right shape, type and scale; the last holds what is left", () => {
    const seen: unknown[] = [];
    for (const { inputs, targets, size } of numbered(5).batches(2)) {
      const [x, y] = [inputs[0] as tf.Tensor, targets[0] as tf.Tensor];
      seen.push([size, x.shape, x.dtype, y.shape, y.dtype, Array.from(y.dataSync())]);
    }
    assert.deepEqual(seen, [
      [2, [2, 2], "float32", [2], "int32", [0, 1]],
      [2, [2, 2], "float32", [2], "int32", [2, 0]],
      [1, [1, 2], "float32", [1], "int32", [1]],
    ]);
    const batch = numbered(5).batch([3]);
    assert.deepEqual(Array.from((batch.inputs[0] as tf.Tensor).dataSync(), Math.fround), [0.3, 3].map(Math.fround));
    batch.dispose();
  });

  it("leaves no tensors behind, whether a loop over its batches ends, breaks or throws", () => {
    const before = tf.memory().numTensors;
    for (const _ of numbered(7).batches(2));
    for (const _ of numbered(7).batches(2)) break;
    assert.throws(() => {
      for (const _ of numbered(7).batches(2)) throw new Error("in the loop");
    });
    assert.equal(tf.memory().numTensors, before);
  });

  it("takes parts, and parts of parts", () => {
    assert.deepEqual(ids(numbered(9).take(3)), [0, 1, 2]);
    assert.equal(numbered(3).take(10).size, 3);
    assert.deepEqual(ids(numbered(9).subset([8, 2, 5]).subset([2, 0])), [5, 8]);
    assert.deepEqual([...numbered(9).subset([8, 2, 5]).labels()], [2, 2, 2]);
    assert.deepEqual(numbered(7).classCounts(), [3, 2, 2]);
  });

  it("shuffles by seed: the same seed the same order, another another, nothing lost", () => {
    const dataset = numbered(20);
    assert.deepEqual(ids(dataset.shuffle(1)), ids(dataset.shuffle(1)));
    assert.notDeepEqual(ids(dataset.shuffle(1)), ids(dataset.shuffle(2)));
    assert.deepEqual(
      ids(dataset.shuffle(1)).sort((a, b) => a - b),
      ids(dataset),
    );
  });

  it("splits into two parts that share nothing", () => {
    const [first, rest] = numbered(10).split(0.7, 1);
    assert.deepEqual([first.size, rest.size], [7, 3]);
    assert.deepEqual(
      [...ids(first), ...ids(rest)].sort((a, b) => a - b),
      ids(numbered(10)),
    );
  });

  it("refuses bad columns and bad positions, with both numbers", () => {
    const labels = { values: Int32Array.of(0, 1, 0), shape: [], dtype: "int32" } as const;
    const column = (values: Float32Array) => ({ values, shape: [2], dtype: "float32" }) as const;
    const make = (values: Float32Array) => new Dataset({ name: "bad", inputs: [column(values)], targets: [labels] });
    assert.throws(() => make(new Float32Array(4)), /bad hold 2, 3 examples/);
    assert.throws(() => make(new Float32Array(5)), /2\.5, 3/);
    assert.throws(() => make(Float32Array.of(0, 1, 2, Number.NaN, 4, 5)), /Value 3 in column 0 of bad is NaN/);
    assert.throws(
      () => new Dataset({ name: "none", inputs: [column(new Float32Array(0))], targets: [] }),
      /none is empty/,
    );
    assert.throws(() => numbered(3).example(3), /3 examples, numbered from 0 to 2; 3/);
    assert.throws(() => numbered(3).take(0), /take\(0\).*1 to 3/);
    assert.throws(() => [...numbered(3).batches(0)], /batchSize is 0; it is a whole number of at least 1/);
    assert.throws(() => numbered(3).split(1, 1), /split\(1\) of the 3/);
    assert.throws(() => make(new Float32Array(6)).example(0, 1), /1 input\(s\)/);
  });

  it("says when its targets are not class numbers", () => {
    const target = { values: new Float32Array(3), shape: [1], dtype: "float32" } as const;
    const dataset = new Dataset({ name: "series", inputs: [target], targets: [target] });
    assert.throws(() => dataset.labels(), /series are not class numbers.*float32 of shape \[1\]/);
  });

  it("disposes a batch when asked", () => {
    const before = tf.memory().numTensors;
    const batch: Batch = numbered(4).batch([0, 1]);
    assert.equal(tf.memory().numTensors, before + 2);
    batch.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});

describe("Random", () => {
  it("gives numbers that depend on nothing but the seed", () => {
    const draw = (seed: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 5 }, () => random.uniform());
    };
    assert.deepEqual(draw(7), draw(7));
    assert.notDeepEqual(draw(7), draw(8));
  });

  it("is uniform: mean 1/2 and variance 1/12 within five standard errors, every value of below(n) as likely", () => {
    const [random, count] = [new Random(1), 100_000];
    const values = Array.from({ length: count }, () => random.uniform());
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    assert.ok(values.every((value) => value >= 0 && value < 1));
    assert.ok(Math.abs(mean - 1 / 2) < 5 * Math.sqrt(1 / 12 / count));
    assert.ok(Math.abs(variance - 1 / 12) < 5 * Math.sqrt(1 / 180 / count));
    const counts = new Uint32Array(10);
    for (let i = 0; i < count; i++) {
      const drawn = random.below(10);
      counts[drawn] = (counts[drawn] as number) + 1;
    }
    assert.ok(counts.every((found) => Math.abs(found - count / 10) < 5 * Math.sqrt(count * 0.09)));
  });

  it("makes every order as likely", () => {
    const [random, orders] = [new Random(1), new Map<string, number>()];
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle([0, 1, 2]).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    assert.equal(orders.size, 6);
    for (const found of orders.values()) assert.ok(Math.abs(found - 1000) < 5 * Math.sqrt((6000 * 5) / 36));
  });

  it("refuses a seed that is no whole number", () => {
    assert.throws(() => new Random(0.5), /0\.5 was given/);
  });
});
