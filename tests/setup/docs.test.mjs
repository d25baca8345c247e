// `npm run docs`: the reference of all public names is made without a warning, so that none is without its description.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeModules, root } from "../../kernel-setup/setup/places.mjs";

describe("npm run docs", () => {
  const out = mkdtempSync(join(tmpdir(), "cellwise-docs-"));
  after(() => rmSync(out, { recursive: true, force: true }));

  it("describes every public name, without a warning", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    assert.match(scripts.docs, /main\.mjs docs$/);
    const typedoc = join(nodeModules, "typedoc", "bin", "typedoc");
    const run = spawnSync(process.execPath, [typedoc, "--out", out], { cwd: root, encoding: "utf8" });
    const printed = `${run.stdout}${run.stderr}`;
    assert.equal(run.status, 0, printed);
    assert.doesNotMatch(printed, /warning/i);
    for (const page of ["functions/buildCnn", "classes/MultiHeadAttention", "interfaces/FitOptions"])
      assert.ok(existsSync(join(out, `${page}.html`)), `${page} is missing`);
  });
});
