// Everything a cell shows goes through here, so that texts, figures and errors keep the order in which they were made.
import type { Cell, Cells } from "../cells/cell";
import type { PostToChannels } from "../link";
import type { Json } from "../wire";
import { Streams } from "./streams";

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
