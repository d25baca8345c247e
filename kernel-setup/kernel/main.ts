// The kernel's process: puts the layers together. `node main.js <connection file>`, started by the launcher (launch.ts).
//
//   wire.ts       a message and its frames
//   link.ts       the messages between the two threads
//   channels/     the sockets, in a thread of their own: control, heartbeat, interrupt, shutdown, native output
//   requests/     shell requests, one at a time: execution, completion, history, input
//   session/      tslab's converter and executor, and what is around them: names, imports, declarations; no Jupyter
//   cells/        what belongs to a cell while it runs and after: its timers, programs, threads, training
//   outputs/      what a cell shows: streams, displays, values (bundle.ts), errors
//   processes.ts  the programs that cells have started

import "./builtins";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import nodeModule from "node:module";
import { basename, join } from "node:path";
import { MessageChannel, Worker } from "node:worker_threads";
import { bundle, isBundle } from "./bundle";
import { type Cell, Cells } from "./cells/cell";
import { bindChildren } from "./cells/children";
import { bindProcessExit } from "./cells/process-exit";
import { TensorFlow } from "./cells/tensorflow";
import { bindThreads } from "./cells/threads";
import { bindTimers } from "./cells/timers";
import {
  type ChannelsData,
  FLAG_COUNT,
  Flags,
  Phase,
  type PostToChannels,
  type ToChannels,
  type ToKernel,
} from "./link";
import { writeStraight } from "./originals";
import { errorContent } from "./outputs/errors";
import { Publisher } from "./outputs/publisher";
import { bindStacks } from "./outputs/stacks";
import { bindAnswers } from "./requests/answers";
import { Execution } from "./requests/execution";
import { History } from "./requests/history";
import { Input } from "./requests/input";
import { Requests } from "./requests/requests";
import { Session } from "./session/session";
import { type Connection, type Json, PROTOCOL_VERSION } from "./wire";

/** When what the first cells need has been compiled, in milliseconds after the start. */
const CODE_SETTLED = 10_000;

/** The channels are behind while more posts than these are on their way to them. */
const BEHIND = 32;

/** The checkout that this kernel belongs to (from kernel-setup/dist/kernel). */
const HOME = join(__dirname, "..", "..", "..");

function main(connectionFile: string): void {
  keepCompiledCode();
  const connection = JSON.parse(readFileSync(connectionFile, "utf8")) as Connection;
  const flags = new Int32Array(new SharedArrayBuffer(4 * FLAG_COUNT));
  const inputReplies = new MessageChannel();
  const info = kernelInfo();
  const data: ChannelsData = {
    connection,
    session: randomUUID(),
    info,
    flags,
    inputReplies: inputReplies.port2,
  };
  Atomics.store(flags, Flags.phase, Phase.kernel);
  const channels = new Worker(join(__dirname, "channels", "channels.js"), {
    workerData: data,
    transferList: [inputReplies.port2],
  });
  let waiting: ToChannels[] = [];
  let posts = 0;
  const postToChannels: PostToChannels = (message, more = false) => {
    waiting.push(message);
    if (more) return;
    channels.postMessage(waiting);
    waiting = [];
    posts++;
  };
  const channelsAreBehind = (): boolean => posts - Atomics.load(flags, Flags.received) > BEHIND;

  const cells = new Cells();
  const publisher = new Publisher(cells, postToChannels, channelsAreBehind);
  publisher.streams.install();
  bindTimers(cells, flags);
  bindThreads(cells, flags);
  const history = new History(process.env.CELLWISE_KERNEL_HISTORY ?? join(HOME, ".cache", "kernel-history.jsonl"));
  const tensorflow = new TensorFlow(cells);
  // The front end's folder is the notebook's: the kernel was started in it.
  const session = new Session({
    folder: process.cwd(),
    home: HOME,
    cells,
    provided: loadBuiltin,
    beforeLoad: (specifier, native) => tensorflow.beforeLoad(specifier, native),
    afterLoad: (specifier, cache) => tensorflow.afterLoad(specifier, cache),
  });
  function loadBuiltin(specifier: string): unknown {
    if (specifier !== "tslab") return undefined;
    session.tslab.jupyterModule().lastWriteDisplayData = (content: Json, update: boolean) =>
      publisher.raw(content, update);
    return session.tslab.publicModule();
  }
  bindStacks(session.locations);
  const execution = new Execution({ session, cells, publisher, tensorflow, history, flags, postToChannels });
  const flush = (): void => publisher.streams.flush();
  const requests = new Requests(
    postToChannels,
    flags,
    (...values) => execution.handle(...values),
    flush,
    logToTerminal,
  );
  bindGlobals(cells, publisher);
  bindProcessExit(flags, postToChannels, flush);
  new Input({ cells, flags, inputReplies: inputReplies.port1, postToChannels, flush }).install();
  bindChildren(cells, flags, flush, () => requests.barrier());

  bindAnswers(requests, { info, session, history, postToChannels });

  channels.on("message", (received: ToKernel) => {
    switch (received.kind) {
      case "request":
        return requests.serve(received.message, received.fate, received.number);
      case "ping":
        requests.recover();
        Atomics.store(flags, Flags.heard, 1);
        Atomics.notify(flags, Flags.heard);
        if (received.force) cells.interruptLeftovers();
        return;
      case "interrupt":
        return execution.interrupt(received.cell);
    }
  });
  Atomics.store(flags, Flags.phase, Phase.loop);
  postToChannels({ kind: "ready" });
  // Interrupts come through the launcher; a signal from elsewhere must not end the process.
  process.on("SIGINT", () => undefined);
  const reportLateError = (error: unknown): void => {
    const cell = cells.current();
    if (cell === undefined || cell.dead) return;
    const { traceback } = errorContent(error);
    publisher.streams.write("stderr", `Uncaught ${traceback.join("\n")}\n`, cell);
  };
  process.on("uncaughtException", reportLateError);
  process.on("unhandledRejection", reportLateError);
}

/** Node keeps the compiled code of TypeScript and the kernel from one start to the next (Node 22.10 and newer). */
function keepCompiledCode(): void {
  const { enableCompileCache, flushCompileCache } = nodeModule as unknown as Partial<
    Record<"enableCompileCache" | "flushCompileCache", (folder?: string) => void>
  >;
  enableCompileCache?.(join(HOME, ".cache", "kernel-code"));
  // At the end of the process it would be too late: the kernel ends at once.
  setTimeout(() => flushCompileCache?.(), CODE_SETTLED).unref();
}

/** Errors that belong to no request go to the server's terminal. */
function logToTerminal(error: unknown): void {
  writeStraight(2, `cellwise kernel: ${error instanceof Error ? error.stack : String(error)}\n`);
}

function bindGlobals(cells: Cells, publisher: Publisher): void {
  const display = (value: unknown, options: { id?: string; metadata?: Json } = {}): void | Promise<void> => {
    const cell = cells.current();
    const made = isBundle(value) ? value : bundle(value);
    if (made instanceof Promise) return publisher.later(made.then((data) => publisher.display(data, options, cell)));
    publisher.display(made, options, cell);
  };
  const clearOutput = (options: { wait?: boolean } = {}): void => publisher.clearOutput(options.wait === true);
  const page = (text: string): void => {
    cells.current()?.pages.push({ source: "page", data: { "text/plain": String(text) }, start: 0 });
  };
  const session = process.env.JPY_SESSION_NAME;
  const notebook = session === undefined ? undefined : basename(session);
  const place = { __dirname: process.cwd(), __filename: join(process.cwd(), notebook ?? "cell.ts") };
  Object.assign(globalThis, { display, clearOutput, page, ...place });
  const current = (): Cell => {
    const cell = cells.current();
    if (cell === undefined) throw new Error("No cell runs.");
    return cell;
  };
  Object.defineProperty(globalThis, Symbol.for("cellwise.kernel"), {
    configurable: true,
    value: {
      display: (bundled: Json, options?: { id?: string; metadata?: Json }) => publisher.display(bundled, options),
      clearOutput,
      notebook,
      get signal() {
        return current().signal;
      },
    },
  });
}

function kernelInfo(): Json {
  const { version } = require("tslab/package.json") as { version: string };
  // That of the compiler which tslab brings.
  const { version: typescript } = require("@tslab/typescript-for-tslab/package.json") as { version: string };
  return {
    protocol_version: PROTOCOL_VERSION,
    implementation: "cellwise-tslab",
    implementation_version: version,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/x-typescript",
      file_extension: ".ts",
      codemirror_mode: { name: "javascript", typescript: true },
      pygments_lexer: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `TypeScript ${typescript} on Node ${process.version.slice(1)}, tslab ${version}`,
    help_links: [{ text: "TypeScript", url: "https://www.typescriptlang.org/docs/" }],
    debugger: false,
    supported_features: [],
    status: "ok",
  };
}

const file = process.argv[2];
if (file === undefined) throw new Error("main.js needs the connection file; start the kernel with launch.js");
main(file);
