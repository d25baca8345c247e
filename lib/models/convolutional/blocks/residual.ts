// The residual blocks: what two or three convolutions make of the maps is added to the maps themselves (He et al., CVPR 2016, figures
// 2 and 5).
import { tf } from "../../../tfjs/tf";
import { activation, convolution } from "./convolution";
import type { ImageNetwork } from "./image-network";

/** What a residual block can be asked for. */
export interface ResidualOptions {
  /** Filters of its 3 × 3 convolutions; a bottleneck gives four times as many maps. */
  filters: number;
  /** 2 where a block halves the maps, else 1. */
  stride: number;
  /** A 1 × 1 convolution to fewer maps, the 3 × 3 one, and a 1 × 1 one to four times as many; else two of 3 × 3. */
  bottleneck: boolean;
  /** Without its shortcut it is a plain block: the same convolutions one after another. */
  shortcut: boolean;
  batchNorm: boolean;
}

const WIDENING = 4;

/** A block of a residual network. Where its maps become others, the shortcut is a 1 × 1 convolution (the paper's option B). */
export function residualBlock(
  network: ImageNetwork,
  input: tf.SymbolicTensor,
  name: string,
  { filters, stride, bottleneck, shortcut, batchNorm }: ResidualOptions,
): tf.SymbolicTensor {
  const step = (
    from: tf.SymbolicTensor,
    number: number,
    options: { filters: number; kernelSize: number; stride?: number },
  ) =>
    convolution(network, from, `${name}-conv${number}`, {
      ...options,
      batchNorm,
      activation: number === (bottleneck ? 3 : 2) ? "linear" : "relu",
    });
  const outputs = bottleneck ? WIDENING * filters : filters;
  let maps = step(input, 1, { filters, kernelSize: bottleneck ? 1 : 3, stride });
  maps = step(maps, 2, { filters, kernelSize: 3 });
  if (bottleneck) maps = step(maps, 3, { filters: outputs, kernelSize: 1 });
  if (!shortcut) return activation(network, maps, name);
  const same = stride === 1 && input.shape[3] === outputs;
  const straight = same
    ? input
    : convolution(network, input, `${name}-shortcut`, {
        ...{ filters: outputs, kernelSize: 1, stride, batchNorm },
        activation: "linear",
      });
  return activation(network, network.put(tf.layers.add({ name: `${name}-add` }), [maps, straight]), name);
}
