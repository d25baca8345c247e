// The way of `fit` to TensorFlow is short enough to be read: it enters few files, each with one subject (the picture in
// CONTRIBUTING.md). They are counted, by V8's coverage, while an ordinary model is trained, its first recording and its validation
// included.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const FEWER_THAN = 30;
const STEP_FEWER_THAN = 15;

describe("the way of fit to TensorFlow", () => {
  let files;
  before(() => {
    const program = fileURLToPath(new URL("files-of-fit.mjs", import.meta.url));
    const lines = execFileSync(process.execPath, [program], { encoding: "utf8" }).trim().split("\n");
    files = JSON.parse(lines.at(-1));
  });

  const assertFewer = (entered, bound) =>
    assert.ok(entered.length < bound, `${entered.length} files are entered:\n${entered.join("\n")}`);

  it(`enters fewer than ${FEWER_THAN} files, the recording included`, () => {
    assert.ok(files.fit.includes("training/loop/fit"), "what was counted is fit");
    assertFewer(files.fit, FEWER_THAN);
  });

  it(`enters fewer than ${STEP_FEWER_THAN} in a later step`, () => {
    assertFewer(files.step, STEP_FEWER_THAN);
  });
});
