// Shell requests, one at a time: `busy`, the answer, whatever belongs to it, `idle`. Then the next one is asked for.
//
// The reply and the idle status are posted in one go, in the kernel's own phase: a promise in between could be lost, since V8 forgets whatever
// waits to go on when something is ended by force.

import { enterKernel, type Fate, Flags, markerText, Phase, type PostToChannels } from "../link";
import { writeStraight } from "../originals";
import { MARK } from "../processes";
import type { Json, Message } from "../wire";

export interface Answer {
  /** The reply's type, by custom the request's with `reply` for `request`. */
  type: string;
  content: Json;
  /** True when the executions that wait are to be given up. */
  abort?: boolean;
}

export type Handler = (message: Message) => Answer | undefined;

/** Runs a cell, and answers when that has ended. */
export type Executor = (message: Message, fate: Fate, answer: (answer: Answer) => void) => void;

const EXECUTE = "execute_request";

export class Requests {
  readonly #handlers = new Map<string, Handler>();
  #marker = 0;
  /** The request that is being served. */
  #open: Message | undefined;
  /** The number of the last request that has come here. */
  #last = 0;

  constructor(
    readonly postToChannels: PostToChannels,
    readonly flags: Int32Array,
    readonly execute: Executor,
    /** Sends what is still gathered. */
    readonly flush: () => void,
    readonly logError: (error: unknown) => void,
  ) {}

  on(type: string, handler: Handler): void {
    this.#handlers.set(type, handler);
  }

  /** Answers one request from `busy` to `idle`. */
  serve(message: Message, fate: Fate, number: number): void {
    const phase = enterKernel(this.flags);
    if (number <= this.#last) return void Atomics.store(this.flags, Flags.phase, phase);
    this.#last = number;
    this.#open = message;
    const { msg_type: type } = message.header;
    this.#status("busy", message);
    try {
      if (type === EXECUTE) this.execute(message, fate, (answer) => this.#finish(message, answer));
      else this.#finish(message, this.#answer(message));
    } catch (error) {
      this.#fail(message, error);
    }
  }

  /** The main thread is in its event loop: what should have been answered by now was broken off. */
  recover(): void {
    const message = this.#open;
    if (message === undefined || message.header.msg_type === EXECUTE) return;
    enterKernel(this.flags);
    this.#fail(message, new Error("The request was interrupted."));
  }

  /**
   * Whatever was written to file descriptors 1 and 2 until now is shown before what comes after.
   *
   * @param more true when another message to the channels follows at once.
   */
  barrier(more = false): void {
    if (process.env[MARK] === undefined) return;
    const marker = ++this.#marker;
    for (const descriptor of [1, 2]) {
      try {
        writeStraight(descriptor, markerText(marker));
      } catch {
        // A cell has closed it; the channels do not wait for ever.
      }
    }
    this.postToChannels({ kind: "barrier", marker }, more);
  }

  #answer(message: Message): Answer | undefined {
    const handler = this.#handlers.get(message.header.msg_type);
    if (handler === undefined) {
      this.logError(new Error(`no answer to ${message.header.msg_type} on the shell channel`));
      return undefined;
    }
    Atomics.store(this.flags, Flags.phase, Phase.compiling);
    const answer = handler(message);
    enterKernel(this.flags);
    return answer;
  }

  #fail(message: Message, error: unknown): void {
    this.logError(error);
    // What was logged belongs to this request, not to a cell that is waiting behind it. An execution ends at a barrier anyhow.
    if (message.header.msg_type !== EXECUTE) this.barrier(true);
    const { name: ename, message: evalue } = error as Error;
    const type = message.header.msg_type.replace(/_request$/, "_reply");
    this.#finish(message, { type, content: { status: "error", ename, evalue, traceback: [] } });
  }

  #finish(message: Message, answer: Answer | undefined): void {
    if (this.#open !== message) return;
    this.#open = undefined;
    enterKernel(this.flags);
    this.flush();
    if (message.header.msg_type === EXECUTE) this.barrier(true);
    if (answer?.abort) this.postToChannels({ kind: "abort" }, true);
    if (answer !== undefined) {
      const content = JSON.stringify(answer.content);
      this.postToChannels(
        { kind: "reply", to: message.identities, type: answer.type, parent: message.header, content },
        true,
      );
    }
    this.#status("idle", message);
    this.postToChannels({ kind: "next" });
    Atomics.store(this.flags, Flags.phase, Phase.loop);
  }

  #status(state: string, message: Message): void {
    const content = JSON.stringify({ execution_state: state });
    this.postToChannels({ kind: "publish", type: "status", parent: message.header, content }, true);
  }
}
