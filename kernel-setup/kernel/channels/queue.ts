// Shell requests wait here, in order, until the main thread asks for one.
import type { Message } from "../wire";
import type { Interrupter } from "./interrupt";

export class ShellQueue {
  readonly #waiting: { message: Message; abort: boolean }[] = [];
  /** Whether the first client is heard: its messages must not pass it by. */
  #open = false;
  #free = false;
  /** Whether the compiler is loaded: until then this thread says itself who the kernel is. */
  #loaded = false;
  /** The request that the main thread was given last. */
  #handed: [message: Message, abort: boolean, number: number] | undefined;

  /**
   * @param hand gives the main thread a request.
   * @param introduce answers a kernel_info_request in the main thread's place.
   */
  constructor(
    readonly interrupter: Interrupter,
    readonly hand: (message: Message, abort: boolean, number: number) => void,
    readonly introduce: (message: Message) => void,
  ) {}

  add(message: Message): void {
    this.#waiting.push({ message, abort: false });
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
  handAgain(): void {
    if (!this.#free && this.#handed !== undefined) this.hand(...this.#handed);
  }

  /** The executions that wait are not to be run. */
  abort(): void {
    for (const item of this.#waiting) if (item.message.header.msg_type === "execute_request") item.abort = true;
  }

  #serve(): void {
    if (!this.#open) return;
    while (!this.#loaded && this.#waiting[0]?.message.header.msg_type === "kernel_info_request") {
      this.introduce(this.#waiting[0].message);
      this.#waiting.shift();
    }
    if (!this.#free || this.#waiting.length === 0) return;
    if (this.interrupter.rest !== undefined) {
      void this.interrupter.rest.then(() => this.#serve());
      return;
    }
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#free = false;
    this.#handed = [next.message, next.abort, (this.#handed?.[2] ?? 0) + 1];
    this.hand(...this.#handed);
  }
}
