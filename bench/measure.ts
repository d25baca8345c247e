// Engines in turns: ours, a peer, the next, and again, so that whatever else the machine does falls on all alike.
import { described, type Engine } from "./engines";
import { type Answer, Side } from "./side";
import { isNetwork, type Row } from "./work";

/** What one engine took for one row: milliseconds a time, or MB for a row about memory; one number for each round. */
export type Rounds = readonly number[];

/** A row of the table. */
export interface Measured {
  readonly row: Row;
  readonly rounds: ReadonlyMap<Engine, Rounds>;
  /** Cellwise's first time, in which the graph is recorded; milliseconds. */
  readonly first: number;
  /** Who could not do it, and why. */
  readonly leftOut: ReadonlyMap<Engine, string>;
}

/** So long, in milliseconds, Cellwise computes in each round. */
const ROUND = 250;
/** After so many rounds those are measured no further that are slower than the fastest peer by this factor. */
const LOOK = 3;
const HOPELESS = 1.5;
/** How far the number of weights may be off: PyTorch's recurrent layers have two biases. */
const SAME_SIZE = 0.02;

export const median = (numbers: Rounds): number => quantile(numbers, 0.5);

export const quantile = (numbers: Rounds, share: number): number =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(share * numbers.length))] ?? Number.NaN;

/** Measures a row by engines that have been started; Cellwise is one of them. */
export async function measure(sides: ReadonlyMap<Engine, Side>, row: Row, rounds: number): Promise<Measured> {
  const leftOut = new Map<Engine, string>();
  const started = new Map<Engine, { first: Answer; usual: Answer }>();
  await Promise.all(
    [...sides].map(async ([engine, side]) => {
      try {
        started.set(engine, { first: await side.run(row, 1), usual: await side.run(row, isNetwork(row) ? 5 : 1) });
      } catch (problem) {
        leftOut.set(engine, messageOf(problem));
      }
    }),
  );
  const ours = started.get("cellwise");
  if (ours === undefined) throw new Error(`Cellwise cannot do ${row}: ${leftOut.get("cellwise")}`);
  for (const [engine, { first, usual }] of started) {
    const problem = unlike(first, ours.first) ?? (Number.isFinite(usual.loss) ? undefined : "its loss is no number");
    if (problem === undefined) continue;
    started.delete(engine);
    leftOut.set(engine, problem);
  }
  const times = isNetwork(row) ? Math.min(60, Math.max(2, Math.ceil(ROUND / ours.usual.milliseconds))) : 1;
  const taken = new Map<Engine, number[]>([...sides.keys()].filter((one) => started.has(one)).map((one) => [one, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [engine, numbers] of [...taken]) {
      if (round >= LOOK && isHopeless(engine, taken)) continue;
      try {
        const answer = await sides.get(engine)?.run(row, times);
        if (answer !== undefined) numbers.push(answer.milliseconds);
      } catch (problem) {
        taken.delete(engine);
        leftOut.set(engine, messageOf(problem));
      }
    }
  }
  return { row, rounds: taken, first: ours.first.milliseconds, leftOut };
}

/** The most memory of an engine, in processes that do nothing else. */
export async function measureMemory(engines: readonly Engine[], row: Row, python: string): Promise<Measured> {
  const leftOut = new Map<Engine, string>();
  const rounds = new Map<Engine, number[]>();
  for (const engine of engines) {
    const { side } = await Side.start(engine, python);
    try {
      rounds.set(engine, [(await side.run(row, 4)).peak]);
    } catch (problem) {
      leftOut.set(engine, messageOf(problem));
    }
    side.stop();
  }
  return { row, rounds, first: Number.NaN, leftOut };
}

/** Who of the peers is fastest, if there is any. */
export function fastestOf(rounds: ReadonlyMap<Engine, Rounds>): Engine | undefined {
  const peers = [...rounds.keys()].filter((engine) => described(engine).family !== undefined);
  return peers.sort((a, b) => median(rounds.get(a) ?? []) - median(rounds.get(b) ?? []))[0];
}

/** How one compares with another: the median of the rounds' own quotients, each of two turns beside each other. */
export function quotient(rounds: ReadonlyMap<Engine, Rounds>, ours: Engine, other: Engine): number {
  const [mine = [], theirs = []] = [rounds.get(ours), rounds.get(other)];
  const together = Math.min(mine.length, theirs.length);
  return median(Array.from({ length: together }, (_, round) => (mine[round] as number) / (theirs[round] as number)));
}

function isHopeless(engine: Engine, taken: ReadonlyMap<Engine, Rounds>): boolean {
  if (engine.startsWith("cellwise")) return false;
  const fastest = fastestOf(taken);
  return fastest !== undefined && median(taken.get(engine) ?? []) > HOPELESS * median(taken.get(fastest) ?? []);
}

function unlike({ parameters }: Answer, ours: Answer): string | undefined {
  const off = Math.abs(parameters - ours.parameters) / ours.parameters;
  return off > SAME_SIZE ? `it trains ${parameters} weights, Cellwise ${ours.parameters}` : undefined;
}

const messageOf = (problem: unknown): string => (problem instanceof Error ? problem.message : String(problem));
