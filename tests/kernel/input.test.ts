// Asking the person at the notebook.
import assert from "node:assert/strict";
import type { KernelClient } from "./client";
import { sharedKernel } from "./shared-kernel";

describe("kernel: input", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await sharedKernel();
  });

  it("asks with prompt and waits for the answer", async () => {
    kernel.answer = (question) => `${question} Ada`;
    const { text } = await kernel.run('const name = prompt("Name?"); name', { allow_stdin: true });
    assert.equal(text, "'Name? Ada'");
    assert.equal((await kernel.run('prompt("1") + prompt("2")', { allow_stdin: true })).text, "'1 Ada2 Ada'");
  });

  it("feeds readline", async () => {
    kernel.answer = () => "typed";
    const { text, stdout } = await kernel.run(
      `import * as readline from "node:readline/promises";
       const lines = readline.createInterface({ input: process.stdin, output: process.stdout });
       const typed = await lines.question("Say: "); lines.close(); typed`,
      { allow_stdin: true },
    );
    assert.equal(text, "'typed'");
    assert.match(stdout, /Say: /);
  });

  it("asks for each line of process.stdin when it is read, in every cell anew", async () => {
    let questions = 0;
    kernel.answer = () => `line ${++questions}`;
    const first = "for await (const line of process.stdin) { console.log(String(line).trim()); break }";
    const once = 'console.log(String(await new Promise((r) => process.stdin.once("data", r))).trim())';
    const named = `{ let n = 0; for await (const line of stdin) { console.log(String(line).trim()); await new Promise((r) => setTimeout(r, 50)); if (++n === 2) break } }`;
    const readline = `import * as rl from "node:readline/promises";
      { const lines = rl.createInterface({ input: process.stdin }); console.log(await lines.question("")); lines.close() }`;
    const open = `{ const lines = rl.createInterface({ input: process.stdin }); for await (const line of lines) { console.log(line); break } lines.close() }`;
    for (const [code, lines] of [
      [first, 1],
      [first, 1],
      [once, 1],
      [once, 1],
      [`import { stdin } from "node:process"; ${named}`, 2],
      [named, 2],
      [readline, 1],
      [readline, 1],
      [open, 1],
      [open, 1],
      ["process.stdin.destroy(); 1", 0],
      [first, 1],
      ["for await (const line of process.stdin) throw new Error(String(line))", 1],
      [first, 1],
      ["prompt('')", 1],
    ] as const) {
      const from = questions;
      const { stdout, text, error } = await kernel.run(code, { allow_stdin: true });
      const answers = Array.from({ length: lines }, (_, index) => `line ${from + 1 + index}`);
      const said = [...stdout.trim().split("\n"), text?.replaceAll("'", ""), error?.evalue.trim()];
      for (const each of answers) assert.ok(said.includes(each), `${code}: ${JSON.stringify(said)} lacks ${each}`);
      assert.equal(questions, from + lines, `${code}: nobody is asked for more than is read`);
    }
    const refused = await kernel.run(first, { allow_stdin: false });
    assert.match(refused.error?.evalue, /Nobody can be asked/);
    assert.equal((await kernel.run(first, { allow_stdin: true })).stdout, `line ${questions}\n`);
  });

  it("fails clearly where nobody can be asked", async () => {
    const { error } = await kernel.run('prompt("?")', { allow_stdin: false });
    assert.match(error?.evalue, /Nobody can be asked/);
  });

  it("is interrupted while it waits", async () => {
    let asked: () => void = () => undefined;
    const question = new Promise<void>((resolve) => {
      asked = resolve;
    });
    kernel.answer = () => {
      asked();
      return undefined as unknown as string;
    };
    const id = kernel.start('prompt("never answered")', { allow_stdin: true });
    await question;
    await kernel.interrupt();
    assert.equal((await kernel.finish(id)).error?.ename, "KeyboardInterrupt");
    kernel.answer = () => "fresh";
    assert.equal((await kernel.run('prompt("?")', { allow_stdin: true })).text, "'fresh'");
  });
});
