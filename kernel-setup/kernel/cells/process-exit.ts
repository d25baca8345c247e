// A cell that ends the process takes what it has printed with it, unless the other thread is given the time to send it.
import { Flags, type PostToChannels } from "../link";

/** The longest that the end of the process is put off, in milliseconds: the machine may be busy with much else. */
const PATIENCE = 10_000;

export function bindProcessExit(flags: Int32Array, postToChannels: PostToChannels, flush: () => void): void {
  const settle = (code?: number): void => {
    flush();
    Atomics.store(flags, Flags.input, 0);
    postToChannels(code === undefined ? { kind: "exiting" } : { kind: "exiting", code });
    Atomics.wait(flags, Flags.input, 0, PATIENCE);
  };
  const { abort } = process;
  const kill = process.kill.bind(process);
  const end = (code: number): never => {
    settle(code);
    // Node's own way out stops the other thread while that holds its sockets, and ZeroMQ aborts the process then.
    kill(process.pid, "SIGKILL");
    throw new Error("process.exit");
  };
  const exit = (code?: number | string | null): never => {
    // Node itself checks the code, and refuses what is none.
    if (code !== undefined) process.exitCode = code ?? undefined;
    const number = Number(process.exitCode ?? 0);
    try {
      process.emit("exit", number);
    } catch (error) {
      console.error(error);
    }
    return end(number);
  };
  Object.assign(process, {
    exit,
    reallyExit: (code?: number): never => end(Number(code ?? 0)),
    abort: (): never => {
      settle();
      return abort.call(process);
    },
    kill: (id: number, signal?: string | number): true => {
      if (Math.abs(id) === process.pid && signal !== 0) settle();
      return kill(id, signal);
    },
  });
}
