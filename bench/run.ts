// The same training steps in Cellwise, eager tfjs, Keras and PyTorch, in turns, so that whatever else the machine does
// falls on all alike. Prints a table and writes it to bench/results.md.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, tmpdir, totalmem, type } from "node:os";
import { join } from "node:path";
import { FOLDER_VARIABLE, writeBatches } from "./batches";
import { preparePython } from "./python";
import { Side } from "./side";
import { ENGINES, type Engine, NETWORKS, type Network } from "./work";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 12);
const STEPS = Number(process.env.BENCH_STEPS ?? 10);
const WARM_UP = Number(process.env.BENCH_WARM_UP ?? 10);

const only = process.argv.slice(2) as Network[];
const networks = (Object.keys(NETWORKS) as Network[]).filter((one) => only.length === 0 || only.includes(one));
const chosen = process.env.BENCH_ENGINES?.split(",");

const quantile = (numbers: readonly number[], share: number): number =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(share * numbers.length))] as number;

interface Measured {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** A network's steps by each engine, and how long the first of Cellwise's took, in which it is recorded; in milliseconds. */
interface Row {
  readonly steps: ReadonlyMap<Engine, Measured>;
  readonly first: number;
}

async function measure(sides: ReadonlyMap<Engine, Side>, network: Network): Promise<Row> {
  const times = new Map<Engine, number[]>([...sides.keys()].map((engine) => [engine, []]));
  let first = Number.NaN;
  for (const [engine, side] of sides) {
    const warmUp = (await side.run(network, WARM_UP)).times;
    if (engine === "compiled") [first = Number.NaN] = warmUp;
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [engine, side] of sides) times.get(engine)?.push(...(await side.run(network, STEPS)).times);
  }
  const summary = (all: readonly number[]): Measured => ({
    median: quantile(all, 0.5),
    low: quantile(all, 0.1),
    high: quantile(all, 0.9),
  });
  return { steps: new Map([...times].map(([engine, all]) => [engine, summary(all)])), first };
}

function row(network: Network, { steps: measured, first }: Row): string {
  const of = (engine: Engine): number => measured.get(engine)?.median ?? Number.POSITIVE_INFINITY;
  const cells = [...measured.values()].map(({ median, low, high }) => {
    return `${median.toFixed(1)} (${low.toFixed(1)}–${high.toFixed(1)})`;
  });
  const fastest = Math.min(of("keras"), of("keras-nojit"), of("torch"));
  const ratios = [of("compiled") / fastest, of("compiled") / of("eager")].map((ratio) => ratio.toFixed(2));
  return `| ${[NETWORKS[network], ...cells, ...ratios, Math.round(first)].join(" | ")} |`;
}

// Before the bench itself is part of it.
const [load = 0] = loadavg();

async function main(): Promise<void> {
  const { command: python, torch } = preparePython();
  const engines = (Object.keys(ENGINES) as Engine[]).filter(
    (engine) => (torch || engine !== "torch") && (chosen === undefined || chosen.includes(engine)),
  );
  const commands: Record<Engine, [string, string[]]> = {
    compiled: [process.execPath, [join(__dirname, "node-side.js"), "compiled"]],
    eager: [process.execPath, [join(__dirname, "node-side.js"), "eager"]],
    keras: [python, [join(__dirname, "..", "keras_side.py"), "keras"]],
    "keras-nojit": [python, [join(__dirname, "..", "keras_side.py"), "keras-nojit"]],
    torch: [python, [join(__dirname, "..", "torch_side.py")]],
  };
  const sides = new Map<Engine, Side>();
  const versions = new Set<string>();
  const batches = mkdtempSync(join(tmpdir(), "cellwise-bench-"));
  process.env[FOLDER_VARIABLE] = batches;
  try {
    await writeBatches(batches);
    for (const engine of engines) {
      const [command, parameters] = commands[engine];
      const { side, version } = await Side.start(command, ...parameters);
      sides.set(engine, side);
      versions.add(version);
    }
    const head = [
      "milliseconds a step",
      ...engines.map((engine) => ENGINES[engine]),
      "to the fastest of Keras and PyTorch",
      "to tfjs eager",
      "Cellwise's first step, with its recording",
    ];
    const lines = [`| ${head.join(" | ")} |`, `|${head.map(() => "---").join("|")}|`];
    console.log(lines.join("\n"));
    for (const network of networks) {
      lines.push(row(network, await measure(sides, network)));
      console.log(lines.at(-1));
    }
    if (only.length === 0 && chosen === undefined) writeResults(lines, [...versions]);
  } finally {
    for (const side of sides.values()) side.stop();
    rmSync(batches, { recursive: true });
  }
}

function writeResults(table: readonly string[], versions: readonly string[]): void {
  const [processor] = cpus();
  const text = [
    "# What a training step takes",
    "",
    `Median of ${ROUNDS * STEPS} steps (10th–90th percentile), ${ROUNDS} rounds in turns; forward pass, gradients, Adam, the loss read back.`,
    "All train on the same batch: the first 64 digits of MNIST, or 64 pieces of Moby Dick with the characters that follow.",
    "The two columns after the engines are Cellwise's time divided by the others'; less is better.",
    "",
    ...table,
    "",
    `${processor?.model ?? "unknown processor"}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()} ${release()}.`,
    `Load average before the start: ${load.toFixed(1)}${load > cpus().length / 2 ? ", so other work was running at the same time: trust the ratios more than the times" : ""}.`,
    `${versions.join("; ")}. tfjs-node runs on the same TensorFlow as Keras.`,
    "`npm run bench` measures again.",
    "",
  ].join("\n");
  writeFileSync(join(__dirname, "..", "results.md"), text);
}

void main();
