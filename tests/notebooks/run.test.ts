// `npm run notebooks` on small notebooks: it passes what passes, fails what fails, says where, and leaves nothing.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type NotebookFile, NotebookFolder, type Outcome, type Run, runNotebooks } from "./fixture.js";

describe("executing notebooks headless", () => {
  let folder: NotebookFolder;
  let run: Run;
  /** With a limit on the seconds that a cell may take: enough for a cell that only prints, on a busy machine too. */
  const limit = 30;
  let limited: Run;

  before(async () => {
    folder = new NotebookFolder();
    const notebooks = [
      folder.write(
        "passes.ipynb",
        `import { spawn } from "node:child_process"`,
        `const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" })`,
        `child.unref()\nconsole.log(JSON.stringify([process.pid, child.pid, process.cwd()]))`,
      ),
      folder.write(
        "throws.ipynb",
        `const before = 1`,
        `function broken() {\n  throw new Error("boom")\n}\nbroken()`,
        `2`,
      ),
      folder.write("ill-typed.ipynb", `const count: number = "one"`),
      folder.write("dies.ipynb", `console.log(process.pid)`, `process.kill(process.pid, "SIGKILL")`),
    ];
    const broken = join(folder.path, "is-no-notebook.ipynb");
    writeFileSync(broken, "{}");
    const slow = folder.write("is-slow.ipynb", "console.log(process.pid)", "await new Promise(() => {})");
    const output = (name: string) => join(folder.output, name);
    [run, limited] = await Promise.all([
      runNotebooks({ notebooks: [...notebooks, broken], output: output("all") }),
      runNotebooks({ notebooks: [slow], output: output("limited"), timeout: limit }),
    ]);
  });

  after(() => folder.remove());

  function outcome(name: string): Outcome {
    const found = run.outcomes.get(name) ?? limited.outcomes.get(name);
    assert.ok(found, `nothing is said of ${name}; printed:\n${run.printed}${limited.printed}`);
    return found;
  }

  it("fails as a whole and counts", () => {
    assert.equal(run.status, 1, run.printed);
    assert.match(run.printed, /^1 of 5 notebooks passed/m);
  });

  it("passes a notebook without errors, with its cells, time and memory", () => {
    const { result, cells, executed, seconds: took, peak_bytes, report } = outcome("passes.ipynb");
    assert.equal(result, "passed", report);
    assert.deepEqual([cells, executed], [3, 3]);
    assert.ok(took > 0);
    assert.ok(peak_bytes > 30 * 2 ** 20, `a Node process takes more than ${peak_bytes} bytes`);
    assert.match(run.printed, /^passes\.ipynb +3 +[\d.]+ +[\d,]+ MiB +passed$/m);
  });

  it("runs a notebook in its own folder and keeps the executed copy, not the outputs in the original", () => {
    const [, , folderOfKernel] = printedBy("passes.ipynb");
    assert.equal(folderOfKernel, folder.path);
    const original: NotebookFile = JSON.parse(readFileSync(join(folder.path, "passes.ipynb"), "utf8"));
    assert.deepEqual(
      original.cells.map((cell) => cell.outputs),
      [[], [], []],
    );
  });

  it("shows the cell that failed, and what it raised", () => {
    const { result, executed, report } = outcome("throws.ipynb");
    assert.equal(result, "error");
    assert.equal(executed, 1);
    assert.match(report, /cell 2 of 3 \(id cell-1\)/);
    assert.match(report, /2 \| {3}throw new Error\("boom"\)/);
    assert.match(report, /Error: boom/);
    assert.match(run.printed, /Error: boom/);
  });

  it("fails a cell that TypeScript refuses", () => {
    const { result, report } = outcome("ill-typed.ipynb");
    assert.equal(result, "error");
    assert.match(report, /Type 'string' is not assignable to type 'number'/);
  });

  it("fails when the kernel dies", () => {
    const { result, report } = outcome("dies.ipynb");
    assert.equal(result, "dead kernel");
    assert.match(report, /process\.kill/);
  });

  it("fails when a cell takes too long", () => {
    const { result, report } = outcome("is-slow.ipynb");
    assert.equal(result, "timeout");
    assert.match(report, new RegExp(`not finished after ${limit} s`));
    assert.equal(limited.status, 1);
  });

  it("fails a file that is no notebook", () => {
    assert.match(outcome("is-no-notebook.ipynb").report, /not a valid notebook/);
  });

  it("leaves no kernel and no child of one behind", () => {
    const [kernel, child] = printedBy("passes.ipynb");
    const [slow] = printedBy("is-slow.ipynb");
    for (const pid of [kernel, child, slow]) assert.equal(runs(Number(pid)), false, `process ${pid} still runs`);
  });

  /** What a notebook printed as JSON. */
  function printedBy(name: string): (string | number)[] {
    const copy: { cells: { outputs: { text?: string | string[] }[] }[] } = JSON.parse(
      readFileSync(outcome(name).executed_copy, "utf8"),
    );
    const texts = copy.cells.flatMap((cell) => cell.outputs.flatMap((output) => output.text ?? []));
    return [JSON.parse(texts.join(""))].flat();
  }
});

describe("notebooks executed beside each other", () => {
  let folder: NotebookFolder;
  before(() => {
    folder = new NotebookFolder();
  });
  after(() => folder.remove());

  it("are known, each with its executed copy, before all have ended", async () => {
    // The second ends when the first is known.
    const known = join(folder.path, "known");
    const waits = `import { existsSync } from "node:fs"\nwhile (!existsSync("known")) await new Promise((then) => setTimeout(then, 50))`;
    const notebooks = [folder.write("ends.ipynb", "1 + 1"), folder.write("waits.ipynb", waits)];
    const onOutcome = ({ notebook, result, executed_copy }: Outcome): void => {
      if (notebook === "ends.ipynb" && result === "passed" && existsSync(executed_copy)) writeFileSync(known, "");
    };
    const { printed, outcomes } = await runNotebooks({ notebooks, output: folder.output, timeout: 120, onOutcome });
    assert.deepEqual(
      [...outcomes.values()].map(({ result }) => result),
      ["passed", "passed"],
      printed,
    );
  });
});

describe("the exercises of a notebook", () => {
  let folder: NotebookFolder;
  let run: Run;

  before(async () => {
    folder = new NotebookFolder();
    // Stands in for the library's check: right if the answer is 6, else not yet.
    const check = [
      `const check = (status: string) => display({`,
      `  "application/vnd.cellwise.verdict+json": { status }, "text/plain": status })`,
      `await check(half(12) === 6 ? "right" : "not yet")`,
    ].map((line) => line.replace("await check", "\nawait check"));
    const display = "const display = (globalThis as any)[Symbol.for('cellwise.kernel')].display";
    const cell = (skeleton: string) => [skeleton, display, ...check].join("\n");
    const unsolved = cell("const half = (x: number): number => Number.NaN");
    const right = ["const half = (x: number) => x / 2", display, ...check.slice(0, 2)].join("\n");
    run = await runNotebooks({
      notebooks: [
        folder.writeExercise("good.ipynb", unsolved, right),
        folder.writeExercise("wrong-solution.ipynb", unsolved, right.replace("/ 2", "/ 3")),
        folder.writeExercise("solved-already.ipynb", unsolved.replace("Number.NaN", "x / 2"), right),
        folder.writeExercise("no-solution.ipynb", unsolved),
        folder.writeExercise("no-check.ipynb", "const half = 1", right),
        folder.writeExercise("broken-solution.ipynb", unsolved, right.replace("x / 2", "y / 2")),
      ],
      output: folder.output,
    });
  });

  after(() => folder.remove());

  const outcome = (name: string) => run.outcomes.get(`${name}.ipynb`);

  it("pass when the skeleton does not and the solution does; the executed copy shows the solved cell", () => {
    assert.equal(outcome("good")?.result, "passed", run.printed);
    const copy: NotebookFile = JSON.parse(readFileSync(outcome("good")?.executed_copy ?? "", "utf8"));
    assert.deepEqual(
      copy.cells.map(({ id }) => id),
      ["cell-0", "solution", "cell-0-solved"],
    );
  });

  for (const [name, words] of [
    ["wrong-solution", /solution of the exercise cell-0 does not pass its check: not yet/],
    ["solved-already", /not solved yet, but its check says: right/],
    ["no-solution", /followed by no cell tagged `solution`/],
    ["no-check", /no line that begins with `await check\(`/],
    ["broken-solution", /Cannot find name 'y'/],
  ] as const)
    it(`fail: ${name}`, () => {
      assert.equal(outcome(name)?.result, "error", run.printed);
      assert.match(outcome(name)?.report ?? "", words);
    });
});

describe("stopping the execution of notebooks", () => {
  let folder: NotebookFolder;
  before(() => {
    folder = new NotebookFolder();
  });
  after(() => folder.remove());

  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`with ${signal} ends the kernel and exits with ${status}`, async () => {
      mkdirSync(folder.output, { recursive: true });
      const sign = join(folder.path, `runs-${signal}`);
      const notebook = folder.write(
        `${signal}.ipynb`,
        `import { writeFileSync } from "node:fs"`,
        `writeFileSync(${JSON.stringify(sign)}, String(process.pid))\nwhile (true) {}`,
      );
      let watching: NodeJS.Timeout | undefined;
      const run = await runNotebooks({
        notebooks: [notebook],
        output: folder.output,
        onPrinted(_, child) {
          watching ??= setInterval(() => {
            if (!existsSync(sign) || readFileSync(sign, "utf8") === "") return;
            clearInterval(watching); // another one could come while Node ends, and end it without a status
            child.kill(signal);
          }, 50);
        },
      });
      clearInterval(watching);
      assert.equal(run.status, status, run.printed);
      assert.equal(run.outcomes.get(`${signal}.ipynb`)?.result, "stopped");
      assert.equal(runs(Number(readFileSync(sign, "utf8"))), false, "the kernel still runs");
    });
  }
});

function runs(pid: number): boolean {
  assert.ok(pid > 0, `${pid} is no process id`);
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Where process 1 collects no orphans (in many containers) an ended one keeps its number for ever.
  const stat = `/proc/${pid}/stat`;
  return !(existsSync(stat) && /\) Z /.test(readFileSync(stat, "utf8")));
}
