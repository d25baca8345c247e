// Regular expressions that Node will refuse: TypeScript 5.0 does not look at their flags, and Node does not say where they are.
import type ts from "@tslab/typescript-for-tslab";
import type { TypeScript } from "./tslab";

/** A diagnostic for each regular expression in a file with flags that there are not, or twice. */
export function wrongFlags(typescript: TypeScript, file: ts.SourceFile): ts.Diagnostic[] {
  const found: ts.Diagnostic[] = [];
  const visit = (node: ts.Node): void => {
    if (typescript.isRegularExpressionLiteral(node)) {
      const place = node.text.lastIndexOf("/") + 1;
      const flags = node.text.slice(place);
      if (!areFlags(flags)) {
        const start = node.getStart(file) + place;
        const messageText = `"${flags}" are no flags of a regular expression; they are some of dgimsuvy, each once, and not u with v.`;
        const category = typescript.DiagnosticCategory.Error;
        found.push({ file, start, length: flags.length, category, code: UNKNOWN_FLAG, messageText });
      }
    }
    typescript.forEachChild(node, visit);
  };
  if (file.text.includes("/")) visit(file);
  return found;
}

/** TypeScript's number for it, from 5.5 on. */
const UNKNOWN_FLAG = 1499;

function areFlags(flags: string): boolean {
  try {
    new RegExp("", flags);
    return true;
  } catch {
    return false;
  }
}
