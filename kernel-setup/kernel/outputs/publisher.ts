// Everything a cell shows goes through here, so that texts, figures and errors keep the order in which they were made.
import fs from "node:fs";
import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { Cell, Cells } from "../cells/cell";
import type { PostToChannels, StreamName } from "../link";
import { kernelTimers } from "../originals";
import type { Json } from "../wire";

/** Characters a cell may print; beyond that a notebook is no longer a notebook. */
const LIMIT = 8 * 1024 * 1024;
/** A window in milliseconds, and how many writes in it go to the other thread one by one before they are gathered here. */
const WINDOW = 20;
const BURST = 20;
/** Text gathered is sent when it is this long, whatever the time. */
const CHUNK = 256 * 1024;

export interface DisplayOptions {
  /** A display with an id can be shown again: the second time replaces the first. */
  id?: string | undefined;
  metadata?: Json | undefined;
}

export class Publisher {
  readonly streams: Streams;
  /** Displays that take their time. */
  readonly #later = new WeakSet<object>();

  constructor(
    readonly cells: Cells,
    readonly postToChannels: PostToChannels,
  ) {
    this.streams = new Streams(cells, (cell, name, text) =>
      postToChannels({ kind: "stream", name, parent: cell.request.parent, text }),
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

interface Gathered {
  cell: Cell;
  name: StreamName;
  texts: string[];
  length: number;
}

/** What console.log and process.stdout write becomes stream messages: the first at once, a flood in few large ones. */
export class Streams {
  #gathered: Gathered | undefined;
  #timer: NodeJS.Timeout | undefined;
  #windowStart = 0;
  #writes = 0;
  /** True while the window before was full: then a window sends its first text, and the rest gathered. */
  #flood = false;

  constructor(
    readonly cells: Cells,
    readonly publish: (cell: Cell, name: StreamName, text: string) => void,
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
    if (this.#gathered !== undefined && (this.#gathered.cell !== cell || this.#gathered.name !== name)) this.flush();
    this.#gathered ??= { cell, name, texts: [], length: 0 };
    this.#gathered.texts.push(text);
    this.#gathered.length += text.length;

    const now = performance.now();
    if (now - this.#windowStart > WINDOW) {
      this.#flood = this.#writes > BURST;
      this.#windowStart = now;
      this.#writes = 0;
    }
    this.#writes++;
    if (this.#writes <= (this.#flood ? 1 : BURST) || this.#gathered.length > CHUNK) this.flush();
    else this.#timer ??= kernelTimers.setTimeout(() => this.flush(), WINDOW);
  }

  flush(): void {
    const gathered = this.#gathered;
    this.#gathered = undefined;
    if (this.#timer !== undefined) kernelTimers.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (gathered !== undefined) this.publish(gathered.cell, gathered.name, gathered.texts.join(""));
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
