// A cell that runs, and after it ended, whatever it has left behind: its timers and promises. Node carries the cell through
// every callback and continuation (`AsyncLocalStorage`), so that late output and errors find the cell that caused them.
import { AsyncLocalStorage } from "node:async_hooks";
import { Flags } from "../link";
import type { Header } from "../wire";
import { ownTimers } from "./timers";

/** What a cell that was interrupted ends with. */
export class KeyboardInterrupt extends Error {
  override readonly name = "KeyboardInterrupt";
  constructor() {
    super("the cell was interrupted");
  }
}

export interface CellRequest {
  parent: Header;
  /** Where an `input_request` has to go. */
  identities: Uint8Array[];
  silent: boolean;
  allowStdin: boolean;
  count: number;
}

/** How long the `finally` of an interrupted cell may clean up, in milliseconds. */
const CLEANING = 500;

let lastNumber = 0;

export class Cell {
  readonly number = ++lastNumber;
  /** True once the cell was interrupted: nothing of it may run on or be shown. */
  dead = false;
  /** Resolves waiting code of a dead cell never; set by the first throw so that `catch` in a loop does not go on for ever. */
  thrown = false;
  /** Displays of this cell by id. */
  readonly displays = new Set<string>();
  /** Characters written to its streams so far. */
  written = 0;
  /** What `page` in this cell has asked the front end to show. */
  readonly pages: unknown[] = [];
  readonly #cleanups = new Set<() => void>();
  #cleaning: NodeJS.Timeout | undefined;
  #cleaned = false;
  #controller: AbortController | undefined;

  constructor(
    readonly request: CellRequest,
    readonly flags: Int32Array,
  ) {}

  /** Aborted when the cell is interrupted. Who asks for it is trusted to stop by itself, at a good moment. */
  get signal(): AbortSignal {
    Atomics.store(this.flags, Flags.cooperative, this.number);
    if (this.#controller === undefined) {
      const controller = new AbortController();
      const native = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")?.get;
      // A loop that never waits sees the interrupt too: the other thread has noted it in shared memory.
      Object.defineProperty(controller.signal, "aborted", {
        configurable: true,
        get: () => {
          if (!native?.call(controller.signal) && this.interruptAsked()) controller.abort(new KeyboardInterrupt());
          return native?.call(controller.signal) === true;
        },
      });
      this.#controller = controller;
      if (this.dead) controller.abort(new KeyboardInterrupt());
    }
    return this.#controller.signal;
  }

  /** True when the other thread was asked to interrupt this cell, also before this thread has heard of it. */
  interruptAsked(): boolean {
    return this.dead || Atomics.load(this.flags, Flags.interrupted) === this.number;
  }

  /** Runs `clean` when the cell is interrupted; the returned function forgets it. */
  onInterrupt(clean: () => void): () => void {
    this.#cleanups.add(clean);
    return () => this.#cleanups.delete(clean);
  }

  /** True while a `finally` of a dead cell may wait, start timers and print. */
  get cleaning(): boolean {
    return this.#cleaning !== undefined;
  }

  /** A `finally` has begun. In a dead cell it has a moment to clean up; then that is over too. */
  clean(): void {
    if (!this.dead || !this.thrown || this.#cleaned) return;
    this.#cleaned = true;
    this.#cleaning = ownTimers.setTimeout(() => {
      this.#cleaning = undefined;
      this.#end();
    }, CLEANING);
  }

  /** True while something of it may still run. */
  get hasLeftovers(): boolean {
    return this.#cleanups.size > 0;
  }

  interrupt(): void {
    if (this.dead) return;
    this.dead = true;
    this.#end();
    this.#controller?.abort(new KeyboardInterrupt());
  }

  #end(): void {
    for (const clean of this.#cleanups) clean();
    this.#cleanups.clear();
  }
}

/** The cell whose code runs: found through promises and callbacks, else the one that was started last. */
export class Cells {
  readonly #context = new AsyncLocalStorage<Cell | undefined>();
  #last: Cell | undefined;
  /** Cells that have ended and may have left timers or programs behind. */
  readonly #ended = new Set<Cell>();

  current(): Cell | undefined {
    return this.#context.getStore() ?? this.#last;
  }

  /** Ends whatever cells that have ended have left behind. */
  interruptLeftovers(): void {
    for (const each of this.#ended) each.interrupt();
    this.#last?.interrupt();
    this.#ended.clear();
  }

  run<T>(cell: Cell, work: () => T): T {
    for (const each of this.#ended) if (!each.hasLeftovers) this.#ended.delete(each);
    if (this.#last?.hasLeftovers) this.#ended.add(this.#last);
    this.#last = cell;
    return this.#context.run(cell, work);
  }
}
