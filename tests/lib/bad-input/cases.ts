// One call with something that does not fit, and what came of it.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tf } from "cellwise";
import { inNotebook } from "../notebook-kernel";
import { misfits, rows } from "./rows";

const INTERRUPT_MILLISECONDS = 3000;

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
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  value !== null &&
  typeof value === "object" &&
  [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value));

/** Of a list the first two: the others are alike. */
const keysOf = (value: object): string[] => Object.keys(value).slice(0, Array.isArray(value) ? 2 : undefined);

/** All places in the arguments of a row, two fields deep. */
export function pathsOf(row: string): Path[] {
  const given = rows[row]?.given() ?? [];
  const within = (value: unknown, path: Path): Path[] => [
    path,
    ...(isPlain(value) && path.length < 3 ? keysOf(value).flatMap((key) => within(value[key], [...path, key])) : []),
  ];
  const paths = given.flatMap((value, index) => within(value, [index]));
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
  try {
    result = await inNotebook(async (kernel) => {
      // What was asked for may take long; then it must stop as a cell does.
      const timer = setTimeout(() => kernel.interrupt(), INTERRUPT_MILLISECONDS);
      try {
        return await finished(await row.call(...wrong));
      } finally {
        clearTimeout(timer);
      }
    });
  } catch (thrown) {
    [failed, error] = [true, thrown];
  }
  const said = failed ? String((error as Error)?.message ?? error) : undefined;
  const wrongWords = failed ? faultOf(error, bad) : undefined;
  dispose(result);
  if (result instanceof tf.LayersModel) {
    result.optimizer?.dispose();
    result.dispose();
  }
  dispose(given);
  dispose(bad);
  const left = tf.memory().numTensors - before;
  const fault = wrongWords ?? (left === 0 ? undefined : `${left} tensor(s) left`);
  return { ...(fault === undefined ? {} : { fault }), ...(said === undefined ? {} : { said }) };
}

/** A stream of results is read, as far as three of them. */
async function finished(result: unknown): Promise<unknown> {
  if (typeof (result as AsyncIterable<unknown> | undefined)?.[Symbol.asyncIterator] !== "function") return result;
  let count = 0;
  for await (const _ of result as AsyncIterable<unknown>) if (++count === 3) break;
  return count;
}

const library = dirname(require.resolve("cellwise/package.json"));

/**
 * An error of our own: made by a `new …Error` in our source, in words that mention what was given. What the JavaScript engine or
 * TensorFlow throws of itself inside our code is made elsewhere or by no `new`.
 */
function faultOf(error: unknown, bad: unknown): string | undefined {
  if (error instanceof Error && error.name === "AbortError") return undefined;
  if (!(error instanceof Error)) return `threw ${String(error)}, which is no error`;
  const place = madeAt(error);
  if (place === undefined)
    return `not our own error: ${error.name}: ${error.message}\n${error.stack?.split("\n").slice(1, 5).join("\n")}`;
  if (error.message.length < 24) return `says too little: ${error.message}`;
  if (!mentions(error.message, bad)) return `does not say what was given: ${error.message}`;
  return undefined;
}

/** Where in our source an error was made by `new`. */
function madeAt(error: Error): string | undefined {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const frame = frames.find((line) => !/^\s+at new \w*Error\b/.test(line));
  const [, file = "", line = "", column = ""] = /\(?((?:\/|file:)[^()]*):(\d+):(\d+)\)?$/.exec(frame ?? "") ?? [];
  if (!file.startsWith(join(library, "dist"))) return undefined;
  const text = readFileSync(file, "utf8").split("\n")[Number(line) - 1] ?? "";
  return /^new [\w.]*Error\b/.test(text.slice(Number(column) - 1)) ? `${file}:${line}` : undefined;
}

/** Whether a message says in some words what was given. */
export function mentions(message: string, bad: unknown): boolean {
  return waysToSay(bad).some((way) => message.toLowerCase().includes(way.toLowerCase()));
}

function waysToSay(bad: unknown): string[] {
  if (bad === undefined) return ["undefined", "missing", "nothing"];
  if (bad instanceof tf.Tensor)
    return [
      ...(bad.isDisposed || bad.size === 0 ? [] : [` ${bad.dataSync()[0]} `, ` ${bad.dataSync()[0]};`]),
      bad.isDisposed ? "disposed" : `[${bad.shape.join(", ")}]`,
      `${bad.shape[0]} `,
      bad.dtype,
      "a tensor",
      "1 input",
      "scalar",
    ];
  if (bad instanceof tf.LayersModel)
    return ["disposed", bad.name, "a model", "the model", ...bad.layers.map(({ name }) => name)];
  if (typeof bad === "function") return ["function", "step", "undefined"];
  if (bad === true) return ["true", "false"];
  if (typeof bad === "symbol") return ["symbol"];
  if (typeof bad === "number") return [String(bad), bad.toLocaleString("en-GB")];
  if (typeof bad === "string") return bad === "" ? ['""', "empty", "0 "] : [bad, `"${bad[0]}"`];
  if (Array.isArray(bad) || ArrayBuffer.isView(bad))
    return [
      "list",
      "array",
      "[",
      "empty",
      "0 ",
      "no ",
      "none",
      "missing",
      "undefined",
      `${(bad as ArrayLike<unknown>).length} `,
      `is ${(bad as ArrayLike<unknown>).length}`,
      ...Array.from(bad as never[]).flatMap((each) => waysToSay(each)),
    ];
  if (bad instanceof Date) return ["date"];
  if (bad instanceof Promise) return ["promise"];
  if (typeof bad === "object" && bad !== null && "name" in bad) return [String(bad.name), "data set", "[2]"];
  return [typeof bad === "object" && bad !== null ? "object" : String(bad), "{}", "0 ", "undefined"];
}
