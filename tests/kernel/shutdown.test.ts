// The end of a kernel, asked for or not, and kernels beside each other.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KernelClient, lives, state } from "./client";

describe("kernel: shutdown", () => {
  const open: KernelClient[] = [];
  async function start(options = {}): Promise<KernelClient> {
    const kernel = await KernelClient.start(options);
    open.push(kernel);
    return kernel;
  }
  afterEach(async () => {
    for (const kernel of open.splice(0)) await kernel.close();
  });

  /**
   * Starts a timer and sleeping programs in the kernel: a child, one in a session of its own with a child, and one whose
   * parent has ended. The answer are the process ids of the kernel and the programs.
   */
  async function occupy(kernel: KernelClient): Promise<number[]> {
    const { text } = await kernel.run(
      `import { spawn, execSync } from "child_process"; setInterval(() => {}, 10); const child = spawn("sleep", ["600"]);
       const detached = spawn("sh", ["-c", "sleep 600 & echo $!; wait"], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
       const inside = await new Promise((r) => detached.stdout.once("data", r));
       const orphan = execSync("setsid sleep 600 > /dev/null 2>&1 & echo $!");
       [process.pid, child.pid, detached.pid, Number(inside), Number(orphan)]`,
    );
    const ids: number[] = JSON.parse(text ?? "[]");
    assert.equal(ids.filter(lives).length, 5, text);
    return ids;
  }

  it("ends with timers and child processes, and answers restart as asked", async () => {
    for (const restart of [true, false]) {
      const kernel = await start();
      const ids = await occupy(kernel);
      const reply = await kernel.control("shutdown_request", { restart });
      assert.deepEqual(reply.content, { status: "ok", restart });
      assert.equal(await kernel.ended(), 0);
      for (const id of ids) await kernel.until(() => !lives(id) || undefined, `the end of process ${id}`);
    }
  });

  it("ends while a cell loops, also when asked on the shell channel between cells", async () => {
    const looping = await start();
    const id = looping.start("console.log('on'); while (true) {}");
    await looping.printed(id, "on");
    await looping.control("shutdown_request", { restart: false });
    assert.equal(await looping.ended(), 0);
    const asked = await start();
    assert.equal((await asked.request("shutdown_request", { restart: false })).content.restart, false);
    assert.equal(await asked.ended(), 0);
  });

  it("follows a front end that dies, with everything it has started", async () => {
    // The test's own process cannot die, so a shell stands between it and the kernel.
    const kernel = await start();
    const ids = await occupy(kernel);
    kernel.process.kill("SIGKILL");
    await kernel.ended();
    for (const id of ids) await kernel.until(() => !lives(id) || undefined, `the end of process ${id}`);
  });

  it("ends when its front end is gone, though nobody has told its launcher", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cellwise-orphan-"));
    const code = `
      const { KernelClient } = require(${JSON.stringify(join(__dirname, "client.js"))});
      KernelClient.start().then(async (kernel) => {
        const { text } = await kernel.run("process.pid");
        process.stdout.write(JSON.stringify([kernel.process.pid, Number(text)]) + "\\n");
      });`;
    const front = spawn(process.execPath, ["-e", code], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    try {
      const said = await new Promise<string>((resolve) => front.stdout?.once("data", (data) => resolve(String(data))));
      const ids: number[] = JSON.parse(said);
      assert.ok(ids.every(lives));
      front.kill("SIGKILL");
      const kernel = await start();
      for (const id of ids) await kernel.until(() => !lives(id) || undefined, `the end of process ${id}`);
    } finally {
      front.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });

  for (const [title, code, pattern] of [
    ["process.exit", "process.exit(3)", /cell ended the kernel with process\.exit\(3\)/],
    ["process.exit(0)", "process.exit(0)", /process\.exit\(0\)/],
    [
      "process.exit by exitCode, with a handler that fails",
      "process.on('exit', () => { throw 1 }); process.exitCode = 5; process.exit()",
      /exit\(5\)/,
    ],
    ["process.exit in a timer", "setTimeout(() => process.exit(7), 1); await new Promise(() => {})", /exit\(7\)/],
    ["Node's inner exit", "(process as any).reallyExit(6)", /exit\(6\)/],
    ["process.abort", "process.abort()", /SIGABRT/],
    ["a signal", "process.kill(process.pid)", /SIGTERM/],
    [
      "the heap limit",
      "const kept: unknown[] = []; while (true) kept.push(new Array(1000).fill(kept.length).map((x) => ({ x })))",
      /out of JavaScript memory/,
    ],
  ] as const) {
    it(`tells what happened after ${title}`, async () => {
      const kernel = await start({ env: { NODE_OPTIONS: "--max-old-space-size=200" } });
      const id = kernel.start(`console.log("last words"); ${code}`);
      const { error, reply, stdout } = await kernel.finish(id);
      assert.equal(stdout, "last words\n");
      assert.equal(error?.ename, "KernelCrash");
      assert.match(error?.evalue, pattern);
      assert.match(error?.evalue, /restart the kernel/);
      assert.doesNotMatch(
        error?.traceback.join("\n"),
        /debugger|kernel-setup|tslab/i,
        "nothing of the kernel's inside",
      );
      assert.equal(reply.status, "error");
      assert.ok(kernel.of(id).some((each) => state(each) === "idle"));
      assert.notEqual(await kernel.ended(), 0);
    });
  }

  it("tells what happened after process.exit when the cell has ended already", async () => {
    const kernel = await start();
    const id = kernel.start("setTimeout(() => process.exit(8), 100); 1");
    await kernel.finish(id);
    await kernel.printed(id, "The cell ended the kernel with process.exit(8)");
    await kernel.until(() => kernel.of(id).find((each) => state(each) === "dead"), "dead");
    assert.equal(await kernel.ended(), 8);
  });

  it("refuses a code that is none, and lives on", async () => {
    const kernel = await start();
    assert.equal((await kernel.run("process.exit('many' as any)")).error?.ename, "TypeError");
    assert.equal((await kernel.run("process.kill(process.pid, 0)")).text, "true");
    assert.equal((await kernel.run("1 + 1")).text, "2");
  });

  it("leaves two kernels to themselves (point 12)", async () => {
    const [one, two] = await Promise.all([start(), start()]);
    await Promise.all([one.run("let who = 'one'"), two.run("let who = 'two'")]);
    const loop = one.start("console.log('on'); while (true) {}");
    await one.printed(loop, "on");
    assert.equal((await two.run("who")).text, "'two'");
    await one.interrupt();
    await one.finish(loop);
    assert.equal((await one.run("who")).text, "'one'");
  });
});
