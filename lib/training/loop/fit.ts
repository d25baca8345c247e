// Training: epochs of shuffled batches, one step for each. What is trained, how a step is computed and who looks on are others' affair.
import {
  checkArguments,
  choice,
  DATASET,
  either,
  FLAG,
  FUNCTION,
  kind,
  MODEL,
  NUMERIC,
  SIGNAL,
  settings,
} from "../../arguments";
import type { Dataset } from "../../data/dataset";
import type { tf } from "../../tfjs/tf";
import type { History } from "../history";
import type { TrainingTask } from "../task";
import type { FitOptions } from "./fit-options";
import { modelTrainee } from "./model-trainee";
import { taskTrainee } from "./task-trainee";
import { Training } from "./training";

/**
 * Trains a compiled model; or a {@link TrainingTask}, a custom step with several networks or optimizers, which gets progress,
 * history, interrupt, checkpoints, the compiled engine and seeds as a model does.
 *
 * Losses and metrics are given to `compile` by name, as functions, in a list, or by the names of the outputs. A function of one's
 * own takes targets and outputs of any shapes and returns a value for each example (or position), or their mean; with an
 * `ignoredLabel` (`Object.assign(loss, { ignoredLabel: 0 })`) the positions of that label do not count. Nor do those that the
 * mask of an output leaves out, as in Keras.
 *
 * A step is recorded once, as a graph, and what it takes from JavaScript is fixed then. A custom loss or metric that takes
 * other numbers in the second step or in a later epoch, and a custom optimizer that changes a number, flag or text
 * in its fields within a step, are noticed, and the training goes on operation by operation. What is not noticed: numbers that
 * change in the middle of an epoch, in a layer, or anywhere else than in such a field of the optimizer. Keep those in a
 * `tf.variable`, or train with `engine: "eager"`.
 *
 * `trainable` of layers and models may change at any time, in a callback too; it counts from the next step on, as what the
 * optimizer remembers of a weight stays with it. What a model is frozen with is what Keras 3 has: its layers, and batch
 * normalisation goes by its averages.
 *
 * An interrupt (the stop button of a notebook) ends it after a whole step: the model keeps what it learned, and the history
 * says `interrupted`.
 *
 * @param trained any compiled `tf.LayersModel`, or a task; its weights are changed.
 * @param dataset what to learn from; its shapes must be the model's.
 * @returns all that was measured. (Same seed, model and data: same numbers, but for the last digits, since TensorFlow adds
 * in parallel.)
 * @throws RangeError, before any step, when data or options do not fit; Error when the loss is no longer a number: weights and
 * optimizer are then as they were after the last epoch that left them finite, or before the training, and the message says which.
 *
 * @example
 * ```ts
 * const mnist = await loadMnist()
 * const [learning, heldBack] = mnist.train.take(6000).split(0.9, 1)
 * const history = await fit(buildMlp(), learning, { epochs: 3, validation: heldBack, seed: 1 })
 * history.stepsPerEpoch // => 169
 * ```
 */
export async function fit(
  trained: tf.LayersModel | TrainingTask,
  dataset: Dataset,
  options: FitOptions = {},
): Promise<History> {
  checkArguments("fit", { model: trained, dataset, options }, { model: TRAINED, dataset: DATASET, options: OPTIONS });
  const trainee = isTask(trained) ? taskTrainee(trained) : modelTrainee(trained);
  const training = new Training(trainee, dataset, options);
  try {
    for (let epoch = 1; epoch <= training.epochs; epoch++) {
      const report = await training.runEpoch(epoch);
      if (report === undefined || (await options.onEpochEnd?.(report)) === false) break;
    }
  } catch (error) {
    training.noteFailure(error);
    throw error;
  } finally {
    training.end();
  }
  return training.history;
}

const isTask = (trained: tf.LayersModel | TrainingTask): trained is TrainingTask => "step" in trained;

const TRAINED = either(
  kind("a training task", (value) => typeof Object(value).step === "function"),
  MODEL,
);

const OPTIONS = settings({
  ...{ epochs: NUMERIC, batchSize: NUMERIC, validation: DATASET, shuffle: FLAG, seed: NUMERIC, verbose: FLAG },
  ...{ engine: choice("compiled", "eager"), learningRate: FUNCTION, signal: SIGNAL },
  ...{ onBatchEnd: FUNCTION, onEpochEnd: FUNCTION },
});
