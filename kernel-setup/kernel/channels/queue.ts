// Shell requests wait here, in order, until the main thread asks for one.
import type { Fate } from "../link";
import type { Message } from "../wire";

/** A request that waits. */
export interface Waiting {
  readonly message: Message;
  fate: Fate;
}

export class ShellQueue {
  readonly #waiting: Waiting[] = [];
  /** Whether the first client has subscribed: messages sent before that would be lost. */
  #open = false;
  #free = false;
  /** Whether the compiler is loaded: until then this thread answers kernel_info itself. */
  #loaded = false;
  /** The request that the main thread was given last. */
  #dispatched: [message: Message, fate: Fate, number: number] | undefined;

  /**
   * @param interrupter while it is at work, no request is given to the main thread.
   * @param dispatch gives the main thread a request.
   * @param answerKernelInfo answers a kernel_info_request in the main thread's place.
   */
  constructor(
    readonly interrupter: { readonly working: Promise<void> | undefined },
    readonly dispatch: (message: Message, fate: Fate, number: number) => void,
    readonly answerKernelInfo: (message: Message) => void,
  ) {}

  add(message: Message): void {
    this.#waiting.push({ message, fate: "serve" });
    this.#serve();
  }

  /** Requests are served from now on. */
  open(): void {
    this.#open = true;
    this.#serve();
  }

  /** The main thread is free. */
  next(): void {
    this.#loaded = true;
    this.#free = true;
    this.#serve();
  }

  /** Gives the main thread once more what it was given last: it may not have got it. */
  resend(): void {
    if (!this.#free && this.#dispatched !== undefined) this.dispatch(...this.#dispatched);
  }

  /** The executions that wait are not to be run. */
  abort(): void {
    for (const each of this.#waiting) if (isExecution(each)) each.fate = "abort";
  }

  /** The execution that waits for the main thread, and has waited longest. */
  get nextExecution(): Waiting | undefined {
    return this.#waiting.find(isExecution);
  }

  #serve(): void {
    if (!this.#open) return;
    while (!this.#loaded && this.#waiting[0]?.message.header.msg_type === "kernel_info_request") {
      this.answerKernelInfo(this.#waiting[0].message);
      this.#waiting.shift();
    }
    if (!this.#free || this.#waiting.length === 0) return;
    if (this.interrupter.working !== undefined) {
      void this.interrupter.working.then(() => this.#serve());
      return;
    }
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#free = false;
    this.#dispatched = [next.message, next.fate, (this.#dispatched?.[2] ?? 0) + 1];
    this.dispatch(...this.#dispatched);
  }
}

function isExecution({ message }: Waiting): boolean {
  return message.header.msg_type === "execute_request";
}
