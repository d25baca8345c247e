// What the control channel answers, from the channels' thread: an interrupt has to get through while a cell computes.

import { setImmediate as turn } from "node:timers/promises";
import type { Json, Message } from "../wire";
import type { Interrupter } from "./interrupt";

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
      // A cell that was sent before it has come through another socket: both are read in the same turn.
      await turn();
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
