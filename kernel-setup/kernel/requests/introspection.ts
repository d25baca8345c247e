// complete_request, inspect_request and is_complete_request.

import { completeness } from "../session/completeness";
import { complete } from "../session/completion";
import { inspect } from "../session/inspection";
import type { Session } from "../session/session";
import type { Json } from "../wire";
import { toPoints, toUnits } from "./codepoints";
import type { Answer } from "./requests";

export function answerComplete(session: Session, content: Json): Answer {
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

export function answerInspect(session: Session, content: Json): Answer {
  const { code, position } = cursor(content);
  const found = inspect(session.knowledge(), code, position);
  const data = found === undefined ? {} : { "text/plain": found.plain, "text/markdown": found.markdown };
  return { type: "inspect_reply", content: { status: "ok", found: found !== undefined, data, metadata: {} } };
}

export function answerIsComplete(session: Session, content: Json): Answer {
  return { type: "is_complete_reply", content: { ...completeness(session.tslab, String(content.code ?? "")) } };
}

function cursor(content: Json): { code: string; position: number } {
  const code = String(content.code ?? "");
  const points = typeof content.cursor_pos === "number" ? content.cursor_pos : Infinity;
  return { code, position: toUnits(code, points) };
}
