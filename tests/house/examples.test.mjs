// The examples in the comments of public functions and classes, as a learner would type them into a cell: one for each, of the
// right types, calling what it belongs to. They are run too, and where one states a result (`x // => 0.75`), that is what comes of it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chaptersOf } from "../../kernel-setup/setup/docs-chapters.mjs";
import { root } from "../../kernel-setup/setup/places.mjs";
import { programOf, publicNames, ts } from "./public-names.mjs";

describe("the examples of public names", () => {
  /** Of each name all that is marked as an example, and the code of it. */
  let examples;
  let modules;
  let program;

  before(() => {
    const declarations = programOf();
    const checker = declarations.getTypeChecker();
    examples = publicNames(declarations).map(({ name, symbol, asType }) => {
      const texts = symbol.getJsDocTags(checker).filter((tag) => tag.name === "example");
      const written = texts.map((tag) => ts.displayPartsToString(tag.text));
      return { name, needed: !asType && isCode(symbol), written, code: codeOf(written[0]) };
    });
    modules = new Map(examples.flatMap(({ name, code }) => (code ? [[pathOf(name), moduleOf(code)]] : [])));
    program = programOf(modules, declarations);
  });

  it("are one for each function and class, a block of TypeScript", () => {
    const needed = examples.filter(({ needed }) => needed);
    assert.ok(needed.length > 100, `only ${needed.length} functions and classes were found`);
    const faulty = examples
      .filter(({ needed, written, code }) => (needed || written.length > 0) && !(written.length === 1 && code))
      .map(
        ({ name, written }) =>
          `${name} has ${written.length} examples, ${written.length === 1 ? "not in ```ts" : "not one"}`,
      );
    assert.deepEqual(faulty, []);
  });

  it("have the right types, under TypeScript as the kernel has it", () => {
    const errors = [...modules.keys()].flatMap((path) => {
      const file = program.getSourceFile(path);
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((error) => {
        const { line } = file.getLineAndCharacterOfPosition(error.start);
        return `${nameOf(path)}, line ${line}: ${ts.flattenDiagnosticMessageText(error.messageText, "\n")}`;
      });
    });
    assert.deepEqual(errors, []);
  });

  it("call what they belong to", () => {
    const checker = program.getTypeChecker();
    const symbols = new Map(publicNames(program).map(({ name, symbol }) => [name, symbol]));
    const strangers = [...modules.keys()]
      .map((path) => [nameOf(path), program.getSourceFile(path)])
      .filter(([name, file]) => !uses(file, symbols.get(name), checker))
      .map(([name]) => name);
    assert.deepEqual(strangers, []);
  });

  it("run, and give what they state", () => {
    const folder = mkdtempSync(join(tmpdir(), "cellwise-examples-"));
    try {
      const runnable = [...modules].map(([path, text]) => ({ name: nameOf(path), code: runnableOf(text) }));
      const stated = runnable.reduce((count, { code }) => count + code.split("stated(").length - 1, 0);
      assert.ok(stated > 50, `only ${stated} examples state a result`);
      writeFileSync(join(folder, "examples.json"), JSON.stringify(runnable));
      const runner = fileURLToPath(new URL("run-examples.mjs", import.meta.url));
      const run = spawnSync(process.execPath, [runner], { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 });
      assert.equal(run.status, 0, run.stderr.slice(-3000));
      const results = JSON.parse(readFileSync(join(folder, "results.json"), "utf8"));
      assert.deepEqual(
        results.map(({ name }) => name),
        [...modules.keys()].map(nameOf),
      );
      assert.deepEqual(
        results.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`)),
        [],
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const isCode = (symbol) => (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) !== 0;
const codeOf = (text) => /^```ts\n([\s\S]+)\n```$/.exec(text ?? "")?.[1];
const pathOf = (name) => join(root, "examples", `${name}.mts`);
const nameOf = (path) => /([^\\/]+)\.mts$/.exec(path)[1];
const nodesOf = (node) => [node, ...node.getChildren().flatMap(nodesOf)];

/** An example as a module: what it uses of Cellwise is imported in a line before it. */
function moduleOf(code) {
  const file = ts.createSourceFile("example.mts", code, ts.ScriptTarget.ES2022, true);
  const words = new Set(nodesOf(file).flatMap((node) => (ts.isIdentifier(node) ? [node.text] : [])));
  const names = chaptersOf(readFileSync(join(root, "lib", "index.ts"), "utf8")).map(([name]) => name);
  return `import { ${names.filter((name) => words.has(name)).join(", ")} } from "cellwise"\n${code}\n`;
}

/** Whether a function is called in a module; of a class or a type, whether it is named. */
function uses(file, symbol, checker) {
  const isIt = (node) => {
    const found = checker.getSymbolAtLocation(node);
    return found && (found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found) === symbol;
  };
  const isFunction = symbol.flags & ts.SymbolFlags.Function;
  return file.statements
    .filter((statement) => !ts.isImportDeclaration(statement))
    .flatMap(nodesOf)
    .some((node) =>
      isFunction ? ts.isCallExpression(node) && isIt(node.expression) : ts.isIdentifier(node) && isIt(node),
    );
}

/** The example as JavaScript in which each stated result is held to what it states. */
function runnableOf(text) {
  const file = ts.createSourceFile("example.mts", text, ts.ScriptTarget.ES2022, true);
  let held = text;
  let count = 0;
  for (const statement of [...file.statements].reverse()) {
    const [comment] = ts.getTrailingCommentRanges(text, statement.end) ?? [];
    const [, result] = /^\/\/ => (.+)$/.exec(comment ? text.slice(comment.pos, comment.end) : "") ?? [];
    if (result === undefined || !ts.isExpressionStatement(statement)) continue;
    count++;
    const expression = statement.expression.getText();
    const before = held.slice(0, statement.getStart());
    held = `${before};stated(${expression}, ${JSON.stringify(result)});${held.slice(statement.end)}`;
  }
  assert.equal(
    count,
    text.split("// =>").length - 1,
    `a result is stated elsewhere than behind an expression:\n${text}`,
  );
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  return ts.transpileModule(held, { compilerOptions }).outputText;
}
