// A convolution in time that looks back only, at every so many steps: one product of matrices, and so are its gradients.
// TensorFlow's own takes a sequence apart and puts it together again where it skips steps, and has no gradient for it on a processor.

import { at, tuple } from "../indexing";
import { ofRank } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { withFastGradient } from "./fast-gradient";

/**
 * y_t = Σ_k x_(t − (size − 1 − k) · dilation) W_k; before the beginning there are zeros.
 *
 * @param x `[batch, time, channels]`
 * @param kernel W `[size, channels, filters]`
 * @param dilation how many steps lie between those that are looked at
 * @returns `[batch, time, filters]`
 * @see van den Oord et al. 2016, "WaveNet: a generative model for raw audio", section 2.1
 */
export function causalConvolution(x: tf.Tensor, kernel: tf.Tensor, dilation: number): tf.Tensor {
  const [batch, time, channels] = ofRank(x, 3).shape;
  const [size, , filters] = ofRank(kernel, 3).shape;
  const [rows, width] = [batch * time, size * channels];
  /** How many steps each part of the kernel looks back, at most all. */
  const delays = Array.from({ length: size }, (_, k) => Math.min(time, (size - 1 - k) * dilation));

  return withFastGradient(
    (inputs, keep) => {
      const [x, kernel] = tuple(inputs, 2);
      const pasts = delays.map((delay) => later(x, delay));
      const columns = tf.concat(pasts, 2).reshape([rows, width]);
      keep([columns, kernel]);
      const weights = kernel.reshape([width, filters]);
      return {
        value: tf.matMul(columns, weights).reshape([batch, time, filters]),
        gradient: (dy, kept) => {
          const [columns, kernel] = tuple(kept, 2);
          const flat = dy.reshape([rows, filters]);
          const dKernel = tf.matMul(columns, flat, true).reshape([size, channels, filters]);
          const dColumns = tf.matMul(flat, kernel.reshape([width, filters]), false, true).reshape([batch, time, width]);
          const parts = delays.map((delay, k) =>
            earlier(dColumns.slice([0, 0, k * channels], [-1, -1, channels]), delay),
          );
          return [parts.reduce((sum, part) => sum.add(part)), dKernel];
        },
      };
    },
    [x, kernel],
  );
}

/** Each step's values, so many steps later; zeros at the beginning. */
function later(x: tf.Tensor, delay: number): tf.Tensor {
  if (delay === 0) return x;
  const kept = x.slice([0, 0, 0], [-1, at(x.shape, 1) - delay, -1]);
  return tf.pad(kept, [
    [0, 0],
    [delay, 0],
    [0, 0],
  ]);
}

/** The same so many steps earlier; zeros at the end. */
function earlier(x: tf.Tensor, delay: number): tf.Tensor {
  if (delay === 0) return x;
  const kept = x.slice([0, delay, 0], [-1, -1, -1]);
  return tf.pad(kept, [
    [0, 0],
    [0, delay],
    [0, 0],
  ]);
}
