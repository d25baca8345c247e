// Timers belong to the cell that made them: an interrupt clears them, and a cell that was interrupted gets no new ones.
import timersModule from "node:timers";
import { promisify } from "node:util";
import { withoutInterrupts } from "../link";
import type { Cells } from "./cell";

type Callback = (...values: unknown[]) => void;

const PAIRS = [
  ["setTimeout", "clearTimeout"],
  ["setInterval", "clearInterval"],
  ["setImmediate", "clearImmediate"],
] as const;

export function bindTimers(cells: Cells, flags: Int32Array): void {
  /** What a cell has to forget of a timer that has fired or was cleared. */
  const forgets = new WeakMap<object, () => void>();
  const forget = (handle: object): void => {
    forgets.get(handle)?.();
    forgets.delete(handle);
  };
  for (const [set, clear] of PAIRS) {
    const start = globalThis[set] as (callback: Callback, ...rest: unknown[]) => NodeJS.Timeout;
    const stop = globalThis[clear] as (handle: unknown) => void;
    const bound = (callback: Callback, ...rest: unknown[]): NodeJS.Timeout => {
      const cell = cells.current();
      if (cell === undefined || typeof callback !== "function") return start(callback, ...rest);
      const fire: Callback = (...values) => {
        if (set !== "setInterval") forget(handle);
        callback(...values);
      };
      // Broken off in the middle it would leave an unknown timer.
      const handle = withoutInterrupts(flags, () => {
        const timer = start(fire, ...rest);
        if (cell.dead && !cell.cleaning) stop(timer);
        else
          forgets.set(
            timer,
            cell.onInterrupt(() => stop(timer)),
          );
        return timer;
      });
      return handle;
    };
    const clearTimer = (handle: unknown): void => {
      if (typeof handle === "object" && handle !== null) forget(handle);
      stop(handle);
    };
    const whole = Object.assign(bound, start);
    // `await promisify(setTimeout)(100)` has a form of its own.
    const promised = (start as { [promisify.custom]?: unknown })[promisify.custom];
    if (promised !== undefined) Object.defineProperty(whole, promisify.custom, { value: promised });
    for (const target of [globalThis, timersModule]) Object.assign(target, { [set]: whole, [clear]: clearTimer });
  }
}
