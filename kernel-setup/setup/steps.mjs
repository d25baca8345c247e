// Runs the steps of set-up that are due, one after another, under the lock.
import { CommandFailed, endAll, endLeftovers } from "./command.mjs";
import { takeLock } from "./lock.mjs";
import { setupState } from "./places.mjs";
import { Interrupted, Problem } from "./problem.mjs";
import { seconds } from "./progress.mjs";

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {number} megabytes what it adds to the disk, downloads under way included
 * @property {() => boolean} isDone whether its result is there, whole, and made from today's inputs
 * @property {(progress: import("./progress.mjs").Progress) => Promise<string | void>} run makes it; may return a word on how
 */

/**
 * @param {Step[]} steps in the order in which they build on each other
 * @param {import("./progress.mjs").Reporter} report
 * @param {(due: Step[]) => void} check looks at the machine before the first step; throws what is missing
 * @returns {Promise<number>} how many steps were run
 * @throws {Problem} the first step that failed, or `Interrupted`
 */
export async function runSteps(steps, report, check) {
  if (steps.every((step) => step.isDone())) return 0;
  let current = "checking the machine";
  const interruption = new AbortController();
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    interruption.abort(new Interrupted(current, signal));
    endAll();
  };
  const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);
  for (const signal of signals) process.on(signal, onSignal);
  /** @type {(() => void) | undefined} */
  let release;
  try {
    release = await takeLock(setupState, (message) => report.line(message), interruption.signal);
    endLeftovers();
    // Looked at again: whoever had the lock may have done it all.
    const due = steps.filter((step) => !step.isDone());
    if (due.length > 0) check(due);
    let ran = 0;
    for (const [index, step] of steps.entries()) {
      const label = `[${index + 1}/${steps.length}] ${step.name}`;
      current = step.name;
      if (step.isDone()) {
        report.line(`${label}: up to date`);
        continue;
      }
      report.line(`${label} ...`);
      const start = Date.now();
      const stopCounting = report.count(label);
      const word = await step.run(report.progress(label)).finally(stopCounting);
      interruption.signal.throwIfAborted();
      report.line(`${label}: done in ${seconds(Date.now() - start)}${word ? ` (${word})` : ""}`);
      ran++;
    }
    return ran;
  } catch (error) {
    interruption.signal.throwIfAborted(); // a command that we ended did not fail by itself
    if (!(error instanceof CommandFailed)) throw error;
    throw new Problem(`Set-up failed at "${current}". ${error.message}`);
  } finally {
    release?.();
    for (const signal of signals) process.off(signal, onSignal);
  }
}
