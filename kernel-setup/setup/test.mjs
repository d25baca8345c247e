// `npm test`: sets up what is not set up yet, compiles the tests and runs them all.
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { runInForeground } from "./command.mjs";
import { refuseElsewhere, removeFile } from "./own-folders.mjs";
import { nodeModules, root, setupState, userNode } from "./places.mjs";
import { setUp } from "./setup.mjs";
import { filesBelow } from "./stamp.mjs";

// All tests are five runs of mocha beside each other, since much of their time is waiting: for kernels, for pages. What needs
// executed notebooks is one of them: the browser opens each as soon as it was executed, and what waits for all comes last. So is
// bad input: its one thread would come last of many, and keep the rest of the library waiting.
const kernel = ["tests/dist/kernel/**/*.test.js", "tests/!(notebooks)/**/*.test.mjs", "tests/dist/golden/**/*.test.js"];
const networks = ["tests/dist/lib/{graph,models,training}/**/*.test.js"];
const misuse = ["tests/dist/lib/bad-input.test.js"];
const library = ["tests/dist/!(browser|golden|kernel|notebooks)/{!(bad-input),!(graph|models|training)/**/*}.test.js"];
const notebooks = [
  "tests/notebooks/*.test.mjs",
  "tests/dist/notebooks/!(all).test.js",
  "tests/dist/browser/!(executed).test.js",
  "tests/dist/browser/executed.test.js",
  "tests/dist/notebooks/all.test.js",
];

/** @param {string[]} args passed on to mocha: `npm test -- --grep mnist`, `npm test -- tests/dist/lib/fit.test.js` */
export async function main(args) {
  await setUp();
  forgetDeletedTests();
  const compiled = await runInForeground(userNode, [join(nodeModules, "typescript", "bin", "tsc"), "-b"], {
    cwd: root,
  });
  if (compiled !== 0) return compiled;
  // Named in .mocharc.json they would be run besides the files that are asked for.
  if (args.some((arg) => /\.test\.m?js$/.test(arg))) return mocha(args);
  if (args.length > 0) return mocha([...args, ...kernel, ...networks, ...misuse, ...library, ...notebooks]);
  const failures = join(setupState, `failures-${process.pid}`);
  try {
    const first = mocha(kernel, { failures });
    const others = [networks, misuse, library, notebooks].map((files) => {
      const report = new PassThrough({ highWaterMark: Number.MAX_SAFE_INTEGER });
      return { report, status: mocha(files, { failures, report }).finally(() => report.end()) };
    });
    let status = await first;
    for (const other of others) {
      await pipeline(other.report, process.stdout, { end: false });
      status ||= await other.status;
    }
    if (existsSync(failures)) console.log(`What failed, again:\n\n${readFileSync(failures, "utf8")}`);
    else if (status !== 0) console.log(`A run ended with ${status} before it could say what failed: see its report.`);
    return status;
  } finally {
    removeFile(failures);
  }
}

/**
 * @param {string[]} args
 * @param {{ failures?: string, report?: PassThrough }} [options]
 *   `failures` names the file for what failed, `report` takes the report in place of the terminal
 */
function mocha(args, { failures, report } = {}) {
  return runInForeground(userNode, [join(nodeModules, "mocha", "bin", "mocha.js"), ...args], {
    cwd: root,
    env: { TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? "2", CELLWISE_FAILURES: failures },
    output: report,
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
