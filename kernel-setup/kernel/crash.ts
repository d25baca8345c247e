// The launcher answers in a crashed kernel's place: the cell that ran gets an error that explains what happened. ZeroMQ's
// clients come back to an address by themselves, so the launcher takes the kernel's ports for a moment.

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Router, XPublisher } from "zeromq";
import { withoutMarkers } from "./link";
import { address, type Connection, type Header, Wire } from "./wire";

export interface Crash {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** True when a cell called process.exit. */
  asked: boolean;
  /** The last that the kernel wrote to standard error. */
  errors: string;
}

/** How long clients have to come back, and how long the last messages have to leave, in milliseconds. */
const RETURN = 2000;
const LINGER = 500;

/**
 * @param running the request whose execution ran, as JSON; empty when none did.
 * @param last the request whose execution was the last to run, as JSON; empty when none ever did.
 */
export async function explainCrash(connectionFile: string, running: string, last: string, crash: Crash): Promise<void> {
  const evalue = explanation(crash);
  if (last === "") {
    process.stderr.write(`${evalue}\n${lastErrors(crash).join("\n")}\n`);
    return;
  }
  const { parent, to } = JSON.parse(last) as { parent: Header; to: string[] };
  const connection = JSON.parse(readFileSync(connectionFile, "utf8")) as Connection;
  const wire = new Wire(connection, randomUUID());
  const iopub = new XPublisher({ sendHighWaterMark: 0, linger: LINGER });
  const shell = new Router({ linger: LINGER, mandatory: true });
  await Promise.all([
    iopub.bind(address(connection, connection.iopub_port)),
    shell.bind(address(connection, connection.shell_port)),
  ]);
  await Promise.race([iopub.receive(), new Promise((resolve) => setTimeout(resolve, RETURN))]);
  const content = { ename: "KernelCrash", evalue, traceback: [`KernelCrash: ${evalue}`, ...lastErrors(crash)] };
  const publish = (type: string, body: object): Promise<void> =>
    iopub.send(wire.encode([Buffer.from(type)], type, parent, JSON.stringify(body)));
  if (running === "") {
    // What the last cell has left behind has ended the kernel, or somebody from outside.
    await publish("stream", { name: "stderr", text: `${content.traceback.join("\n")}\n` });
  } else {
    await publish("error", content);
    const reply = JSON.stringify({ status: "error", execution_count: 0, ...content });
    const routing = to.map((each) => Buffer.from(each, "base64"));
    await sendWhenBack(shell, wire.encode(routing, "execute_reply", parent, reply));
    await publish("status", { execution_state: "idle" });
  }
  await publish("status", { execution_state: "dead" });
  await new Promise((resolve) => setTimeout(resolve, LINGER));
}

async function sendWhenBack(shell: Router, frames: Uint8Array[]): Promise<void> {
  for (const end = Date.now() + RETURN; Date.now() < end; ) {
    try {
      return await shell.send(frames);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function explanation({ code, signal, asked, errors }: Crash): string {
  const restart = "All variables are gone: restart the kernel and run the cells from the top.";
  if (/heap out of memory|Reached heap limit|allocation failure/i.test(errors)) {
    const advice =
      "Keep fewer large arrays and objects, give tensors back with dispose() or tf.tidy(), " +
      "or allow more with the environment variable NODE_OPTIONS=--max-old-space-size=<megabytes>.";
    return `The kernel ran out of JavaScript memory. ${advice} ${restart}`;
  }
  if (signal === "SIGKILL") {
    return `The kernel was killed from outside; most often the system does that when memory runs out. ${restart}`;
  }
  if (signal !== null) return `The kernel's process was ended by ${signal}. ${restart}`;
  if (asked) return `The cell ended the kernel with process.exit(${code ?? 0}). ${restart}`;
  return `The kernel's process ended with exit code ${code}. ${restart}`;
}

/**
 * What Node prints while it ends, of the debugger with which the kernel stops its cells and of its own inside: nothing for the
 * learner.
 */
const ABOUT_DEBUGGER =
  /^(Waiting for the debugger to disconnect|Debugger (attached|listening|ending)|For help, see: https:).*\n?/gm;
const STACK_TRACE = /^----- (?:JavaScript|Native) stack trace -----/m;

function lastErrors({ errors, asked }: Crash): string[] {
  const [output = ""] = withoutMarkers(errors).replace(ABOUT_DEBUGGER, "").split(STACK_TRACE);
  const text = asked ? "" : output.trim();
  return text === "" ? [] : ["", "The last lines on standard error:", ...text.split("\n").slice(-12)];
}
