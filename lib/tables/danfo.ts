// The one place that loads danfojs, and only when it is first used: it takes longer to load than the rest of the library.
import type * as danfojs from "danfojs-node";
import { mend, readsAnyCsv } from "./danfo-mends";
// It computes with TensorFlow too, which has to be mended before.
import "../tfjs/tf";

type Danfo = typeof danfojs;

let loaded: Danfo | undefined;
/** In the place of danfojs' own. */
let mended: Partial<Danfo> = {};
const waiting: ((danfo: Danfo) => void)[] = [];

function danfo(): Danfo {
  if (!loaded) {
    loaded = require("danfojs-node") as Danfo;
    mend(loaded);
    mended = { readCSV: readsAnyCsv(loaded.readCSV) };
    for (const task of waiting) task(loaded);
  }
  return loaded;
}

/** Does something with danfojs as soon as it is loaded. */
export function whenDanfoLoads(task: (danfo: Danfo) => void): void {
  waiting.push(task);
}

function member(name: PropertyKey): unknown {
  const all = danfo();
  return Reflect.get(mended, name) ?? Reflect.get(all, name);
}

/**
 * danfojs, the library of DataFrames: `new dfd.DataFrame({ a: [1, 2] })`. It is loaded when it is first used.
 *
 * A column may have any name; one that a DataFrame has a member of (`values`, `index`) is reached by `frame.column("values")`.
 * `readCSV` takes files in UTF-8, UTF-16 and Latin-1, with commas, semicolons, tabs or bars, and columns of numbers with decimal
 * commas, of which it says so; `describe` leaves out what is missing.
 *
 * @example
 * ```ts
 * const frame = new dfd.DataFrame({ month: ["January", "February"], ppm: [425.1, 427.2] })
 * frame.shape // => [2, 2]
 * ```
 */
export const dfd: typeof danfojs = new Proxy({} as Danfo, {
  get: (_, name) => member(name),
  has: (_, name) => Reflect.has(danfo(), name),
  ownKeys: () => Reflect.ownKeys(danfo()),
  getOwnPropertyDescriptor: (_, name) => {
    const value = member(name);
    return value === undefined ? undefined : { value, enumerable: true, configurable: true };
  },
});
