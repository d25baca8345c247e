// The same work in Cellwise, eager tfjs, Keras, PyTorch and JAX, in turns. Prints tables; a run of everything writes
// bench/results.md and README's table.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir, totalmem, type } from "node:os";
import { join } from "node:path";
import { FOLDER_VARIABLE, writeBatches } from "./batches";
import { ENGINES, type Engine } from "./engines";
import { type Measured, measure, measureMemory } from "./measure";
import { type Asked, readOptions } from "./options";
import { preparePython } from "./python";
import { leftOutLines, othersHead, othersLine, readmePart, stepsHead, stepsLine } from "./report";
import { type Greeting, Side } from "./side";
import { isNetwork } from "./work";

// Before the bench itself is part of it.
const [load = 0] = loadavg();
const ROOT = join(__dirname, "..", "..");

/** What may be the same as another on this machine: where that one has oneDNN on, or off, as it comes. */
const VARIANTS = [
  ["cellwise-on", "cellwise", true],
  ["cellwise-off", "cellwise", false],
  ["keras-onednn", "keras", true],
] as const;

interface Started {
  readonly sides: ReadonlyMap<Engine, Side>;
  readonly versions: ReadonlySet<string>;
  /** Who is not there, in a line each. */
  readonly absent: readonly string[];
}

/** Starts the engines at once; one that cannot start is left out, as is one that another already is. */
async function start(engines: readonly Engine[], python: string): Promise<Started> {
  const sides = new Map<Engine, Side>();
  const greetings = new Map<Engine, Greeting>();
  const absent: string[] = [];
  const starting = engines.map(async (engine) => [engine, await Side.start(engine, python)] as const);
  for (const [place, result] of (await Promise.allSettled(starting)).entries()) {
    const engine = engines[place] as Engine;
    if (result.status === "rejected") absent.push(`${ENGINES[engine].title}: ${(result.reason as Error).message}`);
    else {
      sides.set(engine, result.value[1].side);
      greetings.set(engine, result.value[1].greeting);
    }
  }
  if (!sides.has("cellwise")) throw new Error(`Cellwise itself did not start: ${absent.join("; ")}`);
  for (const [engine, asItComes, onednn] of VARIANTS) {
    if (greetings.get(asItComes)?.onednn !== onednn || !sides.has(engine)) continue;
    sides.get(engine)?.stop();
    sides.delete(engine);
    absent.push(`${engine}: the same as ${ENGINES[asItComes].title} as it comes here`);
  }
  return { sides, versions: new Set([...greetings.values()].map(({ version }) => version)), absent };
}

async function main(): Promise<void> {
  const asked = readOptions(process.argv.slice(2));
  const python = preparePython();
  const folder = mkdtempSync(join(tmpdir(), "cellwise-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));
  process.env[FOLDER_VARIABLE] = folder;
  await writeBatches(folder);
  const started = await start(asked.engines, python);
  try {
    await measureAll(asked, started, python);
  } finally {
    for (const side of started.sides.values()) side.stop();
  }
}

async function measureAll(asked: Asked, { sides, versions, absent }: Started, python: string): Promise<void> {
  const engines = [...sides.keys()];
  for (const each of absent) console.log(`Left out: ${each}`);
  const [steps, others]: [Measured[], Measured[]] = [[], []];
  const table = { steps: stepsHead(engines), others: othersHead(engines) };
  for (const row of asked.rows.filter(isNetwork)) {
    if (steps.length === 0) console.log(`\n${table.steps.join("\n")}`);
    const measured = await measure(sides, row, asked.rounds);
    steps.push(measured);
    table.steps.push(stepsLine(measured, engines));
    console.log(table.steps.at(-1));
  }
  for (const row of asked.rows.filter((each) => !isNetwork(each))) {
    if (others.length === 0) console.log(`\n${table.others.join("\n")}`);
    const memory = row.startsWith("memory");
    const measured = memory ? await measureMemory(engines, row, python) : await measure(sides, row, asked.rounds);
    others.push(measured);
    table.others.push(othersLine(measured, engines));
    console.log(table.others.at(-1));
  }
  const leftOut = [...absent.map((each) => `- ${each}`), ...leftOutLines([...steps, ...others])];
  console.log(`\n${leftOut.join("\n")}`);
  if (!asked.all) return;
  writeFileSync(join(ROOT, "bench", "results.md"), results(table, leftOut, [...versions], asked.rounds));
  writeReadme(readmePart(steps, cpus()[0]?.model ?? "an unknown processor"));
}

function results(
  table: { steps: readonly string[]; others: readonly string[] },
  leftOut: readonly string[],
  versions: readonly string[],
  rounds: number,
): string {
  const [processor] = cpus();
  const busy = load > cpus().length / 2;
  return [
    "# What a training step takes",
    "",
    `Processor time with one thread for each engine: medians of ${rounds} rounds in turns (10th–90th percentile). A step is the forward`,
    "pass, gradients, Adam, loss and accuracy read back; 64 digits of MNIST, or 64 pieces of Moby Dick. A peer that after three rounds",
    "takes 1.5 times the fastest's time is measured no further. “To the fastest” is Cellwise's time divided by that of the fastest peer;",
    "less is better. bench/README.md says what each column is.",
    "",
    ...table.steps,
    "",
    "The last column: milliseconds of Cellwise's first step, in which its graph is recorded.",
    "",
    ...table.others,
    "",
    "Left out:",
    "",
    ...leftOut,
    "",
    `${new Date().toISOString().slice(0, 10)}, ${processor?.model ?? "unknown processor"}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()} ${release()}.`,
    `Load average before the start: ${load.toFixed(1)}${busy ? ", so other work was running at the same time: trust the ratios more than the times" : ""}.`,
    `${versions.join("; ")}. tfjs-node runs on the same TensorFlow as Keras.`,
    "`npm run bench` measures again.",
    "",
  ].join("\n");
}

/** Puts the table between its two marks. */
function writeReadme(table: readonly string[]): void {
  const file = join(ROOT, "README.md");
  const text = readFileSync(file, "utf8");
  const between = /(<!-- bench -->\n)[\s\S]*(<!-- end of bench -->)/;
  if (!between.test(text))
    throw new Error("README.md has no place for the table: <!-- bench --> and <!-- end of bench -->.");
  writeFileSync(
    file,
    text.replace(between, (_, from: string, to: string) => `${from}\n${table.join("\n")}\n\n${to}`),
  );
}

main().catch((problem: unknown) => {
  console.error(problem instanceof Error ? problem.message : problem);
  // Engines end when nobody can ask them any more.
  process.exit(1);
});
