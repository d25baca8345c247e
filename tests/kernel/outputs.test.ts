// What a cell shows, and the bridge that the library builds on.
import assert from "node:assert/strict";
import type { KernelClient } from "./client";
import { sharedKernel } from "./shared-kernel";

describe("kernel: outputs", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await sharedKernel();
  });

  it("brings 100,000 lines whole, in few messages, before idle", async () => {
    const { stdout, messages } = await kernel.run("for (let i = 0; i < 100_000; i++) console.log(i)");
    const lines = stdout.trimEnd().split("\n");
    assert.equal(lines.length, 100_000);
    assert.deepEqual([lines[0], lines[99_999]], ["0", "99999"]);
    assert.ok(messages.length < 200, `${messages.length} messages`);
    assert.equal((await kernel.run("1 + 1")).text, "2");
  });

  it("shows a line at once, also when the cell goes on computing", async () => {
    const { held, release } = kernel.hold();
    const id = kernel.start(`console.log('first'); while (${held});`);
    await kernel.printed(id, "first");
    assert.equal(kernel.replied(id), false);
    release();
    await kernel.finish(id);
  });

  it("cuts 50 MB of output with a line that says so", async () => {
    const { stdout } = await kernel.run("for (let i = 0; i < 50; i++) console.log('x'.repeat(1024 * 1024)); 'end'");
    assert.ok(stdout.length < 9 * 1024 * 1024);
    assert.match(stdout.slice(-200), /output cut after 8 million characters/);
    assert.equal((await kernel.run("console.log('again')")).stdout, "again\n");
  });

  it("gives the last expression as an execute_result", async () => {
    const texts = {
      "1 + 1": "2",
      "({ a: 1 })": "{ a: 1 }",
      '"str"': "'str'",
      null: "null",
      "new Map([[1, 2]])": "Map(1) { 1 => 2 }",
    };
    for (const [code, text] of Object.entries(texts)) assert.equal((await kernel.run(code)).text, text);
    assert.equal((await kernel.run("({ a: { b: { c: { d: 1 } } } })")).text, "{\n  a: { b: { c: { d: 1 } } }\n}");
    for (const code of ["undefined", "const nothing = 1", "function f() {}"]) {
      assert.equal((await kernel.run(code)).result, undefined, code);
    }
  });

  it("keeps text/plain readable", async () => {
    const { text = "" } = await kernel.run("Array.from({ length: 100_000 }, (_, i) => i)");
    assert.ok(text.length < 2000);
    assert.match(text, /99900 more items/);
    const { text: long = "" } = await kernel.run(
      "Object.fromEntries(Array.from({ length: 5000 }, (_, i) => ['key' + i, i]))",
    );
    assert.ok(long.length < 21_000);
    assert.match(long, /cut: \d+ characters in all$/);
  });

  it("honours Symbol.for('Jupyter.display'), also asynchronous", async () => {
    const show = "[Symbol.for('Jupyter.display')]() { return { 'text/html': '<b>hi</b>', 'text/plain': 'hi' } }";
    const bundle = { "text/html": "<b>hi</b>", "text/plain": "hi" };
    assert.deepEqual((await kernel.run(`({ ${show} })`)).result, bundle);
    assert.deepEqual((await kernel.run(`({ async ${show} })`)).result, bundle);
    const { error, reply } = await kernel.run(
      "({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': 1n }) })",
    );
    assert.match(error?.evalue, /BigInt/, "what cannot be written as JSON is an error in the cell");
    assert.deepEqual(reply.traceback, error?.traceback);
  });

  it("shows with display(), updates by id and clears", async () => {
    const { messages } = await kernel.run(
      `display({ "text/html": "<i>1</i>" }, { id: "one", metadata: { k: 1 } });
       display({ "text/html": "<i>2</i>", "text/plain": "2" }, { id: "one" });
       display({ a: 1 });
       await display({ async [Symbol.for("Jupyter.display")]() { return { "text/latex": "x" } } });
       clearOutput({ wait: true })`,
    );
    const shown = messages.filter(({ type }) => /display|clear/.test(type));
    assert.deepEqual(
      shown.map(({ type }) => type),
      ["display_data", "update_display_data", "display_data", "display_data", "clear_output"],
    );
    assert.deepEqual(shown[0]?.content, {
      data: { "text/html": "<i>1</i>" },
      metadata: { k: 1 },
      transient: { display_id: "one" },
    });
    assert.equal(shown[1]?.content.transient.display_id, "one");
    assert.deepEqual(shown[2]?.content.data, { "text/plain": "{ a: 1 }" });
    assert.deepEqual(shown[3]?.content.data, { "text/latex": "x" });
    assert.deepEqual(shown[4]?.content, { wait: true });
  });

  it("waits for a display that is the last expression", async () => {
    const show = (body: string) => `display({ async [Symbol.for("Jupyter.display")]() { ${body} } })`;
    const { messages, result } = await kernel.run(show(`return { "text/plain": "late" }`));
    assert.equal(messages.find(({ type }) => type === "display_data")?.content.data["text/plain"], "late");
    assert.equal(result, undefined);
    assert.equal((await kernel.run(show(`throw new Error("no picture")`))).error?.evalue, "no picture");
  });

  it("keeps tslab's own display working", async () => {
    const { messages } = await kernel.run(
      `import { display as show, newDisplay } from "tslab"; show.html("<p>"); const d = newDisplay(); d.text("1"); d.text("2")`,
    );
    const shown = messages.filter(({ type }) => type.includes("display"));
    assert.deepEqual(
      shown.map(({ type, content }) => [type, Object.values(content.data)[0]]),
      [
        ["display_data", "<p>"],
        ["display_data", "1"],
        ["update_display_data", "2"],
      ],
    );
  });

  it("gives the library its bridge while a cell runs", async () => {
    const bridge = `const bridge = (globalThis as any)[Symbol.for("cellwise.kernel")];`;
    const { messages, text } = await kernel.run(
      `${bridge} bridge.display({ "text/plain": "1" }, { id: "b" }); bridge.display({ "text/plain": "2" }, { id: "b" });
       bridge.clearOutput(); bridge.signal instanceof AbortSignal && !bridge.signal.aborted`,
    );
    const types = messages.map(({ type }) => type).filter((type) => /display|clear/.test(type));
    assert.deepEqual(types, ["display_data", "update_display_data", "clear_output"]);
    assert.equal(text, "true");
    const again = await kernel.run(`bridge.display({ "text/plain": "3" }, { id: "b" })`);
    assert.ok(
      again.messages.some(({ type }) => type === "display_data"),
      "the first time in a cell it is new",
    );
  });

  it("gives late output to the cell that made it", async () => {
    const first = kernel.start(
      `setTimeout(() => { console.log("late"); display({ "text/plain": "shown late" }) }, 100);
       Promise.resolve().then(() => new Promise((r) => setTimeout(r, 100))).then(() => console.error("later")); 0`,
    );
    await kernel.finish(first);
    const second = await kernel.run("await new Promise((r) => setTimeout(r, 300))");
    assert.deepEqual(
      second.messages.filter(({ type }) => type !== "execute_input"),
      [],
    );
    await kernel.printed(first, "late");
    await kernel.printed(first, "later");
    assert.ok(kernel.of(first).some(({ content }) => content.data?.["text/plain"] === "shown late"));
  });

  it("shows what reaches file descriptors 1 and 2 in the cell, in order", async () => {
    const { stdout, stderr } = await kernel.run(
      `console.log("before");
       require("child_process").execSync("echo child; echo child-error >&2", { stdio: "inherit" });
       console.log("between");
       require("fs").writeSync(1, "straight\\n"); require("fs").writeSync(2, "straight-error\\n");`,
    );
    assert.equal(stdout, "before\nchild\nbetween\nstraight\n");
    assert.equal(stderr, "child-error\nstraight-error\n");
    const spawned = await kernel.run(
      `const child = require("child_process").spawn("sh", ["-c", "printf 'é%.0s' $(seq 1 5000)"], { stdio: "inherit" });
       await new Promise((r) => child.once("close", r))`,
    );
    assert.equal(spawned.stdout, "é".repeat(5000));
  });

  it("carries process.stdout with callbacks and bytes", async () => {
    const { stdout } = await kernel.run(
      `await new Promise<void>((r) => process.stdout.write("a", () => r()));
       process.stdout.write(Buffer.from("é").subarray(0, 1)); process.stdout.write(Buffer.from("é").subarray(1));
       process.stdout.write("\\n")`,
    );
    assert.equal(stdout, "aé\n");
  });

  it("shows a page in the front end's pager", async () => {
    const { reply } = await kernel.run("page('long text')");
    assert.deepEqual(reply.payload, [{ source: "page", data: { "text/plain": "long text" }, start: 0 }]);
  });
});
