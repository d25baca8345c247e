// Mocha's usual report, and below it how long each part of the tests took: each folder of tests/, and the loading of the
// files. Processor time says more than seconds where the machine does other things too; it is known on Linux only.
// What failed goes into the file that `npm test` names too: it shows at the very end what stands in the middle of long reports.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import mocha from "mocha";

// What the tests start, another mocha perhaps, has no part in it.
const failuresFile = process.env.CELLWISE_FAILURES;
delete process.env.CELLWISE_FAILURES;

const tests = fileURLToPath(new URL(".", import.meta.url));

export default class Parts extends mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const parts = new Map([["loading", { seconds: performance.now() / 1000, processor: processorSeconds() }]]);
    let before;
    runner.on("suite", ({ parent }) => {
      if (parent?.root) before = now();
    });
    runner.on("suite end", ({ parent, file }) => {
      if (!parent?.root) return;
      const part = partOf(file);
      const { seconds, processor } = parts.get(part) ?? { seconds: 0, processor: 0 };
      const after = now();
      parts.set(part, {
        seconds: seconds + after.seconds - before.seconds,
        processor: processor + after.processor - before.processor,
      });
    });
    runner.once("end", () => {
      console.log(tableOf(parts));
      if (failuresFile) for (const failure of this.failures) appendFileSync(failuresFile, accountOf(failure));
    });
  }
}

/** @param {mocha.Test} test */
function accountOf(test) {
  const { err = {} } = test;
  const account = err.stack ?? err.message ?? String(err);
  return `${[...test.titlePath(), account].map((line) => line.replaceAll("\n", "\n  ")).join("\n  ")}\n\n`;
}

/** `tests/dist/lib/fit.test.js` belongs to the part `lib`. */
function partOf(file) {
  return relative(tests, file)
    .split(sep)
    .find((name) => name !== "dist");
}

function now() {
  return { seconds: performance.now() / 1000, processor: processorSeconds() };
}

/** What this process and those that it has started and that have ended have computed, in seconds; NaN where nobody says. */
function processorSeconds() {
  const stat = "/proc/self/stat";
  if (!existsSync(stat)) return Number.NaN;
  // After the name, which may hold blanks: user, system, and both of the children, in hundredths (man 5 proc).
  const fields = readFileSync(stat, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) / 100, 0);
}

function tableOf(parts) {
  const whole = [...parts.values()].reduce((sum, { seconds, processor }) => ({
    seconds: sum.seconds + seconds,
    processor: sum.processor + processor,
  }));
  const row = ([name, { seconds, processor }]) => {
    const computed = Number.isNaN(processor) ? "" : `${processor.toFixed(0).padStart(11)}`;
    return `  ${name.padEnd(12)}${seconds.toFixed(0).padStart(8)}${computed}`;
  };
  const heading = `  ${"part".padEnd(12)}${"seconds".padStart(8)}${Number.isNaN(whole.processor) ? "" : "  processor"}`;
  return [heading, ...[...parts, ["together", whole]].map(row), ""].join("\n");
}
