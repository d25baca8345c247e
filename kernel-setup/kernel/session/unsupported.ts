// What a cell cannot be written in, said in plain words: the compiler's own complaints do not name it.
import type ts from "@tslab/typescript-for-tslab";
import type { TypeScript } from "./tslab";

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
 * The words for whatever of it stands in a cell that the compiler has refused.
 *
 * @param refused the lines in which the compiler has found something, from 0.
 */
export function unsupportedIn(typescript: TypeScript, code: string, refused: ReadonlySet<number>): string[] {
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
  if (hasJsx(typescript, code)) {
    words.push(
      "JSX (<tag>…</tag>) is not supported in cells: show HTML with " +
        '`display({ "text/html": "<b>…</b>" })`. A type assertion is written `value as Type`.',
    );
  }
  return words;
}

/** Whether the code, which as TypeScript is wrong, is less wrong with JSX. */
function hasJsx(typescript: TypeScript, code: string): boolean {
  if (!code.includes("<") || errorsOf(parse(typescript, code, typescript.ScriptKind.TS)) === 0) return false;
  const file = parse(typescript, code, typescript.ScriptKind.TSX);
  if (errorsOf(file) >= errorsOf(parse(typescript, code, typescript.ScriptKind.TS))) return false;
  const containsJsx = (node: ts.Node): boolean =>
    typescript.isJsxElement(node) ||
    typescript.isJsxSelfClosingElement(node) ||
    typescript.isJsxFragment(node) ||
    typescript.forEachChild(node, containsJsx) === true;
  return containsJsx(file);
}

function parse(typescript: TypeScript, code: string, kind: ts.ScriptKind): ts.SourceFile {
  return typescript.createSourceFile("cell.tsx", code, typescript.ScriptTarget.Latest, false, kind);
}

function errorsOf(file: ts.SourceFile): number {
  return (file as ts.SourceFile & { parseDiagnostics?: unknown[] }).parseDiagnostics?.length ?? 0;
}
