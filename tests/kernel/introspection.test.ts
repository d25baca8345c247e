// Completion and inspection.
import assert from "node:assert/strict";
import type { Content, KernelClient } from "./client";
import { sharedKernel } from "./shared-kernel";

describe("kernel: completion and inspection", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await sharedKernel();
    const { error } = await kernel.run(
      `const e2 = { alpha: 1, beta: { gamma: 2 } }; const o: any = { abc: 1, abd: 2, get trap() { throw new Error("called") } };
       /** Adds two numbers.
        * @param a the first
        * @param b the second
        * @example
        * \`\`\`ts
        * add(1, 2) // => 3
        * \`\`\`
        */
       function add(a: number, b: number): number { return a + b }`,
    );
    assert.equal(error, undefined);
  });

  /** Completes at the bar in the code, counting in code points as Jupyter does. */
  async function complete(marked: string): Promise<Content> {
    const cursor_pos = [...marked].indexOf("|");
    return (await kernel.request("complete_request", { code: marked.replace("|", ""), cursor_pos })).content;
  }

  async function inspect(marked: string): Promise<Content> {
    const cursor_pos = [...marked].indexOf("|");
    const code = marked.replace("|", "");
    return (await kernel.request("inspect_request", { code, cursor_pos, detail_level: 0 })).content;
  }

  it("counts in code points", async () => {
    const { matches, cursor_start, cursor_end } = await complete('"😀"; e2.al|');
    assert.deepEqual(matches, ["alpha"]);
    assert.deepEqual([cursor_start, cursor_end], [8, 10]);
  });

  it("completes names, members and what nothing is typed of yet", async () => {
    assert.ok((await complete("conso|")).matches.includes("console"));
    assert.deepEqual((await complete("e2.|")).matches, ["alpha", "beta"]);
    assert.deepEqual((await complete("e2.beta.|\nconst after = 1")).matches, ["gamma"]);
    assert.ok((await complete("ad|")).matches.includes("add"));
    assert.ok((await complete("")).status === "ok");
    const { metadata } = await complete("ad|");
    const types = metadata._jupyter_types_experimental as { text: string; type: string }[];
    assert.equal(types.find(({ text }) => text === "add")?.type, "function");
  });

  it("offers what a value without a type has at run time, calling nothing", async () => {
    const { matches, cursor_start, cursor_end } = await complete("o.ab|");
    assert.deepEqual(matches, ["abc", "abd"]);
    assert.deepEqual([cursor_start, cursor_end], [2, 4]);
    assert.deepEqual((await complete("o.|")).matches, ["abc", "abd", "trap"]);
    assert.deepEqual((await complete("o.trap.|")).matches, []);
  });

  it("offers the environment", async () => {
    const { matches } = await complete("process.env.|");
    for (const name of ["PATH", "TF_CPP_MIN_LOG_LEVEL"]) assert.ok(matches.includes(name), name);
  });

  it("shows a signature with its TSDoc, also inside the call", async () => {
    for (const code of ["add|", "a|dd(1, 2)", "add(|", "add(1, |", "add(|1)"]) {
      const { found, data } = await inspect(code);
      assert.equal(found, true, code);
      assert.match(data["text/plain"], /add\(a: number, b: number\): number/, code);
      assert.match(data["text/plain"], /Adds two numbers\.[\s\S]*@param a the first/, code);
      assert.match(data["text/markdown"], /```typescript/);
      assert.match(data["text/markdown"], /^```ts\nadd\(1, 2\) \/\/ => 3\n```$/m, "a block of code of its own");
    }
    assert.match((await inspect("Math.max(|")).data["text/plain"], /max\(\.\.\.values: number\[\]\): number/);
  });

  it("finds nothing where there is nothing", async () => {
    for (const code of ["nope|", "|", "1 + |"]) {
      const { found, data } = await inspect(code);
      assert.deepEqual([found, data], [false, {}], code);
    }
  });

  it("shows the value of what has no type", async () => {
    await kernel.run("const untyped: any = [1, 2]");
    assert.match((await inspect("untyped|")).data["text/plain"], /untyped: \[ 1, 2 \]/);
  });
});
