// All code cells of all notebooks, as they are and with their exercises solved, compiled under the project's own strict
// settings (the kernel is more lenient with what a learner types).
import assert from "node:assert/strict";
import { join } from "node:path";
import ts from "typescript";
import { cellsOf, folder, names, root } from "./course.mjs";

describe("the code of the notebooks", () => {
  const modules = new Map();
  for (const name of names) {
    modules.set(join(folder, `${name}.mts`), { name, parts: partsOf(cellsOf(name)) });
    modules.set(join(folder, `${name}.solved.mts`), { name: `${name}, solved`, parts: solvedPartsOf(cellsOf(name)) });
  }
  let program;

  before(() => {
    const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
    const { composite: _, sourceMap: __, ...settings } = config.compilerOptions;
    const { options } = ts.convertCompilerOptionsFromJson({ ...settings, noEmit: true }, root);
    const host = ts.createCompilerHost(options);
    const readFile = host.readFile;
    host.readFile = (path) => textOf(path) ?? readFile(path);
    const fileExists = host.fileExists;
    host.fileExists = (path) => modules.has(path) || fileExists(path);
    const getSourceFile = host.getSourceFile;
    host.getSourceFile = (path, version, ...more) =>
      modules.has(path)
        ? ts.createSourceFile(path, textOf(path), version, true)
        : getSourceFile(path, version, ...more);
    program = ts.createProgram([...modules.keys()], options, host);
  });

  for (const [path, { name, parts }] of modules) {
    it(`of ${name} has the right types, and declares no name twice`, () => {
      const file = program.getSourceFile(path);
      const errors = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      assert.deepEqual(
        errors.map((error) => located(error, file, parts)),
        [],
      );
    });
  }

  // Without an import or an export it would be a script, where nothing can be awaited.
  function textOf(path) {
    return modules
      .get(path)
      ?.parts.map(({ text }) => `${text}\n`)
      .join("")
      .concat("export {}\n");
  }
});

function partsOf(cells) {
  return cells.filter(({ cell_type }) => cell_type === "code").map(({ id, source }) => ({ id, text: source }));
}

/** The solution stands for what is above the exercise's check. */
function solvedPartsOf(cells) {
  const solved = cells.map((cell, index) => {
    if (!cell.tags.includes("exercise")) return cell;
    const solution = cells.slice(index + 1).find(({ tags }) => tags.includes("solution"));
    const code = /^```ts\n([\s\S]*?)^```$/m.exec(solution?.source ?? "")?.[1] ?? "";
    return { ...cell, source: code + cell.source.slice(cell.source.search(/^await check\(/m)) };
  });
  return partsOf(solved);
}

function located(error, file, parts) {
  const line = file.getLineAndCharacterOfPosition(error.start).line;
  let first = 0;
  for (const { id, text } of parts) {
    const next = first + text.split("\n").length;
    if (line < next)
      return `cell ${id}, line ${line - first + 1}: ${ts.flattenDiagnosticMessageText(error.messageText, "\n")}`;
    first = next;
  }
  return ts.flattenDiagnosticMessageText(error.messageText, "\n");
}
