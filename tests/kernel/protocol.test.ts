// Jupyter's protocol itself, and what a message has to look like to be taken.
import assert from "node:assert/strict";
import { KernelClient, state } from "./client";

describe("kernel: protocol", () => {
  let kernel: KernelClient;
  before(async () => {
    kernel = await KernelClient.start();
  });
  after(() => kernel.close());

  it("brackets a cell with busy and idle and broadcasts what it runs", async () => {
    const id = kernel.start("1 + 1");
    await kernel.finish(id);
    const seen = kernel.of(id).map((message) => state(message) ?? message.type);
    assert.deepEqual(seen, ["busy", "execute_input", "execute_result", "idle"]);
    const [, input] = kernel.of(id);
    assert.equal(input?.content.code, "1 + 1");
    assert.equal(typeof input?.content.execution_count, "number");
  });

  it("runs what comes after an error when stop_on_error is false, and at once after the reply in any case", async () => {
    const failing = kernel.start("throw new Error('x')", { stop_on_error: false });
    const next = kernel.start("'runs'");
    await kernel.finish(failing);
    assert.equal((await kernel.finish(next)).text, "'runs'");
    await kernel.run("throw new Error('y')");
    assert.equal((await kernel.run("'runs too'")).text, "'runs too'");
  });

  it("gives up the cells that wait behind an error when stop_on_error is true", async () => {
    const failing = kernel.start("await new Promise((r) => setTimeout(r, 100)); throw new Error('x')");
    const waiting = [kernel.start("globalThis.ran = true"), kernel.start("1")];
    const info = kernel.ask("kernel_info_request");
    await kernel.finish(failing);
    for (const id of waiting) {
      const { reply, messages } = await kernel.finish(id);
      assert.deepEqual(reply, { status: "aborted" }, "no number: it never ran");
      assert.deepEqual(messages, []);
    }
    assert.equal((await kernel.reply(info)).content.status, "ok");
    assert.equal((await kernel.run("(globalThis as any).ran")).text, undefined);
  });

  it("serves one shell request at a time", async () => {
    const first = kernel.start("await new Promise((r) => setTimeout(r, 150)); console.log('A')");
    const second = kernel.ask("complete_request", { code: "cons", cursor_pos: 4 });
    const third = kernel.start("console.log('B')");
    await kernel.finish(third);
    const ids = [first, second, third];
    const order = kernel.published.filter((each) => ids.includes(each.parent)).map((each) => ids.indexOf(each.parent));
    assert.deepEqual(order, [...order].sort(), "the messages of one request stand together");
  });

  it("answers comm requests and shows nothing of them in a cell", async () => {
    assert.deepEqual((await kernel.request("comm_info_request")).content, { status: "ok", comms: {} });
    const before = kernel.published.length;
    const id = kernel.ask("comm_open", { comm_id: "c1", target_name: "nobody", data: {} });
    const closed = await kernel.until(() => kernel.of(id).find(({ type }) => type === "comm_close"), "comm_close");
    assert.equal(closed.content.comm_id, "c1");
    assert.ok(kernel.published.slice(before).every(({ type }) => type !== "stream"));
  });

  it("answers history, interrupt and debug requests", async () => {
    assert.equal((await kernel.request("history_request", { hist_access_type: "tail", n: 1 })).type, "history_reply");
    assert.equal((await kernel.control("interrupt_request")).content.status, "ok");
    const debug = await kernel.control("debug_request", { seq: 1, type: "request", command: "debugInfo" });
    assert.equal(debug.type, "debug_reply");
  });

  it("says who it is", async () => {
    const { content, session } = await kernel.request("kernel_info_request");
    assert.equal(content.status, "ok");
    assert.equal(content.language_info.name, "typescript");
    assert.equal(content.language_info.version, "5.0.4");
    assert.equal(content.language_info.file_extension, ".ts");
    assert.notEqual(session, kernel.session);
  });

  it("keeps silent and uncounted cells apart, and evaluates user_expressions", async () => {
    const { reply: start } = await kernel.run("1");
    const silent = await kernel.run("console.log('nothing'); 40 + 2", { silent: true });
    assert.deepEqual(silent.messages, []);
    assert.equal((await kernel.run("2", { store_history: false })).text, "2");
    const unwritable = "({ [Symbol.for('Jupyter.display')]: () => ({ 'x/y': 1n }) })";
    const counted = await kernel.run("let answer = 42", {
      user_expressions: { a: "answer + 1", b: "nope", c: "'é'", d: unwritable },
    });
    assert.equal(counted.reply.execution_count, start.execution_count + 1);
    const { a, b, c, d } = counted.reply.user_expressions;
    assert.match(d.evalue, /BigInt/);
    assert.equal(a.data["text/plain"], "43");
    assert.equal(b.status, "error");
    assert.equal(c.data["text/plain"], "'é'");
  });

  it("tells whole, open and wrong cells apart", async () => {
    const status = async (code: string): Promise<unknown> =>
      (await kernel.request("is_complete_request", { code })).content.status;
    for (const code of ["let a = ;", "}", "x = = 2", "'open"]) assert.equal(await status(code), "invalid", code);
    for (const code of ["`abc", "function f() {", "[1,", "/* c"]) assert.equal(await status(code), "incomplete", code);
    for (const code of ["1", "const a = 1", "", "await 1"]) assert.equal(await status(code), "complete", code);
  });

  it("answers control and heartbeat while a cell computes", async () => {
    const { held, release } = kernel.hold();
    const id = kernel.start(`console.log('on'); while (${held});`);
    await kernel.printed(id, "on");
    assert.equal((await kernel.control("kernel_info_request")).content.status, "ok");
    assert.equal(await kernel.heartbeat(), "ping");
    assert.equal(kernel.replied(id), false, "both came while the cell was still running");
    release();
    await kernel.finish(id);
  });

  it("drops a message with a wrong signature", async () => {
    const forged = kernel.forge("execute_request", { code: "globalThis.forged = true" });
    const { text } = await kernel.run("(globalThis as any).forged === undefined");
    assert.equal(text, "true");
    assert.equal(kernel.replied(forged), false);
    assert.deepEqual(kernel.of(forged), []);
  });

  it("lives on after a request it does not know", async () => {
    const id = kernel.ask("unheard_of_request");
    await kernel.until(() => kernel.of(id).find((each) => state(each) === "idle"), "idle");
    assert.equal((await kernel.run("1")).text, "1");
  });

  // The last of all.
  it("ends when asked on the shell channel", async () => {
    assert.deepEqual((await kernel.request("shutdown_request", { restart: false })).content, {
      status: "ok",
      restart: false,
    });
    assert.equal(await kernel.ended(), 0);
  });
});
