// Comms (widgets): the kernel has no targets of its own: whoever opens one gets comm_close.
import type { PostToChannels } from "../link";
import type { Requests } from "./requests";

export function bindComms(requests: Requests, postToChannels: PostToChannels): void {
  requests.on("comm_info_request", () => ({ type: "comm_info_reply", content: { status: "ok", comms: {} } }));
  requests.on("comm_open", (message) => {
    const content = JSON.stringify({ comm_id: message.content.comm_id, data: {} });
    postToChannels({ kind: "publish", type: "comm_close", parent: message.header, content });
    return undefined;
  });
  requests.on("comm_msg", () => undefined);
  requests.on("comm_close", () => undefined);
}
