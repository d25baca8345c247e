// Small mercies before a cell is compiled: text that the compiler of tslab cannot read, but whose meaning is plain, is
// blanked. Nothing moves: every line and column stays what it was.
import type { TypeScript } from "./tslab";

/** Blanks `export` before a declaration (pasted module code) and import attributes (`with { type: "json" }`). */
export function compilable(ts: TypeScript, code: string): string {
  if (!/\bexport\b|\bwith\b|\bassert\b/.test(code)) return code;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  const blanks: [number, number][] = [];
  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement) || ts.isExportAssignment(statement)) continue;
    if (!ts.canHaveModifiers(statement)) continue;
    for (const modifier of ts.getModifiers(statement) ?? []) {
      const { kind } = modifier;
      if (kind === ts.SyntaxKind.ExportKeyword || kind === ts.SyntaxKind.DefaultKeyword) {
        blanks.push([modifier.getStart(file), modifier.getEnd()]);
      }
    }
  }
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
