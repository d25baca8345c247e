// Every public function is given what does not fit: other types, ranks and sizes, NaN, what was disposed, nothing, far too much. It
// may take it; or it throws an error of our own that says what was given (what counts as one: bad-input/cases.ts). No tensor is
// left, the process lives, and no call goes on and on.
import assert from "node:assert/strict";
import * as cellwise from "cellwise";
import fc from "fast-check";
import { Caller } from "./bad-input/caller";
import type { Case, Path } from "./bad-input/cases";
import { misfits, rows } from "./bad-input/rows";

/** How many calls; with more and with other seeds: CELLWISE_FUZZ_RUNS, CELLWISE_FUZZ_SEED. */
const RUNS = Number(process.env.CELLWISE_FUZZ_RUNS ?? 2500);
const SEED = Number(process.env.CELLWISE_FUZZ_SEED ?? 1);

/** What is another's to say, with the reason. */
const EXCEPTIONS: readonly {
  readonly row: RegExp;
  readonly misfit: RegExp;
  readonly fault: RegExp;
  readonly why: string;
}[] = [
  {
    row: /^(UncompilableError|StepFailedError)$/,
    misfit: /./,
    fault: /not our own error/,
    why: "the library makes these errors itself; nobody gives them anything",
  },
  {
    row: /^compileStep$/,
    misfit: /^a tensor of texts$/,
    fault: /not our own error: Error: Argument/,
    why: "what the learner's own function does with its inputs is the function's affair",
  },
  {
    row: /^perceptronBound$/,
    misfit: /^(1e9|100000|2 \*\* 53|-1|0|0\.5)$/,
    fault: /does not say what was given: The boundary does not separate/,
    why: "a bias may be any number: the message has the distance that it leads to",
  },
];

describe("what does not fit", () => {
  it("has a row for each public function", () => {
    const names = Object.entries(cellwise)
      .filter(([, value]) => typeof value === "function")
      .map(([name]) => name);
    assert.deepEqual(
      names.filter((name) => !(name in rows)),
      [],
      "public, but without a row in bad-input/rows.ts",
    );
    const gone = Object.keys(rows).filter(
      (name) => !names.includes(name.split(/[.,]/)[0] as string) && !name.startsWith("Perceptron"),
    );
    assert.deepEqual(gone, [], "a row for what is not public");
  });

  it("is answered by every public function in words of our own", async function () {
    this.timeout(1_200_000);
    const caller = new Caller();
    try {
      const paths = await caller.paths();
      const places: [row: string, path: Path][] = Object.entries(paths).flatMap(([row, all]) =>
        all.map((path): [string, Path] => [row, path]),
      );
      const check = async (given: Case): Promise<void> => {
        const { fault } = await caller.call(given);
        if (fault === undefined) return;
        const excepted = EXCEPTIONS.some(
          (one) => one.row.test(given.row) && one.misfit.test(given.misfit) && one.fault.test(fault),
        );
        if (!excepted) assert.fail(`${given.row}, argument ${given.path.join(".")}, given ${given.misfit}: ${fault}`);
      };
      const call = fc.record({ place: fc.constantFrom(...places), misfit: fc.constantFrom(...Object.keys(misfits)) });
      await fc.assert(
        fc.asyncProperty(call, ({ place: [row, path], misfit }) => check({ row, path, misfit })),
        { numRuns: RUNS, seed: SEED, endOnFailure: true },
      );
    } finally {
      caller.end();
    }
  });
});

describe("the cases of the oracle", () => {
  it("an error of tfjs's, of the engine's or without what was given is not one of our own", async () => {
    const caller = new Caller();
    try {
      const said = async (row: string, path: Path, misfit: string) => (await caller.call({ row, path, misfit })).said;
      assert.match((await said("curve", [1, "steps"], "NaN")) ?? "", /steps is NaN.*whole number/);
      assert.match((await said("fit", [0], "a disposed model")) ?? "", /model is the disposed model.*in memory/);
      assert.match((await said("nextTokenWindows", [0], "a list of null")) ?? "", /tokens\[0\] is null/);
      assert.match((await said("BytePairTokenizer.encode", [0], "0")) ?? "", /text is 0; it is a text/);
      assert.match((await said("BytePairTokenizer", [0], "a list of null")) ?? "", /merges\[0\] is null.*list/);
      assert.equal(await said("nextTokenWindows", [1, "name"], "a text"), undefined);
    } finally {
      caller.end();
    }
  });
});
