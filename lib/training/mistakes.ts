// Where a classifier is wrong.
import type { Dataset } from "../data/dataset";
import type { Predictions } from "./predict";

/** One example that a classifier got wrong. */
export interface Mistake {
  /** Where it is in the data set. */
  readonly position: number;
  /** The number of the true class. */
  readonly truth: number;
  /** The number of the class that was given the highest probability. */
  readonly predicted: number;
  /** The probability given to the true class. */
  readonly probabilityOfTruth: number;
  /** The probability given to the predicted class. */
  readonly probabilityOfPredicted: number;
}

/**
 * The examples that a classifier got wrong, worst first: those whose true class was given the least probability, which is
 * where the cross-entropy −ln p is largest.
 *
 * @param dataset with class numbers as targets.
 * @param predictions of the same data set: a probability for each class.
 * @throws RangeError when the two do not belong together.
 */
export function mistakes(dataset: Dataset, predictions: Predictions): Mistake[] {
  if (dataset.size !== predictions.size)
    throw new RangeError(
      `${dataset.name} has ${dataset.size} examples, but there are ${predictions.size} predictions. Predict the same data set.`,
    );
  const labels = dataset.labels();
  const classes = predictions.classes();
  const wrong: Mistake[] = [];
  for (const [position, truth] of labels.entries()) {
    const predicted = classes[position] as number;
    if (predicted === truth) continue;
    const probabilities = predictions.at(position);
    wrong.push({
      position,
      truth,
      predicted,
      probabilityOfTruth: probabilities[truth] as number,
      probabilityOfPredicted: probabilities[predicted] as number,
    });
  }
  return wrong.sort((one, other) => one.probabilityOfTruth - other.probabilityOfTruth);
}
