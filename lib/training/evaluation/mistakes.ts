// Where a classifier is wrong.

import { checkArguments, DATASET, kind } from "../../arguments";
import type { Dataset } from "../../data/dataset";
import { sizeOf } from "../../data/dataset";
import { at } from "../../indexing";
import { Predictions } from "./predictions";

/** One example that a classifier got wrong, or one position of it. */
export interface Mistake {
  /** Where it is in the data set. */
  readonly position: number;
  /** Which position of the example, in reading order; 0 where it has one class. */
  readonly step: number;
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
 * where the cross-entropy −ln p is largest. Of sequences it is each position for itself; those that the loss ignores are left out.
 *
 * @param dataset with class numbers as targets.
 * @param predictions of the same data set: a probability for each class, or that of class 1 alone.
 * @throws RangeError when the two do not belong together; TypeError when the predictions do not stand for classes.
 *
 * @example
 * ```ts
 * const { test } = await loadMnist()
 * const wrong = mistakes(test, await predict(buildMlp(), test))
 * imageGrid(test.subset(wrong.slice(0, 10).map(({ position }) => position)))
 * ```
 */
export function mistakes(dataset: Dataset, predictions: Predictions): Mistake[] {
  checkArguments(
    "mistakes",
    { dataset, predictions },
    { dataset: DATASET, predictions: kind("what predict returned", (value) => value instanceof Predictions) },
  );
  if (dataset.size !== predictions.size)
    throw new RangeError(
      `${dataset.name} has ${dataset.size} examples, but there are ${predictions.size} predictions. Predict the same data set.`,
    );
  const classes = predictions.classes();
  const { positions } = predictions;
  const { output = 0, ignoredLabel } = predictions.about;
  const perExample = sizeOf(dataset.targets[output]?.shape ?? []);
  if (perExample !== positions)
    throw new RangeError(
      `An example of ${dataset.name} has ${perExample} target value(s), but the predictions ${positions} class(es). Give class ` +
        "numbers as targets, one for each prediction.",
    );
  const wrong: Mistake[] = [];
  for (const [place, truth] of dataset.positionLabels(output).entries()) {
    const predicted = at(classes, place);
    if (predicted === truth || truth === ignoredLabel) continue;
    const probabilities = predictions.probabilities(place);
    wrong.push({
      position: Math.floor(place / positions),
      step: place % positions,
      truth,
      predicted,
      probabilityOfTruth: at(probabilities, truth),
      probabilityOfPredicted: at(probabilities, predicted),
    });
  }
  return wrong.sort((one, other) => one.probabilityOfTruth - other.probabilityOfTruth);
}
