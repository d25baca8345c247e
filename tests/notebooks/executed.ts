// The notebooks of the course, executed headless on the real kernel: each once in a run of the tests, two at a time, and only
// those that the chosen tests ask for. It begins with the tests and goes on beside those that ask for none, so that both
// processors have work. The copies with their outputs are kept in output/notebooks.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Outcome, type Run, root, runNotebooks } from "./fixture.js";

const source = join(root, "notebooks");

/** The time that a notebook says it runs. */
function secondsOf(name: string): number {
  return Number(/about (\d+) seconds to run/.exec(readFileSync(join(source, name), "utf8"))?.[1] ?? 0);
}

// Short ones first, which tests in a browser compare with what they see; then the longest, so that none of them is left alone
// with one processor at the end.
const SHORT = 20;
const inOrder = (names: readonly string[]): string[] =>
  [...new Set(names)]
    .map((name) => ({ name, seconds: secondsOf(name) }))
    .sort((a, b) => (Math.min(a.seconds, b.seconds) <= SHORT ? a.seconds - b.seconds : b.seconds - a.seconds))
    .map(({ name }) => name);

/** All notebooks, by their paths under notebooks/, in the order in which they are executed. */
export const notebooks = inOrder(
  readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ipynb") && !name.includes(".ipynb_checkpoints"),
  ),
);

const asked: { suite: Mocha.Suite; notebook: string }[] = [];
let run: Promise<Run> | undefined;
const ended = new Map<string, Outcome>();
const events = new EventEmitter().setMaxListeners(0);

/**
 * Says, inside a `describe`, that the suite looks at the executed copy of a notebook.
 *
 * @returns what came of it, for the suite's hooks and tests. They wait until that notebook was executed: whoever asks sets the
 *   time limit to 0, since the run has limits of its own.
 */
export function executed(suite: Mocha.Suite, notebook: string): () => Promise<Outcome> {
  asked.push({ suite, notebook });
  return async () => {
    run ??= execute(asked.map(({ notebook }) => notebook)); // where mocha was started without .mocharc.json
    if (!ended.has(notebook)) await Promise.race([once(events, notebook), run]);
    const outcome = ended.get(notebook);
    // Only then is the whole run waited for.
    return outcome ?? assert.fail(`nothing is said of ${notebook}; printed:\n${(await run).printed}`);
  };
}

/** What the whole run printed, its table. */
export async function printedByRun(): Promise<string> {
  return (await run)?.printed ?? "";
}

/** Mocha calls this before the first test (`require` in .mocharc.json), as a method of its runner, which knows `--grep`. */
export async function mochaGlobalSetup(this: Mocha.Runner): Promise<void> {
  const chosen = asked.filter(({ suite }) => this.grepTotal(suite) > 0).map(({ notebook }) => notebook);
  if (chosen.length === 0) return;
  // The run does the same: what was edited is compiled now, and not under the feet of the tests.
  const { setUp } = require(join(root, "kernel-setup", "setup", "setup.mjs")) as { setUp(): Promise<void> };
  await setUp();
  run = execute(chosen);
}

function execute(names: string[]): Promise<Run> {
  const paths = inOrder(names).map((name) => join(source, name));
  // Among temporary files of its own: tests that run beside it look at what is left among theirs.
  const temporary = mkdtempSync(join(tmpdir(), "beside-"));
  const onOutcome = (outcome: Outcome): void => {
    ended.set(outcome.notebook, outcome);
    events.emit(outcome.notebook);
  };
  const done = runNotebooks({
    notebooks: paths,
    output: join(root, "output", "notebooks"),
    timeout: 3600,
    temporary,
    onOutcome,
  });
  done.catch(() => undefined); // whoever waits for it is told
  return done;
}
