// What the main thread says is done in the order in which it was said; a barrier makes the later words wait.
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
const FAREWELL = 250;

export interface Listeners {
  sender: Sender;
  queue: ShellQueue;
  native: NativeOutput;
  interrupter: Interrupter;
  shell: Router;
  stdin: Router;
  shutdown(message: Message, restart: boolean): void;
}

export class Words {
  readonly #words: ToChannels[] = [];
  #barred = false;

  constructor(readonly listeners: Listeners) {}

  take(words: ToChannels[]): void {
    this.#words.push(...words);
    this.#obey();
  }

  #obey(): void {
    while (!this.#barred) {
      const word = this.#words.shift();
      if (word === undefined) return;
      this.#do(word);
    }
  }

  /** Nothing more is done until `wait` has called back. */
  #bar(wait: (done: () => void) => void): void {
    this.#barred = true;
    wait(() => {
      this.#barred = false;
      this.#obey();
    });
  }

  #do(word: ToChannels): void {
    const { sender, queue, native, interrupter, shell, stdin, shutdown } = this.listeners;
    switch (word.kind) {
      case "publish":
        sender.publish(word.type, word.parent, word.content, word.metadata, word.buffers);
        break;
      case "stream":
        sender.text(word.name, word.text, word.parent);
        break;
      case "reply":
        sender.reply(shell, word.to, word.type, word.parent, word.content);
        break;
      case "input":
        sender.reply(stdin, word.to, "input_request", word.parent, word.content);
        break;
      case "next":
        interrupter.connect();
        native.rest();
        queue.next();
        break;
      case "abort":
        // What has arrived by now, also what ZeroMQ has but this thread has not read yet. The reply comes after: what a
        // client sends when it has read that is not given up.
        this.#bar((done) => {
          setImmediate(() => {
            queue.abort();
            done();
          });
        });
        break;
      case "owner":
        native.own(word.parent, word.to, word.silent);
        break;
      case "barrier":
        this.#bar((done) => native.whenMarked(word.marker, MARKER_PATIENCE, done));
        break;
      case "farewell":
        if (word.code !== undefined) native.exiting(word.code);
        void sender.settled().then(() => setTimeout(() => interrupter.wake(1), FAREWELL));
        break;
      case "shutdown":
        shutdown(word.message, word.restart);
        break;
    }
  }
}
