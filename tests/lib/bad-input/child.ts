// Calls the library with what does not fit, in a process of its own: one that hangs or dies takes no test with it.
import { type Case, type Outcome, pathsOf, run } from "./cases";
import { misfits } from "./misfits";
import { rows } from "./rows";

const send = (message: unknown): void => void process.send?.(message);

console.log = () => {};
console.warn = () => {};
console.error = () => {};
process.stdout.write = () => true;

async function begin(): Promise<void> {
  // Each once with what fits: whatever is kept from a first call on is there then.
  const failed: string[] = [];
  for (const make of Object.values(misfits)) make();
  for (const [name, { given }] of Object.entries(rows)) {
    const after = given().length; // an argument more than the row takes
    const { fault, said } = await run({ row: name, path: [after], misfit: "undefined" });
    if (said !== undefined) failed.push(`${name} with what fits: ${fault ?? said}`);
  }
  if (failed.length > 0) throw new Error(failed.join("\n"));
  send({ paths: Object.fromEntries(Object.keys(rows).map((name) => [name, pathsOf(name)])) });
}

async function runAll(given: readonly Case[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const call of given)
    outcomes.push(await run(call).catch((error: Error) => ({ fault: `the test itself: ${error.stack}` })));
  return outcomes;
}

process.on("message", (given: Case[]) => void runAll(given).then((outcomes) => send({ outcomes })));
process.on("unhandledRejection", () => {});
begin().catch((error: Error) => {
  send({ failed: error.message });
  process.exit(1);
});
