// Names in a cell's syntax tree: what declares them, what mentions them, and which of them live on the object that all cells share.
import type ts from "@tslab/typescript-for-tslab";
import type { TypeScript } from "./tslab";

/** The names that a file declares at its top level. */
export function localsOf(ts: TypeScript, file: ts.SourceFile): ReadonlyMap<string, ts.Symbol> {
  const { locals = new Map() } = file as unknown as { locals?: ReadonlyMap<ts.__String, ts.Symbol> };
  return new Map([...locals].map(([name, symbol]) => [ts.unescapeLeadingUnderscores(name), symbol]));
}

/** An expression without parentheses and types around it. */
export function withoutWrapping(ts: TypeScript, expression: ts.Expression): ts.Expression {
  let bare = expression;
  while (
    ts.isParenthesizedExpression(bare) ||
    ts.isAsExpression(bare) ||
    ts.isSatisfiesExpression(bare) ||
    ts.isNonNullExpression(bare) ||
    ts.isTypeAssertionExpression(bare)
  ) {
    bare = bare.expression;
  }
  return bare;
}

export function hasModifier(node: ts.HasModifiers, kind: ts.SyntaxKind): boolean {
  return node.modifiers?.some((each) => each.kind === kind) ?? false;
}

function boundNames(ts: TypeScript, name: ts.BindingName, into: ts.Identifier[]): void {
  if (ts.isIdentifier(name)) into.push(name);
  else for (const each of name.elements) if (ts.isBindingElement(each)) boundNames(ts, each.name, into);
}

export function isLastExpression(ts: TypeScript, statements: readonly ts.Statement[], index: number): boolean {
  return statements.slice(index + 1).every((each) => ts.isExportDeclaration(each) || ts.isEmptyStatement(each));
}

/** True for an identifier that is read or written as an expression: no declaration, no property's name, no label. */
export function isReference(ts: TypeScript, node: ts.Identifier): boolean {
  const { parent } = node;
  if ((ts.isPropertyAccessExpression(parent) || ts.isMetaProperty(parent)) && parent.name === node) return false;
  const internal = ts as unknown as { isExpressionNode(node: ts.Node): boolean };
  return internal.isExpressionNode(node);
}

/** True for a name of an import that is a value at run time. */
export function isValueImport(ts: TypeScript, checker: ts.TypeChecker, name: ts.Identifier): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  if (symbol === undefined) return false;
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return (target.flags & ts.SymbolFlags.Value) !== 0 && (target.flags & ts.SymbolFlags.ConstEnum) === 0;
}

/** True for the name of an enum or namespace that is there at run time. */
export function hasRunTimeValue(ts: TypeScript, checker: ts.TypeChecker, name: ts.Identifier): boolean {
  const symbol = checker.getSymbolAtLocation(name);
  const { Value, ConstEnum } = ts.SymbolFlags;
  return symbol !== undefined && (symbol.flags & Value) !== 0 && (symbol.flags & ConstEnum) === 0;
}

/** True for a name whose values are variables, functions, classes and imports: nothing that is merged from several. */
function isSimple(ts: TypeScript, symbol: ts.Symbol): boolean {
  const values = (symbol.declarations ?? []).filter(
    (each) => !ts.isInterfaceDeclaration(each) && !ts.isTypeAliasDeclaration(each),
  );
  return values.every(
    (each) =>
      ts.isVariableDeclaration(each) ||
      ts.isBindingElement(each) ||
      ts.isFunctionDeclaration(each) ||
      ts.isClassDeclaration(each) ||
      ts.isImportClause(each) ||
      ts.isImportSpecifier(each) ||
      ts.isNamespaceImport(each),
  );
}

/** True when a file waits outside of every function. */
export function awaitsAtTop(ts: TypeScript, file: ts.SourceFile): boolean {
  const waits = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node) || ts.isPropertyDeclaration(node))
      return false;
    if (ts.isAwaitExpression(node)) return true;
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
    return ts.forEachChild(node, waits) === true;
  };
  return waits(file);
}

/** The names of a cell that live on the object that all cells share. */
export class SharedNames {
  readonly #locals: ReadonlyMap<string, ts.Symbol>;
  /** Names whose declaration stays as it is (enums, namespaces, merged declarations); they are copied to the object. */
  readonly #kept = new Set<ts.Symbol>();

  /** @param earlier the file with the declarations of earlier cells; their names are on the shared object too. */
  constructor(
    readonly ts: TypeScript,
    readonly checker: ts.TypeChecker,
    readonly cell: ts.SourceFile,
    readonly earlier: ts.SourceFile,
  ) {
    this.#locals = localsOf(ts, cell);
    for (const symbol of this.#locals.values()) if (!isSimple(ts, symbol)) this.#kept.add(symbol);
  }

  /** True when the declaration of this name stays as it is. */
  isKept(name: ts.Identifier): boolean {
    const symbol = this.checker.getSymbolAtLocation(name);
    return symbol === undefined || this.#kept.has(symbol);
  }

  /** A name that this cell or an earlier one declares at its top level, and that has a value at run time. */
  has(node: ts.Identifier, symbol: ts.Symbol | undefined): boolean {
    const { ts } = this;
    if (symbol === undefined || (symbol.flags & ts.SymbolFlags.ConstEnum) !== 0) return false;
    const own = this.#locals.get(node.text) === symbol;
    const before = !own && (symbol.declarations ?? []).some((each) => this.#isEarlier(each));
    if (!own && !before) return false;
    if (symbol.flags & ts.SymbolFlags.Alias && own) return isValueImport(ts, this.checker, node);
    // Inside its own declaration a class, enum or namespace is known by its local name, before the object has it.
    return !own || !this.#insideOwnDeclaration(node, symbol);
  }

  /** What `declare global { … }` adds to belongs to all of JavaScript, not to the cells. */
  #isEarlier(declaration: ts.Declaration): boolean {
    if (declaration.getSourceFile() !== this.earlier) return false;
    const { ts } = this;
    const isGlobal = (node: ts.Node): boolean =>
      (ts.isModuleDeclaration(node) && (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0) ||
      (node.parent !== undefined && isGlobal(node.parent));
    return !isGlobal(declaration);
  }

  #insideOwnDeclaration(node: ts.Node, symbol: ts.Symbol): boolean {
    const { ts } = this;
    for (let parent = node.parent; parent !== undefined && parent !== this.cell; parent = parent.parent) {
      const scoped = ts.isClassDeclaration(parent) || ts.isEnumDeclaration(parent) || ts.isModuleDeclaration(parent);
      if (scoped && symbol.declarations?.includes(parent as ts.Declaration)) return true;
    }
    return false;
  }

  /** True for a `var` inside a block: it belongs to the whole cell. */
  isCellVar(list: ts.VariableDeclarationList): boolean {
    const { ts } = this;
    if ((list.flags & ts.NodeFlags.BlockScoped) !== 0) return false;
    const names: ts.Identifier[] = [];
    for (const each of list.declarations) boundNames(ts, each.name, names);
    return names.some((name) => {
      const symbol = this.checker.getSymbolAtLocation(name);
      return symbol !== undefined && this.#locals.get(name.text) === symbol;
    });
  }
}
