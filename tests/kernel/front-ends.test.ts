// The ways in which front ends start the kernel and stop its cells: as the kernelspec says, from elsewhere, by signal too.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKOUT, gone, KernelClient, kernelNode } from "./client";

/** The course's kernelspec with this checkout's paths, as set-up writes it. */
function kernelspec(): { argv: string[]; env: Record<string, string>; interrupt_mode: string } {
  const launcher = join(CHECKOUT, "kernel-setup", "dist", "kernel", "launch.js");
  const template = readFileSync(join(CHECKOUT, "kernel-setup", "kernelspec", "kernel.json"), "utf8");
  return JSON.parse(template.replace("{node}", kernelNode()).replace("{launcher}", launcher));
}

describe("kernel: front ends (point 12)", () => {
  let place: string;
  let kernel: KernelClient;
  before(async () => {
    place = mkdtempSync(join(tmpdir(), "cellwise front ends é-"));
    const folder = join(place, "my notebooks");
    mkdirSync(folder);
    const { argv, env, interrupt_mode } = kernelspec();
    assert.equal(interrupt_mode, "message");
    kernel = await KernelClient.start({
      folder,
      // What VS Code's extension host, an Electron that runs as Node, hands on to what it starts.
      env: { ...env, ELECTRON_RUN_AS_NODE: "1", VSCODE_PID: "1", NODE_OPTIONS: "--no-warnings", PYTHONUNBUFFERED: "1" },
      command: (file) => argv.map((word) => word.replace("{connection_file}", file)),
    });
  });
  after(async () => {
    await kernel.close();
    rmSync(place, { recursive: true, force: true });
  });

  it("works in the notebook's folder, with a space and an accent in its name, and finds the library", async () => {
    const { text, error } = await kernel.run(
      'import { tf } from "cellwise"; import * as path from "path"; [path.basename(process.cwd()), tf.scalar(2).dataSync()[0]]',
    );
    assert.equal(error, undefined);
    assert.equal(text, "[ 'my notebooks', 2 ]");
    assert.match((await kernel.run("\nthrow new Error('x')")).error?.traceback.join("\n"), /In\[\d+\], line 2/);
  });

  it("keeps the types of a cell that has values whose type cannot be named from there", async () => {
    const cell = 'import { spirals } from "cellwise"\nconst batch = spirals().batch([0])\n';
    assert.equal(
      (await kernel.run(`${cell}type Pair = [number, number]\ninterface Named { name: string }`)).error,
      undefined,
    );
    const { text, error } = await kernel.run(
      'const p: Pair = [1, 2];\nconst q: Named = { name: "q" };\n[p[1], batch.size, q.name]',
    );
    assert.equal(error?.evalue, undefined);
    assert.equal(text, "[ 2, 1, 'q' ]");
    assert.match((await kernel.run('const r: Pair = ["1", 2]')).error?.evalue ?? "", /not assignable/);
  });

  for (const [how, interrupt] of [
    ["by message", () => kernel.interrupt()],
    ["by signal", async () => kernel.process.kill("SIGINT")],
  ] as const) {
    it(`is interrupted ${how}`, async () => {
      for (const wait of ["", "await null;"]) {
        const id = kernel.start(`${wait} console.log("on"); while (true) {}`);
        await kernel.printed(id, "on");
        await interrupt();
        assert.equal((await kernel.finish(id)).error?.ename, "KeyboardInterrupt");
        assert.equal((await kernel.run("6 * 7")).text, "42");
      }
    });
  }

  it("leaves the kernel of another notebook to itself", async () => {
    const other = await KernelClient.start();
    try {
      await Promise.all([kernel.run("let who = 'one'"), other.run("let who = 'two'")]);
      const loop = kernel.start("console.log('on'); while (true) {}");
      await kernel.printed(loop, "on");
      assert.equal((await other.run("who")).text, "'two'");
      await kernel.interrupt();
      await kernel.finish(loop);
      assert.equal((await kernel.run("who")).text, "'one'");
    } finally {
      await other.close();
    }
  });

  it("ends when the front end ends its launcher", async () => {
    const { text } = await kernel.run("process.pid");
    kernel.process.kill("SIGTERM");
    await kernel.ended();
    await gone([Number(text)]);
  });
});
