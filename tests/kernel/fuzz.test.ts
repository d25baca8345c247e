// Any cells, interrupted at any moment: whatever they do, `1 + 1` is 2 in the same kernel afterwards, and nothing is left of
// them. CELLWISE_FUZZ_SEED and CELLWISE_FUZZ_RUNS look elsewhere, and for longer.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { KernelClient, lives, PATIENCE, state } from "./client";
import { type OddCell, oddCell } from "./odd-cells";

const SEED = Number(process.env.CELLWISE_FUZZ_SEED ?? 20_260_701);
const RUNS = Number(process.env.CELLWISE_FUZZ_RUNS ?? 80);
/** Kernels that are interrupted while they start: each takes some seconds. */
const STARTS = Math.ceil(RUNS / 20);

interface Step extends OddCell {
  /** An interrupt before anybody knows how far the cell is: after so many milliseconds; none when negative. */
  early: number;
  /** What the front end asks for while the cell is being written. */
  typing: "complete_request" | "inspect_request" | "is_complete_request" | undefined;
}

const step: fc.Arbitrary<Step> = fc
  .record({
    cell: oddCell,
    early: fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: 40 })),
    typing: fc.constantFrom(undefined, undefined, "complete_request", "inspect_request", "is_complete_request"),
  })
  .map(({ cell, early, typing }) => ({ ...cell, early, typing }) as Step);

describe("kernel: any cells", function () {
  this.timeout(Math.max(PATIENCE, RUNS * 10_000));

  let kernel: KernelClient;
  const temporary = mkdtempSync(join(tmpdir(), "cellwise-fuzz-"));
  before(async () => {
    kernel = await KernelClient.start({ env: { TMPDIR: temporary } });
  });
  after(async () => {
    await kernel.close();
    rmSync(temporary, { recursive: true });
  });

  it("answers 1 + 1 with 2 after them, and leaves nothing behind", async () => {
    const id = Number((await kernel.run("process.pid")).text);
    const before = await resources(kernel);
    const files = readdirSync(kernel.folder).sort();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        for (const each of steps) await take(kernel, each);
        const { text, error } = await kernel.run("1 + 1");
        assert.equal(text, "2", error?.traceback.join("\n"));
      }),
      { seed: SEED, numRuns: RUNS, endOnFailure: true },
    );
    await settled(() => resources(kernel), before, "handles and open files");
    await settled(() => beats(kernel), 0, "timers");
    await settled(async () => childrenOf(id), [], "processes");
    assert.deepEqual(readdirSync(kernel.folder).sort(), files, "files in the notebook's folder");
    const { pid } = kernel.process;
    await kernel.close();
    assert.ok(!lives(Number(pid)), "the launcher has ended");
    await settled(async () => lives(id), false, "the kernel's process");
    assert.deepEqual(readdirSync(temporary), [], "temporary files");
  });
});

describe("kernel: the first cells, interrupted while the kernel starts", function () {
  this.timeout(Math.max(PATIENCE, STARTS * 60_000));

  it("ends a first cell that has no end, whenever the interrupt comes, and takes any other cell", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2000 }), step, async (moment, odd) => {
        const kernel = await KernelClient.start();
        try {
          const id = kernel.start('console.log("on"); await new Promise(() => {})');
          await new Promise((resolve) => setTimeout(resolve, moment));
          await kernel.control("kernel_info_request"); // the kernel has read what was sent before
          await kernel.interrupt();
          assert.equal((await kernel.finish(id)).reply.ename, "KeyboardInterrupt");
          await take(kernel, odd);
          const { text, error } = await kernel.run("1 + 1");
          assert.equal(text, "2", error?.traceback.join("\n"));
        } finally {
          await kernel.close();
        }
      }),
      { seed: SEED, numRuns: STARTS, endOnFailure: true },
    );
  });
});

/** Sends a cell, interrupts it, and looks at what came of it. */
async function take(kernel: KernelClient, { code, endless, early, typing }: Step): Promise<void> {
  if (typing !== undefined) {
    const position = Math.floor(code.length / 2);
    await kernel.request(typing, { code: code.slice(0, position), cursor_pos: position });
  }
  const id = kernel.start(code, { allow_stdin: true });
  if (early >= 0) {
    await new Promise((resolve) => setTimeout(resolve, early));
    await kernel.interrupt();
  }
  if (endless) {
    await kernel.until(() => kernel.of(id).find((each) => state(each) === "busy"), "busy");
    if (!kernel.replied(id)) await kernel.interrupt();
  }
  const { reply, error, messages } = await kernel.finish(id);
  assert.match(reply.status, /^(ok|error)$/);
  assert.equal(kernel.of(id).filter((each) => state(each) === "idle").length, 1, "one idle");
  assert.equal(messages.filter(({ type }) => type === "error").length, reply.status === "error" ? 1 : 0, "one error");
  if (error === undefined) return;
  assert.equal(reply.ename, error.ename);
  assert.ok(error.traceback.join("\n").length < 100_000, "an error that can be read");
  assert.notEqual(error.ename, "KernelCrash");
}

/**
 * What keeps the kernel's event loop busy, and how many files it has open. Node does not count timers right when one was
 * ended by force in its callback; they are counted by what they do.
 */
async function resources(kernel: KernelClient): Promise<unknown> {
  const open = existsSync("/proc/self/fd") ? 'require("fs").readdirSync("/proc/self/fd").length' : "0";
  const active = "(process as any).getActiveResourcesInfo().filter((each: string) => each !== 'Timeout').sort()";
  const { text } = await kernel.run(`JSON.stringify([${active}, ${open}])`);
  return JSON.parse(text?.slice(1, -1) ?? "null");
}

/** How often timers of the cells still call back within a moment (`beat` in odd-cells.ts). */
async function beats(kernel: KernelClient): Promise<number> {
  const { text } = await kernel.run(
    "await (async () => { const at = (globalThis as any).beats ?? 0; await new Promise((r) => setTimeout(r, 100)); return ((globalThis as any).beats ?? 0) - at })()",
  );
  return Number(text);
}

/** Waits until `look` gives what it gave before the cells. */
async function settled(look: () => Promise<unknown>, expected: unknown, what: string): Promise<void> {
  const end = Date.now() + PATIENCE / 10;
  for (;;) {
    const found = await look();
    if (JSON.stringify(found) === JSON.stringify(expected)) return;
    if (Date.now() > end) assert.deepEqual(found, expected, `${what} are left`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function childrenOf(id: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid = 0, parent]) => (parent === id ? [pid] : []));
}
