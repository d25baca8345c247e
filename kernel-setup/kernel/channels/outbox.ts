// What the main thread sends to the channels is done in the order in which it was sent; a barrier makes what follows wait.
import type { Router } from "zeromq";
import type { ToChannels } from "../link";
import type { Message } from "../wire";
import type { Interrupter } from "./interrupt";
import type { NativeOutput } from "./native";
import type { ShellQueue } from "./queue";
import type { Sender } from "./sending";

/** How long a marker in file descriptors 1 and 2 is waited for (a cell may have closed them), in milliseconds. */
const MARKER_PATIENCE = 500;

/** ZeroMQ's own thread needs a moment to hand everything to the network, in milliseconds. */
export const HANDING_OVER = 50;
/** The same before the process is killed, after which nothing more is handed over. */
const BEFORE_THE_END = 250;

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
      case "next":
        interrupter.connect();
        native.rest();
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
      case "owner":
        native.own(message.parent, message.to, message.silent);
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
