// What the next cell knows of the names before it: a declaration file that grows from cell to cell. tslab writes most of
// it; names it loses (namespaces, `var` in a block, what cannot be written down) are added here.
import type ts from "@tslab/typescript-for-tslab";
import { localsOf } from "./scope";
import type { TypeScript } from "./tslab";

export interface Declared {
  /** Declarations after the cell, as tslab has written them. */
  written: string;
  /** The cell's file in the program that has checked it. */
  cell: ts.SourceFile;
  checker: ts.TypeChecker;
}

export class Declarations {
  /** The declaration file that the next cell is checked against. */
  text = "";
  #pending: { text: string; names: Map<string, string[]> } | undefined;

  constructor(readonly ts: TypeScript) {}

  /** Takes what a cell has declared; it holds from `adopt` on. */
  propose(declared: Declared): void {
    const { ts } = this;
    const written = declared.written.startsWith("undefined") ? declared.written.slice(9) : declared.written;
    const statements = this.#statements(written);
    const have = new Set(statements.flatMap(({ names }) => names));
    const added: string[] = [];
    const locals = localsOf(declared.cell);
    for (const [name, symbol] of locals) {
      if (have.has(name) || (symbol.flags & ts.SymbolFlags.Value) === 0) continue;
      added.push(`declare let ${name}: ${this.#typeText(declared, symbol)};`);
    }
    for (const { names, text, isNamespace } of this.#statements(this.text)) {
      // tslab forgets namespaces after one cell.
      if (isNamespace && names.every((name) => !have.has(name) && !locals.has(name))) added.push(text);
    }
    const text = [written.trimEnd(), ...added].join("\n");
    const names = new Map([...locals.keys()].map((name) => [name, []]));
    this.#pending = { text, names };
  }

  /** The proposed declarations hold from now on. */
  adopt(): void {
    if (this.#pending !== undefined) this.text = this.#pending.text;
    this.#pending = undefined;
  }

  drop(): void {
    this.#pending = undefined;
  }

  #typeText({ checker, cell }: Declared, symbol: ts.Symbol): string {
    const { ts } = this;
    const { NoTruncation, UseStructuralFallback, WriteArrayAsGenericType } = ts.TypeFormatFlags;
    const type = checker.getTypeOfSymbolAtLocation(symbol, cell);
    const text = checker.typeToString(type, cell, NoTruncation | UseStructuralFallback | WriteArrayAsGenericType);
    const parsed = ts.createSourceFile(
      "type.d.ts",
      `declare let x: ${text};`,
      ts.ScriptTarget.Latest,
    ) as ts.SourceFile & {
      parseDiagnostics?: unknown[];
    };
    return (parsed.parseDiagnostics?.length ?? 0) > 0 || text.includes("...") ? "any" : text;
  }

  #statements(text: string): { names: string[]; text: string; isNamespace: boolean }[] {
    const { ts } = this;
    const file = ts.createSourceFile("declarations.d.ts", text, ts.ScriptTarget.Latest, true);
    return file.statements.map((statement) => ({
      names: namesOf(ts, statement),
      text: statement.getText(file),
      isNamespace: ts.isModuleDeclaration(statement),
    }));
  }
}

/** The names that a top-level statement declares. */
export function namesOf(ts: TypeScript, statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((each) => each.name.getText());
  }
  if (ts.isImportDeclaration(statement)) {
    const clause = statement.importClause;
    const names = clause?.name === undefined ? [] : [clause.name.text];
    const bindings = clause?.namedBindings;
    if (bindings === undefined) return names;
    return ts.isNamespaceImport(bindings)
      ? [...names, bindings.name.text]
      : [...names, ...bindings.elements.map((each) => each.name.text)];
  }
  const { name } = statement as { name?: ts.Node };
  return name === undefined ? [] : [name.getText()];
}
