// What a name is: its type and its TSDoc, inside a call the signature of what is called, and for a value without a type
// what it is at run time.
import type ts from "@tslab/typescript-for-tslab";
import { plainText } from "../bundle";
import { type Knowledge, runTimeValue } from "./completion";

export interface Inspection {
  plain: string;
  markdown: string;
}

/** What is known of the name at `position` (in UTF-16 units); undefined when nothing is. */
export function inspect(knowledge: Knowledge, code: string, position: number): Inspection | undefined {
  const { ts } = knowledge;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest, true);
  const name = nameAt(knowledge, file, position);
  const here = name === undefined ? undefined : describe(knowledge, code, name);
  if (here !== undefined) return here;
  const called = calledAt(knowledge, file, position);
  return called === undefined ? undefined : describe(knowledge, code, called);
}

function describe(knowledge: Knowledge, code: string, name: ts.Node): Inspection | undefined {
  const { compiler, declarations, ts } = knowledge;
  const info = compiler.inspect(declarations.text, code, name.getStart());
  const signature = text(info?.displayParts);
  // The compiler's word for a name that it does not know.
  const unknown = signature === "" || signature === "any" || /: any$/.test(signature);
  if (!unknown && info !== undefined) return write(signature, documentation(info));
  const isMember = ts.isPropertyAccessExpression(name.parent) && name.parent.name === name;
  const expression = (isMember ? name.parent : name) as ts.Expression;
  const value = ts.isIdentifier(name) ? runTimeValue(knowledge, expression) : { found: false, value: undefined };
  if (value.found) return write(`${name.getText()}: ${plainText(value.value)}`, "");
  return signature === "" || signature === "any" || info === undefined
    ? undefined
    : write(signature, documentation(info));
}

function write(signature: string, docs: string): Inspection {
  return {
    plain: docs === "" ? signature : `${signature}\n\n${docs}`,
    markdown: `\`\`\`typescript\n${signature}\n\`\`\`\n\n${docs}`.trimEnd(),
  };
}

function documentation(info: ts.QuickInfo): string {
  const lines = [text(info.documentation)];
  for (const tag of info.tags ?? []) {
    const content = text(tag.text);
    // Markdown knows a block of code only where it begins a line.
    lines.push(`@${tag.name}${content.startsWith("```") ? "\n\n" : " "}${content}`.trimEnd());
  }
  return lines.filter((line) => line !== "").join("\n\n");
}

function text(parts: ts.SymbolDisplayPart[] | undefined): string {
  return (parts ?? []).map((part) => part.text).join("");
}

/** The name that the cursor touches, before or after it. */
function nameAt({ ts }: Knowledge, file: ts.SourceFile, position: number): ts.Node | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (node.getStart(file) > position || node.getEnd() < position) return;
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) found = node;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The name of what is called by the innermost call around the cursor. */
function calledAt({ ts }: Knowledge, file: ts.SourceFile, position: number): ts.Node | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    // A call that is not closed yet goes on to where the cursor is.
    const between = file.text.slice(node.getEnd(), position);
    const open = !file.text.slice(0, node.getEnd()).endsWith(")") && /^[\s,]*$/.test(between);
    if (node.getFullStart() > position || (node.getEnd() < position && !open)) return;
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && node.expression.getEnd() < position) {
      const { expression } = node;
      found = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
