// Every shell request but execute_request: what the kernel is, what was run before, and what the compiler knows of a cell that is
// being written.
import type { PostToChannels } from "../link";
import { completeness } from "../session/completeness";
import { complete } from "../session/completion";
import { inspect } from "../session/inspection";
import type { Session } from "../session/session";
import type { Json } from "../wire";
import type { History } from "./history";
import type { Answer, Requests } from "./requests";

export interface AnswerParts {
  /** What the kernel says of itself. */
  info: Json;
  session: Session;
  history: History;
  postToChannels: PostToChannels;
}

export function bindAnswers(requests: Requests, { info, session, history, postToChannels }: AnswerParts): void {
  requests.on("kernel_info_request", () => ({ type: "kernel_info_reply", content: { status: "ok", ...info } }));
  requests.on("shutdown_request", (message) => {
    postToChannels({ kind: "shutdown", message, restart: message.content.restart === true });
    return undefined;
  });
  requests.on("history_request", ({ content }) => ({
    type: "history_reply",
    content: { status: "ok", history: history.find(content) },
  }));
  requests.on("complete_request", ({ content }) => answerComplete(session, content));
  requests.on("inspect_request", ({ content }) => answerInspect(session, content));
  requests.on("is_complete_request", ({ content }) => answerIsComplete(session, content));
  // Comms (widgets): the kernel has no targets of its own, and whoever opens one gets comm_close.
  requests.on("comm_info_request", () => ({ type: "comm_info_reply", content: { status: "ok", comms: {} } }));
  requests.on("comm_open", (message) => {
    const content = JSON.stringify({ comm_id: message.content.comm_id, data: {} });
    postToChannels({ kind: "publish", type: "comm_close", parent: message.header, content });
    return undefined;
  });
  requests.on("comm_msg", () => undefined);
  requests.on("comm_close", () => undefined);
}

function answerComplete(session: Session, content: Json): Answer {
  const { code, position } = cursor(content);
  const { matches, start, end } = complete(session.knowledge(), code, position);
  const cursor_start = toPoints(code, start);
  const cursor_end = toPoints(code, end);
  const types = matches.map(({ text, kind }) => ({ text, type: kind, start: cursor_start, end: cursor_end }));
  return {
    type: "complete_reply",
    content: {
      status: "ok",
      matches: matches.map(({ text }) => text),
      cursor_start,
      cursor_end,
      metadata: { _jupyter_types_experimental: types },
    },
  };
}

function answerInspect(session: Session, content: Json): Answer {
  const { code, position } = cursor(content);
  const found = inspect(session.knowledge(), code, position);
  const data = found === undefined ? {} : { "text/plain": found.plain, "text/markdown": found.markdown };
  return { type: "inspect_reply", content: { status: "ok", found: found !== undefined, data, metadata: {} } };
}

function answerIsComplete(session: Session, content: Json): Answer {
  return { type: "is_complete_reply", content: { ...completeness(session.tslab, String(content.code ?? "")) } };
}

function cursor(content: Json): { code: string; position: number } {
  const code = String(content.code ?? "");
  const points = typeof content.cursor_pos === "number" ? content.cursor_pos : Infinity;
  return { code, position: toUnits(code, points) };
}

/** The UTF-16 offset of a code-point offset: Jupyter counts characters in code points, JavaScript in UTF-16 units. */
function toUnits(text: string, points: number): number {
  let units = 0;
  for (let seen = 0; seen < points && units < text.length; seen++)
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  return units;
}

/** The code-point offset of a UTF-16 offset. */
function toPoints(text: string, units: number): number {
  let points = 0;
  for (let at = 0; at < units && at < text.length; points++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return points;
}
