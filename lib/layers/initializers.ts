// What weights start from: initializers with seeds, so that the same seed gives the same initial weights.
import { Random } from "../random";
import type { Initializer } from "../tfjs/layers";
import { tf } from "../tfjs/tf";

/** How the kernels of a layer start; part of the options of every layer here. */
export interface StartOptions {
  /** The same seed gives the same initial weights. Default: new ones each time. */
  seed?: number;
  /** Standard deviation of normally distributed kernels. Default: Glorot's uniform distribution, as in Keras. */
  deviation?: number;
}

/** The initializer of a kernel: Glorot and Bengio (AISTATS 2010), or a normal distribution of the given deviation. */
export function kernelStart({ seed, deviation }: StartOptions): Initializer {
  if (deviation !== undefined && !(deviation >= 0 && Number.isFinite(deviation)))
    throw new RangeError(`deviation is ${deviation}; a standard deviation is a number of at least 0. 0.02 is usual.`);
  const seeded = seed === undefined ? {} : { seed };
  return deviation === undefined
    ? tf.initializers.glorotUniform(seeded as { seed: number })
    : tf.initializers.randomNormal({ mean: 0, stddev: deviation, ...seeded });
}

/** A source of seeds, each different: layers of the same shape must not start with the same weights. */
export function seeds(seed: number): () => number;
export function seeds(seed: number | undefined): () => number | undefined;
export function seeds(seed: number | undefined): () => number | undefined {
  if (seed === undefined) return () => undefined;
  const random = new Random(seed);
  // tfjs takes a seed of 0 for no seed at all.
  return () => 1 + random.below(2 ** 31 - 1);
}

/** The options without those that are undefined, which would not leave a default in place. */
export function withoutUndefined<Options extends object>(
  options: Options,
): { [Key in keyof Options]: NonNullable<Options[Key]> } {
  const present = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [Key in keyof Options]: NonNullable<Options[Key]> };
}
