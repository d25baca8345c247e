// Every notebook of the course, whole, on the real kernel: no cell may fail.
import assert from "node:assert/strict";
import { executed, notebooks, printedByRun } from "./executed.js";

describe("the notebooks of the course", function () {
  this.timeout(0);
  after(async () => console.log((await printedByRun()).trimEnd().replace(/^/gm, "      ")));

  for (const name of notebooks) {
    describe(name, function () {
      const outcome = executed(this, name);

      it("runs from its first to its last cell, and its exercises are solved by their solutions", async () => {
        const { result, report, executed, cells } = await outcome();
        assert.equal(result, "passed", report);
        assert.equal(executed, cells);
        assert.ok(cells > 0, "it has no code cell");
      });
    });
  }
});
