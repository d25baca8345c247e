// The end of a kernel, asked for or not.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gone, KernelClient, lives, state } from "./client";

/** A kernel that soon comes to the limit of its memory. */
const SMALL = { env: { NODE_OPTIONS: "--max-old-space-size=200" } };

describe("kernel: shutdown", () => {
  const open: KernelClient[] = [];
  async function start(): Promise<KernelClient> {
    const kernel = await KernelClient.start();
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

  it("ends with timers and child processes, also while a cell loops, and answers restart as asked", async () => {
    for (const restart of [true, false]) {
      const kernel = await start();
      const ids = await occupy(kernel);
      if (!restart) await kernel.printed(kernel.start("console.log('on'); while (true) {}"), "on");
      const reply = await kernel.control("shutdown_request", { restart });
      assert.deepEqual(reply.content, { status: "ok", restart });
      assert.equal(await kernel.ended(), 0);
      await gone(ids);
    }
  });

  it("follows a front end that dies, with everything it has started", async () => {
    // The test's own process cannot die, so a shell stands between it and the kernel.
    const kernel = await start();
    const ids = await occupy(kernel);
    kernel.process.kill("SIGKILL");
    await kernel.ended();
    await gone(ids);
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
      await gone(ids);
    } finally {
      front.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });

  describe("by a cell", () => {
    /** A kernel that starts while the test before it still waits for the end of its own. */
    let next: Promise<KernelClient>;
    before(() => {
      next = KernelClient.start(SMALL);
    });
    after(async () => (await next).close());

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
        "const kept: unknown[] = []; while (true) kept.push(new Array(100_000).fill(0.5))",
        /out of JavaScript memory/,
      ],
    ] as const) {
      it(`tells what happened after ${title}`, async () => {
        const kernel = await next;
        next = KernelClient.start(SMALL);
        open.push(kernel);
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
      const kernel = await next;
      open.push(kernel);
      const id = kernel.start("setTimeout(() => process.exit(8), 100); 1");
      await kernel.finish(id);
      await kernel.printed(id, "The cell ended the kernel with process.exit(8)");
      await kernel.until(() => kernel.of(id).find((each) => state(each) === "dead"), "dead");
      assert.equal(await kernel.ended(), 8);
    });
  });
});
