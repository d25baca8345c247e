// What a cell may be made of: nothing but comments, what a script begins with, what is nested as deep as a generator writes
// it, and what this TypeScript cannot read. Whatever comes of it, the next cell runs.
import assert from "node:assert/strict";
import { type KernelClient, state } from "./client";
import { sharedKernel } from "./shared-kernel";

describe("kernel: cells", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await sharedKernel();
  });

  async function error(code: string): Promise<string> {
    const ran = await kernel.run(code);
    assert.equal(ran.reply.status, "error", code.slice(0, 80));
    assert.equal((await kernel.run("1 + 1")).text, "2", `after ${code.slice(0, 80)}`);
    return ran.error?.evalue;
  }

  it("runs cells of nothing but comments, and with comments anywhere", async () => {
    for (const code of [
      ...[
        "",
        " \n\n",
        "// hi",
        "/* out */",
        "/** doc */",
        "//",
        "/**/",
        "// a\n// b\n",
        "/*! keep */",
        "\ufeff// marked",
      ],
      ...["// export {};", "// with export", "export {} // nothing", "// @ts-nocheck", '/// <reference lib="es5" />'],
      ...["#!/usr/bin/env node", "//# sourceMappingURL=a.js.map", "//# sourceURL=a.ts", "// a \0 b", "; // e"],
      ...["interface Commented {} // t", "function commented() {} // f", "type AlsoCommented = 1 /* t */"],
      ...["const e1 = 1 // c", "enum Numbers { A } // e", 'import * as os from "os" // i\n// j', "if (true) {} // b"],
    ]) {
      const { reply, error, text } = await kernel.run(code);
      assert.equal(reply.status, "ok", `${JSON.stringify(code)}: ${error?.evalue}`);
      assert.equal(text, undefined, code);
    }
    for (const code of [
      ...[
        "3 // export {};",
        "// a\n3 // b\n// c",
        "await 3 // w",
        "3 //# sourceMappingURL=a.js.map",
        `\`\${3 /* in */}\` // t`,
      ],
      ...["/* a */ 3 /* b */; /* c */", "3\r// d\r", "#!/usr/bin/env node\n3", "3 //", "3 // export const a = 1"],
    ]) {
      const { text, error } = await kernel.run(code);
      assert.match(text ?? `${JSON.stringify(code)}: ${error?.evalue}`, /^'?3'?$/);
    }
  });

  it("shows the last line where something is missing at the very end", async () => {
    const { error } = await kernel.run("const open = [1,\n  2");
    assert.match(
      error?.traceback.join("\n"),
      /In\[\d+\], line 2, column 4: .*\n {2}1 \| const open = \[1,\n> 2 \| {3}2\n/,
    );
  });

  it("says that JSX, magics and later syntax are not supported, and only then", async () => {
    for (const code of [
      ...[
        "<div/>",
        "<b>hi</b>",
        "<></>",
        "const el = <b title='x'>hi {1 + 1}</b>",
        "const App = () => <p><i>a</i></p>",
      ],
      ...["function View() { return <ul>{[1].map((x) => <li key={x}>{x}</li>)}</ul> }", "const t = <p>don't</p>"],
    ]) {
      assert.match(await error(code), /JSX .* is not supported in cells: show HTML with/, code);
    }
    for (const code of [
      ...["%matplotlib inline", "!pip install x", "%%html\n<b>x</b>", "  %time 3", "const a = 1\n%time a"],
      ...["!ls", "! ls", "  !ls", "!!ls", "!pwd\n", "const a = 1\n!ls", "!ls *.csv", "!echo $HOME", "!nvidia-smi"],
      ...["!./run.sh", "!../run.sh", "!~/run.sh", "!{sys.executable} -m pip install x", "!ls | wc -l"],
      ...[
        "!/bin/ls",
        "!/bin/ls -l",
        "!/usr/bin/env python",
        "! /bin/cat a.txt",
        "!!/bin/ls",
        "const b = 1\n!/sbin/ip a; ls",
      ],
      ...["!/home/me/run.sh", "!/opt/conda/bin/pip install x", "!/bin/bash -c 'ls'", "!/etc/init.d/x start | cat"],
      ...["!python3 --version", "!ls; pwd", "!git clone https://example.org/a.git", "!cat < a.txt > b.txt"],
    ]) {
      assert.match(await error(code), /magics .* are not TypeScript/, code);
    }
    assert.match(await error("using x = { [Symbol.dispose]() {} }"), /came with TypeScript 5\.2/);
    assert.equal((await kernel.run("const same = <T,>(x: T) => x; same<number>(<any>5)")).text, "5");
    for (const code of [
      ...["const n: number = <number>'a'", "const a = 1 < 2 > ;", "if (", "nope", "!nope && 3", "!isNope", "!nope()"],
      ...[
        "!nope.length",
        "const f = false\n!f\nconst n: number = 'a'",
        "const t = `\n!ls\n`; nope",
        "const m = 5\n  % nope",
      ],
      ...[
        "!/a/.test(nope)",
        "!/a/g.test(5)",
        "!/a/.source.nope",
        "!/a b/.test(nope)",
        "!/a/i.nope && 3",
        "!/a/.nope.b",
      ],
      ...["const r = /a/xyz", "/b/gg", "!/a/u == nope"],
    ]) {
      assert.doesNotMatch(await error(code), /JSX|magics|5\.2/, code);
    }
    for (const code of ["!/re/.test('x')", "!/re/g.test('x')", "const s = 'x'\n!/a/.test(s)", "! /bin/.test('x')"])
      assert.equal((await kernel.run(code)).text, "true", code);
  });

  it("says where a regular expression has wrong flags", async () => {
    for (const [code, place] of [
      ["const r = 1;\n/a/xyz.test('a')", "line 2, column 4"],
      ["const t = /a/gg", "line 1, column 14"],
      ["const u = /[/]\\/b/uv", "line 1, column 19"],
    ] as const) {
      const { error } = await kernel.run(code);
      assert.match(error?.traceback.join("\n"), new RegExp(`${place}: .* no flags of a regular expression`), code);
    }
    assert.equal((await kernel.run("[/a/dgimsy.flags, /a/v.flags, 4 / 2 / 1]")).text, "[ 'dgimsy', 'v', 2 ]");
  });

  it("survives what is nested too deeply for the compiler, and says what to do", async () => {
    const inside = (depth: number, open: string, close: string, inner = "1"): string =>
      open.repeat(depth) + inner + close.repeat(depth);
    await kernel.run("const kept = 'kept'; const id = (x: any) => x");
    for (const code of [
      ...[inside(2000, "(", ")"), inside(2000, "[", "]"), inside(2000, "{", "}"), inside(2000, "id(", ")")],
      ...[
        "(".repeat(5000),
        inside(2000, "function f() {", "}"),
        inside(2000, `\`\${`, "}`"),
        "await ".repeat(5000) + 1,
      ],
      ...[`${"true ? 1 : ".repeat(5000)}1`, `const f = ${"() => ".repeat(5000)}1`, `id${".a".repeat(20_000)}`],
      ...[Array(5000).fill("1").join(" + "), Array(5000).fill("if (id) {}").join(" else ")],
      ...[
        `type T = ${inside(5000, "Array<", ">", "0")}`,
        `const o = ${inside(5000, "{ a: ", "}")}`,
        "!".repeat(50_000),
      ],
    ]) {
      assert.match(await error(code), /nested too deeply for the compiler: .* names of their own/, code.slice(0, 80));
    }
    assert.equal((await kernel.run("kept")).text, "'kept'", "names live on");
    assert.equal((await kernel.run(inside(200, "(", ")"))).text, "1");
  });

  it("can declare what is nested nearly too deeply, and uses it in later cells", async () => {
    const deep = `type Deep = ${"Array<".repeat(400)}number${">".repeat(400)}; const deep: Deep = []`;
    const curried = `const curried = ${"(x: number) => ".repeat(400)}1`;
    for (const code of [deep, curried]) assert.equal((await kernel.run(code)).error, undefined, code.slice(0, 40));
    await error("(".repeat(20_000));
    assert.equal((await kernel.run("[deep.length, typeof curried]")).text, "[ 0, 'function' ]");
    assert.equal((await kernel.run("const again: Deep = deep; type Deep = string; again.length")).text, "0");
  });

  it("survives what is nested too deeply while it is typed", async () => {
    const code = `${"(".repeat(20_000)}con`;
    for (const type of ["complete_request", "inspect_request", "is_complete_request"]) {
      const { content } = await kernel.request(type, { code, cursor_pos: code.length });
      assert.notEqual(content.status, "ok", type);
      assert.equal((await kernel.run("1 + 1")).text, "2", type);
    }
    const { content } = await kernel.request("complete_request", { code: "consol", cursor_pos: 6 });
    assert.ok(content.matches.includes("console"));
  });

  it("can be interrupted while the compiler is at it", async () => {
    // The compiler looks at what is negated twice, and so at this 2²⁰⁰ times.
    const id = kernel.start(`${"!".repeat(200)}1`);
    await kernel.until(() => kernel.of(id).find((each) => state(each) === "busy"), "busy");
    await kernel.interrupt();
    assert.equal((await kernel.finish(id)).error?.ename, "KeyboardInterrupt");
    assert.equal((await kernel.run("kept")).text, "'kept'");
  });
});
