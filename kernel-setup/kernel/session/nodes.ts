// The few pieces of code that a rewritten cell is made of.
import type ts from "@tslab/typescript-for-tslab";
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
