// Completion: what the compiler knows, and for values without a type what they really have at run time.
import type ts from "@tslab/typescript-for-tslab";
import type { Compiler } from "./compiler";
import type { Declarations } from "./declarations";
import type { Completion, TypeScript } from "./tslab";

export interface CompletionMatch {
  text: string;
  /** TypeScript's word for what it is: function, const, method, … */
  kind: string;
}

export interface Completions {
  matches: CompletionMatch[];
  /** Start and end of what a match replaces, in UTF-16 units. */
  start: number;
  end: number;
}

export interface Knowledge {
  ts: TypeScript;
  compiler: Compiler;
  declarations: Declarations;
  /** Names of the cells with their values. */
  scope: Record<string, unknown>;
}

/** Names that are the kernel's own affair. */
const HIDDEN = new Set(["__tslab__", "__prev__"]);

/** Most names an object can reasonably offer. */
const MEMBER_LIMIT = 1000;

/** What may stand at `position` (in UTF-16 units) of `code`. */
export function complete(knowledge: Knowledge, code: string, position: number): Completions {
  const { compiler, declarations } = knowledge;
  const found = compiler.complete(declarations.text, code, position);
  const kinds = new Map(found.original?.entries.map((entry) => [entry.name, String(entry.kind)]));
  const matches = candidatesOf(found, code)
    .filter((name) => !HIDDEN.has(name) && !declarations.isOlder(name))
    .map((text) => ({ text, kind: kinds.get(text) ?? "" }));
  const member = memberAt(knowledge.ts, code, position);
  if (member === undefined) return { matches, start: found.start, end: found.end };
  const receiver = runTimeValue(knowledge, member.receiver);
  const known = new Set(matches.map(({ text }) => text));
  const untyped = matches.length === 0 || isDictionary(receiver.value);
  if (receiver.found && untyped) {
    const prefix = code.slice(member.start, position).toLowerCase();
    for (const name of memberNames(receiver.value)) {
      if (known.has(name) || !name.toLowerCase().startsWith(prefix)) continue;
      matches.push({ text: name, kind: "property" });
    }
  }
  return { matches, start: member.start, end: Math.max(found.end, position) };
}

/** The names that fit what is written. tslab looks for `__name` as the compiler writes it inside, with one more underscore. */
function candidatesOf({ candidates, original, start, end }: Completion, code: string): string[] {
  const written = code.slice(start, end);
  if (!written.startsWith("__")) return candidates;
  return (original?.entries ?? []).map(({ name }) => name).filter((name) => name.startsWith(written));
}

/** The value of `a.b.c` without calling anything: what an accessor would give is not asked for. */
export function runTimeValue(knowledge: Knowledge, expression: ts.Expression): { found: boolean; value: unknown } {
  const { ts } = knowledge;
  const nothing = { found: false, value: undefined };
  if (ts.isIdentifier(expression)) {
    const { text } = expression;
    if (Object.hasOwn(knowledge.scope, text)) return { found: true, value: knowledge.scope[text] };
    return propertyOf(globalThis, text);
  }
  if (ts.isParenthesizedExpression(expression) || ts.isAsExpression(expression) || ts.isNonNullExpression(expression)) {
    return runTimeValue(knowledge, expression.expression);
  }
  if (ts.isPropertyAccessExpression(expression)) {
    const receiver = runTimeValue(knowledge, expression.expression);
    return receiver.found ? propertyOf(receiver.value, expression.name.text) : nothing;
  }
  if (ts.isElementAccessExpression(expression)) {
    const key = expression.argumentExpression;
    const receiver = runTimeValue(knowledge, expression.expression);
    const literal = ts.isStringLiteralLike(key) || ts.isNumericLiteral(key);
    return receiver.found && literal ? propertyOf(receiver.value, key.text) : nothing;
  }
  return nothing;
}

function propertyOf(value: unknown, name: string): { found: boolean; value: unknown } {
  if (value === null || value === undefined) return { found: false, value: undefined };
  for (let each: unknown = Object(value); each !== null; each = Object.getPrototypeOf(each)) {
    const descriptor = Object.getOwnPropertyDescriptor(each as object, name);
    if (descriptor === undefined) continue;
    // `process` and its like are accessors of the global object that Node itself defines.
    if (descriptor.get !== undefined && each === globalThis)
      return { found: true, value: descriptor.get.call(globalThis) };
    return "value" in descriptor ? { found: true, value: descriptor.value } : { found: false, value: undefined };
  }
  return { found: false, value: undefined };
}

/** The receiver and the start of the name in `receiver.na|`. */
function memberAt(
  typescript: TypeScript,
  code: string,
  position: number,
): { receiver: ts.Expression; start: number } | undefined {
  const file = typescript.createSourceFile("cell.ts", code, typescript.ScriptTarget.Latest, true);
  let found: { receiver: ts.Expression; start: number } | undefined;
  const visit = (node: ts.Node): void => {
    if (node.getFullStart() > position || node.getEnd() < position) return;
    if (typescript.isPropertyAccessExpression(node)) {
      const dot = node.expression.getEnd();
      const start = node.name.getEnd() > node.name.getStart(file) ? node.name.getStart(file) : position;
      if (position > dot && start <= position && start > dot) found = { receiver: node.expression, start };
    }
    typescript.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isDictionary(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || value === process.env;
}

function memberNames(value: unknown): string[] {
  const names = new Set<string>();
  if (value === null || value === undefined) return [];
  for (let each: unknown = Object(value); each !== null; each = Object.getPrototypeOf(each)) {
    if (each === Object.prototype && isDictionary(value)) break;
    for (const name of Object.getOwnPropertyNames(each as object)) {
      if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && name !== "constructor") names.add(name);
      if (names.size >= MEMBER_LIMIT) return [...names];
    }
  }
  return [...names];
}
