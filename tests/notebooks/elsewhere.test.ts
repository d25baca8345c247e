// Claims that fail, and `npm run notebooks -- --elsewhere`, on small notebooks.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { NotebookFolder, type Run, root, runNotebooks } from "./fixture.js";

// Where tests make their notebooks there is no package cellwise: its compiled entry is named by its path.
const importing = `const { claim, Random } = require(${JSON.stringify(join(root, "lib", "dist", "index.js"))})`;

describe("a notebook with a claim that does not hold", () => {
  let folder: NotebookFolder;
  let run: Run;

  before(async () => {
    folder = new NotebookFolder();
    const claims = [
      `claim("two is above one", 2, { above: 1 })`,
      `claim("one is above two", 1, { above: 2 })`,
      `claim("one and one are three", 1 + 1, { is: 3 })`,
      `console.log("reached")`,
    ];
    const notebooks = [
      folder.writeClaims("claims.ipynb", importing, ...claims),
      folder.writeClaims(
        "breaks.ipynb",
        importing,
        `claim("two is above one", 2, { above: 1 }); throw new Error("boom")`,
        "1",
      ),
    ];
    run = await runNotebooks({ notebooks, output: folder.output });
  });
  after(() => folder.remove());

  it("is executed to its end, fails, and says of each claim what was measured and expected", () => {
    const outcome = run.outcomes.get("claims.ipynb");
    assert.equal(run.status, 1, run.printed);
    assert.equal(outcome?.result, "error");
    assert.equal(outcome?.executed, 5);
    assert.match(outcome?.report ?? "", /one is above two\. Measured: 1; expected: above 2/);
    assert.match(outcome?.report ?? "", /one and one are three\. Measured: 2; expected: 3/);
    assert.deepEqual(
      outcome?.claims.map(({ sentence, margin, holds }) => [sentence, margin, holds]),
      [
        ["two is above one", 1, true],
        ["one is above two", -0.5, false],
        ["one and one are three", null, false],
      ],
    );
  });

  it("ends where something else fails, also in a claim's cell", () => {
    const outcome = run.outcomes.get("breaks.ipynb");
    assert.equal(outcome?.result, "error");
    assert.equal(outcome?.executed, 1);
    assert.match(outcome?.report ?? "", /boom/);
  });
});

describe("npm run notebooks -- --elsewhere", () => {
  let folder: NotebookFolder;
  let run: Run;
  const mark = `elsewhere-${process.pid}`;

  before(async () => {
    folder = new NotebookFolder();
    const notebook = folder.writeClaims(
      "claims.ipynb",
      importing,
      `claim("the seeds stay", new Random(1).uniform(), { about: 0.5686, within: 0.01 })`,
      `claim("one thread is given", Number(process.env.TF_NUM_INTRAOP_THREADS ?? 0), { below: 4 })`,
      `claim("the words are the same", "same", { is: "same" })`,
    );
    process.env.CELLWISE_RUN = mark;
    try {
      const more = ["--elsewhere", "--setting", "isa=AVX2+seeds=1", "--setting", "busy=2+threads=1"];
      run = await runNotebooks({ notebooks: [notebook], output: folder.output, more });
    } finally {
      delete process.env.CELLWISE_RUN;
    }
  });
  after(() => folder.remove());

  it("executes them with each setting and fails when a claim fails in one", () => {
    assert.equal(run.status, 1, run.printed);
    assert.match(run.printed, /^isa=AVX2\+seeds=1$[\s\S]*^busy=2\+threads=1$/m);
    assert.match(run.printed, /^failed with isa=AVX2\+seeds=1$/m);
  });

  it("prints the worst and the median margin of every claim, the narrowest first and the exact ones last", () => {
    const rows = run.printed.slice(run.printed.indexOf("worst with")).split("\n").slice(1, 4);
    assert.match(rows[0] ?? "", /^ *-[\d.]+ % .* 1\/2 .*isa=AVX2\+seeds=1 .*claims\.ipynb cell-1: the seeds stay \(/);
    assert.match(rows[1] ?? "", /^ *75\.0 % +100\.0 % +2\/2 .*one thread is given \(1; expected below 4\)/);
    assert.match(rows[2] ?? "", /^ *exact +exact +2\/2 .*the words are the same \("same"; expected "same"\)/);
  });

  it("leaves no busy loop behind", () => {
    const processes = join(root, "kernel-setup", "setup", "notebooks", "processes.py");
    const python = join(root, ".venv", "bin", "python");
    assert.equal(execFileSync(python, ["-B", processes, mark], { encoding: "utf8" }), "");
  });

  it("says which settings there are when it does not know one", async () => {
    const wrong = await runNotebooks({
      notebooks: [],
      output: folder.output,
      more: ["--elsewhere", "--setting", "moon=1"],
    });
    assert.notEqual(wrong.status, 0);
    assert.match(wrong.printed, /--setting "moon=1" is unknown; there are onednn, isa, threads/);
  });
});
