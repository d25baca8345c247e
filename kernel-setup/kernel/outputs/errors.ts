// Errors as a colleague would read them out: what is wrong, in which line of which cell, and nothing of the kernel.
import { inspect } from "node:util";
import type ts from "@tslab/typescript-for-tslab";
import { cut, cutLines } from "../bundle";
import { KeyboardInterrupt } from "../cells/cell";
import { unsupportedIn } from "../session/dialect";
import type { Json } from "../wire";
import { placeOf, withOriginalNames } from "./stacks";

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

/** Characters of a message, of a whole traceback, and of one line of code in it. */
const MESSAGE_LIMIT = 20_000;
const TRACEBACK_LIMIT = 60_000;
const CODE_LIMIT = 160;
/** How many errors of a chain of causes, or of several at once, are shown. */
const TOLD = 20;

/** An error that was thrown, whatever it is: nothing that it does itself while it is looked at comes out of here. */
export function errorContent(error: unknown): ErrorContent {
  try {
    const { ename, evalue, traceback } = errorContentOf(error, new Set());
    return { ename, evalue, traceback: cutLines(traceback, TRACEBACK_LIMIT) };
  } catch {
    const evalue = "something was thrown that cannot be shown: looking at it fails";
    return { ename: "Error", evalue, traceback: [`Error: ${evalue}`] };
  }
}

/** @param seen the errors that are being formatted already. */
function errorContentOf(error: unknown, seen: Set<unknown>): ErrorContent {
  if (isInterruption(error)) {
    return { ename: "KeyboardInterrupt", evalue: "", traceback: ["KeyboardInterrupt: the cell was stopped"] };
  }
  if (!isError(error)) {
    const evalue = cut(typeof error === "string" ? error : inspect(error, { depth: 4 }), MESSAGE_LIMIT);
    return { ename: "Error", evalue, traceback: [`Thrown: ${evalue}`] };
  }
  seen.add(error);
  const ename = cut(nameOf(error), CODE_LIMIT);
  const evalue = cut(withOriginalNames(messageOf(error)), MESSAGE_LIMIT);
  const { excerpt, frames } = stackOf(error);
  return { ename, evalue, traceback: [`${ename}: ${evalue}`, ...excerpt, ...frames, ...details(error, seen)] };
}

/** What the compiler refused, all of it at once. */
export function compileErrorContent(
  typescript: typeof ts,
  diagnostics: readonly ts.Diagnostic[],
  cell: { label: string; code: string; file: string },
): ErrorContent {
  const refused = diagnostics.flatMap(({ file, start }) =>
    // tslab puts one line before the cell.
    file?.fileName === cell.file && start !== undefined
      ? [typescript.getLineAndCharacterOfPosition(file, start).line - 1]
      : [],
  );
  const words = unsupportedIn(typescript, cell.code, new Set(refused));
  const messages = words.flatMap((each) => [each, ""]);
  let first = words[0] ?? "";
  for (const each of diagnostics.slice(0, TOLD)) {
    const whole = typescript.flattenDiagnosticMessageText(each.messageText, "\n");
    if (whole.includes("top-level 'await'")) continue;
    const text = cut(withOriginalNames(whole), MESSAGE_LIMIT);
    first ||= text;
    messages.push(...diagnosticLines(typescript, each, text, cell), "");
  }
  if (diagnostics.length > TOLD) messages.push(`… and ${diagnostics.length - TOLD} more errors`);
  else messages.pop();
  return { ename: "TypeScriptError", evalue: first, traceback: cutLines(messages, TRACEBACK_LIMIT) };
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
  const code = inCell ? cell.code : file.text;
  // tslab puts one line before the cell, and the kernel a line break after it: what is missing there is missing at its end.
  const lines = code.split("\n");
  const last = lines.length;
  const at = inCell ? position.line : position.line + 1;
  const line = Math.min(at, last);
  const column = at > last ? (lines[last - 1]?.length ?? 0) + 1 : position.character + 1;
  const where = inCell ? `In[${cell.label}], line ${line}, column ${column}` : `${file.fileName}:${line}:${column}`;
  const width = Math.min(diagnostic.length ?? 1, 60);
  return [`${where}: ${head}`, ...excerptOf(code, line, column, width)];
}

/** The lines of `code` around one, the place marked. */
function excerptOf(code: string, line: number, column: number, width = 1): string[] {
  const lines = code.split("\n");
  const from = Math.max(1, line - AROUND);
  const to = Math.min(lines.length, line + AROUND);
  const gutter = String(to).length;
  const shown: string[] = [];
  for (let number = from; number <= to; number++) {
    const text = (lines[number - 1] ?? "").slice(0, CODE_LIMIT);
    shown.push(`${number === line ? ">" : " "} ${String(number).padStart(gutter)} | ${text}`);
    if (number !== line) continue;
    if (column > CODE_LIMIT) continue;
    const marks = "^".repeat(Math.max(1, Math.min(width, text.length - column + 1)));
    shown.push(`  ${" ".repeat(gutter)} | ${" ".repeat(Math.max(0, column - 1))}${marks}`);
  }
  return shown;
}

function stackOf(error: Error): { excerpt: string[]; frames: string[] } {
  const given = read(error, "stack");
  const stack = typeof given === "string" ? given : "";
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  const place = placeOf(error);
  return { excerpt: place === undefined ? [] : excerptOf(place.code, place.line, place.column), frames };
}

/** The error's name; that of its class where the class has not given its errors one. */
function nameOf(error: Error): string {
  const name = read(error, "name");
  const ofClass = String((read(error, "constructor") as { name?: unknown } | undefined)?.name ?? "");
  const inherited = name === "Error" && !Object.hasOwn(error, "name") && /^[A-Z]/.test(ofClass);
  return (inherited ? ofClass : typeof name === "string" && name) || "Error";
}

function messageOf(error: Error): string {
  const message = read(error, "message");
  return typeof message === "string" ? message : inspect(message, { depth: 1 });
}

/** Causes and aggregated errors, each once, and not more than anybody reads. */
function details(error: Error, seen: Set<unknown>): string[] {
  const lines: string[] = [];
  const addError = (head: string[], each: unknown): void => {
    if (seen.has(each)) lines.push("", ...head, `${nameOf(each as Error)}: the error that was told above`);
    else if (seen.size < TOLD) lines.push("", ...head, ...errorContentOf(each, seen).traceback);
    else lines.push("", ...head, "… more than are told here");
  };
  const cause = read(error, "cause");
  if (cause !== undefined) addError(["Caused by:"], cause);
  const errors = read(error, "errors");
  if (!Array.isArray(errors)) return lines;
  for (const each of errors.slice(0, TOLD)) addError([], each);
  if (errors.length > TOLD) lines.push("", `… and ${errors.length - TOLD} more errors`);
  return lines;
}

/** A property of an error; nothing where it cannot be read. */
function read(error: Error, name: string): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function isError(value: unknown): value is Error {
  return (
    typeof value === "object" && value !== null && "message" in value && ("stack" in value || value instanceof Error)
  );
}

function isInterruption(error: unknown): boolean {
  if (!isError(error)) return false;
  const isTslabs = read(error, "message") === "Interrupted asynchronously";
  return error instanceof KeyboardInterrupt || isTslabs || read(error, "code") === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}
