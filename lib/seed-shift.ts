// Every seed of the course moved at once. What a text claims must not hang on a seed: `npm run notebooks -- --elsewhere` executes
// the notebooks with CELLWISE_SEED_SHIFT set. Without it nothing here does anything.
import type * as TensorFlow from "@tensorflow/tfjs-node";

/** How far seeds are moved; 0 for a learner. */
const SEED_SHIFT = wholeNumber(process.env.CELLWISE_SEED_SHIFT);

/** A seed as it is used. */
export function shiftSeed(seed: number): number {
  // Far apart, so that no seed of the course becomes a neighbour's.
  return SEED_SHIFT === 0 ? seed : (seed + Math.imul(SEED_SHIFT, 0x3c6ef372)) | 0;
}

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
  if (SEED_SHIFT === 0) return;
  const core = require("@tensorflow/tfjs-core") as typeof TensorFlow & Record<string, (...args: unknown[]) => unknown>;
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

function wholeNumber(text: string | undefined): number {
  if (text === undefined || text === "") return 0;
  const shift = Number(text);
  if (!Number.isSafeInteger(shift))
    throw new RangeError(`CELLWISE_SEED_SHIFT is ${JSON.stringify(text)}; a whole number is expected.`);
  return shift;
}
