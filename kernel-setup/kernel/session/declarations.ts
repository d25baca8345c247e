// What the next cell knows of the names before it: a declaration file that grows from cell to cell. tslab writes most of
// it. Names it loses (namespaces, `var` in a block, what cannot be written down) are added here, and a type that a cell has
// declared anew lives on under another name where an older variable is of it.
import type ts from "@tslab/typescript-for-tslab";
import { localsOf } from "./bindings";
import type { TypeScript } from "./tslab";

export interface Declared {
  /** Declarations after the cell, as tslab has written them. */
  written: string;
  /** The cell's file in the program that has checked it. */
  cell: ts.SourceFile;
  checker: ts.TypeChecker;
}

/** What the declarations become if the cell is run. */
export interface Proposal {
  readonly before: string;
  readonly text: string;
  /** The cell's own names that have a value. */
  readonly values: ReadonlySet<string>;
}

interface Statement {
  names: string[];
  text: string;
  node: ts.Statement;
}

/** How many levels of syntax a declaration may have; the compiler itself fails at some hundreds. */
const DEEPEST = 200;

export class Declarations {
  /** The declaration file that the next cell is checked against. */
  text = "";
  /** The names under which types live on that a later cell has declared anew. */
  readonly #older = new Set<string>();

  constructor(readonly ts: TypeScript) {}

  propose(declared: Declared): Proposal {
    const { ts } = this;
    const whole = declared.written.startsWith("undefined") ? declared.written.slice(9) : declared.written;
    const written = this.#statements(whole)
      .map((each) => (isDeep(ts, each.node) ? asAny(ts, each) : each.text))
      .join("\n");
    const locals = localsOf(ts, declared.cell);
    const { Value, Type } = ts.SymbolFlags;
    const now = this.#statements(written);
    const have = new Set(now.flatMap(({ names }) => names));
    const own = new Set(now.filter(({ names }) => names.some((name) => locals.has(name))));
    const kept = now.filter((statement) => !own.has(statement));
    const values = new Set<string>();
    const made = [...own].map(({ text }) => text);
    for (const [name, symbol] of locals) {
      // A cell with a type that cannot be named from its folder is not written down at all: its own types are, as they stand.
      if (!have.has(name)) made.push(...this.#asTheyStand(symbol));
      if ((symbol.flags & (Value | ts.SymbolFlags.Alias)) === 0) continue;
      values.add(name);
      if (!have.has(name) && (symbol.flags & Value) !== 0)
        made.push(`declare let ${name}: ${this.#typeText(declared, symbol)};`);
    }
    const old = this.#statements(this.text);
    // tslab forgets namespaces after one cell.
    const forgotten = old.filter(
      ({ node, names }) => ts.isModuleDeclaration(node) && !names.some((name) => have.has(name) || locals.has(name)),
    );
    const redeclared = new Map<string, string>();
    for (const { names, node, text } of old) {
      const [name] = names;
      if (name === undefined || !declaresType(ts, node) || ((locals.get(name)?.flags ?? 0) & Type) === 0) continue;
      const same = [...own].some((statement) => statement.names.includes(name) && statement.text === text);
      if (same) continue;
      const free = this.#free(`${name}_before`, [...have, ...locals.keys(), ...redeclared.values()]);
      this.#older.add(free);
      redeclared.set(name, free);
    }
    for (const name of locals.keys()) this.#older.delete(name);
    const older = this.#renameRedeclared([...kept, ...forgotten], old, redeclared);
    return { before: this.text, text: [...made, ...older].join("\n"), values };
  }

  /**
   * The proposal holds from now on.
   *
   * @param reached whether a name has got a value: a cell that failed may not have come to all of its names.
   */
  adopt(proposal: Proposal, reached: (name: string) => boolean): void {
    if (proposal.before !== this.text) return;
    const lost = new Set([...proposal.values].filter((name) => !reached(name)));
    if (lost.size === 0) {
      this.text = proposal.text;
      return;
    }
    const { ts } = this;
    const kept = this.#statements(proposal.text).map(({ text, node }) => {
      if (!ts.isVariableStatement(node)) return text;
      const found = node.declarationList.declarations.filter((each) => !lost.has(each.name.getText()));
      return found.length === 0 ? "" : `declare let ${found.map((each) => each.getText()).join(", ")};`;
    });
    this.text = kept.filter((text) => text !== "").join("\n");
  }

  /** The statements with redeclared types under their new names, and after them those older types themselves. */
  #renameRedeclared(statements: Statement[], old: Statement[], names: ReadonlyMap<string, string>): string[] {
    const needed = new Set<string>();
    const rename = ({ node, text }: Statement): string => this.#rename(node, text, names, needed);
    const texts = statements.map(rename);
    const added: string[] = [];
    for (const name of needed) {
      for (const each of old)
        if (each.names.includes(name) && declaresType(this.ts, each.node)) added.push(rename(each));
    }
    const all = [...texts, ...added];
    // An older type that nothing mentions any more has had its time.
    return all.filter((text, index) => {
      const [name] = index < statements.length ? (statements[index]?.names ?? []) : [];
      if (name === undefined || !this.#older.has(name)) return true;
      return all.some((other) => other !== text && new RegExp(`\\b${name}\\b`).test(other));
    });
  }

  #rename(node: ts.Node, text: string, names: ReadonlyMap<string, string>, needed: Set<string>): string {
    const { ts } = this;
    const start = node.getStart(undefined, true);
    const edits: [number, number, string][] = [];
    const visit = (each: ts.Node): void => {
      const name = ts.isIdentifier(each) ? names.get(each.text) : undefined;
      if (name !== undefined && namesType(ts, each as ts.Identifier)) {
        edits.push([each.getStart() - start, each.getEnd() - start, name]);
        needed.add((each as ts.Identifier).text);
      }
      ts.forEachChild(each, visit);
    };
    if (names.size > 0) visit(node);
    let renamed = text;
    for (const [from, to, name] of edits.reverse()) renamed = renamed.slice(0, from) + name + renamed.slice(to);
    return renamed;
  }

  /** Types are forgotten, and what has a value is `any`: the compiler cannot get through what it was told. */
  forgetTypes(values: string[]): void {
    this.text = values.map((name) => `declare let ${name}: any;`).join("\n");
  }

  /** Whether a name is none of the learner's. */
  isOlder(name: string): boolean {
    return this.#older.has(name);
  }

  #free(name: string, taken: string[]): string {
    const used = new Set([...taken, ...this.#statements(this.text).flatMap(({ names }) => names)]);
    let free = name;
    for (let count = 2; used.has(free); count++) free = `${name}${count}`;
    return free;
  }

  #asTheyStand(symbol: ts.Symbol): string[] {
    const { ts } = this;
    return (symbol.declarations ?? [])
      .filter((node) => ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node))
      .map((node) => {
        if (isDeep(ts, node)) return `type ${(node as ts.TypeAliasDeclaration).name.text} = any;`;
        return withDocs(node as ts.Statement).replace(/^export\s+/m, "");
      });
  }

  #typeText({ checker, cell }: Declared, symbol: ts.Symbol): string {
    const { ts } = this;
    const { NoTruncation, UseStructuralFallback, WriteArrayAsGenericType } = ts.TypeFormatFlags;
    const type = checker.getTypeOfSymbolAtLocation(symbol, cell);
    const text = checker.typeToString(type, cell, NoTruncation | UseStructuralFallback | WriteArrayAsGenericType);
    const source = `declare let x: ${text};`;
    const file = ts.createSourceFile("type.d.ts", source, ts.ScriptTarget.Latest) as ts.SourceFile & {
      parseDiagnostics?: unknown[];
    };
    return (file.parseDiagnostics?.length ?? 0) > 0 || isDeep(ts, file) ? "any" : text;
  }

  #statements(text: string): Statement[] {
    const file = this.ts.createSourceFile("declarations.d.ts", text, this.ts.ScriptTarget.Latest, true);
    return file.statements.map((node) => ({ names: namesOf(this.ts, node), text: withDocs(node), node }));
  }
}

/** True for a declaration that is nested so deeply that one day the compiler will not get through it. */
function isDeep(ts: TypeScript, statement: ts.Node): boolean {
  let level: ts.Node[] = [statement];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const next: ts.Node[] = [];
    for (const node of level) ts.forEachChild(node, (child) => void next.push(child));
    level = next;
  }
  return level.length > 0;
}

/** The names of a statement, of which nothing is known any more but that they are there. */
function asAny(ts: TypeScript, { node, names }: Statement): string {
  const hasValue = !ts.isTypeAliasDeclaration(node) && !ts.isInterfaceDeclaration(node);
  return names
    .flatMap((name) => [
      ...(hasValue ? [`declare let ${name}: any;`] : []),
      ...(declaresType(ts, node) ? [`type ${name} = any;`] : []),
    ])
    .join("\n");
}

function declaresType(ts: TypeScript, node: ts.Node): boolean {
  return (
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node)
  );
}

/** True for an identifier that stands for a type or declares one, not for a property of the same name. */
function namesType(ts: TypeScript, node: ts.Identifier): boolean {
  const { parent } = node;
  if (declaresType(ts, parent)) return (parent as ts.ClassDeclaration).name === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  return (
    ts.isTypeReferenceNode(parent) ||
    ts.isExpressionWithTypeArguments(parent) ||
    ts.isTypeQueryNode(parent) ||
    ts.isTypePredicateNode(parent)
  );
}

/** The text of a statement with its TSDoc, which the inspector shows. */
function withDocs(node: ts.Statement): string {
  return node.getSourceFile().text.slice(node.getStart(undefined, true), node.getEnd());
}

/** The names that a top-level statement declares. */
function namesOf(ts: TypeScript, statement: ts.Statement): string[] {
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
