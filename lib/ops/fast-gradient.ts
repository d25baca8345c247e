// Functions with a gradient in closed form, faster than what tfjs composes. Where that gradient is differentiated itself (a
// gradient penalty), closed forms are of no use: what they kept from the forward pass counts as constant. The gradient is
// then taken by tfjs from the inputs alone, through the function's own operations.

import { isDifferentiated } from "../tfjs/replacements";
import { tf } from "../tfjs/tf";

/** The gradients of the inputs in their order. Inputs at the end that have none, such as masks, are left out. */
type Gradient = (dy: tf.Tensor, kept: tf.Tensor[]) => tf.Tensor[];

const zerosFor = (inputs: tf.Tensor[]): tf.Tensor[] => inputs.map(({ shape }) => tf.zeros(shape));

/** Computes a value by differentiable operations, keeps what the gradient will use, and says how it does. */
type Forward = (inputs: tf.Tensor[], keep: (tensors: tf.Tensor[]) => void) => { value: tf.Tensor; gradient: Gradient };

/**
 * A function of tensors with a gradient of its own.
 *
 * @param composed the same by differentiable operations, if `forward` computes it otherwise
 */
export function withFastGradient(
  forward: Forward,
  inputs: tf.Tensor[],
  composed: (inputs: tf.Tensor[]) => tf.Tensor = (again) => forward(again, () => {}).value,
): tf.Tensor {
  const custom = tf.customGrad((...parameters: unknown[]) => {
    const given = parameters.slice(0, -1) as tf.Tensor[];
    const save = parameters.at(-1) as (tensors: tf.Tensor[]) => void;
    const { value, gradient } = forward(given, (kept) => save([...given, ...kept]));
    // What is no number, such as a mask, is not differentiated by.
    const composedForm = (inputs: tf.Tensor[], dy: tf.Tensor): tf.Tensor[] => {
      const numbers = inputs.filter(({ dtype }) => dtype === "float32");
      const rest = inputs.slice(numbers.length);
      return [...tf.grads((...again: tf.Tensor[]) => composed([...again, ...rest]))(numbers, dy), ...zerosFor(rest)];
    };
    const closedForm = (dy: tf.Tensor, kept: tf.Tensor[]): tf.Tensor[] => {
      const gradients = gradient(dy, kept);
      return [...gradients, ...zerosFor(given.slice(gradients.length))];
    };
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        isDifferentiated() ? composedForm(saved.slice(0, given.length), dy) : closedForm(dy, saved.slice(given.length)),
    };
  });
  return custom(...inputs);
}
