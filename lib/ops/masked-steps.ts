// Masked steps of a recurrence: the state goes past them unchanged, and so does its gradient. An example is masked at a time or
// not; so that no operation has to broadcast, masks are as wide as the states.
import { tf } from "../tfjs/tf";

/** The state after a step [batch, units]: that before it, where the step is masked (`unmasked` is false). */
export const stateAfter = (unmasked: tf.Tensor | undefined, computed: tf.Tensor, before: tf.Tensor): tf.Tensor =>
  unmasked === undefined ? computed : tf.where(unmasked, computed, before);

/** The gradient of the state after a step: what goes into the step, and, if there is a mask, what goes past it. */
export function splitGradByMask(
  unmasked: tf.Tensor | undefined,
  total: tf.Tensor,
): { into: tf.Tensor; past: tf.Tensor[] } {
  if (unmasked === undefined) return { into: total, past: [] };
  const zero = tf.zeros(total.shape);
  return { into: tf.where(unmasked, total, zero), past: [tf.where(unmasked, zero, total)] };
}
