// What the control channel answers, from the channels' thread: an interrupt has to get through while a cell computes.
import { Session } from "node:inspector";
import { Flags, type ToKernel } from "./link";
import type { Json, Message } from "./wire";

export type ControlAnswer = Json;

/** How long a cell has to stop by itself before it is stopped by force, in milliseconds. */
const GRACE = 120;
/** The same for a cell that has said it stops by itself: a step of training is finished first. */
const COOPERATIVE_GRACE = 700;

interface Parts {
  info: Json;
  flags: Int32Array;
  say: (message: ToKernel) => void;
}

export interface ControlHandlers {
  handle(message: Message, answer: (type: string, content: ControlAnswer) => void): Promise<void>;
  interrupt(): Promise<void>;
  /** Wakes the main thread where it waits for the user's answer (1: answered, 2: interrupted). */
  wake(reason: 1 | 2): void;
}

export function controlHandlers({ info, flags, say }: Parts): ControlHandlers {
  const wake = (reason: 1 | 2): void => {
    Atomics.store(flags, Flags.input, reason);
    Atomics.notify(flags, Flags.input);
  };

  const ended = (cell: number): boolean => Atomics.load(flags, Flags.running) !== cell;

  /**
   * Stops the cell that runs. It is asked first: by a message (for one that waits), and by SIGINT (which breaks a
   * synchronous run inside `vm`). A loop that lets neither through is ended with the debugger's `terminateExecution`.
   */
  const interrupt = async (): Promise<void> => {
    const cell = Atomics.load(flags, Flags.running);
    if (cell === 0) return;
    Atomics.store(flags, Flags.interrupted, cell);
    say({ kind: "interrupt" });
    wake(2);
    const cooperative = (): boolean => Atomics.load(flags, Flags.cooperative) === cell;
    if (!cooperative()) process.kill(process.pid, "SIGINT");
    const start = performance.now();
    while (performance.now() - start < (cooperative() ? COOPERATIVE_GRACE : GRACE)) {
      if (ended(cell)) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await terminate(cell);
  };

  const terminate = async (cell: number): Promise<void> => {
    const session = new Session();
    session.connectToMainThread();
    try {
      for (let attempt = 0; attempt < 20 && !ended(cell); attempt++) {
        session.post("Runtime.terminateExecution");
        say({ kind: "terminated", cell });
        for (let waited = 0; waited < 50 && !ended(cell); waited++) await new Promise((r) => setTimeout(r, 5));
      }
    } finally {
      session.disconnect();
    }
  };

  const handle: ControlHandlers["handle"] = async (message, answer) => {
    switch (message.header.msg_type) {
      case "kernel_info_request":
        return answer("kernel_info_reply", info);
      case "interrupt_request":
        await interrupt();
        return answer("interrupt_reply", {});
      case "debug_request": {
        const { seq = 0, command = "" } = message.content;
        const text = "this kernel has no debugger";
        return answer("debug_reply", { type: "response", request_seq: seq, success: false, command, message: text });
      }
      default:
        process.stderr.write(`cellwise kernel: no answer to ${message.header.msg_type} on the control channel\n`);
    }
  };

  return { handle, interrupt, wake };
}

/** Ends the kernel's process and every process it has started, at once. */
export function closeHard(): void {
  // The launcher gave the kernel a process group of its own; what a cell has started is in it too.
  if (process.env.CELLWISE_KERNEL_GROUP === "1") process.kill(-process.pid, "SIGKILL");
  process.kill(process.pid, "SIGKILL");
}
