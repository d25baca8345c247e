// Seeds of trainings that are given none: a model trained on goes on with new orders and new dropout, as Keras's does, and a
// model built again is trained as before.
import type { tf } from "../../tfjs/tf";

const trainings = new WeakMap<tf.LayersModel, number>();

/** 1 for a model's first training, 2 for its second, … */
export function nextSeed(model: tf.LayersModel): number {
  const number = (trainings.get(model) ?? 0) + 1;
  trainings.set(model, number);
  return number;
}
