// Asking the person at the notebook: kernel-faults.md row 20.
import assert from "node:assert/strict";
import { KernelClient } from "./client";

describe("kernel: input", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await KernelClient.start();
  });
  after(() => kernel.close());

  it("asks with prompt and waits for the answer (row 20)", async () => {
    kernel.answer = (question) => `${question} Ada`;
    const { text } = await kernel.run('const name = prompt("Name?"); name', { allow_stdin: true });
    assert.equal(text, "'Name? Ada'");
    assert.equal((await kernel.run('prompt("1") + prompt("2")', { allow_stdin: true })).text, "'1 Ada2 Ada'");
  });

  it("feeds readline (row 20)", async () => {
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
