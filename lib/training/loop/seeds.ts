// Seeds of trainings that are given none: a model trained on goes on with new orders and new dropout, as Keras's does, and a
// model built again is trained as before.

const trainings = new WeakMap<object, number>();

/** @param owner what learns. @returns 1 for its first training, 2 for its second, … */
export function nextSeed(owner: object): number {
  const number = (trainings.get(owner) ?? 0) + 1;
  trainings.set(owner, number);
  return number;
}
