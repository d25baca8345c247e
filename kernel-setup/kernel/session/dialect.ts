// Where what learners write and the compiler of tslab (TypeScript 5.0) do not meet: text that it cannot read, but whose meaning is
// plain, is blanked before; a complaint about what a cell may do is none; what Node will refuse is a complaint; and what a cell
// cannot be written in is said in plain words.
import type ts from "@tslab/typescript-for-tslab";
import type { TypeScript } from "./tslab";

/** TypeScript's number for an `await` outside of an async function. */
const AWAIT_OUTSIDE_OF_ASYNC = 1308;

/** TypeScript's number for wrong flags of a regular expression, from 5.5 on. */
const UNKNOWN_FLAG = 1499;

/** `%name`, `!./file` and `!{…}` as a line of its own. */
const MAGIC = /^\s*(?:%%?[a-z]|!!?\s*(?:\.{1,2}\/|~\/|\{))/;
/** `!command`, which as TypeScript may be the negation of a name: what follows a name in an expression follows no command. */
const COMMAND = /^\s*!!?\s*[a-z][a-z\d_-]*(?:;|\s*$|\s(?!\s*(?:&&|\|\||\?|[=!]=|instanceof\b)))/;
/**
 * `!/bin/ls -l`: names between slashes, which TypeScript takes for a regular expression, its flags and what is divided. What is
 * looked up in one, called or compared goes on otherwise.
 */
const PATH = /^\s*!!?\s*\/[\w.~-]+(?:\/[\w~-][\w.~-]*)+(?:;|\s*$|\s(?!\s*(?:&&|\|\||\?|[=!]=)))/;

const FORMS = [MAGIC, COMMAND, PATH];

/**
 * Blanks what only a module can have (`export`, as in pasted code), import attributes (`with { type: "json" }`) and the first
 * line of a script (`#!/usr/bin/env node`), which TypeScript takes at the very beginning of a file only. Nothing moves: every
 * line and column stays what it was.
 */
export function compilable(ts: TypeScript, given: string): string {
  const code = given.replace(/^\ufeff?#!.*/, (line) => " ".repeat(line.length));
  if (!/\bexport\b|\bwith\b|\bassert\b/.test(code)) return code;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  const blanks = file.statements.flatMap((statement) => exportIn(ts, file, statement));
  const attributes = /(\bimport\b[^;"'`]*?\bfrom\s*(["'])[^"'\n]*\2)(\s*\b(?:with|assert)\s*\{[^}]*\})/g;
  for (const match of code.matchAll(attributes)) {
    const start = (match.index ?? 0) + (match[1]?.length ?? 0);
    blanks.push([start, start + (match[3]?.length ?? 0)]);
  }
  let blanked = code;
  for (const [start, end] of blanks) {
    blanked = blanked.slice(0, start) + blanked.slice(start, end).replace(/[^\n]/g, " ") + blanked.slice(end);
  }
  return blanked;
}

/** Where `export` stands in a statement: a cell has no one to export to, and its names are everybody's already. */
function exportIn(ts: TypeScript, file: ts.SourceFile, statement: ts.Statement): [number, number][] {
  if (ts.isExportDeclaration(statement)) return [[statement.getStart(file), statement.getEnd()]];
  if (ts.isExportAssignment(statement) || !ts.canHaveModifiers(statement)) return [];
  // `export default function () {}` would be no statement without its `export`.
  const declares = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
  if (declares && statement.name === undefined) return [];
  return (ts.getModifiers(statement) ?? [])
    .filter(({ kind }) => kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword)
    .map((each) => [each.getStart(file), each.getEnd()]);
}

/**
 * Whether TypeScript complains of an `await` that is in no function: it takes a cell for a script, in which one may not wait at the
 * top level, but tslab compiles such a cell into an async function.
 */
export function isAboutTopLevelAwait(ts: TypeScript, { code, file, start }: ts.Diagnostic): boolean {
  if (code !== AWAIT_OUTSIDE_OF_ASYNC || !file || start === undefined) return false;
  let node: ts.Node | undefined = file;
  while (node) {
    if (ts.isFunctionLike(node)) return false;
    node = ts.forEachChild(node, (child) => (child.pos <= start && start < child.end ? child : undefined));
  }
  return true;
}

/** Errors about a declaration file that could not be written (4xxx, 2742): the cell runs, the name becomes `any`. */
export function isAboutDeclarations(diagnostic: ts.Diagnostic): boolean {
  // tslab exports every name it finds, `declare global` among them.
  const aboutGlobal = String(diagnostic.messageText).includes("'__global'");
  return (
    (diagnostic.code >= 4000 && diagnostic.code < 4200) ||
    diagnostic.code === 2742 ||
    diagnostic.code === 2527 ||
    aboutGlobal
  );
}

/**
 * A diagnostic for each regular expression in a file with flags that there are not, or twice: TypeScript 5.0 does not look at them,
 * and Node, which refuses them, does not say where they are.
 */
export function wrongFlags(ts: TypeScript, file: ts.SourceFile): ts.Diagnostic[] {
  const found: ts.Diagnostic[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const place = node.text.lastIndexOf("/") + 1;
      const flags = node.text.slice(place);
      if (!areFlags(flags)) {
        const start = node.getStart(file) + place;
        const messageText = `"${flags}" are no flags of a regular expression; they are some of dgimsuvy, each once, and not u with v.`;
        const category = ts.DiagnosticCategory.Error;
        found.push({ file, start, length: flags.length, category, code: UNKNOWN_FLAG, messageText });
      }
    }
    ts.forEachChild(node, visit);
  };
  if (file.text.includes("/")) visit(file);
  return found;
}

function areFlags(flags: string): boolean {
  try {
    new RegExp("", flags);
    return true;
  } catch {
    return false;
  }
}

/**
 * The words for whatever of it stands in a cell that the compiler has refused.
 *
 * @param refused the lines in which the compiler has found something, from 0.
 */
export function unsupportedIn(ts: TypeScript, code: string, refused: ReadonlySet<number>): string[] {
  const words: string[] = [];
  if (/^\s*(?:await\s+)?using\s+[\w$]+\s*=/m.test(code)) {
    words.push(
      "`using` came with TypeScript 5.2; this kernel's TypeScript (tslab's) is 5.0. Use try … finally instead.",
    );
  }
  if (code.split("\n").some((line, index) => refused.has(index) && FORMS.some((form) => form.test(line)))) {
    words.push(
      "IPython's magics (%name, !command) are not TypeScript: run programs with " +
        '`import { execSync } from "node:child_process"`, or in a terminal (File → New → Terminal).',
    );
  }
  if (hasJsx(ts, code)) {
    words.push(
      "JSX (<tag>…</tag>) is not supported in cells: show HTML with " +
        '`display({ "text/html": "<b>…</b>" })`. A type assertion is written `value as Type`.',
    );
  }
  return words;
}

/** Whether the code, which as TypeScript is wrong, is less wrong with JSX. */
function hasJsx(ts: TypeScript, code: string): boolean {
  if (!code.includes("<") || errorsOf(parse(ts, code, ts.ScriptKind.TS)) === 0) return false;
  const file = parse(ts, code, ts.ScriptKind.TSX);
  if (errorsOf(file) >= errorsOf(parse(ts, code, ts.ScriptKind.TS))) return false;
  const containsJsx = (node: ts.Node): boolean =>
    ts.isJsxElement(node) ||
    ts.isJsxSelfClosingElement(node) ||
    ts.isJsxFragment(node) ||
    ts.forEachChild(node, containsJsx) === true;
  return containsJsx(file);
}

function parse(ts: TypeScript, code: string, kind: ts.ScriptKind): ts.SourceFile {
  return ts.createSourceFile("cell.tsx", code, ts.ScriptTarget.Latest, false, kind);
}

function errorsOf(file: ts.SourceFile): number {
  return (file as ts.SourceFile & { parseDiagnostics?: unknown[] }).parseDiagnostics?.length ?? 0;
}
