// Steps are computed on JavaScript's one thread. Between them the event loop has to run, or a notebook could neither show
// progress nor hear an interrupt.

// Taken from the module, not from the global scope: a kernel may clear a cell's timers when it interrupts the cell, and
// whoever waited on one of them would wait for ever.
import { setImmediate as turn } from "node:timers/promises";

/** At most this long without a turn of the event loop, where steps are shorter. */
const MILLISECONDS = 20;
let last = 0;

/** Lets the event loop run, if it has not for a while. */
export async function yieldToEventLoop(): Promise<void> {
  const now = performance.now();
  if (now - last < MILLISECONDS) return;
  await turn();
  last = performance.now();
}
