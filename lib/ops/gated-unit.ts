// A gate over an activation, tanh(a) · σ(b), with its gradient from what the forward pass has computed.

import { at, tuple } from "../indexing";
import { tf } from "../tfjs/tf";
import { withFastGradient } from "./fast-gradient";

/**
 * tanh(a) · σ(b).
 *
 * @param x a and b side by side `[…, 2 · units]`
 * @returns `[…, units]`
 * @see van den Oord et al. 2016, "WaveNet: a generative model for raw audio", equation 2
 */
export function gatedUnit(x: tf.Tensor): tf.Tensor {
  const axis = x.rank - 1;
  const units = at(x.shape, axis) / 2;
  return withFastGradient(
    (inputs, keep) => {
      const [x] = tuple(inputs, 1);
      const [a, b] = tuple(tf.split(x, [units, units], axis), 2);
      const [signal, gate] = [a.tanh(), b.sigmoid()];
      const value = signal.mul(gate);
      keep([signal, gate, value]);
      return {
        value,
        gradient: (dy, kept) => {
          const [signal, gate, value] = tuple(kept, 3);
          // The derivatives are σ (1 − tanh²) = σ − tanh · value, and tanh · σ (1 − σ) = value (1 − σ).
          return [tf.concat([dy.mul(gate.sub(signal.mul(value))), dy.mul(value.mul(tf.sub(1, gate)))], axis)];
        },
      };
    },
    [x],
  );
}
