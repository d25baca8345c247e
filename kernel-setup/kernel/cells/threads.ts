// Threads belong to the cell that started them: an interrupt ends them.
import threads, { type WorkerOptions } from "node:worker_threads";
import type { Cells } from "./cell";

export function bindThreads(cells: Cells): void {
  class Worker extends threads.Worker {
    constructor(file: string | URL, options?: WorkerOptions) {
      super(file, options);
      const forget = cells.current()?.onInterrupt(() => void this.terminate());
      if (forget !== undefined) this.once("exit", forget);
    }
  }
  Object.assign(threads, { Worker });
}
