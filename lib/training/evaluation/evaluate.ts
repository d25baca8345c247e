// Measures a trained model on a data set.
import { checkArguments, DATASET, MODEL, NUMERIC, SIGNAL, settings } from "../../arguments";
import { checkBatchSize, type Dataset } from "../../data/dataset";
import { measureNames } from "../../losses/measures";
import { interruptSignal } from "../../notebook";
import type { tf } from "../../tfjs/tf";
import { batchSizeFor, checkInputs, checkTargets } from "../data-checks";
import type { Measures } from "../history";
import { FORWARD_BATCH_SIZE, forwardPass, measure } from "./forward";

/** What {@link evaluate} can be asked for. */
export interface EvaluateOptions {
  /** Examples run at once; it changes memory and speed, not the result. Default 256. */
  batchSize?: number;
  /** Ends the work with an AbortError. Default: the running cell's interrupt. */
  signal?: AbortSignal | undefined;
}

/**
 * The loss and the metrics of a compiled model, as means over a data set: over its examples, or over the positions of its
 * sequences that count. Those do not that the loss ignores, or that the output's mask leaves out.
 *
 * `r2Score` is over the whole data, as in Keras. A custom metric that is no mean (a root, a quotient) is averaged over the
 * batches, and so depends on them.
 *
 * @returns `{ loss, accuracy }`, or what the model was compiled with: with several outputs the loss of each (`name_loss`), and the
 * metrics by their output (`name_accuracy`). Of the same names the second is `mae_1`; a function without a name is `metric`.
 * @throws RangeError when the data do not fit the model; AbortError when the learner interrupts.
 *
 * @example
 * ```ts
 * const mnist = await loadMnist()
 * const { loss, accuracy } = await evaluate(buildMlp(), mnist.test)
 * console.log(`loss ${loss.toFixed(2)}, where guessing has ${Math.log(10).toFixed(2)}`)
 * ```
 */
export async function evaluate(
  model: tf.LayersModel,
  dataset: Dataset,
  options: EvaluateOptions = {},
): Promise<Measures> {
  checkArguments(
    "evaluate",
    { model, dataset, options },
    { model: MODEL, dataset: DATASET, options: settings({ batchSize: NUMERIC, signal: SIGNAL }) },
  );
  const { signal = interruptSignal() } = options;
  if (options.batchSize !== undefined) checkBatchSize(options.batchSize);
  const names = measureNames(model);
  checkInputs(model, dataset);
  checkTargets(model, dataset);
  const batchSize = batchSizeFor(model, dataset, { given: options.batchSize, usual: FORWARD_BATCH_SIZE });

  const forward = forwardPass(model, Math.ceil(dataset.size / batchSize));
  try {
    return await measure(forward, dataset, { batchSize, signal, names });
  } finally {
    forward.dispose();
  }
}
