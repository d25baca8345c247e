// A stand-in for the kernel that a notebook's cells run in.
import type { NotebookKernel } from "cellwise/dist/notebook";

export interface Shown {
  data: Record<string, unknown>;
  id: string | undefined;
}

/** A kernel that keeps what it was asked to show. */
export class FakeKernel implements NotebookKernel {
  readonly shown: Shown[] = [];
  notebook: string | undefined;
  readonly #controller = new AbortController();

  display(data: Record<string, unknown>, options?: { id?: string }): void {
    this.shown.push({ data, id: options?.id });
  }

  clearOutput(): void {}

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What the stop button does. */
  interrupt(): void {
    this.#controller.abort();
  }
}

/** Runs a task as a cell of a notebook. */
export async function inNotebook<Result>(task: (kernel: FakeKernel) => Promise<Result>): Promise<Result> {
  const place = globalThis as { [symbol: symbol]: unknown };
  const symbol = Symbol.for("cellwise.kernel");
  const kernel = new FakeKernel();
  place[symbol] = kernel;
  try {
    return await task(kernel);
  } finally {
    delete place[symbol];
  }
}

/** The lines that a task prints to the console. */
export async function printed(task: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const log = console.log;
  console.log = (line: string) => lines.push(line);
  try {
    await task();
  } finally {
    console.log = log;
  }
  return lines;
}
