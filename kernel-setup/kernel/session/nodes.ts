// The code that stands in a rewritten cell in place of the learner's: for a name, for its declaration, and where it waits. There an
// interrupt has to reach it: what is waited for is handed to the kernel before, and what comes of it after (session.ts provides
// both). A `finally` says that it has begun and that it has ended: between the two it may wait, also after an interrupt.
import type ts from "@tslab/typescript-for-tslab";
import { withoutWrapping } from "./bindings";
import type { TypeScript } from "./tslab";

/** What the rewritten code calls (session.ts provides it). */
export const RUNTIME = "__tslab__";

/** The object that all cells share. */
const EXPORTS = "exports";

export class CellNodes {
  /** What the two are called in this cell: another name where a function of the cell's has one that hides it. */
  readonly runtime: string;
  readonly exports: string;

  /** @param taken the names that are written anywhere in the cell. */
  constructor(
    readonly ts: TypeScript,
    readonly factory: ts.NodeFactory,
    readonly taken: ReadonlyMap<string, string> = new Map(),
  ) {
    this.runtime = this.#free(RUNTIME);
    this.exports = this.#free(EXPORTS);
  }

  /** The declarations of those other names. */
  names(): ts.Statement[] {
    const { factory } = this;
    return [[this.runtime, RUNTIME] as const, [this.exports, EXPORTS] as const].flatMap(([name, hidden]) => {
      if (name === hidden) return [];
      const made = factory.createVariableDeclaration(name, undefined, undefined, factory.createIdentifier(hidden));
      const list = factory.createVariableDeclarationList([made], this.ts.NodeFlags.Const);
      return [factory.createVariableStatement(undefined, list)];
    });
  }

  /** `exports.name` */
  access(name: ts.Identifier): ts.PropertyAccessExpression {
    const { factory } = this;
    return this.at(factory.createPropertyAccessExpression(factory.createIdentifier(this.exports), name.text), name);
  }

  /** `exports.name = name` */
  copy(name: ts.Identifier): ts.Statement {
    const local = this.factory.createIdentifier(name.text);
    return this.factory.createExpressionStatement(this.factory.createAssignment(this.access(name), local));
  }

  /** `__tslab__.method(…)` */
  call(method: string, ...values: ts.Expression[]): ts.CallExpression {
    const { factory } = this;
    const callee = factory.createPropertyAccessExpression(factory.createIdentifier(this.runtime), method);
    return factory.createCallExpression(callee, undefined, values);
  }

  /** `await value`, which stood where `original` stood. */
  wait(value: ts.Expression, original: ts.Node): ts.Expression {
    const waiting = this.factory.createAwaitExpression(this.call("before", value));
    return this.at(this.call("after", waiting), original);
  }

  /** `for await`: each turn begins with a look at whether the cell still runs. */
  waitingLoop(loop: ts.ForOfStatement): ts.ForOfStatement {
    const { ts, factory } = this;
    const check = factory.createExpressionStatement(this.call("after", factory.createVoidZero()));
    const inner = ts.isBlock(loop.statement) ? loop.statement.statements : [loop.statement];
    const body = factory.createBlock([check, ...inner], true);
    return factory.updateForOfStatement(loop, loop.awaitModifier, loop.initializer, loop.expression, body);
  }

  /** `try … finally` */
  attempt(statement: ts.TryStatement): ts.TryStatement {
    const { factory } = this;
    const { tryBlock, catchClause, finallyBlock } = statement;
    if (finallyBlock === undefined) return statement;
    const begun = factory.createExpressionStatement(this.call("cleaning"));
    const ended = factory.createBlock([factory.createExpressionStatement(this.call("cleaned"))], true);
    const inner = factory.createBlock(finallyBlock.statements, true);
    const block = factory.updateBlock(finallyBlock, [begun, factory.createTryStatement(inner, undefined, ended)]);
    return factory.updateTryStatement(statement, tryBlock, catchClause, block);
  }

  /** `export {}`, which makes a file a module. */
  exportNothing(): ts.Statement {
    const { factory } = this;
    return factory.createExportDeclaration(undefined, false, factory.createNamedExports([]));
  }

  #free(name: string): string {
    if (!this.taken.has(name)) return name;
    let count = 1;
    while (this.taken.has(`${name}_${count}`)) count++;
    return `${name}_${count}`;
  }

  /** `made`, which stands where `original` stood. */
  at<Node extends ts.Node>(made: Node, original: ts.Node): Node {
    return this.ts.setSourceMapRange(made, original);
  }
}

/** A declaration at the top of a cell becomes an assignment to the shared object. */
export class Assignments {
  /** @param visit rewrites an expression. */
  constructor(
    readonly nodes: CellNodes,
    readonly visit: (node: ts.Expression) => ts.Expression,
  ) {}

  /** The assignments that take the place of declarations. */
  of(list: ts.VariableDeclarationList): ts.Expression[] {
    const { ts, factory } = this.nodes;
    const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
    const made: ts.Expression[] = [];
    for (const each of list.declarations) {
      if (each.initializer === undefined) {
        if (ts.isIdentifier(each.name)) {
          const kept = isVar ? this.nodes.access(each.name) : factory.createVoidZero();
          made.push(this.nodes.at(this.to(each.name, kept), each));
        }
        continue;
      }
      const value = this.visit(each.initializer);
      if (ts.isIdentifier(each.name)) made.push(this.nodes.at(this.to(each.name, value), each));
      else made.push(this.nodes.at(factory.createAssignment(this.target(each.name), value), each));
    }
    return made;
  }

  /** What stands left of `=` for a name or pattern. */
  target(name: ts.BindingName): ts.Expression {
    const { ts, factory } = this.nodes;
    if (ts.isIdentifier(name)) return this.nodes.access(name);
    const withDefault = (element: ts.BindingElement): ts.Expression => {
      const target = this.target(element.name);
      if (element.initializer === undefined) return target;
      return factory.createAssignment(target, this.visit(element.initializer));
    };
    if (ts.isArrayBindingPattern(name)) {
      return factory.createArrayLiteralExpression(
        name.elements.map((element) => {
          if (ts.isOmittedExpression(element)) return element;
          return element.dotDotDotToken === undefined
            ? withDefault(element)
            : factory.createSpreadElement(this.target(element.name));
        }),
      );
    }
    return factory.createObjectLiteralExpression(
      name.elements.map((element) => {
        if (element.dotDotDotToken !== undefined) return factory.createSpreadAssignment(this.target(element.name));
        const key = element.propertyName ?? (element.name as ts.Identifier);
        const visited = ts.isComputedPropertyName(key)
          ? factory.createComputedPropertyName(this.visit(key.expression))
          : ts.isIdentifier(key)
            ? factory.createIdentifier(key.text)
            : key;
        return factory.createPropertyAssignment(visited, withDefault(element));
      }),
    );
  }

  /** `exports.name = value` */
  to(name: ts.Identifier, value: ts.Expression): ts.Expression {
    const { ts, factory } = this.nodes;
    const bare = withoutWrapping(ts, value);
    const anonymous =
      ts.isArrowFunction(bare) || ((ts.isFunctionExpression(bare) || ts.isClassExpression(bare)) && !bare.name);
    if (!anonymous) return factory.createAssignment(this.nodes.access(name), value);
    // Only a declaration or a property gives a function its name; an assignment to `exports.name` does not.
    const property = factory.createPropertyAssignment(factory.createIdentifier(name.text), value);
    const holder = factory.createParenthesizedExpression(factory.createObjectLiteralExpression([property]));
    const named = factory.createPropertyAccessExpression(holder, name.text);
    return factory.createAssignment(this.nodes.access(name), named);
  }
}

/** The transformation of a file that a cell imports: an interrupt has to reach it where it waits, too. */
export function waitTransformer(ts: TypeScript): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const nodes = new CellNodes(ts, context.factory);
    const visit = (node: ts.Node): ts.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isAwaitExpression(visited)) return nodes.wait(visited.expression, node);
      if (ts.isForOfStatement(visited) && visited.awaitModifier !== undefined) return nodes.waitingLoop(visited);
      return ts.isTryStatement(visited) ? nodes.attempt(visited) : visited;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
