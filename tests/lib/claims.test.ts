// What a text claims, held to what was measured.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { type Bound, claim, type Exact } from "cellwise";
import { inNotebook } from "./notebook-kernel";

const CLAIM = "application/vnd.cellwise.claim+json";
const SENTENCE = "the <network> parts the spirals";

/** What a claim shows, and what it throws. */
async function claimed(measured: Exact, bound: Bound): Promise<{ data: Record<string, unknown>; thrown: string }> {
  return inNotebook(async (kernel) => {
    let thrown = "";
    try {
      claim(SENTENCE, measured as number, bound as { above: number });
    } catch (error) {
      thrown = String(error);
    }
    assert.equal(kernel.shown.length, 1);
    return { data: kernel.shown[0]?.data ?? {}, thrown };
  });
}

describe("a claim", () => {
  const cases: [Exact, Bound, boolean, number | null][] = [
    [0.96, { above: 0.95 }, true, 0.01 / 0.95],
    [0.95, { above: 0.95 }, false, 0],
    [-3, { above: -2 }, false, -0.5],
    [0.2, { below: 0.5 }, true, 0.6],
    [5, { above: 0 }, true, 1],
    [-5, { above: 0 }, false, -1],
    [0.96, { above: 0.94, below: 0.98 }, true, 1],
    [0.99, { above: 0.94, below: 0.98 }, false, -0.5],
    [0.76, { about: 0.75, within: 0.02 }, true, 0.5],
    [0.8, { about: 0.75, within: 0.02 }, false, -1.5],
    [3, { about: 3, within: 0 }, true, 0],
    [Number.NaN, { below: 1 }, false, Number.NEGATIVE_INFINITY],
    [Number.NaN, { about: 1, within: 1 }, false, Number.NEGATIVE_INFINITY],
    [Number.POSITIVE_INFINITY, { above: 3 }, true, Number.POSITIVE_INFINITY],
    [[0.3, 0.99, 0.97], { above: 0.95 }, true, 0.02 / 0.95],
    [[0.3, 0.2, 0.97], { above: 0.95 }, false, -0.65 / 0.95],
    [[1, 2, 3, 10], { about: 2.5, within: 1 }, true, 1],
    [[1, Number.NaN, 3], { above: 0 }, false, Number.NEGATIVE_INFINITY],
    [93_322, { is: 93_322 }, true, null],
    [93_322, { is: 93_323 }, false, null],
    [["a", [1, 2]], { is: ["a", [1, 2]] }, true, null],
    [["a", [1, 2]], { is: ["a", [2, 1]] }, false, null],
    [true, { is: true }, true, null],
    [1, { is: true }, false, null],
    [Number.NaN, { is: Number.NaN }, true, null],
    ["NaN", { is: Number.NaN }, false, null],
    ["1", { is: 1 }, false, null],
    [["1"], { is: [1] }, false, null],
    [[1, [2]], { is: [1, [2, 3]] }, false, null],
    [-0, { is: 0 }, true, null],
    [5, { above: 3, about: undefined, is: undefined } as unknown as Bound, true, 2 / 3],
  ];
  for (const [measured, bound, holds, margin] of cases)
    it(`of ${JSON.stringify(measured)}, expected ${JSON.stringify(bound)}, ${holds ? "holds" : "does not hold"}`, async () => {
      const { data, thrown } = await claimed(measured, bound);
      const said = data[CLAIM] as { sentence: string; margin: number | null; holds: boolean };
      assert.equal(said.holds, holds);
      assert.equal(said.sentence, SENTENCE);
      if (margin === null || !Number.isFinite(margin)) assert.equal(said.margin, margin);
      else assert.ok(Math.abs((said.margin ?? Number.NaN) - margin) < 1e-9, `${said.margin}, expected ${margin}`);
      assert.equal(thrown === "", holds, thrown);
    });

  it("says both what was measured and the bound, whether it holds or not", async () => {
    const good = await claimed([0.3, 0.99, 0.97], { above: 0.95 });
    assert.equal(
      good.data["text/plain"],
      `✓ ${SENTENCE} (median 0.97 of 0.3, 0.99, 0.97; 2 of 3 inside; expected above 0.95)`,
    );
    const bad = await claimed(0.4, { above: 0.94, below: 0.98 });
    assert.match(
      bad.thrown,
      /Error: Not as the text says: the <network> parts the spirals\. Measured: 0\.4; expected: above 0\.94 and below 0\.98/,
    );
    assert.match(String(bad.data["text/plain"]), /^✗ /);
    const near = await claimed(2, { about: 3, within: 0.5 });
    assert.match(near.thrown, /Measured: 2; expected: 3 ± 0\.5/);
    const exact = await claimed("b", { is: "a" });
    assert.match(exact.thrown, /Measured: "b"; expected: "a"/);
  });

  it("shows the sentence as it is written, not as markup", async () => {
    const { data } = await claimed(1, { above: 0 });
    assert.match(String(data["text/html"]), /the &lt;network&gt; parts/);
  });

  it("refuses a bound that is none, and what is no number, by saying so", () => {
    const wrong = (measured: unknown, bound: unknown) => () =>
      claim("it holds", measured as number, bound as { above: number });
    assert.throws(wrong(1, {}), /RangeError: The claim "it holds" has the bound \{\}; it is empty: give above, below/);
    assert.throws(wrong(1, { above: 3, below: 2 }), /nothing is above and below these/);
    assert.throws(wrong(1, { above: Number.NaN }), /not NaN/);
    assert.throws(wrong(1, { about: 1, within: -1 }), /within at least 0/);
    assert.throws(wrong(true, { above: 0 }), /RangeError: A claim with limits is about numbers; true was measured/);
    assert.throws(wrong([], { above: 0 }), /about numbers; the list \[\] was measured/);
    assert.throws(wrong([1, "2"], { above: 0 }), /about numbers/);
    assert.throws(wrong(5n, { above: 0 }), /about numbers; the BigInt 5 was measured/);
    assert.throws(wrong(undefined, { above: 0 }), /about numbers; undefined was measured/);
  });

  it("refuses a bound of two kinds, which would hold one of them without a word", () => {
    const wrong = (bound: object) => () => claim("it holds", 5, bound as { above: number });
    assert.throws(
      wrong({ above: 10, about: 5, within: 1 }),
      /\{ above: 10, about: 5, within: 1 \}; it mixes kinds: give/,
    );
    assert.throws(wrong({ above: 7, is: 5 }), /\{ above: 7, is: 5 \}; it mixes kinds/);
    assert.throws(wrong({ about: 5, within: 1, is: 5 }), /mixes kinds/);
    assert.throws(wrong({ below: 7, within: 1 }), /mixes kinds/);
    assert.throws(wrong({ within: 1 }), /within is there without about/);
    assert.throws(wrong({ is: undefined }), /it is empty/);
    assert.throws(wrong({ is: Promise.resolve(5) }), /is has a promise \(await it\) in it; what is exact is a number/);
    assert.throws(wrong({ is: 5n }), /is has the BigInt 5 in it/);
  });

  it("is exact of numbers, texts and truth values alone: what has none of them is refused, by name", () => {
    const wrong = (measured: unknown) => () => claim("it holds", measured as number, { is: 1 });
    const round: unknown[] = [];
    round.push(round);
    for (const [measured, words] of [
      [undefined, "undefined"],
      [null, "null"],
      [1n, "the BigInt 1"],
      [[1, 2n], "the BigInt 2"],
      [Promise.resolve(1), "a promise (await it)"],
      [{ a: 1 }, "an object {a}"],
      [[{}], "an object {}"],
      [new Array(2), "undefined"],
      [Symbol("s"), "Symbol(s)"],
      [Float32Array.of(1), "a Float32Array of 1"],
      [round, "a list of more than 20 lists in one another"],
    ] as const)
      assert.throws(wrong(measured), (error: Error) => {
        assert.equal(error.name, "RangeError");
        assert.ok(error.message.includes(`; ${words} was measured. Await`), error.message);
        return true;
      });
  });
});

describe("the seeds of the course, moved", () => {
  const program = `
    const { Random, tf } = require("cellwise");
    const layer = tf.layers.dense({ units: 2, inputShape: [1], kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }) });
    console.log(JSON.stringify([new Random(1).bits(), tf.randomNormal([1], 0, 1, "float32", 1).dataSync()[0],
      tf.randomUniform([1], 0, 1, "float32", 1).dataSync()[0], layer.apply(tf.ones([1, 1])).dataSync()[0]]))`;
  const numbers = (shift?: string): number[] => {
    const { CELLWISE_SEED_SHIFT: _, ...env } = process.env;
    const moved = shift === undefined ? env : { ...env, CELLWISE_SEED_SHIFT: shift };
    return JSON.parse(
      execFileSync(process.execPath, ["-e", program], { cwd: __dirname, env: moved, encoding: "utf8" }),
    );
  };

  it("draw other numbers in the library and in tfjs, the same each time; a shift of 0 changes nothing", () => {
    const [plain, none, one, again, two] = [numbers(), numbers("0"), numbers("1"), numbers("1"), numbers("2")];
    assert.deepEqual(none, plain);
    assert.deepEqual(one, again);
    for (const [i, value] of plain.entries()) assert.equal(new Set([value, one[i], two[i]]).size, 3, `number ${i}`);
  });

  it("are moved by whole numbers only", () => {
    assert.throws(() => numbers("much"), /CELLWISE_SEED_SHIFT is \\?"much\\?"; a whole number is expected/);
  });
});
