// Methods and functions that stand in for others while a step is recorded, and their return afterwards: always, also where a
// notebook's kernel ends the running code by force, which runs no `finally` (V8's TerminateExecution).

// Taken from the module, not from the global scope: a kernel may clear a cell's timers when it interrupts the cell.
import { setImmediate as turn } from "node:timers/promises";

/** What is not undone yet, in the order in which it was begun. */
const open: CleanupStack[] = [];

/** Actions that are done in reverse order when the work has ended: by `restore`, or else at the next turn of the event loop. */
export class CleanupStack {
  readonly #actions: (() => void)[] = [];

  constructor() {
    if (open.length === 0) void turn().then(restoreAll);
    open.push(this);
  }

  /** Registers a cleanup; running it twice must be as good as once. */
  afterwards(action: () => void): void {
    this.#actions.push(action);
  }

  /** Puts everything back. */
  restore(): void {
    for (let action = this.#actions.at(-1); action !== undefined; action = this.#actions.at(-1)) {
      try {
        action();
      } finally {
        this.#actions.pop(); // only now, so that one that was ended by force is done again
      }
    }
    if (open.includes(this)) open.splice(open.indexOf(this), 1);
  }
}

/** The work is done within one turn of the event loop: what is still open was left behind. */
function restoreAll(): void {
  for (const left of open.toReversed()) left.restore();
}

/** A set of replacements that are undone together, in reverse order. */
export class Replacements extends CleanupStack {
  /** Replaces a property of an object until `restore`; the original is handed over, for the replacement to call. */
  replace<Target extends object, Key extends keyof Target>(
    target: Target,
    key: Key,
    replacement: (original: Target[Key]) => Target[Key],
  ): void {
    const own = Object.getOwnPropertyDescriptor(target, key);
    const value = replacement(target[key]);
    this.afterwards(() => {
      if (own === undefined) delete target[key];
      else Object.defineProperty(target, key, own);
    });
    Object.defineProperty(target, key, {
      value,
      configurable: true,
      writable: true,
      enumerable: own?.enumerable ?? false,
    });
  }
}
