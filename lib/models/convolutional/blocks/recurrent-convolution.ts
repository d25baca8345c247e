// The recurrent convolutional layer: a convolution of what comes in, to which a second one of the layer's own last state is added again
// and again, with the same weights each time (Liang and Hu, CVPR 2015, section 3.1).
import type { Initializer } from "../../../tfjs/layers";
import { tf } from "../../../tfjs/tf";
import { activation, normalisation } from "./convolution";
import type { ImageNetwork } from "./image-network";

/** What a recurrent convolution can be asked for. */
export interface RecurrentConvolutionOptions {
  filters: number;
  /** How often the state is fed back. With 0 it is a convolution like any other. */
  steps: number;
  /** Whether each step's state is batch normalised, by averages of its own. */
  batchNorm: boolean;
}

/** `state(t) = relu(feedForward(input) + recurrent(state(t − 1)))`, from `state(0) = relu(feedForward(input))`. */
export function recurrentConvolution(
  network: ImageNetwork,
  input: tf.SymbolicTensor,
  name: string,
  { filters, steps, batchNorm }: RecurrentConvolutionOptions,
): tf.SymbolicTensor {
  const convolve = (what: string, kernelInitializer: Initializer, useBias: boolean): tf.layers.Layer =>
    tf.layers.conv2d({
      ...{ name: `${name}-${what}`, filters, kernelSize: 3, padding: "same" },
      ...{ kernelInitializer, useBias },
    });
  const become = (maps: tf.SymbolicTensor, step: number): tf.SymbolicTensor => {
    const at = `${name}-step${step}`;
    return activation(network, batchNorm ? normalisation(network, maps, `${at}-norm`) : maps, at);
  };
  const driven = network.put(convolve("feed-forward", network.initializers.kernel(), !batchNorm), input);
  let state = become(driven, 0);
  if (steps === 0) return state;
  const recurrent = convolve("recurrent", network.initializers.added(), false);
  for (let step = 1; step <= steps; step++) {
    const fedBack = network.put(recurrent, state);
    state = become(network.put(tf.layers.add({ name: `${name}-step${step}-add` }), [driven, fedBack]), step);
  }
  return state;
}
