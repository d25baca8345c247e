// A convolution with what comes after it: batch normalisation (Ioffe and Szegedy, ICML 2015), which makes its bias superfluous, and
// the activation.
import { tf } from "../../../tfjs/tf";
import type { ImageNetwork } from "./image-network";
import { type Window, zerosBeside } from "./map-sizes";

/** A function between layers. */
export type ImageActivation = "relu" | "relu6" | "tanh" | "linear";

/** What a convolution of an image network can be asked for. */
export interface ConvolutionOptions {
  /** The number of filters; of a depthwise convolution, which has one for each map, it is left out. */
  filters?: number;
  kernelSize?: number;
  stride?: number;
  /**
   * `"symmetric"`: as many zeros on each side, as PyTorch and the papers have them; `"same"`: as TensorFlow has them, which at a
   * stride of 2 may put one more below and to the right. Without strides they are one.
   */
  padding?: "same" | "symmetric" | "valid";
  /** Whether batch normalisation follows. Default true. */
  batchNorm?: boolean;
  /** Default `"relu"`. */
  activation?: ImageActivation;
}

/** Convolution, normalisation, activation; the layers are called `name`, `name-norm` and, after its function, `name-relu`. */
export function convolution(
  network: ImageNetwork,
  input: tf.SymbolicTensor,
  name: string,
  options: ConvolutionOptions,
): tf.SymbolicTensor {
  const { filters, kernelSize = 3, stride = 1, padding = "symmetric", batchNorm = true } = options;
  const window = { name, kernelSize, stride, padding };
  const byHand = padding === "symmetric" && stride > 1 && kernelSize > 1;
  let maps = byHand ? padded(network, input, window) : input;
  const shared = {
    ...{ name, kernelSize, strides: stride, useBias: !batchNorm },
    padding: byHand || padding === "valid" ? ("valid" as const) : ("same" as const),
  };
  maps = network.put(
    filters === undefined
      ? tf.layers.depthwiseConv2d({ ...shared, depthwiseInitializer: network.initializers.kernel() })
      : tf.layers.conv2d({ ...shared, filters, kernelInitializer: network.initializers.kernel() }),
    maps,
    byHand ? undefined : window,
  );
  if (batchNorm) maps = normalisation(network, maps, `${name}-norm`);
  return activation(network, maps, name, options.activation ?? "relu");
}

/** Batch normalisation with the network's own momentum and epsilon. */
export function normalisation(network: ImageNetwork, input: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  const { epsilon } = network;
  const { momentum } = network.settings;
  return network.put(tf.layers.batchNormalization({ name, momentum, epsilon }), input);
}

/** An activation called after its function: `block1-relu`. */
export function activation(
  network: ImageNetwork,
  input: tf.SymbolicTensor,
  name: string,
  kind: ImageActivation = "relu",
): tf.SymbolicTensor {
  if (kind === "linear") return input;
  return network.put(tf.layers.activation({ name: `${name}-${kind}`, activation: kind }), input);
}

/** The zeros of symmetric padding, put on by hand: the layers themselves know only TensorFlow's. */
export function padded(network: ImageNetwork, input: tf.SymbolicTensor, window: Window): tf.SymbolicTensor {
  const padding = zerosBeside(window.kernelSize);
  return network.put(tf.layers.zeroPadding2d({ name: `${window.name}-pad`, padding }), input, window);
}
