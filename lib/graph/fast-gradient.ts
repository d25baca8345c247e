// Functions with a gradient in closed form, faster than what tfjs composes. Where that gradient is differentiated itself (a
// gradient penalty), closed forms are of no use: what they kept from the forward pass counts as constant. The gradient is
// then taken by tfjs from the inputs alone, through the function's own operations.
import { tf } from "../tf";
import { isDifferentiated } from "./nested-gradients";

type Gradient = (dy: tf.Tensor, kept: tf.Tensor[]) => tf.Tensor[];

/** Computes a value by differentiable operations, keeps what the gradient will use, and says how it does. */
export type Forward = (
  inputs: tf.Tensor[],
  keep: (tensors: tf.Tensor[]) => void,
) => { value: tf.Tensor; gradient: Gradient };

/** A function of tensors with a gradient of its own. */
export function withFastGradient(forward: Forward, inputs: tf.Tensor[]): tf.Tensor {
  const custom = tf.customGrad((...parameters: unknown[]) => {
    const given = parameters.slice(0, -1) as tf.Tensor[];
    const save = parameters.at(-1) as (tensors: tf.Tensor[]) => void;
    const { value, gradient } = forward(given, (kept) => save([...given, ...kept]));
    const composed = tf.grads((...again: tf.Tensor[]) => forward(again, () => {}).value);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        isDifferentiated() ? composed(saved.slice(0, given.length), dy) : gradient(dy, saved.slice(given.length)),
    };
  });
  return custom(...inputs);
}
