// Seeds for the layers of a model, so that the same seed gives the same initial weights.
import { kernelStart, seeds } from "../../layers/initializers";
import type { Initializer } from "../../tfjs/layers";
import { tf } from "../../tfjs/tf";

/**
 * A source of Glorot-uniform initializers, Keras's default for kernels (Glorot and Bengio, AISTATS 2010), each with a
 * seed of its own: layers of the same shape must not start with the same weights.
 */
export function seededGlorotUniform(seed: number): () => Initializer {
  const next = seeds(seed);
  return () => kernelStart({ seed: next() });
}

/**
 * The same for deep networks of ReLUs, which keep the size of their signals only with twice the variance (He et al., ICCV 2015);
 * Glorot's for what is added to other signals; and small normally distributed weights for the output, so that a deep network, too,
 * begins by holding all classes equally likely.
 */
export function seededHeUniform(seed: number): { kernel(): Initializer; added(): Initializer; output(): Initializer } {
  const next = seeds(seed);
  return {
    added: () => kernelStart({ seed: next() }),
    kernel: () => tf.initializers.heUniform({ seed: next() }),
    output: () => kernelStart({ seed: next(), deviation: 0.01 }),
  };
}
