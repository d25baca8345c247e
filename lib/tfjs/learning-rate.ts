// The size of an optimizer's steps, which tfjs lets change but does not show in its types.
import { checkLearningRate } from "../option-checks";
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
  checkLearningRate("A learning rate", rate);
  const adjustable = optimizer as unknown as Adjustable;
  if (adjustable.setLearningRate) adjustable.setLearningRate(rate);
  else adjustable.learningRate = rate;
}
