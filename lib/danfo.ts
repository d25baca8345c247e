// The one place that loads danfojs, and only when it is first used: it takes longer to load than the rest of the library.
import type * as danfojs from "danfojs-node";
// It computes with TensorFlow too, which has to be mended before.
import "./tf";

type Danfo = typeof danfojs;

let loaded: Danfo | undefined;
const waiting: ((danfo: Danfo) => void)[] = [];

function danfo(): Danfo {
  if (!loaded) {
    loaded = require("danfojs-node") as Danfo;
    for (const task of waiting) task(loaded);
  }
  return loaded;
}

/** Does something with danfojs as soon as it is loaded. */
export function whenDanfoLoads(task: (danfo: Danfo) => void): void {
  waiting.push(task);
}

/** danfojs, the library of DataFrames: `new dfd.DataFrame({ a: [1, 2] })`. It is loaded when it is first used. */
export const dfd: typeof danfojs = new Proxy({} as Danfo, {
  get: (_, name) => Reflect.get(danfo(), name),
  has: (_, name) => Reflect.has(danfo(), name),
  ownKeys: () => Reflect.ownKeys(danfo()),
  getOwnPropertyDescriptor: (_, name) => {
    const value: unknown = Reflect.get(danfo(), name);
    return value === undefined ? undefined : { value, enumerable: true, configurable: true };
  },
});
