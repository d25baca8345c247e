// A cell that runs, and after it ended, whatever it has left behind: its timers and promises. Node carries the cell through
// every callback and continuation (`AsyncLocalStorage`), so that late output and errors find the cell that caused them.
import { AsyncLocalStorage } from "node:async_hooks";
import { Flags, withoutInterrupts } from "../link";
import { kernelTimers } from "../originals";
import type { Header } from "../wire";

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
  /** How many of its `finally` have begun and not ended. */
  #finallies = 0;
  #interrupted = false;
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
          if (!native?.call(controller.signal) && this.hasInterruptRequest()) controller.abort(new KeyboardInterrupt());
          return native?.call(controller.signal) === true;
        },
      });
      this.#controller = controller;
      if (this.dead) controller.abort(new KeyboardInterrupt());
    }
    return this.#controller.signal;
  }

  /** True when the other thread was asked to interrupt this cell, also before this thread has received it. */
  hasInterruptRequest(): boolean {
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
    this.#finallies++;
    if (!this.dead || !this.thrown || this.#cleaned) return;
    this.#cleaned = true;
    Atomics.store(this.flags, Flags.cleaning, this.number);
    this.#cleaning = kernelTimers.setTimeout(() => withoutInterrupts(this.flags, () => this.#endCleaning()), CLEANING);
  }

  /** A `finally` has ended. When nothing waits in another, the next cell need not wait either. */
  noteCleanupEnd(): void {
    this.#finallies--;
    if (this.#cleaning === undefined || this.#finallies > 0) return;
    // The `finally` around this one begins before the next turn of the event loop.
    kernelTimers.setImmediate(() => {
      if (this.#finallies === 0) withoutInterrupts(this.flags, () => this.#endCleaning());
    });
  }

  #endCleaning(): void {
    if (this.#cleaning === undefined) return;
    kernelTimers.clearTimeout(this.#cleaning);
    this.#cleaning = undefined;
    Atomics.store(this.flags, Flags.cleaning, 0);
    Atomics.notify(this.flags, Flags.cleaning);
    this.#release();
  }

  /** True while something of it may still run. */
  get hasLeftovers(): boolean {
    return this.#cleanups.size > 0;
  }

  /** Nothing of it may run on or be shown from now on; what it has left behind ends with `interrupt`. */
  detach(): void {
    this.dead = true;
  }

  interrupt(): void {
    this.detach();
    if (this.#interrupted) return;
    this.#interrupted = true;
    this.#release();
    // The last of all: its listeners are the learner's, and may do anything.
    this.#controller?.abort(new KeyboardInterrupt());
  }

  #release(): void {
    for (const clean of this.#cleanups) {
      this.#cleanups.delete(clean);
      clean();
    }
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
