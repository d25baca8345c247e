// What the kernel stands on: the tslab it was built for, and the Node that set-up gives it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { CHECKOUT, kernelNode } from "./client";

describe("kernel: what it stands on", () => {
  it("says which part of tslab is missing", () => {
    const { loadTslab } = require(join(CHECKOUT, "kernel-setup", "dist", "kernel", "session", "tslab.js"));
    assert.throws(
      () => loadTslab(() => ({ noSuchFunction: () => undefined })),
      /noSuchFunction of TypeScript, which is not there: tslab 1\.0\.22 is needed/,
    );
  });

  it("pins tslab exactly", () => {
    const { dependencies } = require(join(CHECKOUT, "kernel-setup", "package.json"));
    assert.equal(dependencies.tslab, "1.0.22");
  });

  it("runs on a Node on which every interrupt works", () => {
    const { stdout } = spawnSync(kernelNode(), ["-p", "process.versions.node"], { encoding: "utf8" });
    assert.ok(Number(stdout.split(".")[0]) >= 24, stdout);
  });
});
