// The blocks of a densely connected network: each layer sees the maps of all before it in its block, and adds a few of its own; a
// transition between blocks halves the maps' number and size (Huang et al., CVPR 2017, section 3).
import { tf } from "../../../tfjs/tf";
import { activation, convolution, normalisation } from "./convolution";
import type { ImageNetwork } from "./image-network";

/** The 1 × 1 convolution before each 3 × 3 one has four times as many filters. */
const BOTTLENECK = 4;

/** What a dense block can be asked for. */
export interface DenseBlockOptions {
  /** Its layers. */
  layers: number;
  /** The maps that each of them adds. */
  growth: number;
}

/** Normalisation, activation and convolution, in this order; a bottleneck first. */
export function denseBlock(
  network: ImageNetwork,
  input: tf.SymbolicTensor,
  name: string,
  { layers, growth }: DenseBlockOptions,
): tf.SymbolicTensor {
  let maps = input;
  for (let number = 1; number <= layers; number++) {
    const layer = `${name}-layer${number}`;
    const seen = normalisedActivation(network, maps, layer);
    const few = convolution(network, seen, `${layer}-bottleneck`, { filters: BOTTLENECK * growth, kernelSize: 1 });
    const added = bareConvolution(network, few, `${layer}-conv`, growth, 3);
    maps = network.put(tf.layers.concatenate({ name: `${layer}-concat` }), [maps, added]);
  }
  return maps;
}

/** What stands between two blocks: a 1 × 1 convolution to the given number of maps, and a pooling by the mean. */
export function transition(
  network: ImageNetwork,
  input: tf.SymbolicTensor,
  name: string,
  filters: number,
): tf.SymbolicTensor {
  const maps = bareConvolution(network, normalisedActivation(network, input, name), `${name}-conv`, filters, 1);
  return network.pool(maps, `${name}-pool`, { kind: "average", size: 2, stride: 2 });
}

/** Normalisation and activation of maps that come from several layers. */
export function normalisedActivation(network: ImageNetwork, input: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return activation(network, normalisation(network, input, `${name}-norm`), name);
}

/** A convolution alone: its normalisation stands before it. */
function bareConvolution(
  network: ImageNetwork,
  input: tf.SymbolicTensor,
  name: string,
  filters: number,
  kernelSize: number,
): tf.SymbolicTensor {
  const kernelInitializer = network.initializers.kernel();
  return network.put(
    tf.layers.conv2d({ name, filters, kernelSize, padding: "same", useBias: false, kernelInitializer }),
    input,
  );
}
