// The form of the committed notebooks, and that the check of that form finds what it should.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as format from "../../kernel-setup/setup/notebooks/format.mjs";
import { notebookOf, root } from "../dist/notebooks/fixture.js";

describe("a committed notebook", () => {
  const folder = join(root, "notebooks");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ipynb") && !name.includes(".ipynb_checkpoints"),
  );

  it("is among the notebooks that are checked", () => {
    assert.ok(names.includes(join("en", "4-code-example.ipynb")), `found only: ${names.join(", ")}`);
  });

  for (const name of names) {
    it(`${name} is clean: npm run notebooks -- --clean`, () => {
      assert.deepEqual(format.faults(readFileSync(join(folder, name), "utf8")), []);
    });
  }
});

describe("the check of a notebook's form", () => {
  function faultsAfter(change) {
    const notebook = notebookOf("const a = 1", "a + 1");
    change(notebook);
    return format.faults(`${JSON.stringify(notebook, null, 1)}\n`);
  }

  function assertOneFault(change, expected) {
    const faults = faultsAfter(change);
    assert.equal(faults.length, 1, faults.join("\n"));
    assert.match(faults[0] ?? "", expected);
  }

  function cell(notebook, index) {
    const found = notebook.cells[index];
    assert.ok(found);
    return found;
  }

  it("accepts a clean notebook", () => {
    assert.deepEqual(
      faultsAfter(() => {}),
      [],
    );
  });

  it("finds an output", () => {
    const output = { output_type: "stream", name: "stdout", text: ["2"] };
    assertOneFault((notebook) => cell(notebook, 1).outputs.push(output), /cell 2 .*carries 1 output/);
  });

  it("finds an execution count", () => {
    assertOneFault((notebook) => {
      cell(notebook, 0).execution_count = 7;
    }, /cell 1 .*execution count 7/);
  });

  it("finds another kernel", () => {
    assertOneFault((notebook) => {
      notebook.metadata.kernelspec = { display_name: "Python 3", language: "python", name: "python3" };
    }, /names the kernel "python3"; expected "tslab"/);
  });

  it("finds an older format", () => {
    assertOneFault((notebook) => {
      notebook.nbformat_minor = 4;
    }, /nbformat 4\.4; expected 4\.5/);
  });

  it("finds a missing and a repeated cell id", () => {
    assertOneFault((notebook) => {
      cell(notebook, 1).id = "";
    }, /cell 2 .*no valid id/);
    assertOneFault((notebook) => {
      cell(notebook, 1).id = cell(notebook, 0).id;
    }, /"cell-0" more than once/);
  });

  it("accepts 25 lines of code in a cell and no more", () => {
    const code = (lines) => Array.from({ length: lines }, (_, line) => `f(${line})\n`);
    const withLines = (lines) => (notebook) => {
      cell(notebook, 0).source = code(lines);
    };
    assert.deepEqual(faultsAfter(withLines(25)), []);
    assertOneFault(withLines(26), /cell 1 .*26 lines long; expected at most 25/);
  });

  it("finds another order, indentation or ending of the JSON", () => {
    const notebook = notebookOf("1");
    const { nbformat, ...rest } = notebook;
    const variants = [
      `${JSON.stringify(notebook, null, 2)}\n`,
      JSON.stringify(notebook, null, 1),
      `${JSON.stringify({ nbformat, ...rest }, null, 1)}\n`,
    ];
    for (const text of variants) assert.match(format.faults(text).join(), /not in the stable form/);
  });

  it("says what is no notebook", () => {
    assert.match(format.faults("{").join(), /is not JSON/);
    assert.match(format.faults("{}").join(), /is no notebook of nbformat 4/);
    assert.throws(() => format.clean("[]"), /is no notebook of nbformat 4/);
  });
});

describe("cleaning a notebook", () => {
  it("takes away what a run left and keeps what the author wrote", () => {
    const authored = notebookOf("const a = 1\n", "a + 1");
    const saved = structuredClone(authored);
    for (const cell of saved.cells) {
      cell.execution_count = 3;
      cell.outputs = [{ output_type: "execute_result", execution_count: 3, data: { "text/plain": "2" }, metadata: {} }];
      cell.metadata = { execution: { "iopub.status.busy": "2026-01-01" }, scrolled: true, tags: ["solution"] };
    }
    saved.metadata.language_info = { name: "typescript", version: "5.0.4", codemirror_mode: { name: "javascript" } };
    const cleaned = JSON.parse(format.clean(JSON.stringify(saved)));
    for (const cell of authored.cells) cell.metadata = { tags: ["solution"] };
    assert.deepEqual(cleaned, authored);
  });

  it("gives a text that cleaning leaves as it is, even from a source in one string", () => {
    const notebook = { ...notebookOf("x"), cells: [{ ...notebookOf("x").cells[0], source: "let a\n\na" }] };
    const cleaned = format.clean(JSON.stringify(notebook));
    assert.deepEqual(JSON.parse(cleaned).cells[0].source, ["let a\n", "\n", "a"]);
    assert.equal(format.clean(cleaned), cleaned);
    assert.deepEqual(format.faults(cleaned), []);
  });
});
