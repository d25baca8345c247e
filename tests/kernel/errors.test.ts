// Errors read like a colleague's: kernel-faults.md rows 5, 19 and 35, late rejections, and what this TypeScript cannot read.
import assert from "node:assert/strict";
import { KernelClient } from "./client";

describe("kernel: errors", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await KernelClient.start();
  });
  after(() => kernel.close());

  it("publishes an error with name, message and traceback, the same in the reply (row 5)", async () => {
    const { error, reply, stderr } = await kernel.run('throw new RangeError("boom")');
    assert.equal(error?.ename, "RangeError");
    assert.equal(error?.evalue, "boom");
    assert.ok(error?.traceback.length > 0);
    for (const key of ["ename", "evalue", "traceback"]) assert.deepEqual(reply[key], error?.[key]);
    assert.equal(reply.status, "error");
    assert.equal(stderr, "");
  });

  it("makes an error of whatever is thrown", async () => {
    assert.equal((await kernel.run('throw "text"')).error?.evalue, "text");
    assert.equal((await kernel.run("throw { a: 1 }")).error?.evalue, "{ a: 1 }");
    assert.equal((await kernel.run("class Own extends Error {}; throw new Own('x')")).error?.ename, "Own");
    assert.equal((await kernel.run("throw undefined")).error?.evalue, "undefined");
    assert.equal((await kernel.run("await Promise.reject(null)")).error?.evalue, "null");
  });

  it("shows type errors with the lines they are in, all at once (row 5)", async () => {
    const { error } = await kernel.run('const a: number = "x";\nconst b = 1;\nb.nothing;');
    const text = error?.traceback.join("\n") ?? "";
    assert.equal(error?.ename, "TypeScriptError");
    assert.match(error?.evalue, /Type 'string' is not assignable to type 'number'/);
    assert.match(text, /In\[\d+\], line 1, column 7: Type 'string'/);
    assert.match(text, /> 1 \| const a: number = "x";/);
    assert.match(text, /In\[\d+\], line 3, column 3: Property 'nothing' does not exist on type '1'/);
    assert.match(text, /> 3 \| b\.nothing;/);
  });

  it("shows only what is wrong in a cell that waits at its top level", async () => {
    const wrong = await kernel.run('const c: number = "x";\nconst d = await Promise.resolve(1);');
    assert.match(wrong.error?.evalue ?? "", /Type 'string' is not assignable/);
    assert.doesNotMatch(wrong.error?.traceback.join("\n") ?? "", /TS1308/);
    const inside = await kernel.run("function f() { await Promise.resolve(1) }");
    assert.match(inside.error?.evalue ?? "", /await/);
  });

  it("names the cell and the line, and shows no frame of the kernel (row 19)", async () => {
    const code = 'import * as fs from "fs"\nconst a = 1\n\nfunction f(x: number) { throw new Error("line4") }\nf(a)';
    const { error, reply } = await kernel.run(code);
    const text = error?.traceback.join("\n") ?? "";
    const cell = `In[${reply.execution_count}]`;
    assert.ok(text.includes(`at f (${cell}, line 4, column 31)`), text);
    assert.ok(text.includes(`at ${cell}, line 5`), text);
    assert.match(text, /> 4 \| function f\(x: number\)/);
    assert.doesNotMatch(text, /node:vm|tslab|evalmachine|kernel-setup|exports/);
    const later = await kernel.run("\nf(2)");
    assert.ok(later.error?.traceback.join("\n").includes(`at f (${cell}, line 4`), "the cell that has the function");
  });

  it("maps lines in asynchronous cells and in printed errors", async () => {
    const { error } = await kernel.run('await 1;\n\nthrow new Error("three")');
    assert.match(error?.traceback.join("\n"), /In\[\d+\], line 3/);
    const printed = await kernel.run('const kept = new Error("kept");\nconsole.log(kept)');
    assert.match(printed.stdout, /Error: kept\n {4}at In\[\d+\], line 1, column 14\n/);
    assert.match((await kernel.run("kept")).text ?? "", /In\[\d+\], line 1/);
  });

  it("says a function's own name, not the kernel's", async () => {
    await kernel.run("const nothing: any = undefined");
    assert.equal((await kernel.run("nothing()")).error?.evalue, "nothing is not a function");
  });

  it("tells causes and aggregated errors", async () => {
    const { error } = await kernel.run('throw new Error("outer", { cause: new TypeError("inner") })');
    assert.match(error?.traceback.join("\n"), /Caused by:\nTypeError: inner/);
    const all = await kernel.run(
      "await Promise.any([Promise.reject(new Error('one')), Promise.reject(new Error('two'))])",
    );
    assert.match(all.error?.traceback.join("\n"), /one[\s\S]*two/);
  });

  it("shows late errors in the cell that caused them", async () => {
    const rejected = kernel.start('Promise.reject(new Error("nobody waits")); 1');
    await kernel.finish(rejected);
    const timer = kernel.start('setTimeout(() => { throw new RangeError("in a timer") }, 50)');
    await kernel.finish(timer);
    const quiet = await kernel.run("await new Promise((r) => setTimeout(r, 200)); 'quiet'");
    assert.equal(quiet.stderr, "");
    await kernel.printed(rejected, "nobody waits");
    await kernel.printed(timer, "in a timer");
    assert.equal((await kernel.run("'alive'")).text, "'alive'");
  });

  it("has __dirname and import.meta, and says that @browser cells are not supported (row 35)", async () => {
    assert.equal((await kernel.run("__dirname")).text, `'${kernel.folder}'`);
    assert.match((await kernel.run("import.meta.url")).text ?? "", /^'file:\/\/.*\.ts'$/);
    assert.equal((await kernel.run("import.meta.dirname")).text, `'${kernel.folder}'`);
    assert.match((await kernel.run("/** @browser */ document.title")).error?.evalue, /not supported/);
  });

  it("answers syntax that its TypeScript is too old for with a clear error (row 31)", async () => {
    const { error } = await kernel.run("using file = { [Symbol.dispose]() {} }");
    assert.match(error?.traceback.join("\n"), /came with TypeScript 5\.2/);
  });
});
