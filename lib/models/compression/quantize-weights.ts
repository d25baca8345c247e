// Weights of few bits: whole numbers, and one scale for many of them (Jacob et al. 2018, "Quantization and training of neural networks
// for efficient integer-arithmetic-only inference"; symmetric, a scale for each channel: Krishnamoorthi 2018, "Quantizing deep
// convolutional networks for efficient inference: a whitepaper").

import { checkArguments, FLAG, kind, MODEL, settings } from "../../arguments";
import { tf } from "../../tfjs/tf";
import { newestKernels } from "./kernels";

/** What {@link quantizeWeights} can be asked for. */
export interface QuantizeWeightsOptions {
  /** Bits of a weight, 2 to 16: it becomes one of 2 ** bits − 1 whole numbers around 0. Default 8. */
  bits?: number;
  /** A scale for each place of a kernel's last axis (a unit, a filter), and not one for the whole kernel. Default false. */
  perChannel?: boolean;
}

/** What {@link quantizeWeights} has done. */
export interface QuantizedWeights {
  /** How many weights were rounded. */
  readonly rounded: number;
  /** Bytes that the model takes: the rounded weights at their bits, scales and all other weights at 32 bits. */
  readonly bytes: number;
}

const FEWEST_BITS = 2;
const MOST_BITS = 16;
const BITS = kind(
  `a whole number from ${FEWEST_BITS} to ${MOST_BITS}`,
  (value) => Number.isInteger(value) && Number(value) >= FEWEST_BITS && Number(value) <= MOST_BITS,
);

/**
 * Rounds a model's kernels, in place, to what whole numbers of a few bits can say: `w ≈ scale · q`, `q` from −(2 ** (bits − 1) − 1) to
 * 2 ** (bits − 1) − 1, the largest weight of a kernel (or channel) at the end of that range. Biases stay. The weights are computed with as
 * float32 afterwards: it shows what rounding costs in accuracy, not what it saves in time.
 *
 * @param model any model; weights with at least two axes are kernels.
 * @returns how many weights were rounded, and the bytes that the model would take.
 * @throws RangeError when the model has no kernel, or an option cannot be.
 * @see Krishnamoorthi 2018, "Quantizing deep convolutional networks for efficient inference: a whitepaper", section 2
 *
 * @example
 * ```ts
 * const model = buildMlp({ units: [32] })
 * quantizeWeights(model, { bits: 8 }) // => { rounded: 25_408, bytes: 25_584 }
 * ```
 */
export function quantizeWeights(model: tf.LayersModel, options: QuantizeWeightsOptions = {}): QuantizedWeights {
  const owner = "quantizeWeights";
  checkArguments(owner, { model, options }, { model: MODEL, options: settings({ bits: BITS, perChannel: FLAG }) });
  const { bits = 8, perChannel = false } = options;
  const most = 2 ** (bits - 1) - 1;
  let rounded = 0;
  let scales = 0;
  for (const kernel of newestKernels(owner, model))
    tf.tidy(() => {
      const values = kernel.read();
      const axes = values.shape.map((_, axis) => axis);
      const largest = values.abs().max(perChannel ? axes.slice(0, -1) : axes, true); // [1, …, channels] or [1, …, 1]
      const scale = largest.div(most);
      kernel.write(values.divNoNan(scale).round().mul(scale));
      rounded += values.size;
      scales += scale.size;
    });
  return { rounded, bytes: Math.ceil((rounded * bits) / 8) + 4 * (scales + model.countParams() - rounded) };
}
