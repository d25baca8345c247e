// What tfjs's optimizers keep private: the size of their steps, and what they remember from step to step.

import type * as tf from "@tensorflow/tfjs-node";
import { checkLearningRate } from "../option-checks";
import type { Slot } from "./mends/engine";

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

// ## What they remember

export interface Momentum {
  learningRate: number;
  momentum: number;
  useNesterov: boolean;
  accumulations: Slot[];
}

export interface Adagrad {
  learningRate: number;
  initialAccumulatorValue: number;
  accumulatedGrads: Slot[];
}

export interface RmsProp {
  learningRate: number;
  decay: number;
  momentum: number;
  epsilon: number;
  centered: boolean;
  accumulatedMeanSquares: Slot[];
  accumulatedMoments: Slot[];
  accumulatedMeanGrads: Slot[];
}

export interface Adadelta {
  learningRate: number;
  rho: number;
  epsilon: number;
  accumulatedGrads: Slot[];
  accumulatedUpdates: Slot[];
}

export interface Adam {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  accBeta1: tf.Variable;
  accBeta2: tf.Variable;
  accumulatedFirstMoment: Slot[];
  accumulatedSecondMoment: Slot[];
}

export interface Adamax {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  decay: number;
  accBeta1: tf.Variable;
  iteration: tf.Variable;
  accumulatedFirstMoment: Slot[];
  accumulatedWeightedInfNorm: Slot[];
}
