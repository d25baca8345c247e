// Measures a trained model on a data set.
import { checkBatchSize, type Dataset } from "../data/dataset";
import { interruptSignal } from "../notebook";
import { tf } from "../tf";
import { breath } from "./breath";
import { checkInputs, checkTargets } from "./check";
import { type Measures, RunningMeans } from "./history";
import { measureNames, objective } from "./objective";

/** What {@link evaluate} can be asked for. */
export interface EvaluateOptions {
  /** Examples run at once; it changes memory and speed, not the result. Default 256. */
  batchSize?: number;
  /** Ends the work with an AbortError. Default: the running cell's interrupt. */
  signal?: AbortSignal | undefined;
}

/**
 * The loss and the metrics of a compiled model, as means over a data set.
 *
 * @returns `{ loss, accuracy }`, or what the model was compiled with.
 * @throws RangeError when the data do not fit the model; AbortError when the learner interrupts.
 */
export async function evaluate(
  model: tf.LayersModel,
  dataset: Dataset,
  options: EvaluateOptions = {},
): Promise<Measures> {
  const { batchSize = 256, signal = interruptSignal() } = options;
  checkBatchSize(batchSize);
  const names = measureNames(model);
  checkInputs(model, dataset);
  checkTargets(model, dataset);

  const means = new RunningMeans(names);
  for (const batch of dataset.batches(batchSize)) {
    await breath();
    signal?.throwIfAborted();
    const measured = tf.tidy(() => {
      const { loss, metrics } = objective(model, batch.inputs, batch.targets, false);
      return [loss, ...metrics];
    });
    means.add(
      measured.map((scalar) => scalar.dataSync()[0] as number),
      batch.size,
    );
    tf.dispose(measured);
  }
  return means.means();
}
