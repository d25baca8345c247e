// Seeds for the layers of a model, so that the same seed gives the same initial weights.
import { Random } from "../data/random";
import { tf } from "../tf";

/**
 * A source of Glorot-uniform initializers, Keras's default for kernels (Glorot and Bengio, AISTATS 2010), each with a
 * seed of its own: layers of the same shape must not start with the same weights.
 */
export function seededGlorotUniform(seed: number): () => ReturnType<typeof tf.initializers.glorotUniform> {
  const random = new Random(seed);
  // tfjs takes a seed of 0 for no seed at all.
  return () => tf.initializers.glorotUniform({ seed: 1 + random.below(2 ** 31 - 1) });
}
