// Imports, from notebooks in any folder.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { KernelClient } from "./client";

describe("kernel: imports", () => {
  let place: string;
  let kernel: KernelClient;

  function write(file: string, text: string): void {
    const path = join(place, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  function writePackage(name: string, manifest: object, files: Record<string, string>): void {
    write(`nb/node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", ...manifest }));
    for (const [file, text] of Object.entries(files)) write(`nb/node_modules/${name}/${file}`, text);
  }

  async function value(code: string): Promise<string | undefined> {
    const { text, error } = await kernel.run(code);
    assert.equal(error, undefined, `${code}\n${error?.traceback.join("\n")}`);
    return text;
  }

  before(async () => {
    place = mkdtempSync(join(tmpdir(), "cellwise-imports-"));
    write(
      "lib/util.ts",
      'import { inner } from "./inner"; export interface Opt { n: number }\nexport function greet(o: Opt) { return "v1 " + o.n + inner }\nexport function fails() {\n  throw new Error("in lib") }',
    );
    write("lib/inner.ts", 'export const inner: string = "i1"');
    write("nb/local.ts", "export const loc = 1; export default 'd'");
    write("nb/script.js", "let n = 1; n = 's'; export const ok = () => n");
    write("nb/data.json", '{ "a": 1 }');
    kernel = await KernelClient.start({ folder: join(place, "nb") });
  });
  after(async () => {
    await kernel.close();
    rmSync(place, { recursive: true, force: true });
  });

  it("works in a folder that has no node_modules above it", async () => {
    assert.equal((await kernel.run("console.log(process.version.startsWith('v'))")).stdout, "true\n");
    assert.equal(await value('import * as fs from "fs"; fs.existsSync("/")'), "true");
    assert.equal(await value('require("path").basename("/a/b")'), "'b'");
    assert.equal(
      await value('import { setTimeout as sleep } from "node:timers/promises"; await sleep(1, "slept")'),
      "'slept'",
    );
  });

  it("finds cellwise and its packages in the checkout that the kernel belongs to", async () => {
    assert.equal(
      await value('import { tf } from "cellwise"; Array.from(tf.tensor1d([1, 2]).square().dataSync())'),
      "[ 1, 4 ]",
    );
    assert.match((await kernel.run("tf.tensor1d('x' as number)")).error?.evalue, /not assignable|Conversion/);
  });

  it("imports beside and above the notebook, with types", async () => {
    assert.equal(
      await value('import { greet, Opt } from "../lib/util"; const opt: Opt = { n: 1 }; greet(opt)'),
      "'v1 1i1'",
    );
    assert.match((await kernel.run('greet("bad")')).error?.evalue, /not assignable to parameter of type 'Opt'/);
    assert.equal(await value('import d, { loc } from "./local"; [d, loc]'), "[ 'd', 1 ]");
    assert.equal(await value('import { ok } from "./script.js"; ok()'), "'s'");
    assert.equal(await value('import data from "./data.json"; data.a'), "1");
    assert.equal(await value('import again from "./data.json" with { type: "json" }; again.a'), "1");
    assert.equal(await value('(await import("./local")).loc'), "1");
    const frames = await kernel.run('import { fails } from "../lib/util"; fails()');
    assert.match(frames.error?.traceback.join("\n"), /at fails \(.*util\.ts:4/);
  });

  it("sees edits at the next import, also of files that the file imports", async () => {
    write(
      "lib/util.ts",
      'import { inner } from "./inner"; export interface Opt { n: number }\nexport function greet(o: Opt) { return "v2 " + o.n + inner }\nexport const added = 1',
    );
    assert.equal(await value('import { greet, added } from "../lib/util"; greet({ n: 1 }) + added'), "'v2 1i11'");
    write("lib/inner.ts", 'export const inner: string = "i2-longer"');
    assert.equal(await value('import { greet } from "../lib/util"; greet({ n: 1 })'), "'v2 1i2-longer'");
    write("nb/data.json", '{ "a": 22, "b": 3 }');
    assert.equal(await value('import data from "./data.json"; data.a + data.b'), "25");
    write("lib/inner.ts", "export const inner: number = 7");
    assert.equal(await value('import { inner } from "../lib/inner"; inner.toFixed(1)'), "'7.0'");
  });

  it("sees edits of JavaScript that Node loads, as in a linked package", async () => {
    write("linked/package.json", '{ "name": "linked", "version": "1.0.0", "main": "index.js", "types": "index.d.ts" }');
    write("linked/index.js", 'exports.value = () => require("./part").part; exports.kept = require("./kept");');
    write("linked/index.d.ts", "export declare const value: () => number; export declare const kept: object;");
    write("linked/part.js", "exports.part = 1");
    write("linked/kept.js", "module.exports = {}");
    mkdirSync(join(place, "nb/node_modules"), { recursive: true });
    symlinkSync(join(place, "linked"), join(place, "nb/node_modules/linked"));
    assert.equal(await value('import { value, kept } from "linked"; const first = kept; value()'), "1");
    write("linked/part.js", "exports.part = 22");
    assert.equal(await value('import { value, kept } from "linked"; [value(), kept === first]'), "[ 22, true ]");
  });

  it("recovers from a missing import", async () => {
    assert.match((await kernel.run('import { n } from "./newf"; n')).error?.evalue, /Cannot find module '\.\/newf'/);
    assert.equal(await value("1 + 1"), "2");
    write("nb/newf.ts", "export const n = 5");
    assert.equal(await value('import { n } from "./newf"; n'), "5");
    unlinkSync(join(place, "nb/newf.ts"));
    assert.equal((await kernel.run('import { n } from "./newf"; n')).reply.status, "error");
    write("nb/newf.ts", "export const n = 6");
    assert.equal(await value('import { n } from "./newf"; n'), "6");
    assert.match(
      (await kernel.run('import { z } from "late-package"; z')).error?.evalue,
      /Cannot find module 'late-package'/,
    );
    writePackage(
      "late-package",
      { types: "index.d.ts" },
      { "index.js": "exports.z = 8", "index.d.ts": "export declare const z: number" },
    );
    assert.equal(await value('import { z } from "late-package"; z'), "8");
    write("nb/outer.ts", 'export { deep } from "./deep"');
    assert.equal((await kernel.run('import { deep } from "./outer"; deep')).reply.status, "error");
    write("nb/deep.ts", "export const deep = 'found'");
    assert.equal(await value('import { deep } from "./outer"; deep'), "'found'");
    assert.equal(await value("1 + 1"), "2");
  });

  it("imports packages of every kind", async () => {
    writePackage("cjs-pkg", { main: "main.js" }, { "main.js": "module.exports = { two: 2 }" });
    writePackage(
      "esm-pkg",
      { type: "module", main: "main.js", types: "main.d.ts" },
      {
        "main.js": "export const three = 3; export default 'three'",
        "main.d.ts": "export const three: number; declare const d: string; export default d",
      },
    );
    writePackage(
      "only-import",
      {
        type: "module",
        exports: {
          ".": { import: { types: "./m.d.ts", default: "./m.js" } },
          "./sub": { types: "./s.d.ts", import: "./s.js" },
        },
      },
      {
        "m.js": "export const four = 4",
        "m.d.ts": "export const four: number",
        "s.js": "export const five = 5",
        "s.d.ts": "export const five: number",
      },
    );
    writePackage(
      "tla-pkg",
      { type: "module", exports: "./m.js", types: "./m.d.ts" },
      { "m.js": "export const six = await Promise.resolve(6)", "m.d.ts": "export const six: number" },
    );
    assert.equal(await value('import pkg from "cjs-pkg"; pkg.two'), "2");
    assert.equal(await value('import three3, { three } from "esm-pkg"; [three, three3]'), "[ 3, 'three' ]");
    assert.equal(await value('import { four } from "only-import"; four.toFixed(0)'), "'4'");
    assert.equal(await value('import { five } from "only-import/sub"; five'), "5");
    assert.equal(await value('import { six } from "tla-pkg"; six'), "6");
    assert.equal(await value('(await import("tla-pkg")).six + (await import("only-import")).four'), "10");
    assert.match((await kernel.run("four.nothing")).error?.evalue, /does not exist on type 'number'/);
  });

  it("follows a tsconfig.json beside the notebook", async () => {
    write("strict/tsconfig.json", '{ "compilerOptions": { "strict": true } }');
    const strict = await KernelClient.start({ folder: join(place, "strict") });
    try {
      assert.match(
        (await strict.run("const s: string = null")).error?.evalue,
        /'null' is not assignable to type 'string'/,
      );
    } finally {
      await strict.close();
    }
  });
});
