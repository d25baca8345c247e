// Errors read like a colleague's; late rejections, and what this TypeScript cannot read.
import assert from "node:assert/strict";
import type { KernelClient } from "./client";
import { sharedKernel } from "./shared-kernel";

describe("kernel: errors", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await sharedKernel();
  });

  it("publishes an error with name, message and traceback, the same in the reply", async () => {
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

  it("shows type errors with the lines they are in, all at once", async () => {
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

  it("names the cell and the line, and shows no frame of the kernel", async () => {
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

  it("tells each error once where causes go in a circle, and not more than anybody reads", async () => {
    const circle = await kernel.run(
      'const a: any = new Error("a"); const b: any = new TypeError("b", { cause: a }); a.cause = b; throw a',
    );
    assert.equal(circle.error?.evalue, "a");
    const text = circle.error?.traceback.join("\n");
    assert.match(
      text,
      /Error: a\n[\s\S]*Caused by:\nTypeError: b\n[\s\S]*Caused by:\nError: the error that was told above/,
    );
    const self = await kernel.run('const s: any = new Error("self"); s.cause = s; throw s');
    assert.equal(self.error?.evalue, "self");
    const inside = await kernel.run("const g: any = new AggregateError([], 'g'); g.errors.push(g, 1); throw g");
    assert.match(inside.error?.traceback.join("\n"), /AggregateError: the error that was told above\n\nThrown: 1/);
    const chain = await kernel.run(
      "let last: any; for (let i = 0; i < 50_000; i++) last = new Error(String(i), { cause: last }); throw last",
    );
    assert.match(chain.error?.traceback.join("\n"), /Error: 49980\n[\s\S]*more than are told here$/);
    const many = await kernel.run(
      "throw new AggregateError(Array.from({ length: 5000 }, (_, i) => new Error('e' + i)))",
    );
    assert.match(many.error?.traceback.join("\n"), /Error: e18\n[\s\S]*4980 more errors$/);
  });

  it("survives errors that cannot be looked at", async () => {
    for (const [code, evalue] of [
      ["throw { get message(): string { throw 1 }, stack: '' }", /undefined/],
      ["const gone = Proxy.revocable({}, {}); gone.revoke(); throw gone.proxy", /cannot be shown/],
      ["await Promise.reject(gone.proxy)", /cannot be shown/],
      ["throw new Proxy(new Error('p'), { get() { throw new Error('trap') } })", /undefined/],
      ["throw { [Symbol.for('nodejs.util.inspect.custom')]() { throw 1 } }", /cannot be shown/],
      ["throw { message: Symbol('x'), stack: 5, name: Symbol('n') }", /Symbol\(x\)/],
      ["throw Object.assign(new Error('m'), { name: 5, constructor: null })", /^m$/],
      ["throw Object.create(null)", /null prototype/],
      ["gone.proxy", /revoked/],
    ] as const) {
      assert.match((await kernel.run(code)).error?.evalue ?? "no error", evalue, code);
      assert.equal((await kernel.run("1 + 1")).text, "2", code);
    }
    const late = kernel.start("setTimeout(() => { throw gone.proxy }, 1); Promise.reject(gone.proxy); 1");
    await kernel.finish(late);
    await kernel.printed(late, "cannot be shown");
    assert.equal((await kernel.run("1 + 1")).text, "2");
  });

  it("cuts what nobody reads to its end, and says how much there was", async () => {
    const long = 5_000_000;
    for (const code of [
      `throw new Error("x".repeat(${long}))`,
      `throw new Error("line\\n".repeat(${long / 5}))`,
      `throw "x".repeat(${long})`,
      `throw new Error("outer", { cause: new Error("x".repeat(${long})) })`,
      `throw new AggregateError([new Error("x".repeat(${long}))], "all")`,
    ]) {
      const { error } = await kernel.run(code);
      const text = error?.traceback.join("\n");
      assert.ok(text.length < 70_000 && error?.evalue.length < 21_000, `${text.length} characters of ${code}`);
      assert.match(text, /… cut: 5000000 characters in all/, code);
    }
    const deep = await kernel.run(
      `Error.stackTraceLimit = Infinity; const down = (n: number): number => { if (n === 0) throw new Error("deep"); return down(n - 1) + 1 }; down(4000)`,
    );
    await kernel.run("Error.stackTraceLimit = 10");
    assert.equal(deep.error?.evalue, "deep");
    assert.ok(deep.error?.traceback.join("\n").length < 70_000);
    assert.match(deep.error?.traceback.at(-1), /^… cut: \d+ lines, \d+ characters in all$/);
    const wrong = await kernel.run(Array.from({ length: 3000 }, (_, i) => `const w${i}: number = "a"`).join("\n"));
    assert.match(wrong.error?.traceback.at(-1), /^… and 2980 more errors$/);
    const oneLine = await kernel.run(`const line = "${"x".repeat(1_000_000)}"; throw new Error("after")`);
    assert.equal(oneLine.error?.evalue, "after");
    assert.ok(oneLine.error?.traceback.join("\n").length < 1000);
    const late = kernel.start(`Promise.reject(new Error("x".repeat(${long}))); 1`);
    await kernel.finish(late);
    await kernel.printed(late, "… cut: 5000000 characters in all");
  });

  it("prints traces and stacks of what is no error", async () => {
    assert.match(
      (await kernel.run('console.trace("here")')).stderr,
      /^Trace: here\n {4}at In\[\d+\], line 1, column 9\n$/,
    );
    assert.match((await kernel.run("\nconsole.trace()")).stderr, /^Trace\n {4}at In\[\d+\], line 2/);
    assert.match((await kernel.run('console.trace("%d of", 1, { a: 2 })')).stderr, /^Trace: 1 of \{ a: 2 \}\n/);
    for (const object of ["{} as any", "Object.create(null)"]) {
      const { stdout } = await kernel.run(`{ const o = ${object}; Error.captureStackTrace(o); console.log(o.stack) }`);
      assert.match(stdout, /^Error\n {4}at In/);
    }
    // What was thrown is printed as it is, without the line of code that runs in the cell's place.
    await kernel.run('const thrown = new Error("thrown"); throw thrown');
    assert.match((await kernel.run("console.log(thrown)")).stdout, /^Error: thrown\n {4}at In/);
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

  it("has __dirname and import.meta, and says that @browser cells are not supported", async () => {
    assert.equal((await kernel.run("__dirname")).text, `'${kernel.folder}'`);
    assert.match((await kernel.run("import.meta.url")).text ?? "", /^'file:\/\/.*\.ts'$/);
    assert.equal((await kernel.run("import.meta.dirname")).text, `'${kernel.folder}'`);
    assert.match((await kernel.run("/** @browser */ document.title")).error?.evalue, /not supported/);
  });

  it("answers syntax that its TypeScript is too old for with a clear error", async () => {
    const { error } = await kernel.run("using file = { [Symbol.dispose]() {} }");
    assert.match(error?.traceback.join("\n"), /came with TypeScript 5\.2/);
  });

  it("refuses to exit with a code that is none, and lives on", async () => {
    assert.equal((await kernel.run("process.exit('many' as any)")).error?.ename, "TypeError");
    assert.equal((await kernel.run("process.kill(process.pid, 0)")).text, "true");
    assert.equal((await kernel.run("1 + 1")).text, "2");
  });
});
