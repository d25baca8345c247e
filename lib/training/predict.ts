// What a model says about each example of a data set, as plain arrays.
import { checkBatchSize, type Dataset, sizeOf } from "../data/dataset";
import { interruptSignal } from "../notebook";
import type { tf } from "../tf";
import { breath } from "./breath";
import { checkInputs } from "./check";
import { FORWARD_BATCH_SIZE } from "./evaluate";
import { forwardPass } from "./forward";
import { batchSizeFor } from "./stateful";

/** What {@link predict} can be asked for. */
export interface PredictOptions {
  /** Examples run at once; it changes memory and speed, not the result. Default 256. */
  batchSize?: number;
  /** Ends the work with an AbortError. Default: the running cell's interrupt. */
  signal?: AbortSignal | undefined;
}

/** A model's outputs, one example after another. */
export class Predictions {
  /** The number of examples. */
  readonly size: number;
  /** The shape of one example's output: `[10]` for probabilities of ten classes. */
  readonly shape: readonly number[];
  /** All outputs, in reading order. */
  readonly values: Float32Array;

  /** Takes outputs that were computed elsewhere; the values are not copied. */
  constructor(values: Float32Array, shape: readonly number[]) {
    this.values = values;
    this.shape = shape;
    this.size = values.length / sizeOf(shape);
  }

  /** One example's output (a view, not a copy). */
  at(position: number): Float32Array {
    if (!Number.isInteger(position) || position < 0 || position >= this.size)
      throw new RangeError(`There are ${this.size} predictions, numbered from 0; ${position} was asked for.`);
    const length = sizeOf(this.shape);
    return this.values.subarray(position * length, (position + 1) * length);
  }

  /** The class with the highest output, for each example. */
  classes(): Int32Array {
    return Int32Array.from({ length: this.size }, (_, position) => {
      const scores = this.at(position);
      let best = 0;
      for (let candidate = 1; candidate < scores.length; candidate++)
        if ((scores[candidate] as number) > (scores[best] as number)) best = candidate;
      return best;
    });
  }
}

/**
 * Runs a model on every example of a data set.
 *
 * @returns the outputs as plain numbers: no tensors to dispose.
 * @throws RangeError when the data do not fit the model, or it has more than one output; AbortError when the learner
 * interrupts.
 */
export async function predict(
  model: tf.LayersModel,
  dataset: Dataset,
  options: PredictOptions = {},
): Promise<Predictions> {
  const { signal = interruptSignal() } = options;
  if (options.batchSize !== undefined) checkBatchSize(options.batchSize);
  checkInputs(model, dataset);
  const batchSize = batchSizeFor(model, dataset, { given: options.batchSize, usual: FORWARD_BATCH_SIZE });
  if (model.outputs.length !== 1)
    throw new RangeError(
      `predict returns one output for each example; the model ${model.name} has ${model.outputs.length}. Use model.predict.`,
    );

  let values = new Float32Array(0);
  let shape: readonly number[] = [];
  let done = 0;
  const forward = forwardPass(model, Math.ceil(dataset.size / batchSize));
  try {
    for (const batch of dataset.batches(batchSize)) {
      await breath();
      signal?.throwIfAborted();
      const [output] = forward.predict(batch.inputs) as [tf.Tensor];
      const outputs = output.dataSync<"float32">();
      shape = output.shape.slice(1);
      output.dispose();
      if (done === 0) values = new Float32Array(dataset.size * sizeOf(shape));
      values.set(outputs, done);
      done += outputs.length;
    }
  } finally {
    forward.dispose();
  }
  return new Predictions(values, shape);
}
