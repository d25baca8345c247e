// A cell's top-level names live on one object that all cells share. Every mention of such a name in a cell is rewritten to
// `exports.name`, so that a function sees a variable that a later cell has changed, and a name that a failed cell has
// reached is there. TypeScript has checked the cell before; this is its first transformation.
import type ts from "@tslab/typescript-for-tslab";
import {
  boundNames,
  hasModifier,
  hasRunTimeValue,
  isLastExpression,
  isReference,
  isSimple,
  isValueImport,
  localsOf,
  withoutWrapping,
} from "./bindings";
import type { TypeScript } from "./tslab";

/** What the rewritten code calls. */
const RUNTIME = "__tslab__";

/**
 * The transformation of the cell's file.
 *
 * @param earlier the file with the declarations of earlier cells; their names are on the shared object too.
 */
export function scopeTransformer(
  ts: TypeScript,
  checker: ts.TypeChecker,
  cell: ts.SourceFile,
  earlier: ts.SourceFile,
): ts.TransformerFactory<ts.SourceFile> {
  return (context) => () => new CellRewriter(ts, checker, cell, earlier, context).file();
}

class CellRewriter {
  readonly #locals: ReadonlyMap<string, ts.Symbol>;
  readonly #factory: ts.NodeFactory;
  /** Names whose declaration stays as it is (enums, namespaces, merged declarations); they are copied to the object. */
  readonly #kept = new Set<ts.Symbol>();

  constructor(
    readonly ts: TypeScript,
    readonly checker: ts.TypeChecker,
    readonly cell: ts.SourceFile,
    readonly earlier: ts.SourceFile,
    readonly context: ts.TransformationContext,
  ) {
    this.#locals = localsOf(cell);
    this.#factory = context.factory;
    for (const symbol of this.#locals.values()) if (!isSimple(ts, symbol)) this.#kept.add(symbol);
  }

  file(): ts.SourceFile {
    const { ts } = this;
    const imports: ts.Statement[] = [];
    const hoisted: ts.Statement[] = [];
    const rest: ts.Statement[] = [];
    const statements = this.cell.statements;
    for (const [index, statement] of statements.entries()) {
      if (ts.isImportDeclaration(statement)) {
        imports.push(statement, ...this.#importedNames(statement));
      } else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier === undefined) {
        // The list of names that tslab appends: the names are on the object already.
      } else if (ts.isImportEqualsDeclaration(statement)) {
        rest.push(statement, ...(isValueImport(ts, this.checker, statement.name) ? [this.#copy(statement.name)] : []));
      } else if (ts.isFunctionDeclaration(statement)) {
        hoisted.push(...this.#functionStatement(statement));
      } else if (ts.isExpressionStatement(statement) && isLastExpression(ts, statements, index)) {
        const value = this.#expression(statement.expression);
        rest.push(this.#at(this.#factory.createExpressionStatement(this.#call("result", value)), statement));
      } else {
        rest.push(...this.#statement(statement));
      }
    }
    // The empty statement keeps tslab from taking the last assignment for the last expression.
    const strict = this.#factory.createExpressionStatement(this.#factory.createStringLiteral("use strict"));
    const all = [strict, ...imports, ...hoisted, ...rest, this.#factory.createEmptyStatement(), this.#exportNothing()];
    return this.#factory.updateSourceFile(
      this.cell,
      this.ts.setTextRange(this.#factory.createNodeArray(all), statements),
    );
  }

  /** A top-level statement that is neither an import nor a function. */
  #statement(statement: ts.Statement): ts.Statement[] {
    const { ts } = this;
    if (ts.isVariableStatement(statement)) {
      if (hasModifier(statement, ts.SyntaxKind.DeclareKeyword)) return [statement];
      return this.#assignments(statement.declarationList).map((each) =>
        this.#at(this.#factory.createExpressionStatement(each), statement),
      );
    }
    if (ts.isClassDeclaration(statement) && !hasModifier(statement, ts.SyntaxKind.DeclareKeyword)) {
      return this.#classStatement(statement);
    }
    const visited = this.#visit(statement) as ts.Statement;
    const declares = ts.isEnumDeclaration(statement) || ts.isModuleDeclaration(statement);
    if (!declares || !ts.isIdentifier(statement.name)) return [visited];
    return hasRunTimeValue(ts, this.checker, statement.name) ? [visited, this.#copy(statement.name)] : [visited];
  }

  #classStatement(statement: ts.ClassDeclaration): ts.Statement[] {
    const { ts } = this;
    const { name } = statement;
    const visited = ts.visitEachChild(statement, this.#visit, this.context);
    if (name === undefined) return [visited];
    const decorated = (ts.getDecorators(statement)?.length ?? 0) > 0;
    const symbol = this.checker.getSymbolAtLocation(name);
    if (decorated || symbol === undefined || this.#kept.has(symbol)) return [visited, this.#copy(name)];
    const expression = this.#factory.createClassExpression(
      undefined,
      name,
      visited.typeParameters,
      visited.heritageClauses,
      visited.members,
    );
    ts.setOriginalNode(expression, statement);
    return [this.#at(this.#factory.createExpressionStatement(this.#assign(name, expression)), statement)];
  }

  #functionStatement(statement: ts.FunctionDeclaration): ts.Statement[] {
    const { ts } = this;
    const { name, body } = statement;
    if (body === undefined || name === undefined)
      return name === undefined ? [this.#visit(statement) as ts.Statement] : [];
    const visited = ts.visitEachChild(statement, this.#visit, this.context);
    const symbol = this.checker.getSymbolAtLocation(name);
    if (symbol === undefined || this.#kept.has(symbol)) return [visited, this.#copy(name)];
    const expression = this.#factory.createFunctionExpression(
      visited.modifiers?.filter((each): each is ts.AsyncKeyword => each.kind === ts.SyntaxKind.AsyncKeyword),
      visited.asteriskToken,
      name,
      visited.typeParameters,
      visited.parameters,
      visited.type,
      visited.body ?? this.#factory.createBlock([]),
    );
    ts.setOriginalNode(expression, statement);
    return [this.#at(this.#factory.createExpressionStatement(this.#assign(name, expression)), statement)];
  }

  /** `exports.name = name` for every name of an import that is a value. */
  #importedNames(statement: ts.ImportDeclaration): ts.Statement[] {
    const { ts } = this;
    const clause = statement.importClause;
    if (clause === undefined || clause.isTypeOnly) return [];
    const names: ts.Identifier[] = clause.name === undefined ? [] : [clause.name];
    if (clause.namedBindings !== undefined) {
      if (ts.isNamespaceImport(clause.namedBindings)) names.push(clause.namedBindings.name);
      else for (const each of clause.namedBindings.elements) if (!each.isTypeOnly) names.push(each.name);
    }
    return names.filter((name) => isValueImport(ts, this.checker, name)).map((name) => this.#copy(name));
  }

  readonly #visit = (node: ts.Node): ts.Node => {
    const { ts } = this;
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return node;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return node;
    if (ts.isIdentifier(node)) return this.#identifier(node);
    if (ts.isShorthandPropertyAssignment(node)) return this.#shorthand(node);
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      const runtime = this.#factory.createIdentifier(RUNTIME);
      return this.#at(this.#factory.createPropertyAccessExpression(runtime, "meta"), node);
    }
    if (ts.isAwaitExpression(node)) {
      const waiting = this.#factory.createAwaitExpression(this.#call("before", this.#expression(node.expression)));
      return this.#at(this.#call("after", waiting), node);
    }
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return this.#forAwait(node);
    if (ts.isForInStatement(node) || ts.isForOfStatement(node) || ts.isForStatement(node)) return this.#loop(node);
    if (ts.isVariableStatement(node)) return this.#innerVariables(node);
    if (ts.isCallExpression(node)) return this.#callExpression(node);
    if (ts.isTaggedTemplateExpression(node)) {
      const visited = ts.visitEachChild(node, this.#visit, this.context);
      const tag = this.#withoutThis(node.tag, visited.tag);
      return this.#factory.updateTaggedTemplateExpression(visited, tag, visited.typeArguments, visited.template);
    }
    return ts.visitEachChild(node, this.#visit, this.context);
  };

  #expression(node: ts.Expression): ts.Expression {
    return this.#visit(node) as ts.Expression;
  }

  #identifier(node: ts.Identifier): ts.Expression {
    if (!isReference(this.ts, node)) return node;
    return this.#isShared(node, this.checker.getSymbolAtLocation(node)) ? this.#access(node) : node;
  }

  #shorthand(node: ts.ShorthandPropertyAssignment): ts.Node {
    const initializer = node.objectAssignmentInitializer;
    const given = initializer === undefined ? undefined : this.#expression(initializer);
    if (!this.#isShared(node.name, this.checker.getShorthandAssignmentValueSymbol(node))) {
      return initializer === given ? node : this.#factory.updateShorthandPropertyAssignment(node, node.name, given);
    }
    const access = this.#access(node.name);
    const value = given === undefined ? access : this.#factory.createAssignment(access, given);
    return this.#at(
      this.#factory.createPropertyAssignment(this.#factory.createIdentifier(node.name.text), value),
      node,
    );
  }

  /** `f(x)` must not become `exports.f(x)`, which would hand the object to `f` as its `this`. */
  #callExpression(node: ts.CallExpression): ts.Node {
    const { ts } = this;
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const values = node.arguments.map((each) => this.#expression(each));
      return this.#at(this.#call("import", ...values), node);
    }
    const visited = ts.visitEachChild(node, this.#visit, this.context);
    const callee = this.#withoutThis(node.expression, visited.expression);
    if (callee === visited.expression) return visited;
    return this.#factory.updateCallExpression(visited, callee, visited.typeArguments, visited.arguments);
  }

  #withoutThis(before: ts.Expression, after: ts.Expression): ts.Expression {
    if (!this.ts.isIdentifier(withoutWrapping(this.ts, before)) || before === after) return after;
    const zero = this.#factory.createNumericLiteral(0);
    return this.#at(this.#factory.createParenthesizedExpression(this.#factory.createComma(zero, after)), before);
  }

  #forAwait(node: ts.ForOfStatement): ts.Node {
    const { ts } = this;
    const loop = this.#loop(node) as ts.ForOfStatement;
    const check = this.#factory.createExpressionStatement(this.#call("after", this.#factory.createVoidZero()));
    const inner = ts.isBlock(loop.statement) ? loop.statement.statements : [loop.statement];
    const body = this.#factory.createBlock([check, ...inner], true);
    return this.#factory.updateForOfStatement(loop, loop.awaitModifier, loop.initializer, loop.expression, body);
  }

  /** `for (var i …)`: a `var` belongs to the whole cell, wherever it stands. */
  #loop(node: ts.ForStatement | ts.ForInStatement | ts.ForOfStatement): ts.Node {
    const { ts } = this;
    const { initializer } = node;
    if (initializer === undefined || !ts.isVariableDeclarationList(initializer) || !this.#isCellVar(initializer)) {
      return ts.visitEachChild(node, this.#visit, this.context);
    }
    if (ts.isForStatement(node)) {
      const visited = ts.visitEachChild(node, this.#visitBut(initializer), this.context);
      const [first, ...more] = this.#assignments(initializer);
      const all = first && more.reduce((left, right) => this.#factory.createComma(left, right), first);
      return this.#factory.updateForStatement(visited, all, visited.condition, visited.incrementor, visited.statement);
    }
    const visited = ts.visitEachChild(node, this.#visitBut(initializer), this.context);
    const name = initializer.declarations[0]?.name;
    const target = name === undefined ? this.#factory.createNull() : this.#target(name);
    return ts.isForInStatement(visited)
      ? this.#factory.updateForInStatement(visited, target, visited.expression, visited.statement)
      : this.#factory.updateForOfStatement(
          visited,
          visited.awaitModifier,
          target,
          visited.expression,
          visited.statement,
        );
  }

  #visitBut(kept: ts.Node): (node: ts.Node) => ts.Node {
    return (node) => (node === kept ? node : this.#visit(node));
  }

  /** A variable statement inside a block: rewritten when its `var` belongs to the whole cell. */
  #innerVariables(node: ts.VariableStatement): ts.Node {
    if (!this.#isCellVar(node.declarationList)) return this.ts.visitEachChild(node, this.#visit, this.context);
    const [first, ...more] = this.#assignments(node.declarationList);
    if (first === undefined) return this.#factory.createEmptyStatement();
    const all = more.reduce((left, right) => this.#factory.createComma(left, right), first);
    return this.#at(this.#factory.createExpressionStatement(all), node);
  }

  #isCellVar(list: ts.VariableDeclarationList): boolean {
    const { ts } = this;
    if ((list.flags & ts.NodeFlags.BlockScoped) !== 0) return false;
    const names: ts.Identifier[] = [];
    for (const each of list.declarations) boundNames(ts, each.name, names);
    return names.some((name) => {
      const symbol = this.checker.getSymbolAtLocation(name);
      return symbol !== undefined && this.#locals.get(name.text) === symbol;
    });
  }

  /** The assignments that take the place of declarations. */
  #assignments(list: ts.VariableDeclarationList): ts.Expression[] {
    const { ts } = this;
    const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
    const made: ts.Expression[] = [];
    for (const each of list.declarations) {
      if (each.initializer === undefined) {
        if (ts.isIdentifier(each.name)) {
          const kept = isVar ? this.#access(each.name) : this.#factory.createVoidZero();
          made.push(this.#at(this.#assign(each.name, kept), each));
        }
        continue;
      }
      const value = this.#expression(each.initializer);
      if (ts.isIdentifier(each.name)) made.push(this.#at(this.#assign(each.name, value), each));
      else made.push(this.#at(this.#factory.createAssignment(this.#target(each.name), value), each));
    }
    return made;
  }

  /** What stands left of `=` for a name or pattern. */
  #target(name: ts.BindingName): ts.Expression {
    const { ts } = this;
    const factory = this.#factory;
    if (ts.isIdentifier(name)) return this.#access(name);
    const withDefault = (element: ts.BindingElement): ts.Expression => {
      const target = this.#target(element.name);
      if (element.initializer === undefined) return target;
      return factory.createAssignment(target, this.#expression(element.initializer));
    };
    if (ts.isArrayBindingPattern(name)) {
      return factory.createArrayLiteralExpression(
        name.elements.map((element) => {
          if (ts.isOmittedExpression(element)) return element;
          return element.dotDotDotToken === undefined
            ? withDefault(element)
            : factory.createSpreadElement(this.#target(element.name));
        }),
      );
    }
    return factory.createObjectLiteralExpression(
      name.elements.map((element) => {
        if (element.dotDotDotToken !== undefined) return factory.createSpreadAssignment(this.#target(element.name));
        const key = element.propertyName ?? (element.name as ts.Identifier);
        const visited = ts.isComputedPropertyName(key)
          ? factory.createComputedPropertyName(this.#expression(key.expression))
          : ts.isIdentifier(key)
            ? factory.createIdentifier(key.text)
            : key;
        return factory.createPropertyAssignment(visited, withDefault(element));
      }),
    );
  }

  #assign(name: ts.Identifier, value: ts.Expression): ts.Expression {
    const { ts } = this;
    const bare = withoutWrapping(ts, value);
    const anonymous =
      ts.isArrowFunction(bare) || ((ts.isFunctionExpression(bare) || ts.isClassExpression(bare)) && !bare.name);
    if (!anonymous) return this.#factory.createAssignment(this.#access(name), value);
    // Only a declaration or a property gives a function its name; an assignment to `exports.name` does not.
    const property = this.#factory.createPropertyAssignment(this.#factory.createIdentifier(name.text), value);
    const holder = this.#factory.createParenthesizedExpression(this.#factory.createObjectLiteralExpression([property]));
    const named = this.#factory.createPropertyAccessExpression(holder, name.text);
    return this.#factory.createAssignment(this.#access(name), named);
  }

  /** A name that this cell or an earlier one declares at its top level, and that has a value at run time. */
  #isShared(node: ts.Identifier, symbol: ts.Symbol | undefined): boolean {
    const { ts } = this;
    if (symbol === undefined || (symbol.flags & ts.SymbolFlags.ConstEnum) !== 0) return false;
    const own = this.#locals.get(node.text) === symbol;
    const before = !own && (symbol.declarations ?? []).some((each) => each.getSourceFile() === this.earlier);
    if (!own && !before) return false;
    if (symbol.flags & ts.SymbolFlags.Alias && own) return isValueImport(ts, this.checker, node);
    // Inside its own declaration a class, enum or namespace is known by its local name, before the object has it.
    return !own || !this.#insideOwnDeclaration(node, symbol);
  }

  #insideOwnDeclaration(node: ts.Node, symbol: ts.Symbol): boolean {
    const { ts } = this;
    for (let parent = node.parent; parent !== undefined && parent !== this.cell; parent = parent.parent) {
      const scoped = ts.isClassDeclaration(parent) || ts.isEnumDeclaration(parent) || ts.isModuleDeclaration(parent);
      if (scoped && symbol.declarations?.includes(parent as ts.Declaration)) return true;
    }
    return false;
  }

  #access(name: ts.Identifier): ts.PropertyAccessExpression {
    const factory = this.#factory;
    return this.#at(factory.createPropertyAccessExpression(factory.createIdentifier("exports"), name.text), name);
  }

  #copy(name: ts.Identifier): ts.Statement {
    const local = this.#factory.createIdentifier(name.text);
    return this.#factory.createExpressionStatement(this.#factory.createAssignment(this.#access(name), local));
  }

  #call(method: string, ...values: ts.Expression[]): ts.CallExpression {
    const factory = this.#factory;
    const callee = factory.createPropertyAccessExpression(factory.createIdentifier(RUNTIME), method);
    return factory.createCallExpression(callee, undefined, values);
  }

  #exportNothing(): ts.Statement {
    const factory = this.#factory;
    return factory.createExportDeclaration(undefined, false, factory.createNamedExports([]));
  }

  #at<Node extends ts.Node>(made: Node, original: ts.Node): Node {
    return this.ts.setSourceMapRange(made, original);
  }
}
