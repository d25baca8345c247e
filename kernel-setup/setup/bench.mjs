// `npm run bench`: the same training steps in Cellwise, eager tfjs, Keras and PyTorch, in turns.
import { join } from "node:path";
import { runInForeground } from "./command.mjs";
import { nodeModules, root, userNode } from "./places.mjs";
import { setUp } from "./setup.mjs";

/** @param {string[]} args passed on to the bench */
export async function main(args) {
  await setUp();
  const compile = [join(nodeModules, "typescript", "bin", "tsc"), "-b", "bench"];
  const compiled = await runInForeground(userNode, compile, { cwd: root });
  if (compiled !== 0) return compiled;
  return runInForeground(userNode, [join(root, "bench", "dist", "run.js"), ...args], { cwd: root });
}
