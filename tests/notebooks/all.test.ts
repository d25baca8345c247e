// Every notebook of the course, whole, on the real kernel: no cell may fail.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Run, root, runNotebooks } from "./fixture.js";

describe("the notebooks of the course", function () {
  this.timeout(18 * 60 * 1000);
  const names = readdirSync(join(root, "notebooks"), { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ipynb") && !name.includes(".ipynb_checkpoints"),
  );
  let run: Run;

  before(async () => {
    run = await runNotebooks({ notebooks: [], output: join(root, "output", "notebooks") });
    console.log(run.printed.trimEnd().replace(/^/gm, "      "));
  });

  for (const name of names) {
    it(`${name} runs from its first to its last cell`, () => {
      const outcome = run.outcomes.get(name);
      assert.ok(outcome, `nothing is said of it; printed:\n${run.printed}`);
      assert.equal(outcome.result, "passed", outcome.report);
      assert.equal(outcome.executed, outcome.cells);
      assert.ok(outcome.cells > 0, "it has no code cell");
    });
  }

  it("all pass", () => {
    assert.equal(run.status, 0, run.printed);
  });
});
