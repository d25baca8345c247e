// Cells that nobody would write, and that somebody will: for the fuzz test of the kernel.
import fc from "fast-check";

export interface OddCell {
  code: string;
  /** True when nothing but an interrupt ends it. */
  endless: boolean;
}

const ending = (code: fc.Arbitrary<string>): fc.Arbitrary<OddCell> =>
  code.map((each) => ({ code: each, endless: false }));

const text = fc.oneof(fc.string({ unit: "binary", maxLength: 20 }), fc.string({ unit: "grapheme", maxLength: 20 }));

/** Comments: whole cells of them, and around a value. */
const commented = fc
  .tuple(
    fc.constantFrom("", "1", "let c = 2", "interface I {}", "await 3", "export {}", "x =>"),
    fc.array(text, { maxLength: 3 }),
  )
  .chain(([code, texts]) =>
    fc
      .tuple(
        fc.constantFrom(...(["//", "/*", "/**", "/*!", "//#", "///", "#!", "<!--"] as const)),
        fc.boolean(),
        fc.boolean(),
      )
      .map(([open, before, last]) => {
        const comments = texts.map((each) =>
          open.startsWith("/*") ? `${open}${each.replaceAll("*/", "")}*/` : `${open}${each}`,
        );
        const all = before ? [...comments, code] : [code, ...comments];
        return all.join(last ? "\n" : " ");
      }),
  );

/** Tokens in any order. No loops, and nothing that could reach out of the cell. */
const tokens = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."{ } ( ) [ ] < > ; , . ... ?. => = == + - * / % & | ^ ! ~ ? : ++ -- ** ?? @ # ` ' \" \\ $".split(" "),
        ..."async await break case catch class const debugger default delete else enum export extends false finally".split(
          " ",
        ),
        ..."function if implements import in instanceof interface let namespace new null of private return static".split(
          " ",
        ),
        ..."super switch this throw true try type typeof var void with yield using declare abstract satisfies as".split(
          " ",
        ),
        ..."a b __c exports arguments eval undefined 0 1n .5 0x 1e 08 /r/ /[ `t` `${ 'x' \"y\" \n \r \u2028 \u0000 é 𝒳 \\u0061 <b> </b>".split(
          " ",
        ),
      ),
      text,
    ),
    { minLength: 1, maxLength: 14 },
  )
  .chain((parts) => fc.constantFrom(" ", "", "\n").map((between) => parts.join(between)));

/** One thing inside the other, mostly not too deep, closed or not. The compiler needs 2ⁿ steps for n times `!`. */
const nested = fc
  .tuple(
    fc.constantFrom(
      ...([
        ["(", ")"],
        ["[", "]"],
        ["{", "}"],
        ["{a:", "}"],
        ["`${", "}`"],
        ["f(", ")"],
        ["() => ", ""],
        ["!", ""],
        ["typeof ", ""],
        ["if (1) {", "}"],
        ["class A { m() {", "}}"],
        ["function f() {", "}"],
        ["<b>", "</b>"],
        ["await ", ""],
        ["1 + (", ")"],
        ["try {", "} finally {}"],
        ["x ? 1 : ", ""],
        ["{ a }: { a: ", "}"],
        ["/*", "*/"],
        ["new (", ")"],
        ["[...", "]"],
      ] as const),
    ),
    fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 14 }) },
      { weight: 1, arbitrary: fc.constantFrom(300, 3000, 30_000) },
    ),
    fc.constantFrom("", "1", "a", "const n = "),
    fc.boolean(),
  )
  .map(([[open, close], depth, begin, closed]) => ({
    code: `${begin}${open.repeat(depth)}1${closed ? close.repeat(depth) : ""}`,
    endless: open === "!",
  }));

/** The same few names declared again and again, as anything. */
const name = fc.constantFrom("a", "b", "__c", "___d", "A", "exports", "toString", "__proto__", "a_before", "f");
const redeclared = fc
  .array(
    fc
      .tuple(name, fc.integer({ min: 0, max: 99 }))
      .chain(([n, v]) =>
        fc.constantFrom(
          ...[
            `const ${n} = ${v}`,
            `let ${n}: any = "${v}"`,
            `var ${n} = [${v}]`,
            `function ${n}() { return ${v} }`,
            `class ${n} { p${v} = ${v} }`,
          ],
          ...[
            `enum ${n} { M = ${v} }`,
            `namespace ${n} { export const v = ${v} }`,
            `interface ${n} { i${v}: number }`,
            `type ${n} = { t: ${v} }`,
          ],
          ...[
            `import * as ${n} from "fs"`,
            `import ${n} from "os"`,
            `import { join as ${n} } from "path"`,
            `const { ${n} } = { ${n}: ${v} } as any`,
          ],
          ...[
            `const ${n} = () => ${n}`,
            `let ${n}; ${n} = ${v}`,
            `if (true) { var ${n} = ${v} }`,
            `export const ${n} = ${v}`,
            `declare const ${n}: number`,
          ],
          ...[
            `${n}`,
            `typeof ${n}`,
            `${n}.p`,
            `${n}()`,
            `new ${n}()`,
            `${n} = ${v}`,
            `const later${v} = async () => ${n}; await later${v}()`,
          ],
        ),
      ),
    { minLength: 1, maxLength: 3 },
  )
  .map((statements) => statements.join("\n"));

/** Output that is long, broken, or looks like something of the kernel's. */
const output = fc
  .tuple(fc.integer({ min: 0, max: 30_000 }), text)
  .chain(([n, t]) =>
    fc.constantFrom(
      `console.log("x".repeat(${n * 20}))`,
      `for (let i = 0; i < ${n}; i++) console.log(i)`,
      `for (let i = 0; i < ${n % 300}; i++) { console.log(i); console.error(i) }`,
      `console.log(${JSON.stringify(t)}); console.trace(${JSON.stringify(t)})`,
      `process.stdout.write(Buffer.from([0xff, 0xc3, ${n % 256}])); process.stderr.write("\\ud800")`,
      `process.stdout.write("\\u001ecellwise-marker-${n}\\u001e")`,
      `require("child_process").execSync("printf '\\\\036cellwise-marker-${n % 9}'", { stdio: "inherit" })`,
      `display({ "text/plain": "\\udc00".repeat(${n % 99}), "text/html": null })`,
      `display("x".repeat(${n * 20})); clearOutput()`,
      `({ [Symbol.for("Jupyter.display")]: () => (${["1", "null", "[]", "{ a: 1n }", "{ 'a/b': undefined }"][n % 5]}) })`,
      `({ toString() { throw 1 }, toJSON() { throw 2 }, get a() { throw 3 } })`,
      `Array.from({ length: ${n} }, (_, i) => ({ i }))`,
      `Object.assign(() => 1, { a: new Map([[{}, new Set([1])]]), b: new Proxy({}, {}) })`,
      `setTimeout(() => console.log("late"), ${n % 20}); Promise.reject(new Error("late")); 1`,
    ),
  );

/** What is thrown, long, in a circle or not to be looked at. */
const thrown = fc
  .tuple(fc.integer({ min: 0, max: 200_000 }), text)
  .chain(([n, t]) =>
    fc.constantFrom(
      `throw ${JSON.stringify(t)}`,
      `throw new Error("x".repeat(${n}))`,
      `throw new Error(${JSON.stringify(t)}, { cause: ${JSON.stringify(t)} })`,
      `{ const e: any = new Error("e"); e.cause = e; e.errors = [e, ${n}]; throw e }`,
      `await Promise.reject({ get message() { throw 1 }, stack: ${n} })`,
      `{ const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy }`,
      `function deep(): number { return deep() + 1 } deep()`,
      `throw Object.assign(new Error("e"), { name: ${JSON.stringify(t)}, stack: ${n % 2 ? "undefined" : '"at x"'} })`,
      `process.exit("x" as any)`,
      `Promise.reject(Object.create(null)); setTimeout(() => { throw null }, 1); 1`,
    ),
  );

/** What timers do: the test sees that nothing does it any more. */
const beat = "() => { (globalThis as any).beats = ((globalThis as any).beats ?? 0) + 1 }";

/** Cells that only an interrupt ends, with more to end in their catch and finally. */
const endless = fc
  .tuple(
    fc.constantFrom("", "await null; ", "await new Promise((r) => setTimeout(r, 1)); "),
    fc.constantFrom(
      ...[
        "for (;;);",
        "for (;;) await null;",
        "await new Promise(() => {});",
        `for (;;) { await new Promise((r) => setTimeout(r, 1)); (${beat})() }`,
      ],
      ...[
        "for (;;) console.log('x');",
        "for (;;) { try { throw 1 } catch {} }",
        "{ const f = () => process.nextTick(f); f(); await new Promise(() => {}); }",
      ],
      ...[
        "{ const f = (): unknown => Promise.resolve().then(f); f(); await new Promise(() => {}); }",
        "/(a+)+b/.test('a'.repeat(60));",
      ],
      ...[
        `setInterval(${beat}, 1); await new Promise(() => {});`,
        "setTimeout(() => { for (;;); }, 1); await new Promise(() => {});",
      ],
      ...[
        "require('child_process').execSync('sleep 600');",
        "require('child_process').spawn('sleep', ['600']); await new Promise(() => {});",
      ],
      ...[
        "for (;;) { try { require('child_process').execSync('true') } catch {} }",
        "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
      ],
      ...[
        "for await (const _ of (async function* () { for (;;) yield 1 })());",
        "prompt('?');",
        "for await (const _ of process.stdin);",
      ],
      ...["new (require('worker_threads').Worker)('for (;;);', { eval: true }); await new Promise(() => {});"],
      ...[
        "await Promise.all(Array.from({ length: 20 }, async () => { for (;;) { try { await new Promise((r) => setTimeout(r, 1)) } catch {} } }));",
      ],
    ),
    fc.constantFrom(
      "",
      "",
      "for (;;);",
      "await null; for (;;);",
      "await new Promise((r) => setTimeout(r, 20)); for (;;);",
      "throw 1;",
      "await new Promise(() => {});",
    ),
    fc.constantFrom("", "catch", "finally"),
    fc.constantFrom("", "", "function f() { return 1 } ", "let s = 's'; "),
  )
  .map(([wait, body, after, where, before]) => ({
    code: `${before}${wait}${where === "" ? body : `try { ${body} } ${where} { ${after} }`}`,
    endless: true,
  }));

export const oddCell: fc.Arbitrary<OddCell> = fc.oneof(
  { weight: 2, arbitrary: ending(commented) },
  { weight: 3, arbitrary: ending(tokens) },
  { weight: 1, arbitrary: nested },
  { weight: 3, arbitrary: ending(redeclared) },
  { weight: 2, arbitrary: ending(output) },
  { weight: 2, arbitrary: ending(thrown) },
  { weight: 5, arbitrary: endless },
);
