// A cell that ends the process takes what it has printed with it, unless the other thread is given the time to send it.
import { Flags, type Tell } from "../link";

/** The longest that the end of the process is put off, in milliseconds. */
const PATIENCE = 1000;

export function bindFarewell(flags: Int32Array, tell: Tell, flush: () => void): void {
  const settle = (code?: number): void => {
    flush();
    Atomics.store(flags, Flags.input, 0);
    tell(code === undefined ? { kind: "farewell" } : { kind: "farewell", code });
    Atomics.wait(flags, Flags.input, 0, PATIENCE);
  };
  const { abort } = process;
  const exit = (code?: number | string | null): never => {
    const number = Number(code ?? process.exitCode ?? 0);
    settle(number);
    process.emit("exit", number);
    // Node's own way out stops the other thread while that holds its sockets, and ZeroMQ aborts the process then.
    process.kill(process.pid, "SIGKILL");
    throw new Error("process.exit");
  };
  Object.assign(process, {
    exit,
    abort: (): never => {
      settle();
      return abort.call(process);
    },
  });
}
