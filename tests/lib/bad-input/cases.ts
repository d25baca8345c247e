// One call with something that does not fit, and what came of it.
import { tf } from "cellwise";
import { inNotebook } from "../notebook-kernel";
import { faultOf } from "./answers";
import { misfits } from "./misfits";
import { rows } from "./rows";
import { mostSeconds } from "./slow";
import { slowness } from "./slowness";
import { Watch } from "./watch";

/** Where the misfit goes: the number of an argument, then the names of fields within. */
export type Path = readonly (string | number)[];

export interface Case {
  readonly row: string;
  readonly path: Path;
  readonly misfit: string;
}

/** What is wrong with what came of it; nothing if all is well. */
export interface Outcome {
  readonly fault?: string;
  readonly said?: string;
  /** The call returned. */
  readonly taken?: boolean;
  /** Processor time that it took. */
  readonly seconds?: number;
}

let watch: Watch | undefined;

const isPlain = (value: unknown): value is Record<string, unknown> =>
  value !== null &&
  typeof value === "object" &&
  [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value));

/** Of a list the first two: the others are alike. */
const keysOf = (value: object): string[] => Object.keys(value).slice(0, Array.isArray(value) ? 2 : undefined);

/** A field that no function has. */
export const UNHEARD_OF = "unheardOf";

/** All places in the arguments of a row, two fields deep; of an object a field more, that nobody has heard of. */
export function pathsOf(row: string): Path[] {
  const given = rows[row]?.given() ?? [];
  const within = (value: unknown, path: Path): Path[] => [
    path,
    ...(isPlain(value) && path.length < 3 ? keysOf(value).flatMap((key) => within(value[key], [...path, key])) : []),
  ];
  const more = given.flatMap((value, index) => (isPlain(value) && !Array.isArray(value) ? [[index, UNHEARD_OF]] : []));
  const paths = [...given.flatMap((value, index) => within(value, [index])), ...more];
  dispose(given);
  return paths;
}

function replaced(value: unknown, path: Path, misfit: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return misfit;
  const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...(value as object) };
  copy[key] = replaced(copy[key], rest, misfit);
  return copy;
}

/** Frees what a call has returned or was given; models that rows share are left. */
function dispose(value: unknown, shared: ReadonlySet<unknown> = new Set()): void {
  const own = value as
    | { optimizer?: { dispose(): void }; dispose?(): unknown; isDisposed?: boolean }
    | null
    | undefined;
  if (own === null || typeof own !== "object" || shared.has(own)) return;
  if (own instanceof tf.Tensor) {
    if (!own.isDisposed) own.dispose();
  } else if (own instanceof tf.LayersModel) {
    // those that rows share stay; one that was built is freed below
  } else if (own instanceof tf.Optimizer) {
    own.dispose();
  } else if (Array.isArray(own)) for (const each of own) dispose(each, shared);
  else if (isPlain(own)) for (const each of Object.values(own)) dispose(each, shared);
}

/** Calls a row with its arguments, one of them replaced. */
export async function run({ row: name, path, misfit }: Case): Promise<Outcome> {
  const row = rows[name];
  const make = misfits[misfit];
  if (!row || !make) throw new Error(`There is no row ${name} or misfit ${misfit}.`);
  const before = tf.memory().numTensors;
  const given = row.given();
  const bad = make();
  const wrong = replaced(given, path, bad) as never[];
  let result: unknown;
  let error: unknown;
  let failed = false;
  watch ??= new Watch(slowness);
  watch.begin();
  try {
    result = await inNotebook(async () => finished(await row.call(...wrong)));
  } catch (thrown) {
    [failed, error] = [true, thrown];
  }
  const { seconds, excess } = watch.end(mostSeconds({ row: name, path, misfit }));
  const said = failed ? String((error as Error)?.message ?? error) : undefined;
  const words = failed ? faultOf(error, bad) : undefined;
  const wrongWords = !failed || (path.at(-1) === UNHEARD_OF && !faultOf(error, UNHEARD_OF)) ? undefined : words;
  dispose(result);
  if (result instanceof tf.LayersModel) {
    result.optimizer?.dispose();
    result.dispose();
  }
  dispose(given);
  dispose(bad);
  const left = tf.memory().numTensors - before;
  const fault = excess ?? wrongWords ?? (left === 0 ? undefined : `${left} tensor(s) left`);
  return {
    taken: !failed,
    seconds,
    ...(fault === undefined ? {} : { fault }),
    ...(said === undefined ? {} : { said }),
  };
}

/** A stream of results is read, as far as three of them. */
async function finished(result: unknown): Promise<unknown> {
  if (typeof (result as AsyncIterable<unknown> | undefined)?.[Symbol.asyncIterator] !== "function") return result;
  let count = 0;
  for await (const _ of result as AsyncIterable<unknown>) if (++count === 3) break;
  return count;
}
