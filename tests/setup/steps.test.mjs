// The list of steps: what is skipped, what is done again, and what an interruption leaves behind.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { takeLock } from "../../kernel-setup/setup/lock.mjs";
import { root } from "../../kernel-setup/setup/places.mjs";
import { digest, filesBelow, readStamp, writeStamp } from "../../kernel-setup/setup/stamp.mjs";

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cellwise-steps-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const setupModule = (/** @type {string} */ name) => pathToFileURL(join(root, "kernel-setup", "setup", name)).href;

/**
 * Runs set-up's step list over two steps in a process of its own: a quick one, and one that starts a program (`slow`).
 *
 * @param {string} slow a shell script that ends well only when the step is whole
 */
function start(slow) {
  const script = `
    import { existsSync, writeFileSync } from "node:fs";
    import { Reporter } from "${setupModule("progress.mjs")}";
    import { run } from "${setupModule("command.mjs")}";
    const { runSteps } = await import("${setupModule("steps.mjs")}");
    const result = (name) => ${JSON.stringify(folder)} + "/" + name;
    const steps = [
      { name: "quick", megabytes: 1, isDone: () => existsSync(result("quick")), run: async () => writeFileSync(result("quick"), "1") },
      { name: "slow", megabytes: 1, isDone: () => existsSync(result("slow")), run: async () => {
          await run("/bin/sh", ["-c", ${JSON.stringify(slow)}], { log: "test", cwd: ${JSON.stringify(folder)} });
          writeFileSync(result("slow"), "1");
      } },
    ];
    try {
      const ran = await runSteps(steps, new Reporter(), () => {});
      console.log("ran " + ran);
    } catch (error) {
      console.error(error.forPeople ? error.message : error.stack);
      process.exitCode = error.exitCode ?? 1;
    }
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  child.stdout.on("data", (data) => {
    text += data;
  });
  child.stderr.on("data", (data) => {
    text += data;
  });
  const ended = once(child, "close").then(([code]) => ({ code, text }));
  /** @param {RegExp} pattern */
  const says = async (pattern) => {
    while (!pattern.test(text)) {
      const last = await Promise.race([once(child.stdout, "data"), once(child.stderr, "data"), ended]);
      if ("code" in last) assert.match(text, pattern);
    }
  };
  return { child, ended, says };
}

/** @param {string} file that some other process is about to write a number to */
async function numberIn(file) {
  for (;;) {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    if (text.endsWith("\n")) return Number(text);
    await pause(20);
  }
}

/** @param {number} pid a process that ends; one that waits only for its parent to notice counts as gone */
async function isGone(pid) {
  for (;;) {
    const state = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
    if (state === "" || state.startsWith("Z")) return;
    await pause(20);
  }
}

describe("the steps of set-up", () => {
  it("run once, and are skipped when their results are there", async () => {
    const first = await start("true").ended;
    assert.match(first.text, /\[1\/2\] quick: done in/);
    assert.match(first.text, /\[2\/2\] slow: done in/);
    assert.match(first.text, /ran 2/);
    const second = await start("exit 1").ended;
    assert.equal(second.code, 0);
    assert.equal(second.text, "ran 0\n");
    rmSync(join(folder, "quick"));
    const third = await start("exit 1").ended;
    assert.match(third.text, /ran 1/);
    assert.match(third.text, /slow: up to date/);
  });

  it("show the last lines of what failed, and go on from there the next time", async () => {
    const failed = await start("echo before; echo the reason >&2; exit 3").ended;
    assert.equal(failed.code, 1);
    assert.match(failed.text, /failed at "slow".*sh ended with code 3/);
    assert.match(failed.text, /\| the reason/);
    const again = await start("true").ended;
    assert.match(again.text, /quick: up to date/);
    assert.match(again.text, /ran 1/);
  });

  for (const [signal, code] of /** @type {const} */ ([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])) {
    it(`end on ${signal} with the program they run, and leave nothing that looks finished`, async () => {
      const { child, ended, says } = start("sleep 60 & echo $! > pid; wait");
      await says(/slow \.\.\./);
      const pid = await numberIn(join(folder, "pid"));
      child.kill(signal);
      const { code: seen, text } = await ended;
      assert.equal(seen, code);
      assert.match(text, /Interrupted during "slow"/);
      assert.equal(existsSync(join(folder, "slow")), false);
      await isGone(pid);
      assert.match((await start("true").ended).text, /ran 1/);
    });
  }

  it("end what a set-up that was killed outright has left running", async () => {
    const { child, ended } = start(`: ${root}; sleep 60 & echo $! > pid; wait`);
    const pid = await numberIn(join(folder, "pid"));
    child.kill("SIGKILL");
    await ended;
    assert.equal(process.kill(pid, 0), true);
    assert.match((await start("true").ended).text, /ran 1/);
    await isGone(pid);
  });

  it("run one after another when two set-ups start at once", async () => {
    // The program fails when it runs twice at a time, and ends when it may.
    const alone = "mkdir busy || exit 1; until [ -e may-end ]; do sleep 0.05; done; rmdir busy";
    const both = [start(alone), start(alone)];
    await Promise.any(both.map(({ says }) => says(/Another set-up of this checkout is at work/)));
    writeFileSync(join(folder, "may-end"), "");
    const results = await Promise.all(both.map(({ ended }) => ended));
    assert.deepEqual(
      results.map(({ code }) => code),
      [0, 0],
      results.map(({ text }) => text).join("\n"),
    );
  });
});

describe("the lock of set-up", () => {
  const never = new AbortController().signal;

  it("is taken over from a process that is gone", async () => {
    const gone = spawn(process.execPath, ["-e", ""]);
    await once(gone, "close");
    writeFileSync(join(folder, "lock"), `${gone.pid}\n${hostname()}\n`);
    const release = await takeLock(folder, assert.fail, never);
    assert.match(readFileSync(join(folder, "lock"), "utf8"), new RegExp(`^${process.pid}\n`));
    release();
    assert.equal(existsSync(join(folder, "lock")), false);
  });

  it("is waited for while its holder lives, and the waiting can be ended", async () => {
    const release = await takeLock(folder, assert.fail, never);
    const waiting = new AbortController();
    const second = takeLock(folder, () => waiting.abort(new Error("enough")), waiting.signal);
    await assert.rejects(second, /enough/);
    release();
  });
});

describe("the stamps of set-up", () => {
  it("change with the content of a file, with a value, and with a file that goes missing", () => {
    const file = join(folder, "a.ts");
    writeFileSync(file, "1");
    const first = digest({ files: [file], values: ["x"] });
    assert.equal(digest({ files: [file], values: ["x"] }), first);
    assert.notEqual(digest({ files: [file], values: ["y"] }), first);
    writeFileSync(file, "2");
    const second = digest({ files: [file], values: ["x"] });
    assert.notEqual(second, first);
    rmSync(file);
    assert.notEqual(digest({ files: [file], values: ["x"] }), second);
  });

  it("are read back as written, and are absent where there is none", () => {
    const file = join(folder, "deep", "stamp");
    assert.equal(readStamp(file), undefined);
    writeStamp(file, "abc");
    assert.equal(readStamp(file), "abc");
    assert.deepEqual(filesBelow(folder, ["stamp"]), [file]);
  });
});
