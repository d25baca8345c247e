// Everything a cell shows goes through here, so that texts, figures and errors keep the order in which they were made.
import fs from "node:fs";
import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { Cell, Cells } from "../cells/cell";
import type { PostToChannels, StreamName } from "../link";
import { kernelTimers } from "../originals";
import type { Json } from "../wire";

/** Characters a cell may print; more would make a notebook that no front end opens. */
const LIMIT = 8 * 1024 * 1024;
export interface DisplayOptions {
  /** A display with an id can be shown again: the second time replaces the first. */
  id?: string | undefined;
  metadata?: Json | undefined;
}

export class Publisher {
  readonly streams: Streams;
  /** Displays of values that are promises. */
  readonly #later = new WeakSet<object>();

  constructor(
    readonly cells: Cells,
    readonly postToChannels: PostToChannels,
    channelsAreBehind: () => boolean,
  ) {
    this.streams = new Streams(
      cells,
      (cell, name, text) => postToChannels({ kind: "stream", name, parent: cell.request.parent, text }),
      channelsAreBehind,
    );
  }

  /** Publishes `content` for this cell, after whatever it has printed before. */
  publish(cell: Cell, type: string, content: Json): void {
    if (cell.request.silent) return;
    this.streams.flush();
    this.#send(cell, type, content);
  }

  display(data: Json, options: DisplayOptions = {}, cell = this.cells.current()): void {
    if (cell === undefined || cell.dead) return;
    const { id, metadata = {} } = options;
    const type = id !== undefined && cell.displays.has(id) ? "update_display_data" : "display_data";
    if (id !== undefined) cell.displays.add(id);
    const transient = id === undefined ? {} : { display_id: id };
    this.publish(cell, type, { data, metadata, transient });
  }

  /** Remembers a display that takes its time. */
  later(display: Promise<void>): Promise<void> {
    this.#later.add(display);
    return display;
  }

  /** True for what `display` has returned for a value that takes its time to show. */
  isDisplay(value: unknown): boolean {
    return typeof value === "object" && value !== null && this.#later.has(value);
  }

  /** The same for tslab's own displays, which say themselves whether they update. */
  raw(content: Json, update: boolean): void {
    const cell = this.cells.current();
    if (cell === undefined || cell.dead) return;
    this.publish(cell, update ? "update_display_data" : "display_data", content);
  }

  clearOutput(wait: boolean): void {
    const cell = this.cells.current();
    if (cell !== undefined && !cell.dead) this.publish(cell, "clear_output", { wait });
  }

  #send(cell: Cell, type: string, content: Json): void {
    this.postToChannels({ kind: "publish", type, parent: cell.request.parent, content: JSON.stringify(content) });
  }
}

interface HeldBack {
  cell: Cell;
  name: StreamName;
  texts: string[];
}

/**
 * What console.log and process.stdout write goes to the channels at once, which batch it: their clock goes on while a cell
 * computes. Only while they are behind is text held back, so that a flood does not pile up between the threads.
 */
export class Streams {
  #heldBack: HeldBack | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly cells: Cells,
    readonly publish: (cell: Cell, name: StreamName, text: string) => void,
    readonly channelsAreBehind: () => boolean,
  ) {}

  /** Takes the place of `process.stdout` and `process.stderr`; file descriptors 1 and 2 stay what they are. */
  install(): void {
    for (const name of ["stdout", "stderr"] as const) {
      const stream = new CellStream(name === "stdout" ? 1 : 2, (text) => this.write(name, text));
      Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
    }
    this.#bindDescriptors();
  }

  /** What JavaScript writes straight to file descriptors 1 and 2 keeps its place among what it prints. */
  #bindDescriptors(): void {
    const take = (descriptor: number, data: unknown): number => {
      const bytes = typeof data === "string" ? Buffer.from(data) : Buffer.from(data as Uint8Array);
      process[descriptor === 1 ? "stdout" : "stderr"].write(bytes);
      return bytes.length;
    };
    const own = (descriptor: unknown, rest: unknown[]): descriptor is 1 | 2 =>
      (descriptor === 1 || descriptor === 2) && this.cells.current() !== undefined && typeof rest[1] !== "number";
    const { write, writeSync } = fs;
    Object.assign(fs, {
      writeSync: (descriptor: number, data: unknown, ...rest: unknown[]) =>
        own(descriptor, [data, ...rest])
          ? take(descriptor, data)
          : (writeSync as (...values: unknown[]) => number)(descriptor, data, ...rest),
      write: (descriptor: number, data: unknown, ...rest: unknown[]) => {
        const callback = rest.at(-1);
        if (!own(descriptor, [data, ...rest]))
          return (write as (...values: unknown[]) => void)(descriptor, data, ...rest);
        const written = take(descriptor, data);
        if (typeof callback === "function") process.nextTick(callback as () => void, null, written, data);
      },
    });
  }

  write(name: StreamName, text: string, cell = this.cells.current()): void {
    if (cell === undefined || (cell.dead && !cell.cleaning) || cell.request.silent || text === "") return;
    if (cell.written > LIMIT) return;
    cell.written += text.length;
    if (cell.written > LIMIT) {
      const over = cell.written - LIMIT;
      const kept = text.slice(0, Math.max(0, text.length - over));
      text = `${kept}\n… output cut after ${LIMIT / 1024 / 1024} million characters: write what is longer to a file\n`;
    }
    if (this.#heldBack !== undefined && (this.#heldBack.cell !== cell || this.#heldBack.name !== name)) this.flush();
    this.#heldBack ??= { cell, name, texts: [] };
    this.#heldBack.texts.push(text);
    if (!this.channelsAreBehind()) this.flush();
    else this.#timer ??= kernelTimers.setTimeout(() => this.flush());
  }

  /** Sends what is held back: something else is to follow it. */
  flush(): void {
    const heldBack = this.#heldBack;
    this.#heldBack = undefined;
    if (this.#timer !== undefined) kernelTimers.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (heldBack !== undefined) this.publish(heldBack.cell, heldBack.name, heldBack.texts.join(""));
  }
}

/** A stream that is always ready: what is written is taken at once. */
class CellStream extends Writable {
  readonly isTTY = false;
  readonly #decoder = new StringDecoder("utf8");
  readonly #take: (text: string) => void;

  constructor(
    readonly fd: number,
    take: (text: string) => void,
  ) {
    super({ decodeStrings: false });
    this.#take = take;
  }

  override write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    if (typeof chunk === "string") this.#take(chunk);
    else if (chunk instanceof Uint8Array) this.#take(this.#decoder.write(Buffer.from(chunk)));
    else throw new TypeError(`write takes text or bytes, not ${chunk === null ? "null" : typeof chunk}`);
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof done === "function") process.nextTick(done as () => void);
    return true;
  }

  override end(): this {
    return this;
  }

  override destroy(): this {
    return this;
  }
}
