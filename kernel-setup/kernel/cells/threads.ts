// Threads belong to the cell that started them: an interrupt ends them.
import threads, { type WorkerOptions } from "node:worker_threads";
import { enterKernel, Flags } from "../link";
import type { Cells } from "./cell";

export function bindThreads(cells: Cells, flags: Int32Array): void {
  class Worker extends threads.Worker {
    constructor(file: string | URL, options?: WorkerOptions) {
      // Broken off in the middle it would leave an unknown thread.
      const phase = enterKernel(flags);
      try {
        super(file, options);
        const forget = cells.current()?.onInterrupt(() => void this.terminate());
        if (forget !== undefined) this.once("exit", forget);
      } finally {
        Atomics.store(flags, Flags.phase, phase);
      }
    }
  }
  Object.assign(threads, { Worker });
}
