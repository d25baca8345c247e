// `npm test`: sets up what is not set up yet, compiles the tests and runs them all.
import { join } from "node:path";
import { runInForeground } from "./command.mjs";
import { nodeModules, root } from "./places.mjs";
import { setUp } from "./setup.mjs";

/** @param {string[]} args passed on to mocha: `npm test -- --grep mnist` */
export async function main(args) {
  await setUp();
  const compiled = await runInForeground(process.execPath, [join(nodeModules, "typescript", "bin", "tsc"), "-b"], {
    cwd: root,
  });
  if (compiled !== 0) return compiled;
  return runInForeground(process.execPath, [join(nodeModules, "mocha", "bin", "mocha.js"), ...args], {
    cwd: root,
    env: { TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? "2" },
  });
}
