// What was measured, as the tables of bench/results.md and README.md.
import { described, ENGINES, type Engine, type Family } from "./engines";
import { fastestOf, type Measured, median, quantile, quotient, type Rounds } from "./measure";
import { isNetwork, NETWORKS, OTHERS, type Other, type Row } from "./work";

export const titleOf = (row: Row): string => (isNetwork(row) ? NETWORKS[row] : OTHERS[row].title);

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const under = (head: readonly string[]): string => `|---|${"---:|".repeat(head.length - 1)}`;
const missing = "–";

/** Milliseconds of a step by each engine; what Cellwise takes of the fastest peer's time, and of eager tfjs's. */
export function stepsHead(engines: readonly Engine[]): string[] {
  const head = ["milliseconds a step", ...engines.map((engine) => ENGINES[engine].title)];
  return tableHead([...head, "to the fastest", "to tfjs", "first step"]);
}

export function stepsLine({ row, rounds, first }: Measured, engines: readonly Engine[]): string {
  const cells = engines.map((engine) => spread(rounds.get(engine), (number) => number));
  return line([titleOf(row), ...cells, ...compared(rounds), overTfjs(rounds), first.toFixed(0)]);
}

/** The rows that are no steps, each in its own unit. */
export function othersHead(engines: readonly Engine[]): string[] {
  return tableHead(["", "unit", ...engines.map((engine) => ENGINES[engine].title), "to the fastest"]);
}

export function othersLine(measured: Measured, engines: readonly Engine[]): string {
  const { rounds } = measured;
  const row = measured.row as Other;
  const { title, unit, much } = { much: undefined, ...OTHERS[row] };
  const shown = (number: number): number => (much === undefined ? number : (1000 * much) / number);
  return line([title, unit, ...engines.map((engine) => spread(rounds.get(engine), shown)), ...compared(rounds)]);
}

/** README's part: of each family the fastest. */
export function readmePart(rows: readonly Measured[], processor: string): string[] {
  const families: readonly Family[] = ["Keras", "PyTorch", "JAX"];
  const head = ["", "Cellwise", "TensorFlow.js", ...families, "to the fastest"];
  const lines = rows.map(({ row, rounds }) => {
    const times = [rounds.get("cellwise"), rounds.get("tfjs"), ...families.map((family) => best(rounds, family))];
    const medians = times.map((each) => median(each ?? []));
    const least = Math.min(...medians.filter(Number.isFinite));
    const cells = medians.map((number) => {
      if (!Number.isFinite(number)) return missing;
      return number === least ? `**${short(number)}**` : short(number);
    });
    return line([titleOf(row), ...cells, ...compared(rounds).map((cell) => cell.replace(/ .*/, ""))]);
  });
  return [
    `Milliseconds of processor time a step, one thread each, taken in turns (${processor}). Keras runs on TensorFlow, with XLA or`,
    "without, PyTorch eager, tuned or compiled, JAX by itself or under Keras: the fastest of each is shown. What each did,",
    "predictions, generation and memory: [bench/results.md](bench/results.md).",
    "",
    ...tableHead(head),
    ...lines,
  ];
}

/** Who could not do what, one line for each reason. */
export function leftOutLines(rows: readonly Measured[]): string[] {
  const reasons = new Map<string, Row[]>();
  for (const { row, leftOut } of rows)
    for (const [engine, why] of leftOut) {
      const reason = `${ENGINES[engine].title}: ${why}`;
      reasons.set(reason, [...(reasons.get(reason) ?? []), row]);
    }
  return [...reasons].map(([reason, of]) => `- ${reason} (${of.join(", ")})`);
}

const tableHead = (head: readonly string[]): string[] => [line(head), under(head)];

/** Three digits, more or less. */
const short = (number: number, beside = number): string => number.toFixed(beside < 10 ? 2 : beside < 100 ? 1 : 0);

function spread(rounds: Rounds | undefined, shown: (number: number) => number): string {
  if (rounds === undefined || rounds.length === 0) return missing;
  const [low = 0, middle = 0, high = 0] = [0.1, 0.5, 0.9].map((share) => quantile(rounds.map(shown), share));
  return rounds.length === 1 ? short(middle) : `${short(middle)} (${short(low, middle)}–${short(high, middle)})`;
}

function compared(rounds: ReadonlyMap<Engine, Rounds>): string[] {
  const fastest = fastestOf(rounds);
  if (fastest === undefined) return [missing];
  return [`${quotient(rounds, "cellwise", fastest).toFixed(2)} (${ENGINES[fastest].title})`];
}

const overTfjs = (rounds: ReadonlyMap<Engine, Rounds>): string =>
  rounds.has("tfjs") ? quotient(rounds, "cellwise", "tfjs").toFixed(2) : missing;

function best(rounds: ReadonlyMap<Engine, Rounds>, family: Family): Rounds | undefined {
  const own = [...rounds].filter(([engine]) => described(engine).family === family);
  return own.sort(([, a], [, b]) => median(a) - median(b))[0]?.[1];
}
