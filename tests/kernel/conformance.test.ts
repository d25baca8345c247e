// Jupyter's own conformance suite (jupyter_kernel_test), with every optional sample, from outside the checkout, where
// less is at hand.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKOUT, kernelNode } from "./client";

const PYTHON = join(CHECKOUT, ".venv", "bin", "python");

describe("kernel: jupyter_kernel_test", () => {
  let place: string;
  before(function () {
    const found = existsSync(PYTHON) && spawnSync(PYTHON, ["-c", "import jupyter_kernel_test"]).status === 0;
    // In CI the suite has to run; a checkout that is not set up can do without.
    if (!found && process.env.CI) throw new Error(`${PYTHON} has no jupyter_kernel_test`);
    if (!found) this.skip();
    place = mkdtempSync(join(tmpdir(), "cellwise-conformance-"));
    const spec = join(place, "kernels", "tslab");
    mkdirSync(spec, { recursive: true });
    const argv = [kernelNode(), join(CHECKOUT, "kernel-setup", "dist", "kernel", "launch.js"), "{connection_file}"];
    const kernel = { argv, display_name: "TypeScript (tslab)", language: "typescript", interrupt_mode: "message" };
    writeFileSync(join(spec, "kernel.json"), JSON.stringify(kernel));
  });
  after(() => {
    if (place !== undefined) rmSync(place, { recursive: true, force: true });
  });

  it("passes whole, from outside the checkout", () => {
    const suite = join(CHECKOUT, "tests", "kernel", "conformance.py");
    const { status, stderr } = spawnSync(PYTHON, [suite, "-v"], {
      cwd: place,
      encoding: "utf8",
      env: {
        ...process.env,
        JUPYTER_PATH: place,
        JUPYTER_CONFIG_DIR: join(place, "config"),
        JUPYTER_DATA_DIR: join(place, "data"),
        JUPYTER_RUNTIME_DIR: join(place, "runtime"),
        IPYTHONDIR: join(place, "ipython"),
        CELLWISE_KERNEL_HISTORY: join(place, "history.jsonl"),
      },
    });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /Ran 13 tests[\s\S]*\nOK\n/, "none skipped, none failed");
  });
});
