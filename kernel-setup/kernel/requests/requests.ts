// Shell requests, one at a time: `busy`, the answer, whatever belongs to it, `idle`. Then the next one is asked for.
import { writeStraight } from "../cells/descriptors";
import { markerText } from "../channels/markers";
import { Flags, Phase, type Tell } from "../link";
import { MARK } from "../processes";
import type { Json, Message } from "../wire";

export interface Answer {
  /** The reply's type, by custom the request's with `reply` for `request`. */
  type: string;
  content: Json;
  /** True when the executions that wait are to be given up. */
  abort?: boolean;
}

export type Handler = (message: Message, abort: boolean) => Answer | undefined | Promise<Answer | undefined>;

export class Requests {
  readonly #handlers = new Map<string, Handler>();
  #marker = 0;

  constructor(
    readonly tell: Tell,
    readonly flags: Int32Array,
    /** Sends what is still gathered. */
    readonly flush: () => void,
    readonly complain: (error: unknown) => void,
  ) {}

  on(type: string, handler: Handler): void {
    this.#handlers.set(type, handler);
  }

  /** Answers one request from `busy` to `idle`. */
  async serve(message: Message, abort: boolean): Promise<void> {
    const { header } = message;
    this.#status("busy", message);
    let answer: Answer | undefined;
    // What is no cell ends by itself, and the compiler must not be stopped half-way.
    if (header.msg_type !== "execute_request") Atomics.store(this.flags, Flags.phase, Phase.compiling);
    try {
      const handler = this.#handlers.get(header.msg_type);
      if (handler === undefined) this.complain(new Error(`no answer to ${header.msg_type} on the shell channel`));
      else answer = await handler(message, abort);
    } catch (error) {
      this.complain(error);
      const { name: ename, message: evalue } = error as Error;
      const type = header.msg_type.replace(/_request$/, "_reply");
      answer = { type, content: { status: "error", ename, evalue, traceback: [] } };
    }
    Atomics.store(this.flags, Flags.phase, Phase.loop);
    this.flush();
    if (header.msg_type === "execute_request") this.barrier(true);
    if (answer?.abort) this.tell({ kind: "abort" }, true);
    if (answer !== undefined) {
      const content = JSON.stringify(answer.content);
      this.tell({ kind: "reply", to: message.identities, type: answer.type, parent: header, content }, true);
    }
    this.#status("idle", message);
    this.tell({ kind: "next" });
  }

  /**
   * Whatever was written to file descriptors 1 and 2 until now is shown before what comes after.
   *
   * @param more true when a word to the channels follows at once.
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
    this.tell({ kind: "barrier", marker }, more);
  }

  #status(state: string, message: Message): void {
    const content = JSON.stringify({ execution_state: state });
    this.tell({ kind: "publish", type: "status", parent: message.header, content }, true);
  }
}
