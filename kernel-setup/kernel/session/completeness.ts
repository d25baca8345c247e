// Is this a whole cell? Consoles ask before they run what was typed.
import type ts from "@tslab/typescript-for-tslab";
import type { Tslab } from "./tslab";

export type Completeness = { status: "complete" | "invalid" } | { status: "incomplete"; indent: string };

/** `'*' + '/' expected` and an unterminated template: more lines may end them. */
const OPEN_ENDED = new Set([1010, 1160]);

export function completeness({ ts, isCompleteCode }: Tslab, code: string): Completeness {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest) as ts.SourceFile & {
    parseDiagnostics?: ts.DiagnosticWithLocation[];
  };
  const errors = file.parseDiagnostics ?? [];
  if (errors.length === 0) return { status: "complete" };
  const { completed, indent = "" } = isCompleteCode(code);
  const end = code.trimEnd().length;
  const atEnd = errors.every(({ start, code: number }) => start >= end || OPEN_ENDED.has(number));
  if (!atEnd) return { status: "invalid" };
  return completed && !errors.some(({ code: number }) => OPEN_ENDED.has(number))
    ? { status: "invalid" }
    : { status: "incomplete", indent };
}
