// `npm test` says at its very end what failed: its runs keep it in a file.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("the report of a run of tests", () => {
  it("keeps each failure, a hook's too, with its titles and what was raised, and nothing of what passed", () => {
    const folder = mkdtempSync(join(tmpdir(), "report-"));
    const spec = join(folder, "some.test.cjs");
    writeFileSync(
      spec,
      `describe("a part", () => {
        it("passes", () => {});
        it("compares", () => require("node:assert").equal(1, 2));
        describe("a room", () => {
          before("is set up", () => { throw new RangeError("no room"); });
          it("is never reached", () => {});
        });
      });`,
    );
    const failures = join(folder, "failures");
    const { status } = spawnSync(
      process.execPath,
      [
        join(root, "node_modules", "mocha", "bin", "mocha.js"),
        "--no-config",
        "--reporter",
        join(root, "tests", "parts.mjs"),
        spec,
      ],
      { cwd: root, env: { ...process.env, CELLWISE_FAILURES: failures } },
    );
    assert.equal(status, 2);
    const kept = readFileSync(failures, "utf8");
    assert.match(kept, /^a part\n {2}compares\n {2}AssertionError.*1 == 2/s);
    assert.match(kept, /^a part\n {2}a room\n {2}"before all" hook: is set up.*\n {2}RangeError: no room/m);
    assert.doesNotMatch(kept, /^ *passes/m);
  });
});
