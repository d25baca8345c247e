// Every seed of the course moved at once (lib/random.ts), those that tfjs draws with too. Without a shift nothing is changed.

import type * as tfjs from "@tensorflow/tfjs-node";
import { shiftSeed } from "../../random";

/** The functions of tfjs that take a seed, each with the argument's place. */
const SEED_AT = {
  randomNormal: 4,
  randomUniform: 4,
  truncatedNormal: 4,
  randomGamma: 4,
  randomStandardNormal: 2,
  randomUniformInt: 3,
  multinomial: 2,
  dropout: 3,
} as const;

/** Moves the seeds that are handed to tfjs's own functions, its layers' and initializers' included. */
export function shiftTensorFlowSeeds(): void {
  if (shiftSeed(0) === 0) return;
  const core = require("@tensorflow/tfjs-core") as typeof tfjs & Record<string, (...args: unknown[]) => unknown>;
  for (const [name, place] of Object.entries(SEED_AT)) {
    const original = core[name] as (...args: unknown[]) => unknown;
    const withShiftedSeed = (...args: unknown[]): unknown => {
      const seed = args[place];
      if (typeof seed === "number") args[place] = shiftSeed(seed);
      return original(...args);
    };
    Object.defineProperty(core, name, { value: withShiftedSeed, configurable: true, writable: true, enumerable: true });
  }
}
