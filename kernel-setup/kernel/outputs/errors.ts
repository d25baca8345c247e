// Errors as a colleague would read them out: what is wrong, in which line of which cell, and nothing of the kernel.
import { inspect } from "node:util";
import type ts from "@tslab/typescript-for-tslab";
import { KeyboardInterrupt } from "../cells/cell";
import type { Json } from "../wire";
import { placeOf, readable } from "./stacks";

export interface ErrorContent {
  ename: string;
  evalue: string;
  traceback: string[];
}

export function asJson(content: ErrorContent): Json {
  return { ...content };
}

/** Lines of the cell shown before and after the one that failed. */
const AROUND = 2;

/** An error that was thrown. */
export function thrown(error: unknown): ErrorContent {
  if (error instanceof KeyboardInterrupt || isInterruption(error)) {
    return { ename: "KeyboardInterrupt", evalue: "", traceback: ["KeyboardInterrupt: the cell was stopped"] };
  }
  if (!isError(error)) {
    const evalue = typeof error === "string" ? error : inspect(error, { depth: 4 });
    return { ename: "Error", evalue, traceback: [`Thrown: ${evalue}`] };
  }
  const ename = nameOf(error);
  const evalue = readable(String(error.message));
  const { excerpt, frames } = stackOf(error);
  const traceback = [`${ename}: ${evalue}`, ...excerpt, ...frames, ...details(error)];
  return { ename, evalue, traceback };
}

/** What the compiler refused, all of it at once. */
export function rejected(
  typescript: typeof ts,
  diagnostics: readonly ts.Diagnostic[],
  cell: { label: string; code: string; file: string },
): ErrorContent {
  const messages: string[] = [];
  let first = "";
  for (const each of diagnostics) {
    const text = readable(typescript.flattenDiagnosticMessageText(each.messageText, "\n"));
    if (typescript.flattenDiagnosticMessageText(each.messageText, "\n").includes("top-level 'await'")) continue;
    first ||= text;
    messages.push(...diagnosticLines(typescript, each, text, cell), "");
  }
  messages.pop();
  messages.push(...hints(cell.code));
  return { ename: "TypeScriptError", evalue: first, traceback: messages };
}

/** What the compiler's own words do not tell. */
function hints(code: string): string[] {
  if (!/^\s*(?:await\s+)?using\s+[\w$]+\s*=/m.test(code)) return [];
  return [
    "",
    "`using` came with TypeScript 5.2; this kernel's TypeScript (tslab's) is 5.0. Use try … finally instead.",
  ];
}

function diagnosticLines(
  typescript: typeof ts,
  diagnostic: ts.Diagnostic,
  text: string,
  cell: { label: string; code: string; file: string },
): string[] {
  const head = `${text} (TS${diagnostic.code})`;
  const { file, start } = diagnostic;
  if (file === undefined || start === undefined) return [head];
  const position = typescript.getLineAndCharacterOfPosition(file, start);
  const inCell = file.fileName === cell.file;
  // tslab puts one line before the cell.
  const line = inCell ? position.line : position.line + 1;
  const column = position.character + 1;
  const where = inCell ? `In[${cell.label}], line ${line}, column ${column}` : `${file.fileName}:${line}:${column}`;
  const width = Math.min(diagnostic.length ?? 1, 60);
  return [`${where}: ${head}`, ...excerptOf(inCell ? cell.code : file.text, line, column, width)];
}

/** The lines of `code` around one, the place marked. */
function excerptOf(code: string, line: number, column: number, width = 1): string[] {
  const lines = code.split("\n");
  const from = Math.max(1, line - AROUND);
  const to = Math.min(lines.length, line + AROUND);
  const gutter = String(to).length;
  const shown: string[] = [];
  for (let number = from; number <= to; number++) {
    const text = (lines[number - 1] ?? "").slice(0, 160);
    shown.push(`${number === line ? ">" : " "} ${String(number).padStart(gutter)} | ${text}`);
    if (number !== line) continue;
    const marks = "^".repeat(Math.max(1, Math.min(width, text.length - column + 1)));
    shown.push(`  ${" ".repeat(gutter)} | ${" ".repeat(Math.max(0, column - 1))}${marks}`);
  }
  return shown;
}

function stackOf(error: Error): { excerpt: string[]; frames: string[] } {
  const stack = typeof error.stack === "string" ? error.stack : "";
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  const place = placeOf(error);
  return { excerpt: place === undefined ? [] : excerptOf(place.code, place.line, place.column), frames };
}

/** The error's name; that of its class where the class has not given its errors one. */
function nameOf(error: Error): string {
  const ofClass = error.constructor?.name ?? "";
  const inherited = error.name === "Error" && !Object.hasOwn(error, "name") && /^[A-Z]/.test(ofClass);
  return String((inherited ? ofClass : error.name) || "Error");
}

/** Causes, aggregated errors and what else an error carries. */
function details(error: Error): string[] {
  const lines: string[] = [];
  const { cause, errors } = error as { cause?: unknown; errors?: unknown };
  if (cause !== undefined && cause !== error) lines.push("", "Caused by:", ...thrown(cause).traceback);
  if (Array.isArray(errors)) for (const each of errors) lines.push("", ...thrown(each).traceback);
  return lines;
}

function isError(value: unknown): value is Error {
  return (
    typeof value === "object" && value !== null && "message" in value && ("stack" in value || value instanceof Error)
  );
}

function isInterruption(error: unknown): boolean {
  if (!isError(error)) return false;
  return (
    (error as { code?: string }).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" ||
    error.message === "Interrupted asynchronously"
  );
}
