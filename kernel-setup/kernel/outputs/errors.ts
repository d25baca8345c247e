// Errors as a colleague would read them out: what is wrong, in which line of which cell, and nothing of the kernel.
import { inspect } from "node:util";
import type ts from "@tslab/typescript-for-tslab";
import { KeyboardInterrupt } from "../cell";
import type { Locations, Place } from "../session/locations";
import type { Json } from "../wire";

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
export function thrown(error: unknown, locations: Locations): ErrorContent {
  if (error instanceof KeyboardInterrupt || isInterruption(error)) {
    return { ename: "KeyboardInterrupt", evalue: "", traceback: ["KeyboardInterrupt: the cell was stopped"] };
  }
  if (!isError(error)) {
    const evalue = typeof error === "string" ? error : inspect(error, { depth: 4 });
    return { ename: "Error", evalue, traceback: [`Thrown: ${evalue}`] };
  }
  const ename = String(error.name || error.constructor?.name || "Error");
  const evalue = readable(String(error.message));
  const { excerpt, frames } = stackOf(error, locations);
  const traceback = [`${ename}: ${evalue}`, ...excerpt, ...frames, ...details(error, locations)];
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
  return { ename: "TypeScriptError", evalue: first, traceback: messages };
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

const FRAME = /^\s+at (?:(?<name>.*) \()?(?<file>[^()]*?):(?<line>\d+):(?<column>\d+)\)?$/;

function stackOf(error: Error, locations: Locations): { excerpt: string[]; frames: string[] } {
  const stack = typeof error.stack === "string" ? error.stack : "";
  const frames: string[] = [];
  let place: Place | undefined;
  for (const line of stack.split("\n")) {
    const match = FRAME.exec(line)?.groups;
    if (match === undefined) continue;
    const { name, file = "" } = match;
    const found = locations.find(file, Number(match.line), Number(match.column));
    if (found !== undefined) {
      place ??= found;
      const where = `In[${found.label}], line ${found.line}, column ${found.column}`;
      const own = name === undefined || name === "eval" || name.startsWith("evalmachine");
      frames.push(own ? `    at ${where}` : `    at ${readable(name)} (${where})`);
    } else if (!isOwnFrame(file)) {
      frames.push(line);
    }
  }
  return { excerpt: place === undefined ? [] : excerptOf(place.code, place.line, place.column), frames };
}

/** Frames that say nothing about the learner's code. */
function isOwnFrame(file: string): boolean {
  return (
    file.startsWith("node:") ||
    file.startsWith("evalmachine") ||
    file.includes("/kernel-setup/dist/kernel/") ||
    file.includes("/tslab/dist/") ||
    file.startsWith("cellwise-cell-") ||
    file === "<anonymous>"
  );
}

/** Causes, aggregated errors and what else an error carries. */
function details(error: Error, locations: Locations): string[] {
  const lines: string[] = [];
  const { cause, errors } = error as { cause?: unknown; errors?: unknown };
  if (cause !== undefined && cause !== error) lines.push("", "Caused by:", ...thrown(cause, locations).traceback);
  if (Array.isArray(errors)) for (const each of errors) lines.push("", ...thrown(each, locations).traceback);
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

/** Takes the kernel's rewriting out of a message: `(0 , exports.f)` is `f` to its author. */
function readable(text: string): string {
  return text.replace(/\(0 ?, ?exports\.([\w$]+)\)/g, "$1").replace(/\bexports\.([\w$]+)/g, "$1");
}
