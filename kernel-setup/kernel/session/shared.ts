// Which names of a cell live on the object that all cells share.
import type ts from "@tslab/typescript-for-tslab";
import { boundNames, isSimple, isValueImport, localsOf } from "./bindings";
import type { TypeScript } from "./tslab";

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
