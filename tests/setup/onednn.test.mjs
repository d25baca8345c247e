// Whether oneDNN's kernels are used: what was faster in a trial, kept until the trial or the machine is another.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, setupFolder } from "../../kernel-setup/setup/places.mjs";

describe("oneDNN's kernels", () => {
  /** @type {string} */
  let checkout;
  /** @type {string} */
  let trial;
  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), "cellwise-onednn-"));
    cpSync(setupFolder, join(checkout, "kernel-setup", "setup"), { recursive: true });
    trial = join(checkout, "kernel-setup", "setup", "onednn-trial.cjs");
  });
  afterEach(() => rmSync(checkout, { recursive: true, force: true }));

  /** @param {string} statements @param {string} [asked] what the variable says */
  const inCheckout = (statements, asked) => {
    const module = pathToFileURL(join(checkout, "kernel-setup", "setup", "onednn.mjs")).href;
    const script = `import { oneDnn, describeOneDnn } from ${JSON.stringify(module)}; ${statements}`;
    const { TF_ENABLE_ONEDNN_OPTS: _, ...env } = process.env;
    if (asked !== undefined) env.TF_ENABLE_ONEDNN_OPTS = asked;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      env,
    });
    assert.ok(stdout, stderr);
    return stdout.trim();
  };
  /** @param {string} on an expression: the time with oneDNN; without it the time is 100 @param {string} [asked] */
  const decide = (on, asked) => {
    writeFileSync(trial, `console.log(process.env.TF_ENABLE_ONEDNN_OPTS === "1" ? ${on} : 100)`);
    return inCheckout("console.log(await oneDnn.run())", asked);
  };
  const kept = () => readFileSync(join(checkout, ".setup", "onednn"), "utf8")[0];

  it("are used where a step is faster with them, and not where it is slower", () => {
    assert.equal(decide("62.5"), "oneDNN on: a training step takes 0.63 of the time without it");
    assert.equal(kept(), "1");
    assert.equal(decide("120"), "oneDNN off: a training step takes 1.20 of the time without it");
    assert.equal(kept(), "0");
  });

  it("are not used where they do not run", () => {
    assert.match(decide("process.kill(process.pid, 'SIGILL')"), /off: it does not run on this processor/);
    assert.equal(kept(), "0");
  });

  it("are not decided on by a trial that was broken off", () => {
    writeFileSync(
      trial,
      `if (process.env.TF_ENABLE_ONEDNN_OPTS === "1") process.kill(process.pid, "SIGTERM"); else console.log(100)`,
    );
    const failed = inCheckout("console.log(await oneDnn.run().catch((error) => error.message))");
    assert.match(failed, /the trial of oneDNN was ended by SIGTERM/);
    assert.equal(existsSync(join(checkout, ".setup", "onednn")), false);
  });

  it("are measured once, and again by another trial", () => {
    const isDone = () => inCheckout("console.log(oneDnn.isDone())");
    assert.equal(isDone(), "false");
    decide("50");
    assert.equal(isDone(), "true");
    appendFileSync(trial, "// changed");
    assert.equal(isDone(), "false");
  });

  it("are what the variable asks for, and the doctor says so", () => {
    decide("50");
    assert.equal(inCheckout("console.log(describeOneDnn())", "0"), "off, as TF_ENABLE_ONEDNN_OPTS=0 asks");
    assert.equal(inCheckout("console.log(describeOneDnn())", "1"), "on, as TF_ENABLE_ONEDNN_OPTS=1 asks");
  });

  it("are what the library loads TensorFlow with, unless the variable says otherwise", () => {
    const decided = join(root, ".setup", "onednn");
    assert.ok(existsSync(decided), "set-up has measured");
    const { TF_ENABLE_ONEDNN_OPTS: _, ...env } = process.env;
    const load = `const { tf } = require("cellwise"); tf.ones([1]).dispose(); console.log(process.env.TF_ENABLE_ONEDNN_OPTS)`;
    /** @param {NodeJS.ProcessEnv} more */
    const value = (more) => {
      const { stdout, stderr } = spawnSync(process.execPath, ["-e", load], {
        cwd: root,
        encoding: "utf8",
        env: { ...env, ...more },
      });
      assert.equal(stderr, "", "nothing new in the terminal");
      return stdout.trim();
    };
    assert.equal(value({}), readFileSync(decided, "utf8")[0]);
    for (const asked of ["0", "1"]) assert.equal(value({ TF_ENABLE_ONEDNN_OPTS: asked }), asked);
  });
});
