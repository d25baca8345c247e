// The inception module: filters of several sizes side by side, the large ones behind 1 × 1 convolutions that leave them fewer maps to
// look at (Szegedy et al., CVPR 2015, figure 2b).
import { tf } from "../../../tfjs/tf";
import { convolution } from "./convolution";
import type { ImageNetwork } from "./image-network";

/** The filters of a module's convolutions, in the order of the paper's table 1. */
export type InceptionSizes = readonly [
  one: number,
  threeReduced: number,
  three: number,
  fiveReduced: number,
  five: number,
  pooled: number,
];

/** What a module can be asked for. */
export interface InceptionOptions {
  /** Whether 1 × 1 convolutions stand before the large ones. Without them it is the paper's naïve module (figure 2a), but for its pooling. */
  bottleneck: boolean;
  batchNorm: boolean;
}

/** Four paths, whose maps are put one behind another. */
export function inceptionModule(
  network: ImageNetwork,
  input: tf.SymbolicTensor,
  name: string,
  [one, threeReduced, three, fiveReduced, five, pooled]: InceptionSizes,
  { bottleneck, batchNorm }: InceptionOptions,
): tf.SymbolicTensor {
  const path = (from: tf.SymbolicTensor, what: string, filters: number, kernelSize: number): tf.SymbolicTensor =>
    convolution(network, from, `${name}-${what}`, { filters, kernelSize, batchNorm });
  const reduced = (what: string, filters: number): tf.SymbolicTensor =>
    bottleneck ? path(input, `${what}-reduce`, filters, 1) : input;
  const pool = network.pool(input, `${name}-pool`, { size: 3, stride: 1, padding: "same" });
  return network.put(tf.layers.concatenate({ name: `${name}-concat` }), [
    path(input, "1x1", one, 1),
    path(reduced("3x3", threeReduced), "3x3", three, 3),
    path(reduced("5x5", fiveReduced), "5x5", five, 5),
    path(pool, "pool-project", pooled, 1),
  ]);
}
