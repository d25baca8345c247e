// What the command line asks for.
import { parseArgs } from "node:util";
import { ENGINE_NAMES, type Engine } from "./engines";
import { ROWS, type Row } from "./work";

/** How much is measured. */
export interface Asked {
  readonly rows: readonly Row[];
  readonly engines: readonly Engine[];
  readonly rounds: number;
  /** All rows and peers: what the results are written from. */
  readonly all: boolean;
}

/**
 * Reads `--row resnet,gpt --peers torch,keras --rounds 5`.
 *
 * @throws RangeError for a row, a peer or a number of rounds that there is not; it names those that there are
 */
export function readOptions(parameters: readonly string[]): Asked {
  const text = { type: "string", multiple: true } as const;
  const { values } = parseArgs({
    args: [...parameters],
    options: { row: text, peers: text, rounds: { type: "string" } },
  });
  const rows = chosen("row", values.row, ROWS, (row, name) => row === name);
  const engines = chosen("peer", values.peers, ENGINE_NAMES, (one, name) => one === name || one.startsWith(`${name}-`));
  const rounds = Number(values.rounds ?? 7);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new RangeError(
      `--rounds ${values.rounds}: expected a whole number from 1. 7 is the default, and 3 a first look.`,
    );
  return {
    rows,
    engines: ENGINE_NAMES.filter((engine) => engine === "cellwise" || engines.includes(engine)),
    rounds,
    all: values.row === undefined && values.peers === undefined,
  };
}

function chosen<Name extends string>(
  what: string,
  given: readonly string[] | undefined,
  all: readonly Name[],
  isMeant: (one: Name, name: string) => boolean,
): readonly Name[] {
  if (given === undefined) return all;
  const names = given.flatMap((each) => each.split(","));
  const unknown = names.find((name) => !all.some((one) => isMeant(one, name)));
  if (unknown !== undefined) throw new RangeError(`There is no ${what} ${unknown}; there are ${all.join(", ")}.`);
  return all.filter((one) => names.some((name) => isMeant(one, name)));
}
