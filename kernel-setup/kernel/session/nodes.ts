// The few pieces of code that a rewritten cell is made of.
import type ts from "@tslab/typescript-for-tslab";
import type { TypeScript } from "./tslab";

/** What the rewritten code calls (session.ts provides it). */
export const RUNTIME = "__tslab__";

export class CellNodes {
  constructor(
    readonly ts: TypeScript,
    readonly factory: ts.NodeFactory,
  ) {}

  /** `exports.name` */
  access(name: ts.Identifier): ts.PropertyAccessExpression {
    const { factory } = this;
    return this.at(factory.createPropertyAccessExpression(factory.createIdentifier("exports"), name.text), name);
  }

  /** `exports.name = name` */
  copy(name: ts.Identifier): ts.Statement {
    const local = this.factory.createIdentifier(name.text);
    return this.factory.createExpressionStatement(this.factory.createAssignment(this.access(name), local));
  }

  /** `__tslab__.method(…)` */
  call(method: string, ...values: ts.Expression[]): ts.CallExpression {
    const { factory } = this;
    const callee = factory.createPropertyAccessExpression(factory.createIdentifier(RUNTIME), method);
    return factory.createCallExpression(callee, undefined, values);
  }

  /** `export {}`, which makes a file a module. */
  exportNothing(): ts.Statement {
    const { factory } = this;
    return factory.createExportDeclaration(undefined, false, factory.createNamedExports([]));
  }

  /** `made`, which stands where `original` stood. */
  at<Node extends ts.Node>(made: Node, original: ts.Node): Node {
    return this.ts.setSourceMapRange(made, original);
  }
}
