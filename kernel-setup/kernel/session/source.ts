// Small mercies before a cell is compiled: text that the compiler of tslab cannot read, but whose meaning is plain, is
// blanked. Nothing moves: every line and column stays what it was.
import type ts from "@tslab/typescript-for-tslab";
import type { TypeScript } from "./tslab";

/**
 * Blanks what only a module can have (`export`, as in pasted code), import attributes (`with { type: "json" }`) and the first
 * line of a script (`#!/usr/bin/env node`), which TypeScript takes at the very beginning of a file only.
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
