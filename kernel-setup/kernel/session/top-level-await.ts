// A cell may wait at its top level, though TypeScript takes it for a script, in which one may not: tslab compiles such a cell
// into an async function. The complaint about it is none, and belongs neither alone nor beside others before the learner.
import type ts from "@tslab/typescript-for-tslab";
import type { TypeScript } from "./tslab";

const AWAIT_OUTSIDE_OF_ASYNC = 1308;

/** Whether TypeScript complains of an `await` that is in no function. */
export function isAboutTopLevelAwait(typescript: TypeScript, { code, file, start }: ts.Diagnostic): boolean {
  if (code !== AWAIT_OUTSIDE_OF_ASYNC || !file || start === undefined) return false;
  let node: ts.Node | undefined = file;
  while (node) {
    if (typescript.isFunctionLike(node)) return false;
    node = typescript.forEachChild(node, (child) => (child.pos <= start && start < child.end ? child : undefined));
  }
  return true;
}
