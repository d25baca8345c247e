// What a model says about each example of a data set, as plain arrays.

import {
  checkArguments,
  DATASET,
  either,
  isWholeNumber,
  MODEL,
  NUMERIC,
  SIGNAL,
  STRING,
  settings,
} from "../../arguments";
import { checkBatchSize, type Dataset, sizeOf } from "../../data/dataset";
import { at } from "../../indexing";
import { interruptSignal, yieldToEventLoop } from "../../notebook";
import { tf } from "../../tfjs/tf";
import { batchSizeFor, checkInputs } from "../data-checks";
import { FORWARD_BATCH_SIZE, forwardPass } from "./forward";
import { meaningOf } from "./output-meaning";
import { Predictions } from "./predictions";

/** What {@link predict} can be asked for. */
export interface PredictOptions {
  /** Examples run at once; it changes memory and speed, not the result. Default 256. */
  batchSize?: number;
  /** Which output, by its name or number. Default: the only one; needed where the model has several. */
  output?: string | number;
  /** Ends the work with an AbortError. Default: the running cell's interrupt. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs a model on every example of a data set.
 *
 * @returns the outputs as plain numbers: no tensors to dispose.
 * @throws RangeError when the data do not fit the model, or there is no such output; AbortError when the learner
 * interrupts.
 *
 * @example
 * ```ts
 * const { test } = await loadMnist()
 * const predictions = await predict(buildMlp(), test.take(100))
 * predictions.classes().length // => 100
 * ```
 */
export async function predict(
  model: tf.LayersModel,
  dataset: Dataset,
  options: PredictOptions = {},
): Promise<Predictions> {
  checkArguments(
    "predict",
    { model, dataset, options },
    {
      model: MODEL,
      dataset: DATASET,
      options: settings({ batchSize: NUMERIC, output: either(STRING, NUMERIC), signal: SIGNAL }),
    },
  );
  const { signal = interruptSignal() } = options;
  if (options.batchSize !== undefined) checkBatchSize(options.batchSize);
  checkInputs(model, dataset);
  const batchSize = batchSizeFor(model, dataset, { given: options.batchSize, usual: FORWARD_BATCH_SIZE });
  const output = outputNumber(model, options.output);

  let values = new Float32Array(0);
  let shape: readonly number[] = [];
  let done = 0;
  const forward = forwardPass(model, Math.ceil(dataset.size / batchSize));
  try {
    for (const batch of dataset.batches(batchSize)) {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      const tensors = forward.predict(batch.inputs);
      const tensor = at(tensors, output);
      const outputs = tensor.dataSync<"float32">();
      shape = tensor.shape.slice(1);
      tf.dispose(tensors);
      if (done === 0) values = new Float32Array(dataset.size * sizeOf(shape));
      values.set(outputs, done);
      done += outputs.length;
    }
  } finally {
    forward.dispose();
  }
  return new Predictions(values, shape, { ...meaningOf(model, output), output, model: model.name });
}

/** The number of the output that was asked for: the only one, if none was. */
function outputNumber({ name, outputs }: tf.LayersModel, asked: string | number | undefined): number {
  const names = outputs.map(({ sourceLayer }) => sourceLayer.name);
  const number = typeof asked === "string" ? names.indexOf(asked) : (asked ?? (names.length === 1 ? 0 : -1));
  if (isWholeNumber(number, { least: 0, most: names.length - 1 })) return number;
  throw new RangeError(
    `The model ${name} has ${names.length} output(s), ${names.join(", ")}; ` +
      (asked === undefined ? "predict gives one. Say which" : `${asked} was asked for. Give one of these`) +
      `: predict(model, dataset, { output: "${names[0]}" }).`,
  );
}
