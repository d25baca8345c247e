// The block of MobileNetV2 and EfficientNet: a 1 × 1 convolution to several times as many maps, a depthwise one over each of them, and a
// 1 × 1 one back to few, with a shortcut between the few (Sandler et al., CVPR 2018; Tan and Le, ICML 2019).
import { sizeOfAxis } from "../../../arguments";
import { tf } from "../../../tfjs/tf";
import { convolution } from "./convolution";
import type { ImageNetwork } from "./image-network";

/** What an inverted residual can be asked for. */
export interface InvertedResidualOptions {
  /** The maps that come out. */
  filters: number;
  /** Of the depthwise convolution. */
  kernelSize: number;
  stride: number;
  /** How many times as many maps the depthwise convolution sees as come in; 1 for no expansion. */
  expansion: number;
  padding: "same" | "symmetric";
}

/** Expansion, depthwise convolution, projection; the shortcut where the maps stay as they were. */
export function invertedResidual(
  network: ImageNetwork,
  input: tf.SymbolicTensor,
  name: string,
  { filters, kernelSize, stride, expansion, padding }: InvertedResidualOptions,
): tf.SymbolicTensor {
  const channels = sizeOfAxis(input.shape, 3);
  let maps = input;
  if (expansion > 1)
    maps = convolution(network, maps, `${name}-expand`, {
      ...{ filters: expansion * channels, kernelSize: 1 },
      activation: "relu6",
    });
  maps = convolution(network, maps, `${name}-depthwise`, { kernelSize, stride, padding, activation: "relu6" });
  maps = convolution(network, maps, `${name}-project`, { filters, kernelSize: 1, activation: "linear" });
  if (stride > 1 || channels !== filters) return maps;
  return network.put(tf.layers.add({ name: `${name}-add` }), [maps, input]);
}
