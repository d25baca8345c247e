// The kernel's five sockets, in a thread of their own: heartbeat and control answer while a cell computes.
//
//   queue.ts      shell requests that wait for the main thread
//   outbox.ts     what the main thread wants done, and all messages sent, in order
//   interrupt.ts  stopping a cell, whatever it does
//   native.ts     what is written to file descriptors 1 and 2
import { setImmediate as turn } from "node:timers/promises";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { Reply, Router, XPublisher } from "zeromq";
import { type ChannelsData, Flags, type ToChannels, type ToKernel } from "../link";
import { killAll } from "../processes";
import { address, type Connection, type Json, type Message, Wire } from "../wire";
import { Interrupter } from "./interrupt";
import { NativeOutput } from "./native";
import { HANDING_OVER, Outbox, Sender } from "./outbox";
import { ShellQueue } from "./queue";

/** How long a first request waits for its client's subscription, in milliseconds. */
const WELCOME_PATIENCE = 100;

/** How long a closed socket may go on sending, in milliseconds. */
const LINGER = 500;

interface Sockets {
  heartbeat: Reply;
  iopub: XPublisher;
  shell: Router;
  control: Router;
  stdin: Router;
}

async function open(connection: Connection): Promise<Sockets> {
  const router = (): Router =>
    new Router({ sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: LINGER, handover: true });
  const sockets: Sockets = {
    heartbeat: new Reply({ linger: 0 }),
    // Without a high-water mark of 0 ZeroMQ throws messages away once 1000 wait, `idle` among them.
    iopub: new XPublisher({ sendHighWaterMark: 0, linger: LINGER }),
    shell: router(),
    control: router(),
    stdin: router(),
  };
  await Promise.all([
    sockets.heartbeat.bind(address(connection, connection.hb_port)),
    sockets.iopub.bind(address(connection, connection.iopub_port)),
    sockets.shell.bind(address(connection, connection.shell_port)),
    sockets.control.bind(address(connection, connection.control_port)),
    sockets.stdin.bind(address(connection, connection.stdin_port)),
  ]);
  return sockets;
}

class Channels {
  readonly #sender: Sender;
  readonly #queue: ShellQueue;
  readonly #native: NativeOutput;
  readonly #interrupter: Interrupter;
  #welcomed = false;

  constructor(
    readonly data: ChannelsData,
    readonly wire: Wire,
    readonly sockets: Sockets,
    port: MessagePort,
  ) {
    const postToKernel = (message: ToKernel): void => port.postMessage(message);
    const { iopub, shell, stdin } = sockets;
    const sender = new Sender(wire, iopub);
    const interrupter = new Interrupter(data.flags, postToKernel);
    const queue = new ShellQueue(
      interrupter,
      (message, fate, number) => postToKernel({ kind: "request", message, fate, number }),
      (message) => this.#answerKernelInfo(message),
    );
    const native = new NativeOutput((name, text, parent) => sender.text(name, text, parent));
    interrupter.nextExecution = () => queue.nextExecution;
    interrupter.onTerminated = () => queue.resend();
    native.onInterrupt = () => void interrupter.interrupt();
    const shutdown = (message: Message, restart: boolean): void => void this.#shutdown(shell, message, restart);
    const outbox = new Outbox({ sender, queue, native, interrupter, shell, stdin, shutdown });
    port.on("message", (messages: ToChannels[]) => {
      Atomics.add(data.flags, Flags.received, 1);
      outbox.deliver(messages);
    });
    this.#sender = sender;
    this.#queue = queue;
    this.#native = native;
    this.#interrupter = interrupter;
  }

  listen(): void {
    const { control, shell, stdin } = this.sockets;
    void this.#beat();
    void this.#subscriptions();
    // Each on its own: an interrupt that takes its time must not keep a shutdown waiting.
    void this.#messages(control, (message) => void this.#control(message));
    void this.#messages(stdin, (message) => {
      if (message.header.msg_type !== "input_reply") return;
      this.data.inputReplies.postMessage(String(message.content.value ?? ""));
      this.#interrupter.wake(1);
    });
    void this.#messages(shell, (message) => {
      this.#queue.add(message);
      // A client that does not subscribe to iopub is served too, a moment later.
      if (!this.#welcomed) setTimeout(() => this.#welcome(), WELCOME_PATIENCE);
    });
  }

  async #messages(socket: Router, onMessage: (message: Message) => void): Promise<void> {
    for await (const frames of socket) {
      const message = this.wire.decode(frames);
      if (message !== undefined) onMessage(message);
      else process.stderr.write("cellwise kernel: a message with a wrong signature was dropped\n");
    }
  }

  async #beat(): Promise<void> {
    const { heartbeat } = this.sockets;
    for await (const frames of heartbeat) await heartbeat.send(frames);
  }

  /** A subscription (first byte 1) is welcomed: from here on the client misses nothing. */
  async #subscriptions(): Promise<void> {
    for await (const [subscription] of this.sockets.iopub) {
      if (subscription?.[0] !== 1) continue;
      const topic = Buffer.from(subscription.subarray(1)).toString("utf8");
      this.#sender.publish("iopub_welcome", {}, JSON.stringify({ subscription: topic }));
      this.#welcome();
    }
  }

  #welcome(): void {
    if (this.#welcomed) return;
    this.#welcomed = true;
    this.#sender.status("starting", {});
    this.#queue.open();
  }

  /** Answers kernel_info on the shell channel, while the main thread still loads. */
  #answerKernelInfo({ header, identities }: Message): void {
    this.#sender.status("busy", header);
    this.#sender.reply(this.sockets.shell, identities, "kernel_info_reply", header, JSON.stringify(this.data.info));
    this.#sender.status("idle", header);
  }

  /** Answers a control request, here in this thread: an interrupt has to get through while a cell computes. */
  async #control(message: Message): Promise<void> {
    const { control } = this.sockets;
    const { header, identities, content } = message;
    const answer = (type: string, answered: Json): void =>
      this.#sender.reply(control, identities, type, header, JSON.stringify({ status: "ok", ...answered }));
    this.#sender.status("busy", header);
    switch (header.msg_type) {
      case "shutdown_request":
        return this.#shutdown(control, message, content.restart === true);
      case "kernel_info_request":
        answer("kernel_info_reply", this.data.info);
        break;
      case "interrupt_request":
        // A cell that was sent before it has come through another socket: both are read in the same turn.
        await turn();
        await this.#interrupter.interrupt();
        answer("interrupt_reply", {});
        break;
      case "debug_request": {
        const { seq = 0, command = "" } = content;
        const text = "this kernel has no debugger";
        answer("debug_reply", { type: "response", request_seq: seq, success: false, command, message: text });
        break;
      }
      default:
        process.stderr.write(`cellwise kernel: no answer to ${header.msg_type} on the control channel\n`);
    }
    this.#sender.status("idle", header);
  }

  async #shutdown(socket: Router, { header, identities }: Message, restart: boolean): Promise<void> {
    const { control, iopub, shell, stdin } = this.sockets;
    const content = JSON.stringify({ status: "ok", restart });
    this.#native.noteShutdown();
    this.#sender.reply(socket, identities, "shutdown_reply", header, content);
    this.#sender.publish("shutdown_reply", header, content);
    this.#sender.status("idle", header);
    await this.#sender.flushed();
    for (const each of [shell, control, stdin, iopub]) each.close();
    setTimeout(killAll, HANDING_OVER);
  }
}

async function main(port: MessagePort): Promise<void> {
  const data = workerData as ChannelsData;
  const sockets = await open(data.connection);
  new Channels(data, new Wire(data.connection, data.session), sockets, port).listen();
}

if (parentPort !== null) void main(parentPort);
