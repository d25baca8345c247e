// The one bridge between the library and the kernel that runs a notebook. A running cell finds an object under the global
// symbol `cellwise.kernel`; without it (a terminal, a test) the same calls print plain lines.

// Taken from the module, not from the global scope: a kernel may clear a cell's timers when it interrupts the cell, and
// whoever waited on one of them would wait for ever.
import { setImmediate as turn } from "node:timers/promises";

/** One output in several forms, by MIME type; `text/plain` is what a terminal prints. */
export interface MimeBundle {
  "text/plain": string;
  [mimeType: string]: unknown;
}

/** What the kernel offers to a running cell. */
export interface NotebookKernel {
  /** Shows a MIME bundle; with an `id`, a second call in the same cell replaces what the first one showed. */
  display(data: Record<string, unknown>, options?: { id?: string; metadata?: Record<string, unknown> }): void;
  clearOutput(options?: { wait?: boolean }): void;
  /** Belongs to the running cell and is aborted when the learner interrupts it. */
  readonly signal: AbortSignal;
  /** The name of the notebook's file, where the front end tells it. */
  readonly notebook?: string | undefined;
}

/** Deno's convention: an object with this method returns its MIME bundle, and is shown so as the last expression of a cell. */
export const DISPLAY = Symbol.for("Jupyter.display");

const KERNEL = Symbol.for("cellwise.kernel");

/** The kernel the code runs in, or `undefined` outside a notebook. */
export function notebookKernel(): NotebookKernel | undefined {
  return (globalThis as { [KERNEL]?: NotebookKernel })[KERNEL];
}

/** The text with the characters that mean something in HTML made harmless: HTML written by hand needs no more. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/**
 * Shows an output under the running cell; in a terminal, prints its `text/plain`.
 *
 * @param data the output, by MIME type.
 * @param options.id gives the output a name: showing another one under it replaces the first, in place.
 */
export function display(data: MimeBundle, options?: { id?: string }): void {
  const kernel = notebookKernel();
  if (kernel) kernel.display(data, options);
  else console.log(data["text/plain"]);
}

/** The interrupt signal of the running cell; `undefined` outside a notebook, where Ctrl-C ends the process. */
export function interruptSignal(): AbortSignal | undefined {
  return notebookKernel()?.signal;
}

// Steps are computed on JavaScript's one thread. Between them the event loop has to run, or a notebook could neither show
// progress nor hear an interrupt.

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
