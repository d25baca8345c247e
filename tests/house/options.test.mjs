// The settings of public functions: an interface of its own for each, exported, so that a learner finds every key with what it
// does, its unit and its default (in the kernel's completion and in `npm run docs`).
import assert from "node:assert/strict";
import { isOurs, programOf, publicNames, ts } from "./public-names.mjs";

describe("the parameters of public functions", () => {
  let parameters;
  let names;
  let checker;

  before(() => {
    const program = programOf();
    checker = program.getTypeChecker();
    const exported = publicNames(program);
    names = new Set(exported.map(({ name }) => name));
    // What is exported as a type only is made by the library alone.
    parameters = exported.flatMap(({ name, symbol, asType }) =>
      symbol.declarations.flatMap((declaration) => parametersOf(name, declaration, !asType)),
    );
    assert.ok(parameters.length > 200, `only ${parameters.length} parameters were found`);
  });

  it("are no objects without a name", () => {
    const nameless = parameters.filter(({ node }) => holdsLiteral(node.type));
    assert.deepEqual(
      nameless.map(({ owner, node }) => `${owner}: ${node.getText()}`),
      [],
    );
  });

  it("are of interfaces that are exported and whose every key is described", () => {
    const missing = bagsIn(parameters).flatMap(({ where, name, keys }) => [
      ...(names.has(name) ? [] : [`${where} is not exported`]),
      ...keys.filter((key) => describedAs(key) === "").map((key) => `${where}.${key.name}`),
    ]);
    assert.deepEqual(missing, []);
  });

  it("say what holds where an option is not given", () => {
    const options = bagsIn(parameters).filter(({ name }) => name.endsWith("Options"));
    assert.ok(options.length > 80, `only ${options.length} were found`);
    const silent = options.flatMap(({ name, keys }) =>
      keys
        .filter((key) => key.flags & ts.SymbolFlags.Optional && !/default/i.test(describedAs(key)))
        .map((key) => `${name}.${key.name}`),
    );
    assert.deepEqual(silent, []);
  });

  const describedAs = (key) => ts.displayPartsToString(key.getDocumentationComment(checker)).trim();

  /** The parameters that are objects of the library's own interfaces, each with the name of that and its keys. */
  function bagsIn(parameters) {
    return parameters.flatMap(({ owner, node }) => {
      const whole = checker.getNonNullableType(checker.getTypeAtLocation(node));
      return (whole.isUnion() ? whole.types : [whole]).flatMap((type) => {
        const symbol = type.aliasSymbol ?? type.symbol;
        const isObject = type.flags & ts.TypeFlags.Object && !type.isClass() && type.getCallSignatures().length === 0;
        if (!isObject || !symbol || !isOurs(symbol)) return [];
        const { name } = whole.aliasSymbol ?? symbol;
        // A name of ours for a type of the language, such as ArrayLike, has keys that are not ours to describe.
        const keys = checker.getPropertiesOfType(type).filter(isOurs);
        return [{ where: `${owner}, ${node.name.getText()}: ${name}`, name, keys }];
      });
    });
  }
});

/** The parameters of a function, or of a class's public methods and, where learners make one, its constructor. */
function parametersOf(owner, declaration, isMade) {
  if (ts.isFunctionDeclaration(declaration)) return declaration.parameters.map((node) => ({ owner, node }));
  if (!ts.isClassDeclaration(declaration)) return [];
  const isHidden = (member) =>
    (ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0;
  const isCalled = (member) => ts.isMethodDeclaration(member) || (isMade && ts.isConstructorDeclaration(member));
  return declaration.members
    .filter((member) => isCalled(member) && !isHidden(member))
    .flatMap((member) =>
      member.parameters.map((node) => ({ owner: `${owner}.${member.name?.getText() ?? "constructor"}`, node })),
    );
}

/** Whether a type is written out as `{ … }` where it stands, other than as what a function takes or yields. */
function holdsLiteral(type) {
  if (type === undefined || ts.isFunctionTypeNode(type)) return false;
  if (ts.isTypeLiteralNode(type)) return true;
  return ts.isUnionTypeNode(type) && type.types.some(holdsLiteral);
}
