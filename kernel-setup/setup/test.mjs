// `npm test`: sets up what is not set up yet, compiles the tests and runs them all.
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { runInForeground } from "./command.mjs";
import { refuseElsewhere, removeFile } from "./own-folders.mjs";
import { nodeModules, root, userNode } from "./places.mjs";
import { setUp } from "./setup.mjs";
import { filesBelow } from "./stamp.mjs";

// The browser comes last: it opens what other tests have executed.
const all = ["tests/dist/!(browser)/**/*.test.js", "tests/**/*.test.mjs", "tests/dist/browser/*.test.js"];

/** @param {string[]} args passed on to mocha: `npm test -- --grep mnist`, `npm test -- tests/dist/lib/fit.test.js` */
export async function main(args) {
  await setUp();
  forgetDeletedTests();
  const compiled = await runInForeground(userNode, [join(nodeModules, "typescript", "bin", "tsc"), "-b"], {
    cwd: root,
  });
  if (compiled !== 0) return compiled;
  // Named in .mocharc.json they would be run besides the files that are asked for.
  const files = args.some((arg) => /\.test\.m?js$/.test(arg)) ? [] : all;
  return runInForeground(userNode, [join(nodeModules, "mocha", "bin", "mocha.js"), ...args, ...files], {
    cwd: root,
    env: { TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? "2" },
  });
}

/** tsc leaves in place what it made of a source file that is gone: mocha would still run it. */
function forgetDeletedTests() {
  const sources = join(root, "tests");
  const compiled = join(sources, "dist");
  if (!existsSync(compiled)) return;
  refuseElsewhere(compiled);
  for (const file of filesBelow(compiled, [".test.js"])) {
    const source = join(sources, relative(compiled, file).replace(/js$/, "ts"));
    if (!existsSync(source)) removeFile(file);
  }
}
