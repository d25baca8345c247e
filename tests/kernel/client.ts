// A Jupyter client for the tests: starts the real kernel as a front end does and speaks to it over its five sockets.
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Dealer, Request, Subscriber } from "zeromq";

/** The checkout (from tests/dist/kernel). */
export const CHECKOUT = resolve(__dirname, "..", "..", "..");
const LAUNCHER = join(CHECKOUT, "kernel-setup", "dist", "kernel", "launch.js");
/** Ends only what hangs, in milliseconds: a busy machine may take its time. */
export const PATIENCE = 600_000;

// biome-ignore lint/suspicious/noExplicitAny: the content of a message is what the test says it is
export type Content = Record<string, any>;

export interface Received {
  type: string;
  /** The id of the request that it answers or belongs to. */
  parent: string;
  session: string;
  content: Content;
  metadata: Content;
}

export interface Executed {
  reply: Content;
  /** What was published for the cell between `busy` and `idle`, those two left out. */
  messages: Received[];
  /** The text of the streams. */
  stdout: string;
  stderr: string;
  /** The value's bundle. */
  result: Content | undefined;
  /** The value as text. */
  text: string | undefined;
  error: Content | undefined;
}

export interface StartOptions {
  /** The notebook's folder; by default a new empty folder outside the checkout. */
  folder?: string;
  env?: Record<string, string>;
  /** The command of another kernel than ours, given the connection file (for comparison). */
  command?: (connectionFile: string) => string[];
}

export class KernelClient {
  readonly process: ChildProcess;
  readonly folder: string;
  /** Everything that was published, in order. */
  readonly published: Received[] = [];
  /** Answers a question that the kernel asks. */
  answer: ((question: string) => string) | undefined;
  readonly #own: string;
  readonly #key: string = randomUUID();
  readonly #session = randomUUID();
  readonly #shell = new Dealer({ linger: 0 });
  readonly #control = new Dealer({ linger: 0 });
  readonly #stdin = new Dealer({ linger: 0 });
  readonly #iopub = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  readonly #heartbeat = new Request({ linger: 0 });
  readonly #replies: Received[] = [];
  #changed: (() => void)[] = [];
  #closed = false;

  private constructor(
    ports: number[],
    readonly options: StartOptions,
  ) {
    this.#own = mkdtempSync(join(tmpdir(), "cellwise-kernel-"));
    this.folder = options.folder ?? this.#own;
    const [shell_port, iopub_port, stdin_port, control_port, hb_port] = ports;
    const connection = { shell_port, iopub_port, stdin_port, control_port, hb_port, ip: "127.0.0.1", transport: "tcp" };
    const file = join(this.#own, "connection.json");
    writeFileSync(file, JSON.stringify({ ...connection, key: this.#key, signature_scheme: "hmac-sha256" }));
    const [program = "", ...values] = options.command?.(file) ?? [kernelNode(), LAUNCHER, file];
    this.process = spawn(program, values, {
      cwd: this.folder,
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        TF_CPP_MIN_LOG_LEVEL: "2",
        CELLWISE_KERNEL_HISTORY: join(this.#own, "history.jsonl"),
        ...options.env,
      },
    });
    const at = (port: number | undefined): string => `tcp://127.0.0.1:${port}`;
    const identity = this.#session;
    for (const socket of [this.#shell, this.#control, this.#stdin]) socket.routingId = identity;
    this.#iopub.subscribe();
    this.#iopub.connect(at(iopub_port));
    this.#shell.connect(at(shell_port));
    this.#control.connect(at(control_port));
    this.#stdin.connect(at(stdin_port));
    this.#heartbeat.connect(at(hb_port));
    void this.#listen(this.#iopub, (message) => this.published.push(message));
    void this.#listen(this.#shell, (message) => this.#replies.push(message));
    void this.#listen(this.#control, (message) => this.#replies.push(message));
    void this.#listen(this.#stdin, (message) => {
      const value = this.answer?.(message.content.prompt);
      if (value !== undefined) this.send(this.#stdin, "input_reply", { value });
    });
  }

  /** Starts a kernel and waits until it is ready. */
  static async start(options: StartOptions = {}): Promise<KernelClient> {
    const client = new KernelClient(await freePorts(5), options);
    const ended = client.ended().then((code) => {
      throw new Error(`the kernel ended with code ${code} before it was ready`);
    });
    ended.catch(() => undefined); // when it ends later, that is not told here
    await Promise.race([client.#ready(), ended]);
    return client;
  }

  /** Sends a request on the shell channel and waits for its reply. */
  async request(type: string, content: Content = {}): Promise<Received> {
    return this.reply(this.ask(type, content));
  }

  /** Sends a request on the shell channel; the answer is its id. */
  ask(type: string, content: Content = {}): string {
    return this.send(this.#shell, type, content);
  }

  async control(type: string, content: Content = {}): Promise<Received> {
    return this.reply(this.send(this.#control, type, content));
  }

  reply(id: string): Promise<Received> {
    return this.until(() => this.#replies.find(({ parent }) => parent === id), `a reply to ${id}`);
  }

  /** Whether a reply has come. */
  replied(id: string): boolean {
    return this.#replies.some(({ parent }) => parent === id);
  }

  /** Sends a cell; the answer is the request's id. */
  start(code: string, options: Content = {}): string {
    return this.ask("execute_request", { code, silent: false, store_history: true, stop_on_error: true, ...options });
  }

  /** Runs a cell to its end. */
  async run(code: string, options: Content = {}): Promise<Executed> {
    return this.finish(this.start(code, options));
  }

  /** Waits for the end of a cell. */
  async finish(id: string): Promise<Executed> {
    const reply = await this.reply(id);
    await this.until(() => this.of(id).find((each) => state(each) === "idle"), "idle");
    const messages = this.of(id).filter(({ type }) => type !== "status");
    const streams = (name: string): string =>
      messages
        .flatMap(({ type, content }) => (type === "stream" && content.name === name ? [content.text] : []))
        .join("");
    const result = messages.find(({ type }) => type === "execute_result")?.content.data;
    const error = messages.find(({ type }) => type === "error")?.content;
    return {
      reply: reply.content,
      messages,
      stdout: streams("stdout"),
      stderr: streams("stderr"),
      result,
      text: result?.["text/plain"],
      error,
    };
  }

  /** What was published for a request so far. */
  of(id: string): Received[] {
    return this.published.filter(({ parent }) => parent === id);
  }

  /** Waits until a cell has printed something. */
  async printed(id: string, text: string): Promise<void> {
    const all = (): string =>
      this.of(id)
        .flatMap(({ content }) => content.text ?? [])
        .join("");
    const failed = (): Content | undefined =>
      this.of(id).some((each) => state(each) === "idle")
        ? this.#replies.find(({ parent, content }) => parent === id && content.status === "error")?.content
        : undefined;
    await this.until(() => all().includes(text) || failed(), `${JSON.stringify(text)} on a stream`);
    if (!all().includes(text)) throw new Error(`the cell failed and has not printed ${text}: ${failed()?.evalue}`);
  }

  /** Interrupts as front ends do with interrupt_mode "message". */
  interrupt(): Promise<Received> {
    return this.control("interrupt_request");
  }

  async heartbeat(): Promise<string> {
    await this.#heartbeat.send("ping");
    const [answer] = await this.#heartbeat.receive();
    return String(answer);
  }

  /** Waits for what `find` finds; the sockets say when to look again, and what no message tells is looked at often. */
  async until<T>(find: () => T | undefined, what: string): Promise<T> {
    const end = Date.now() + PATIENCE;
    for (let found = find(); ; found = find()) {
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`${what} has not come within ${PATIENCE} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 20);
        this.#changed.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Waits until the kernel's process has ended. */
  async ended(): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.exitCode;
    return new Promise((resolve) => this.process.once("exit", (code) => resolve(code)));
  }

  /** A cell's condition that holds until `release` is called: it computes for as long as the test needs, and no longer. */
  hold(): { held: string; release(): void } {
    const file = join(this.#own, randomUUID());
    return { held: `!require("fs").existsSync(${JSON.stringify(file)})`, release: () => writeFileSync(file, "") };
  }

  /** Ends the kernel and everything of the client. */
  async close(): Promise<void> {
    if (this.#closed) return;
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.send(this.#control, "shutdown_request", { restart: false });
      const timer = setTimeout(() => this.process.kill("SIGTERM"), PATIENCE / 2);
      await this.ended();
      clearTimeout(timer);
    }
    this.#closed = true;
    for (const socket of [this.#shell, this.#control, this.#stdin, this.#iopub, this.#heartbeat]) socket.close();
    rmSync(this.#own, { recursive: true, force: true });
  }

  /** Sends a message; `key` makes a wrong signature. */
  send(socket: Dealer, type: string, content: Content, key = this.#key): string {
    const id = randomUUID();
    const date = new Date().toISOString();
    const header = { msg_id: id, session: this.#session, username: "test", date, msg_type: type, version: "5.3" };
    const parts = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
    const hmac = createHmac("sha256", key);
    for (const part of parts) hmac.update(part);
    void socket.send(["<IDS|MSG>", hmac.digest("hex"), ...parts]);
    return id;
  }

  /** Sends a shell request that somebody without the key has signed. */
  forge(type: string, content: Content): string {
    return this.send(this.#shell, type, content, "another key");
  }

  get session(): string {
    return this.#session;
  }

  async #ready(): Promise<void> {
    if (this.options.command === undefined) {
      await this.until(() => this.published.find(({ type }) => type === "iopub_welcome"), "iopub_welcome");
    }
    await this.request("kernel_info_request");
  }

  async #listen(socket: Dealer | Subscriber, onMessage: (message: Received) => void): Promise<void> {
    for await (const frames of socket) {
      const start = frames.findIndex((frame) => frame.toString() === "<IDS|MSG>");
      const [header, parent, metadata, content] = frames
        .slice(start + 2, start + 6)
        .map((each) => JSON.parse(String(each)));
      onMessage({ type: header.msg_type, parent: parent.msg_id ?? "", session: header.session, content, metadata });
      const waiting = this.#changed;
      this.#changed = [];
      for (const wake of waiting) wake();
    }
  }
}

/** The execution state that a status message tells. */
export function state(message: Received): string | undefined {
  return message.type === "status" ? message.content.execution_state : undefined;
}

/** Whether a process lives. */
export function lives(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits for the end of processes. */
export async function gone(ids: number[]): Promise<void> {
  const end = Date.now() + PATIENCE;
  for (const id of ids) {
    while (lives(id)) {
      if (Date.now() > end) throw new Error(`process ${id} has not ended within ${PATIENCE} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** The Node that set-up gives the kernel; CELLWISE_KERNEL_NODE names another. */
export function kernelNode(): string {
  const { kernelNode: find } = require(join(CHECKOUT, "kernel-setup", "setup", "kernel-node.mjs")) as {
    kernelNode(): string;
  };
  return process.env.CELLWISE_KERNEL_NODE ?? find();
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((done) => server.listen(0, "127.0.0.1", () => done(server)));
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
