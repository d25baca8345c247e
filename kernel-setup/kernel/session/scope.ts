// A cell's top-level names live on one object that all cells share. Every mention of such a name in a cell is rewritten to
// `exports.name`, so that a function sees a variable that a later cell has changed, and a name that a failed cell has
// reached is there. TypeScript has checked the cell before; this is its first transformation.
import type ts from "@tslab/typescript-for-tslab";
import {
  hasModifier,
  hasRunTimeValue,
  isLastExpression,
  isReference,
  isValueImport,
  SharedNames,
  withoutWrapping,
} from "./bindings";
import { Assignments, CellNodes } from "./nodes";
import type { TypeScript } from "./tslab";

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
  readonly #factory: ts.NodeFactory;
  readonly #nodes: CellNodes;
  readonly #names: SharedNames;
  readonly #assignments: Assignments;

  constructor(
    readonly ts: TypeScript,
    readonly checker: ts.TypeChecker,
    readonly cell: ts.SourceFile,
    earlier: ts.SourceFile,
    readonly context: ts.TransformationContext,
  ) {
    this.#factory = context.factory;
    const { identifiers } = cell as unknown as { identifiers: ReadonlyMap<string, string> };
    this.#nodes = new CellNodes(ts, context.factory, identifiers);
    this.#names = new SharedNames(ts, checker, cell, earlier);
    this.#assignments = new Assignments(this.#nodes, (node) => this.#expression(node));
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
        rest.push(
          statement,
          ...(isValueImport(ts, this.checker, statement.name) ? [this.#nodes.copy(statement.name)] : []),
        );
      } else if (ts.isFunctionDeclaration(statement)) {
        hoisted.push(...this.#functionStatement(statement));
      } else if (ts.isExpressionStatement(statement) && isLastExpression(ts, statements, index)) {
        const value = this.#expression(statement.expression);
        rest.push(
          this.#nodes.at(this.#factory.createExpressionStatement(this.#nodes.call("result", value)), statement),
        );
      } else {
        rest.push(...this.#statement(statement));
      }
    }
    const strict = this.#factory.createExpressionStatement(this.#factory.createStringLiteral("use strict"));
    const all = [strict, ...this.#nodes.names(), ...imports, ...hoisted, ...rest, this.#nodes.exportNothing()];
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
      return this.#assignments
        .of(statement.declarationList)
        .map((each) => this.#nodes.at(this.#factory.createExpressionStatement(each), statement));
    }
    if (ts.isClassDeclaration(statement) && !hasModifier(statement, ts.SyntaxKind.DeclareKeyword)) {
      return this.#classStatement(statement);
    }
    const visited = this.#visit(statement) as ts.Statement;
    const declares = ts.isEnumDeclaration(statement) || ts.isModuleDeclaration(statement);
    if (!declares || !ts.isIdentifier(statement.name)) return [visited];
    return hasRunTimeValue(ts, this.checker, statement.name) ? [visited, this.#nodes.copy(statement.name)] : [visited];
  }

  #classStatement(statement: ts.ClassDeclaration): ts.Statement[] {
    const { ts } = this;
    const { name } = statement;
    const visited = ts.visitEachChild(statement, this.#visit, this.context);
    if (name === undefined) return [visited];
    const decorated = (ts.getDecorators(statement)?.length ?? 0) > 0;
    if (decorated || this.#names.isKept(name)) return [visited, this.#nodes.copy(name)];
    const expression = this.#factory.createClassExpression(
      undefined,
      name,
      visited.typeParameters,
      visited.heritageClauses,
      visited.members,
    );
    ts.setOriginalNode(expression, statement);
    return [this.#nodes.at(this.#factory.createExpressionStatement(this.#assignments.to(name, expression)), statement)];
  }

  #functionStatement(statement: ts.FunctionDeclaration): ts.Statement[] {
    const { ts } = this;
    const { name, body } = statement;
    if (body === undefined || name === undefined)
      return name === undefined ? [this.#visit(statement) as ts.Statement] : [];
    const visited = ts.visitEachChild(statement, this.#visit, this.context);
    if (this.#names.isKept(name)) return [visited, this.#nodes.copy(name)];
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
    return [this.#nodes.at(this.#factory.createExpressionStatement(this.#assignments.to(name, expression)), statement)];
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
    return names.filter((name) => isValueImport(ts, this.checker, name)).map((name) => this.#nodes.copy(name));
  }

  readonly #visit = (node: ts.Node): ts.Node => {
    const { ts } = this;
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return node;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return node;
    if (ts.isIdentifier(node)) return this.#identifier(node);
    if (ts.isShorthandPropertyAssignment(node)) return this.#shorthand(node);
    if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      const runtime = this.#factory.createIdentifier(this.#nodes.runtime);
      return this.#nodes.at(this.#factory.createPropertyAccessExpression(runtime, "meta"), node);
    }
    if (ts.isAwaitExpression(node)) return this.#nodes.wait(this.#expression(node.expression), node);
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined)
      return this.#nodes.waitingLoop(this.#loop(node) as ts.ForOfStatement);
    if (ts.isForInStatement(node) || ts.isForOfStatement(node) || ts.isForStatement(node)) return this.#loop(node);
    if (ts.isVariableStatement(node)) return this.#innerVariables(node);
    if (ts.isTryStatement(node)) return this.#nodes.attempt(ts.visitEachChild(node, this.#visit, this.context));
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
    return this.#names.has(node, this.checker.getSymbolAtLocation(node)) ? this.#nodes.access(node) : node;
  }

  #shorthand(node: ts.ShorthandPropertyAssignment): ts.Node {
    const initializer = node.objectAssignmentInitializer;
    const given = initializer === undefined ? undefined : this.#expression(initializer);
    if (!this.#names.has(node.name, this.checker.getShorthandAssignmentValueSymbol(node))) {
      return initializer === given ? node : this.#factory.updateShorthandPropertyAssignment(node, node.name, given);
    }
    const access = this.#nodes.access(node.name);
    const value = given === undefined ? access : this.#factory.createAssignment(access, given);
    return this.#nodes.at(
      this.#factory.createPropertyAssignment(this.#factory.createIdentifier(node.name.text), value),
      node,
    );
  }

  /** `f(x)` must not become `exports.f(x)`, which would hand the object to `f` as its `this`. */
  #callExpression(node: ts.CallExpression): ts.Node {
    const { ts } = this;
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const values = node.arguments.map((each) => this.#expression(each));
      return this.#nodes.at(this.#nodes.call("import", ...values), node);
    }
    const visited = ts.visitEachChild(node, this.#visit, this.context);
    const callee = this.#withoutThis(node.expression, visited.expression);
    if (callee === visited.expression) return visited;
    return this.#factory.updateCallExpression(visited, callee, visited.typeArguments, visited.arguments);
  }

  #withoutThis(before: ts.Expression, after: ts.Expression): ts.Expression {
    if (!this.ts.isIdentifier(withoutWrapping(this.ts, before)) || before === after) return after;
    const zero = this.#factory.createNumericLiteral(0);
    return this.#nodes.at(this.#factory.createParenthesizedExpression(this.#factory.createComma(zero, after)), before);
  }

  /** `for (var i …)`: a `var` belongs to the whole cell, wherever it stands. */
  #loop(node: ts.ForStatement | ts.ForInStatement | ts.ForOfStatement): ts.Node {
    const { ts } = this;
    const { initializer } = node;
    if (
      initializer === undefined ||
      !ts.isVariableDeclarationList(initializer) ||
      !this.#names.isCellVar(initializer)
    ) {
      return ts.visitEachChild(node, this.#visit, this.context);
    }
    if (ts.isForStatement(node)) {
      const visited = ts.visitEachChild(node, this.#visitBut(initializer), this.context);
      const [first, ...more] = this.#assignments.of(initializer);
      const all = first && more.reduce((left, right) => this.#factory.createComma(left, right), first);
      return this.#factory.updateForStatement(visited, all, visited.condition, visited.incrementor, visited.statement);
    }
    const visited = ts.visitEachChild(node, this.#visitBut(initializer), this.context);
    const name = initializer.declarations[0]?.name;
    const target = name === undefined ? this.#factory.createNull() : this.#assignments.target(name);
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
    if (!this.#names.isCellVar(node.declarationList)) return this.ts.visitEachChild(node, this.#visit, this.context);
    const [first, ...more] = this.#assignments.of(node.declarationList);
    if (first === undefined) return this.#factory.createEmptyStatement();
    const all = more.reduce((left, right) => this.#factory.createComma(left, right), first);
    return this.#nodes.at(this.#factory.createExpressionStatement(all), node);
  }
}
