// The size of an optimizer's steps, which tfjs lets change but does not show in its types.
import type { tf } from "./tf";

interface Adjustable {
  learningRate: number;
  /** SGD and momentum keep a tensor of it too. */
  setLearningRate?(rate: number): void;
}

export function learningRateOf(optimizer: tf.Optimizer): number {
  return (optimizer as unknown as Adjustable).learningRate;
}

/** @throws RangeError when the rate is not a positive number. */
export function setLearningRate(optimizer: tf.Optimizer, rate: number): void {
  if (!(rate > 0 && Number.isFinite(rate)))
    throw new RangeError(
      `A learning rate is a positive number; ${rate} was given. Common ones lie from 0.0001 to 0.1.`,
    );
  const adjustable = optimizer as unknown as Adjustable;
  if (adjustable.setLearningRate) adjustable.setLearningRate(rate);
  else adjustable.learningRate = rate;
}
