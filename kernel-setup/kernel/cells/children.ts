// Child processes belong to the cell that started them: an interrupt ends them as Ctrl-C in a terminal would.
import childProcess, { ChildProcess } from "node:child_process";
import { enter, Flags, Phase, withoutInterrupts } from "../link";
import { type Cells, KeyboardInterrupt } from "./cell";

/**
 * @param settle called after a child has run to its end while the cell waited, to show what it has written.
 * @param flush called before, to show what the cell has printed so far.
 */
export function bindChildren(cells: Cells, flags: Int32Array, flush: () => void, settle: () => void): void {
  const prototype = ChildProcess.prototype as unknown as { spawn(options: unknown): unknown };
  const spawn = prototype.spawn;
  prototype.spawn = function (this: ChildProcess, options: unknown): unknown {
    flush();
    const cell = cells.current();
    const forget = cell?.onInterrupt(() => this.kill("SIGINT"));
    if (forget !== undefined) this.once("exit", forget);
    // Broken off in the middle it would leave pipes open, or an unknown process.
    return withoutInterrupts(flags, () => spawn.call(this, options));
  };
  for (const name of ["spawnSync", "execSync", "execFileSync"] as const) {
    const run = childProcess[name] as (...values: unknown[]) => unknown;
    const bound = (...values: unknown[]): unknown => {
      flush();
      if (cells.current()?.hasInterruptRequest()) throw new KeyboardInterrupt();
      const phase = enter(flags, Phase.child);
      try {
        return run(...values);
      } catch (error) {
        // The program was ended because the cell is to end.
        throw cells.current()?.hasInterruptRequest() ? new KeyboardInterrupt() : error;
      } finally {
        Atomics.store(flags, Flags.phase, phase);
        settle();
      }
    };
    Object.assign(childProcess, { [name]: bound });
  }
}
