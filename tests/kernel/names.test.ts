// Names that live from cell to cell.
import assert from "node:assert/strict";
import { KernelClient } from "./client";

describe("kernel: names", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await KernelClient.start();
  });
  after(() => kernel.close());

  /** Runs cells one after the other; the answer is the last value as text. */
  async function cells(...codes: string[]): Promise<string | undefined> {
    let text: string | undefined;
    for (const code of codes) {
      const ran = await kernel.run(code);
      assert.equal(ran.reply.status, "ok", `${code}\n${ran.error?.traceback.join("\n")}`);
      ({ text } = ran);
    }
    return text;
  }

  it("keeps what a cell has reached before it failed, and only that", async () => {
    const failed = await kernel.run(
      'import * as fs from "fs"; let k = 41; class K {} function kf() { return k }; throw new Error("x"); let unreached = 1',
    );
    assert.equal(failed.error?.evalue, "x");
    assert.equal(await cells('fs.existsSync("/")'), "true");
    assert.equal(await cells("k + kf()"), "82");
    assert.match((await kernel.run("unreached")).error?.evalue, /Cannot find name 'unreached'/);
  });

  it("leaves the properties of an earlier cell's types alone", async () => {
    assert.equal(
      await cells(
        "type Box = { size: number; inner: { deep: number } }",
        "const area = ({ size: n, inner: { deep: d } }: Box) => n * d",
        "const box: Box = { size: 6, inner: { deep: 7 } }; const { size: width } = box; area({ ...box, size: width })",
      ),
      "42",
    );
  });

  it("lets functions see what later cells assign", async () => {
    assert.equal(await cells("let n = 0; function inc() { return ++n }", "n = 10", "inc()"), "11");
    assert.equal(await cells("n"), "11");
    assert.equal(
      await cells(
        "let stop = false; const loop = (async () => { while (!stop) await new Promise((r) => setTimeout(r, 1)); return 'stopped' })(); 0",
        "stop = true",
        "await loop",
      ),
      "'stopped'",
    );
    for (const [one, two] of [
      ["function f() { return 1 }", "function f() { return 2 }"],
      ["const f = () => 1", "const f = () => 2"],
      ["class C { static v = 1 }; const f = () => C.v", "class C { static v = 2 }"],
      ["enum E { V = 1 }; const f = () => E.V as number", "enum E { V = 2 }"],
    ] as const) {
      assert.equal(await cells(one, "function g() { return f() }", two, "g()"), "2", two);
    }
  });

  it("handles every way to declare and to mention a name", async () => {
    assert.equal(
      await cells(
        "const [a, { b: [c] = [5], ...rest }, ...more] = [1, { d: 2 } as any, 3, 4]; let e, x = a; var v = 1, w",
        "({ a, c, rest, more, e, x, v, w })",
      ),
      "{ a: 1, c: 5, rest: { d: 2 }, more: [ 3, 4 ], e: undefined, x: 1, v: 1, w: undefined }",
    );
    assert.equal(await cells("({ a: x, v } = { a: 7, v: 8 }); [x, v]"), "[ 7, 8 ]");
    assert.equal(await cells("for (x of [1, 2, 3]); x"), "3");
    assert.equal(
      await cells("const shadow = (a: number) => { const x = a * 2; return { a, x } }; shadow(4)"),
      "{ a: 4, x: 8 }",
    );
    assert.equal(await cells("x++; x += 2; typeof x + x"), "'number6'");
    assert.equal(
      await cells("const named = () => 1, Cls = class {}; [named.name, Cls.name, inc2.name]; function inc2() {}"),
      undefined,
    );
    assert.equal(await cells("[named.name, Cls.name, inc2.name]"), "[ 'named', 'Cls', 'inc2' ]");
    assert.equal(
      await cells(
        "function self(this: unknown) { return this === undefined }",
        "[self(), self?.(), (self)(), (self as any)(), self!()]",
      ),
      "[ true, true, true, true, true ]",
    );
    assert.equal(
      await cells(
        "class P { static made = new P(); constructor(readonly q = 3) {} clone() { return new P(this.q) } }",
        "P.made.clone().q",
      ),
      "3",
    );
    assert.equal(
      await cells("abstract class Q { abstract f(): number } class R extends Q { f() { return 4 } }", "new R().f()"),
      "4",
    );
    assert.equal(await cells("early(); function early() { return 'hoisted' }"), undefined);
    assert.equal(await cells("let tag = (s: TemplateStringsArray) => s.raw[0]", "tag`t`"), "'t'");
    assert.equal(await cells("const enum CE { A = 7 }", "CE.A"), "7");
    assert.equal(
      await cells("namespace Al { export namespace B { export const c = 9 } } import AB = Al.B; AB.c", "AB.c"),
      "9",
    );
    assert.equal(await cells("function fm() { return fm.x } namespace fm { export let x = 3 }", "fm()"), "3");
    assert.equal(
      await cells("const dec = (t: any, k?: any, d?: any) => d; @dec class D { @dec m() { return 1 } }", "new D().m()"),
      "1",
    );
    assert.equal(
      await cells(
        "function over(a: string): string; function over(a: number): number; function over(a: any) { return a }",
        "over(1)",
      ),
      "1",
    );
  });

  it("takes names with underscores in front, and names that are the kernel's own or every object's", async () => {
    assert.equal(await cells("const __x = 1, ___y = 2, ____z = 3, _ = 4", "[__x, ___y, ____z, _]"), "[ 1, 2, 3, 4 ]");
    assert.equal(
      await cells(
        'import * as __fs from "node:fs"\nimport __path, { sep as __sep } from "node:path"',
        "[typeof __fs.readFileSync, __path.sep === __sep]",
      ),
      "[ 'function', true ]",
    );
    assert.equal(
      await cells(
        "function __f() { return 7 } class __C { static v = 4; __p = 3 } enum __E { A = 5 } namespace __N { export const w = 6 }",
        "interface __I { a: number } type __T = string; const __i: __I = { a: 1 }, __t: __T = 's'",
        "String([__f(), new __C().__p, __C.v, __E.A, __N.w, __i.a, __t])",
      ),
      "'7,3,4,5,6,1,s'",
    );
    assert.equal(
      await cells(
        "let { __a, ...__rest } = { __a: 1, __b: 2 }; for (var __r = 0; __r < 3; __r++);",
        "[__a, __rest, __r]",
      ),
      "[ 1, { __b: 2 }, 3 ]",
    );
    assert.equal(
      await cells("const __g = () => 1", "const __h = class {}", "[__g.name, __h.name]"),
      "[ '__g', '__h' ]",
    );
    assert.equal(await cells("class __D { w = 1 }", "const __d = new __D()", "class __D { z = 2 }", "__d.w"), "1");
    assert.equal(
      await cells(
        'import { EOL } from "node:os"',
        "let __esModule = 3",
        'import { sep } from "node:path"',
        "__esModule",
      ),
      "3",
    );
    for (const name of ["__proto__", "constructor", "hasOwnProperty", "exports", "require", "module", "__filename"]) {
      assert.equal(await cells(`const ${name} = { own: "${name}" } as any`, `${name}.own`), `'${name}'`);
    }
    assert.equal(await cells("const __tslab__ = 8", "await 1; __tslab__"), "8");
    assert.match((await kernel.run("(globalThis as any).__tslab__ = 0")).error?.evalue, /read only/);
    // Names as the kernel calls an older type.
    assert.equal(await cells("const x_before = 1, y_before2 = 2", "x_before + y_before2"), "3");
    assert.equal(
      await cells("function shadows(exports: any) { return ec1 + exports } const ec1 = 1", "shadows(2)"),
      "3",
    );
    const { content } = await kernel.request("complete_request", { code: "__f", cursor_pos: 3 });
    assert.deepEqual(content.matches.slice().sort(), ["__f", "__filename", "__fs"]);
  });

  it("runs a top-level loop about as fast as a loop in a function", async () => {
    assert.equal(await cells("let sum = 0; for (let i = 0; i < 1e7; i++) sum += i; sum"), "49999995000000");
  });

  it("keeps the old type of an object whose class was declared anew", async () => {
    await cells("class A { x = 1 }", "const o = new A()", 'class A { y = "s" }');
    assert.equal(await cells("o.x"), "1");
    assert.match((await kernel.run("o.y.toUpperCase()")).error?.evalue, /Property 'y' does not exist/);
    assert.equal(await cells("new A().y.toUpperCase()"), "'S'");
    await cells("interface I { p: number }; const i: I = { p: 1 }", "interface I { q: number }");
    assert.equal(await cells("i.p"), "1");
    assert.equal(
      await cells("class A { x = 1 }", "const o = new A()", "class A { x = 1 }", "const same: A = o; same.x"),
      "1",
    );
  });

  it("keeps namespaces, global declarations and var in blocks", async () => {
    await cells("namespace N { export const v = 1; export interface T { t: number } }", "1", "2");
    assert.equal(await cells("const t: N.T = { t: N.v }; t.t"), "1");
    await cells("declare global { interface GlobalThing { g: number } }", "1");
    assert.equal(await cells("const thing: GlobalThing = { g: 2 }; thing.g"), "2");
    await cells("if (true) { var vv = 3 } for (var round = 0; round < 2; round++); try { var tried = 'yes' } catch {}");
    assert.equal(await cells("[vv.toFixed(1), round, tried]"), "[ '3.0', 2, 'yes' ]");
  });

  it("accepts pasted module code", async () => {
    await cells(
      "export const ec = 1\nexport function ef() { return ec }\nexport interface EI { a: number }\nexport default class ED {}",
    );
    await cells("const listed = 1; export { listed }", 'export { readFileSync } from "fs"; export * from "fs"');
    assert.equal(await cells("const readFileSync = 2; listed + readFileSync"), "3");
    await cells("export default function () { return 1 }", "export default class {}", "export default { a: 1 }");
    assert.equal(await cells("const ei: EI = { a: ef() }; [ei.a, new ED() instanceof ED]"), "[ 1, true ]");
  });

  it("runs cells whose types cannot be written down", async () => {
    assert.equal(await cells('const m = await import("fs"); typeof m.existsSync'), "'function'");
    assert.equal(await cells("typeof m.readFileSync"), "'function'");
    assert.equal(await cells('const http = await import("http"); typeof http.createServer'), "'function'");
    await cells("const mk = () => class { private x = 1; pub = 2 }");
    assert.equal(await cells("new (mk())().pub"), "2");
  });

  it("runs for await without another await", async () => {
    assert.equal((await kernel.run("for await (const v of [1, Promise.resolve(2)]) console.log(v)")).stdout, "1\n2\n");
  });

  it("knows what the kernel's Node has", async () => {
    assert.equal(await cells("[3, 1].toSorted()"), "[ 1, 3 ]");
    assert.equal(await cells("[1, 2].findLast((x) => x < 2)"), "1");
    assert.equal(await cells("typeof crypto.subtle.digest"), "'function'");
    assert.equal(await cells("Object.groupBy([1, 2, 3], (x) => (x % 2 ? 'odd' : 'even')).odd"), "[ 1, 3 ]");
    assert.equal(await cells("[...new Set([1, 2]).union(new Set([3]))].length"), "3");
    assert.equal(await cells("new Float32Array([2, 1]).toSorted()"), "Float32Array(2) [ 1, 2 ]");
    assert.equal(await cells("const s: string = null; s"), "null");
  });

  it("waits in every place", async () => {
    assert.equal(await cells("await (async () => 5)()"), "5");
    assert.match((await kernel.run("await (async () => { throw new Error('inside') })()")).error?.evalue, /inside/);
    assert.equal(await cells("const { a: waited = await Promise.resolve(6) } = {} as any; waited"), "6");
    assert.equal(
      await cells("const later = async (x: number) => (await x) + (await Promise.resolve(1)); await later(1)"),
      "2",
    );
    assert.equal(
      await cells("const all = await Promise.all([1, 2].map(async (x) => await later(x))); all"),
      "[ 2, 3 ]",
    );
    assert.equal(
      await cells(
        "async function* gen() { yield await 1; yield 2 } const got = []; for await (const g of gen()) got.push(g); got",
      ),
      "[ 1, 2 ]",
    );
  });

  // The last of all: what it adds stays.
  it("leaves what `declare global` adds to where it is", async () => {
    for (const [code, text] of [
      ["declare global { interface Array<T> { total(): number } var shared: number }", undefined],
      ["Array.isArray([])", "true"],
      [
        "Array.prototype.total = function (this: number[]) { return this.reduce((a, b) => a + b, 0) }; [1, 2, 3].total()",
        "6",
      ],
      ["[1, 2].total() + new Array(3).length", "6"],
      ["globalThis.shared = 5; shared", "5"],
      ["shared + 1", "6"],
    ] as const) {
      const ran = await kernel.run(code);
      assert.equal(ran.reply.status, "ok", `${code}\n${ran.error?.traceback.join("\n")}`);
      assert.equal(ran.text, text, code);
    }
  });
});
