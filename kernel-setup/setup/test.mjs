// `npm test`: sets up what is not set up yet, compiles the tests and runs them all.
import { join } from "node:path";
import { runInForeground } from "./command.mjs";
import { nodeModules, root, userNode } from "./places.mjs";
import { setUp } from "./setup.mjs";

/** @param {string[]} args passed on to mocha: `npm test -- --grep mnist` */
export async function main(args) {
  await setUp();
  const compiled = await runInForeground(userNode, [join(nodeModules, "typescript", "bin", "tsc"), "-b"], {
    cwd: root,
  });
  if (compiled !== 0) return compiled;
  return runInForeground(userNode, [join(nodeModules, "mocha", "bin", "mocha.js"), ...args], {
    cwd: root,
    env: { TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? "2" },
  });
}
