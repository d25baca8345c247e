// The way out. What the main thread sends to the channels is done in the order in which it was sent (`Outbox`; a barrier makes what
// follows wait), and all messages leave in one chain (`Sender`).
import type { Router, XPublisher } from "zeromq";
import type { StreamName, ToChannels } from "../link";
import type { Header, Message, Wire } from "../wire";
import type { Interrupter } from "./interrupt";
import type { NativeOutput } from "./native";
import type { ShellQueue } from "./queue";

/** How long a marker in file descriptors 1 and 2 is waited for (a cell may have closed them), in milliseconds. */
const MARKER_PATIENCE = 500;

/** ZeroMQ's own thread needs a moment to hand everything to the network, in milliseconds. */
export const HANDING_OVER = 50;
/** The same before the process is killed, after which nothing more is handed over. */
const BEFORE_THE_END = 1000;
/** How long text may wait for more, in milliseconds. */
const MOMENT = 20;
/** Text is sent when it is this long, whatever the time. */
const CHUNK = 256 * 1024;

export interface Listeners {
  sender: Sender;
  queue: ShellQueue;
  native: NativeOutput;
  interrupter: Interrupter;
  shell: Router;
  stdin: Router;
  shutdown(message: Message, restart: boolean): void;
}

export class Outbox {
  readonly #messages: ToChannels[] = [];
  #barred = false;

  constructor(readonly listeners: Listeners) {}

  deliver(messages: ToChannels[]): void {
    this.#messages.push(...messages);
    this.#run();
  }

  #run(): void {
    while (!this.#barred) {
      const message = this.#messages.shift();
      if (message === undefined) return;
      this.#perform(message);
    }
  }

  /** Nothing more is done until `wait` has called back. */
  #blockUntil(wait: (done: () => void) => void): void {
    this.#barred = true;
    wait(() => {
      this.#barred = false;
      this.#run();
    });
  }

  #perform(message: ToChannels): void {
    const { sender, queue, native, interrupter, shell, stdin, shutdown } = this.listeners;
    switch (message.kind) {
      case "publish":
        sender.publish(message.type, message.parent, message.content, message.metadata, message.buffers);
        break;
      case "stream":
        sender.text(message.name, message.text, message.parent);
        break;
      case "reply":
        sender.reply(shell, message.to, message.type, message.parent, message.content);
        break;
      case "input":
        sender.reply(stdin, message.to, "input_request", message.parent, message.content);
        break;
      case "ready":
        interrupter.connect();
        queue.next();
        break;
      case "next":
        native.clearParent();
        queue.next();
        break;
      case "abort":
        // What has arrived by now, also what ZeroMQ has but this thread has not read yet. The reply comes after: what a
        // client sends when it has read that is not given up.
        this.#blockUntil((done) => {
          setImmediate(() => {
            queue.abort();
            done();
          });
        });
        break;
      case "parent":
        native.setParent(message.parent, message.to, message.silent);
        break;
      case "barrier":
        this.#blockUntil((done) => native.onMarker(message.marker, MARKER_PATIENCE, done));
        break;
      case "exiting":
        if (message.code !== undefined) native.noteExit(message.code);
        void sender.flushed().then(() => setTimeout(() => interrupter.wake(1), BEFORE_THE_END));
        break;
      case "shutdown":
        shutdown(message.message, message.restart);
        break;
    }
  }
}

/** All messages that the kernel sends, in one chain, so that none overtakes another. */
export class Sender {
  #sent: Promise<unknown> = Promise.resolve();
  readonly #batcher = new StreamBatcher((name, text, parent) =>
    this.#send(this.iopub, [Buffer.from("stream")], "stream", parent, JSON.stringify({ name, text })),
  );

  constructor(
    readonly wire: Wire,
    readonly iopub: XPublisher,
  ) {}

  /** Text of a stream; it may travel with what comes within a moment. */
  text(name: StreamName, text: string, parent: Partial<Header>): void {
    this.#batcher.add(name, text, parent);
  }

  publish(type: string, parent: Partial<Header>, content: string, metadata?: string, buffers?: Uint8Array[]): void {
    this.#batcher.flush();
    this.#send(this.iopub, [Buffer.from(type)], type, parent, content, metadata, buffers);
  }

  status(state: string, parent: Partial<Header>): void {
    this.publish("status", parent, JSON.stringify({ execution_state: state }));
  }

  reply(socket: Router, to: Uint8Array[], type: string, parent: Partial<Header>, content: string): void {
    this.#batcher.flush();
    this.#send(socket, to, type, parent, content);
  }

  /** Resolves when ZeroMQ has all messages. */
  flushed(): Promise<unknown> {
    this.#batcher.flush();
    return this.#sent;
  }

  #send(socket: Router | XPublisher, ...message: Parameters<Wire["encode"]>): void {
    const frames = this.wire.encode(...message);
    // The socket is closed already.
    this.#sent = this.#sent.then(() => socket.send(frames)).catch(() => undefined);
  }
}

/**
 * Text on its way to the front ends: what is printed within a moment travels as one message, so that a saved notebook has few
 * outputs. This thread does it, whose clock goes on while a cell computes.
 */
class StreamBatcher {
  #name: StreamName = "stdout";
  #parent: Partial<Header> = {};
  #texts: string[] = [];
  #length = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(readonly emit: (name: StreamName, text: string, parent: Partial<Header>) => void) {}

  add(name: StreamName, text: string, parent: Partial<Header>): void {
    if (name !== this.#name || parent.msg_id !== this.#parent.msg_id) this.flush();
    this.#name = name;
    this.#parent = parent;
    this.#texts.push(text);
    this.#length += text.length;
    if (this.#length > CHUNK) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), MOMENT);
  }

  /** Sends what has been gathered: something else is to follow it. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#length === 0) return;
    const text = this.#texts.join("");
    this.#texts = [];
    this.#length = 0;
    this.emit(this.#name, text, this.#parent);
  }
}
