import { strict as assert } from "node:assert";
import { type CheckOptions, check, type ExerciseCase, tf } from "cellwise";
import { inNotebook } from "./notebook-kernel";

const VERDICT = "application/vnd.cellwise.verdict+json";

/** What a check says of one case, or several. */
function verdict(...cases: ExerciseCase[]): Promise<{ status: string; words: string }> {
  return verdictWith({}, ...cases);
}

async function verdictWith(
  options: CheckOptions,
  ...cases: ExerciseCase[]
): Promise<{ status: string; words: string }> {
  const shown = await inNotebook(async (kernel) => {
    await check("Exercise A", cases, options);
    return kernel.shown;
  });
  assert.equal(shown.length, 1);
  const data = shown[0]?.data ?? {};
  const { exercise, status, words } = data[VERDICT] as { exercise: string; status: string; words: string };
  assert.equal(exercise, "Exercise A");
  assert.match(String(data["text/plain"]), new RegExp(`Exercise A: ${status}`, "i"));
  return { status, words };
}

const one = (
  got: () => unknown,
  expected: ExerciseCase["expected"],
  more: Partial<ExerciseCase> = {},
): ExerciseCase => ({
  given: "x = 1",
  got,
  expected,
  ...more,
});

describe("the check of an exercise", () => {
  it("says right for numbers within the tolerance, lists, tensors, texts and truth values", async () => {
    for (const [got, expected] of [
      [3.0001, 3],
      [[1, 2], Float32Array.of(1, 2)],
      [
        [
          [1, 2],
          [3, 4],
        ],
        tf.tensor2d([1, 2, 3, 4], [2, 2]),
      ],
      ["yes", "yes"],
      [true, true],
      [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ] as const)
      assert.equal((await verdict(one(() => got, expected as ExerciseCase["expected"]))).status, "right", String(got));
  });

  it("says nearly, and what is off", async () => {
    const square = [
      [1, 2],
      [3, 4],
    ];
    for (const [got, expected, words] of [
      [-3, 3, /sign/],
      [2.9, 3, /gives 2\.9; this is a little too small/],
      [24, 48, /too small by a factor of 2/],
      [95, 0.95, /too large by a factor of 100/],
      [105, 104, /too large by one/],
      [[2, 4, 6], [1, 2, 3], /2 times/],
      [[2, 3, 4], [1, 2, 3], /1 too large/],
      [
        [
          [1, 3],
          [2, 4],
        ],
        square,
        /rows and columns/,
      ],
      [[1, 2, 3, 4], square, /numbers are right.*shape \[4\], expected \[2, 2\]/],
      [[[1], [2], [3]], [[1, 2, 3]], /numbers are right/],
    ] as const) {
      const said = await verdict(one(() => got, expected as ExerciseCase["expected"]));
      assert.equal(said.status, "nearly", String(got));
      assert.match(said.words, words);
    }
  });

  it("knows the slips that the author foresaw", async () => {
    const slips = [{ answer: 32, because: "the biases are missing" }];
    const said = await verdict(one(() => 32, 48, { slips }));
    assert.deepEqual(said, { status: "nearly", words: "For x = 1, the biases are missing." });
  });

  it("says not yet, whatever the code does", async () => {
    for (const [got, words] of [
      [() => undefined, /gives undefined; expected a number/],
      [() => Number.NaN, /gives NaN/],
      [() => 17, /gives 17; this is too large/],
      [() => "three", /gives "three"/],
      [() => ({}), /an object/],
      [() => null, /null/],
      [() => [1, 2], /shape \[2\], expected \[\]/],
      [() => JSON.parse("{"), /stops with "SyntaxError/],
      [() => Promise.reject(new Error("no")), /stops with "Error: no"/],
      [
        () => {
          const x = tf.scalar(1);
          x.dispose();
          return x;
        },
        /disposed/,
      ],
    ] as const) {
      const said = await verdict(one(got, 3));
      assert.equal(said.status, "not yet", String(got));
      assert.match(said.words, words);
    }
    const said = await verdict(one(() => [1, Number.NaN], [1, 2]));
    assert.match(said.words, /1 of its 2 numbers are NaN/);
  });

  it("does not give the right answer away, unless it is asked to", async () => {
    const square = [
      [0.11, 0.22],
      [0.33, 0.44],
    ];
    for (const [got, expected, words] of [
      [32, 109_386, /gives 32; this is too small/],
      [5_000_000, 109_386, /this is far too large/],
      [100_000, 109_386, /this is a little too small/],
      [-109_386, 109_386, /the sign is the wrong way round/],
      ["it", "whale", /gives "it"; this is not right/],
      [3, "whale", /gives 3; expected a text/],
      [undefined, true, /expected true or false/],
      [null, square, /null; expected numbers of shape \[2, 2\]/],
      [
        [
          [0.11, 0.9],
          [5, 0.44],
        ],
        square,
        /2 of its 4 numbers are off; the first of them, 0\.9 at \[0, 1\], is too large/,
      ],
      [
        [
          [0.11, 0.22],
          [0.3, 0.44],
        ],
        square,
        /one of its 4 numbers is off: 0\.3 at \[1, 0\] is a little too small/,
      ],
    ] as const) {
      const tried = one(() => got, expected as ExerciseCase["expected"]);
      const { words: said } = await verdict(tried);
      assert.match(said, words);
      for (const answer of ["109,386", "whale", "0.33"]) {
        const own = got === -109_386 && answer === "109,386";
        assert.ok(own || !said.includes(answer), said);
      }
      const { words: revealed } = await verdictWith({ reveal: true }, tried);
      assert.match(
        revealed,
        /; it should give (109,386|"whale"|true|numbers of shape \[2, 2\] \(0\.11, 0\.22, 0\.33, 0\.44\))\.$/,
      );
    }
  });

  it("takes no other factor for a slip, and is not off by one where numbers are small", async () => {
    for (const [got, expected] of [
      [7, 1],
      [0, 1],
      [2, 3],
    ] as const)
      assert.equal((await verdict(one(() => got, expected))).status, "not yet", `${got} for ${expected}`);
  });

  it("says so when it is given no case", async () => {
    assert.deepEqual(await verdict(), { status: "not yet", words: "There is no case to try it on." });
  });

  it("is nearly right when some cases are", async () => {
    const said = await verdict(
      one(() => 3, 3),
      one(() => 99, 4, { given: "x = 2" }),
    );
    assert.equal(said.status, "nearly");
    assert.match(said.words, /1 of 2 cases are right\. For x = 2, it gives 99/);
  });

  it("disposes the tensors that the code made, and waits for it", async () => {
    const before = tf.memory().numTensors;
    const said = await verdict(one(() => tf.tensor1d([1, 2]).mul(2), [2, 4]));
    assert.equal(said.status, "right");
    assert.equal((await verdict(one(async () => 5, 5))).status, "right");
    assert.equal(tf.memory().numTensors, before);
  });
});
