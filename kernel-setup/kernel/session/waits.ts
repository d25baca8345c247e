// Where code waits, an interrupt has to reach it: what is waited for is handed to the kernel before, and what comes of it
// after (session.ts provides both). A `finally` says that it has begun and that it has ended: between the two it may wait,
// also after an interrupt.
import type ts from "@tslab/typescript-for-tslab";
import { CellNodes } from "./nodes";
import type { TypeScript } from "./tslab";

export class Waits {
  constructor(readonly nodes: CellNodes) {}

  /** `await value`, which stood where `original` stood. */
  for(value: ts.Expression, original: ts.Node): ts.Expression {
    const { nodes } = this;
    const waiting = nodes.factory.createAwaitExpression(nodes.call("before", value));
    return nodes.at(nodes.call("after", waiting), original);
  }

  /** `for await`: each turn begins with a look at whether the cell still runs. */
  loop(loop: ts.ForOfStatement): ts.ForOfStatement {
    const { nodes } = this;
    const { ts, factory } = nodes;
    const check = factory.createExpressionStatement(nodes.call("after", factory.createVoidZero()));
    const inner = ts.isBlock(loop.statement) ? loop.statement.statements : [loop.statement];
    const body = factory.createBlock([check, ...inner], true);
    return factory.updateForOfStatement(loop, loop.awaitModifier, loop.initializer, loop.expression, body);
  }

  /** `try … finally` */
  attempt(statement: ts.TryStatement): ts.TryStatement {
    const { nodes } = this;
    const { factory } = nodes;
    const { tryBlock, catchClause, finallyBlock } = statement;
    if (finallyBlock === undefined) return statement;
    const begun = factory.createExpressionStatement(nodes.call("cleaning"));
    const ended = factory.createBlock([factory.createExpressionStatement(nodes.call("cleaned"))], true);
    const inner = factory.createBlock(finallyBlock.statements, true);
    const block = factory.updateBlock(finallyBlock, [begun, factory.createTryStatement(inner, undefined, ended)]);
    return factory.updateTryStatement(statement, tryBlock, catchClause, block);
  }
}

/** The transformation of a file that a cell imports. */
export function waitTransformer(ts: TypeScript): ts.TransformerFactory<ts.SourceFile> {
  return (context) => {
    const waits = new Waits(new CellNodes(ts, context.factory));
    const visit = (node: ts.Node): ts.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isAwaitExpression(visited)) return waits.for(visited.expression, node);
      if (ts.isForOfStatement(visited) && visited.awaitModifier !== undefined) return waits.loop(visited);
      return ts.isTryStatement(visited) ? waits.attempt(visited) : visited;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
