// Timers belong to the cell that made them: an interrupt clears them, and a cell that was interrupted gets no new ones.
import timersModule from "node:timers";
import { promisify } from "node:util";
import type { Cells } from "./cell";

type Callback = (...values: unknown[]) => void;

/** The kernel's own timers: not those of a cell. */
export const ownTimers = { setTimeout, clearTimeout, setImmediate };

export function bindTimers(cells: Cells): void {
  const pairs = [
    ["setTimeout", "clearTimeout"],
    ["setInterval", "clearInterval"],
    ["setImmediate", "clearImmediate"],
  ] as const;
  for (const [set, clear] of pairs) {
    const start = globalThis[set] as (callback: Callback, ...rest: unknown[]) => NodeJS.Timeout;
    const stop = globalThis[clear] as (handle: unknown) => void;
    const once = set !== "setInterval";
    const bound = (callback: Callback, ...rest: unknown[]): NodeJS.Timeout => {
      const cell = cells.current();
      if (cell === undefined || typeof callback !== "function") return start(callback, ...rest);
      let forget = (): void => undefined;
      const handle = start(
        once
          ? (...values: unknown[]) => {
              forget();
              callback(...values);
            }
          : callback,
        ...rest,
      );
      if (cell.dead) stop(handle);
      else forget = cell.onInterrupt(() => stop(handle));
      return handle;
    };
    const whole = Object.assign(bound, start);
    // `await promisify(setTimeout)(100)` has a form of its own.
    const promised = (start as { [promisify.custom]?: unknown })[promisify.custom];
    if (promised !== undefined) Object.defineProperty(whole, promisify.custom, { value: promised });
    Object.assign(globalThis, { [set]: whole });
    Object.assign(timersModule, { [set]: whole });
  }
}
