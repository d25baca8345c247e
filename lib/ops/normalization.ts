// Layer normalisation with its gradient in closed form, a third of the passes over memory that tfjs's composition takes; batch
// normalisation by TensorFlow's own operations, one forward and one for the gradient.

import { atLeast, lastOf, tuple } from "../indexing";
import { biasGrad, fusedBatchNorm, fusedBatchNormGrad } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { withFastGradient } from "./fast-gradient";

/**
 * Each vector along the last axis, shifted to mean 0 and scaled to variance 1, times `scale` plus `offset`
 * (Ba et al. 2016, "Layer normalization", equation 4).
 *
 * @param x at least two axes
 * @param scale as long as the last axis
 * @param offset as long as the last axis
 */
export function layerNormalize(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): tf.Tensor {
  return withFastGradient(
    (inputs, keep) => {
      const [x, gain, shift] = tuple(inputs, 3);
      const centred = x.sub(x.mean(-1, true));
      const inverse = centred.square().mean(-1, true).add(epsilon).rsqrt();
      const normal = centred.mul(inverse);
      keep([normal, inverse, gain]);
      return {
        value: normal.mul(gain).add(shift),
        gradient: (dy, kept) => {
          const [normal, inverse, gain] = tuple(kept, 3);
          const dNormal = dy.mul(gain);
          const along = dNormal.mul(normal).mean(-1, true);
          // What is left of the gradient across the mean and along the vector itself does nothing after normalisation.
          const dInput = dNormal.sub(dNormal.mean(-1, true)).sub(normal.mul(along)).mul(inverse);
          return [dInput, biasGrad(dy.mul(normal)), biasGrad(dy)];
        },
      };
    },
    [x, scale, offset],
  );
}

/**
 * Each channel, the last axis, shifted to mean 0 and scaled to variance 1 over all the rest of the batch, times `scale` plus
 * `offset` (Ioffe and Szegedy 2015, "Batch normalization", algorithm 1); with the mean and the variance of each channel, which
 * are not differentiated.
 *
 * @param x at least two axes
 * @param scale as long as the last axis
 * @param offset as long as the last axis
 */
export function batchNormalize(
  x: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
): { value: tf.Tensor; mean: tf.Tensor; variance: tf.Tensor } {
  const channels = lastOf(x.shape);
  const images = x.rank === 4 ? x : x.reshape([-1, 1, 1, channels]); // what TensorFlow's operation takes
  const [y, mean, unbiased, ...reserved] = fusedBatchNorm(images, scale, offset, epsilon);
  const value = withFastGradient(
    (inputs, keep) => {
      const [x, gain] = atLeast(inputs, 2);
      keep([x, gain, ...reserved]);
      return {
        value: y,
        gradient: (dy, kept) => {
          const [x, gain, ...reserved] = tuple(kept, 5);
          return fusedBatchNormGrad(dy, x, gain, reserved, epsilon);
        },
      };
    },
    [images, scale, offset],
    (inputs) => {
      const [x, gain, shift] = tuple(inputs, 3);
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      const normal = x.sub(mean).mul(variance.add(epsilon).rsqrt());
      return normal.mul(gain).add(shift);
    },
  );
  const rows = x.size / channels;
  return { value: value.reshape(x.shape), mean, variance: unbiased.mul((rows - 1) / rows) };
}
