// Seeds for the layers of a model, so that the same seed gives the same initial weights.
import { type Initializer, kernelStart, seeds } from "../../layers/initializers";

/**
 * A source of Glorot-uniform initializers, Keras's default for kernels (Glorot and Bengio, AISTATS 2010), each with a
 * seed of its own: layers of the same shape must not start with the same weights.
 */
export function seededGlorotUniform(seed: number): () => Initializer {
  const next = seeds(seed);
  return () => kernelStart({ seed: next() });
}
