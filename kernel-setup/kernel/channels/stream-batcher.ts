// Text on its way to the front ends: what is printed within a moment travels as one message, so that a saved notebook has
// few outputs. The channels' thread does this, whose clock goes on while a cell computes.
import type { Header } from "../wire";

export type StreamName = "stdout" | "stderr";

/** How long text may wait for more, in milliseconds. */
const MOMENT = 20;
/** Text is sent when it is this long, whatever the time. */
const CHUNK = 256 * 1024;

export class StreamBatcher {
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
