// A declaration at the top of a cell becomes an assignment to the shared object.
import type ts from "@tslab/typescript-for-tslab";
import { withoutWrapping } from "./bindings";
import type { CellNodes } from "./nodes";

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
