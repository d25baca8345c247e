// The weekly job has a run for each setting of `npm run notebooks -- --elsewhere`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allSettings } from "../../kernel-setup/setup/notebooks/elsewhere.mjs";
import { root } from "../../kernel-setup/setup/places.mjs";

describe("the workflow that executes the notebooks as other machines would", () => {
  it("has a job for each setting", () => {
    const text = readFileSync(join(root, ".github", "workflows", "elsewhere.yml"), "utf8");
    const [, list = ""] = /\n {8}setting:\n((?: {10}- .*\n)+)/.exec(text) ?? [];
    assert.deepEqual(
      [...list.matchAll(/- (.*)/g)].map(([, setting]) => setting),
      allSettings,
    );
    assert.match(text, /--elsewhere --setting \$\{\{ matrix\.setting \}\}/);
  });
});
