// What the control channel answers, from the channels' thread: an interrupt has to get through while a cell computes.
import type { Interrupter } from "./interrupt";
import type { Json, Message } from "./wire";

export type ControlAnswer = Json;

/** Answers one control request. */
export async function answerControl(
  message: Message,
  { info, interrupter }: { info: Json; interrupter: Interrupter },
  answer: (type: string, content: ControlAnswer) => void,
): Promise<void> {
  switch (message.header.msg_type) {
    case "kernel_info_request":
      return answer("kernel_info_reply", info);
    case "interrupt_request":
      await interrupter.interrupt();
      return answer("interrupt_reply", {});
    case "debug_request": {
      const { seq = 0, command = "" } = message.content;
      const text = "this kernel has no debugger";
      return answer("debug_reply", { type: "response", request_seq: seq, success: false, command, message: text });
    }
    default:
      process.stderr.write(`cellwise kernel: no answer to ${message.header.msg_type} on the control channel\n`);
  }
}

/** Ends the kernel's process and every process it has started, at once. */
export function closeHard(): void {
  // The launcher gave the kernel a process group of its own; what a cell has started is in it too.
  if (process.env.CELLWISE_KERNEL_GROUP === "1") process.kill(-process.pid, "SIGKILL");
  process.kill(process.pid, "SIGKILL");
}
