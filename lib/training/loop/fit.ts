// The training loop: epochs of shuffled batches, one step for each. It knows no model and no engine; what the learner sees
// comes from an observer, and a caller's callbacks come after it.

import {
  checkArguments,
  choice,
  DATASET,
  FLAG,
  FUNCTION,
  MODEL,
  NUMERIC,
  SIGNAL,
  settings,
  shown,
} from "../../arguments";
import { checkBatchSize, type Dataset, range } from "../../data/dataset";
import { Random } from "../../data/random";
import { measureNames } from "../../losses/measures";
import { interruptSignal } from "../../notebook";
import { learningRateOf, setLearningRate } from "../../tfjs/learning-rate";
import type { tf } from "../../tfjs/tf";
import { checkInputs, checkTargets, DivergedError } from "../data-checks";
import type { ForwardPass } from "../evaluation/compiled-forward";
import { FORWARD_BATCH_SIZE, measure } from "../evaluation/evaluate";
import { forwardPass } from "../evaluation/forward";
import { breath } from "../event-loop";
import type { Engine } from "../history";
import { type History, TrainingHistory } from "../history";
import { append, type Measures, named } from "../named-measures";
import { Progress } from "../progress/progress";
import type { BatchReport, EpochReport } from "../reports";
import { batchSizeFor, isStateful } from "../stateful";
import { RunningMeans } from "../steps/batch-means";
import { createStep } from "../steps/engine";
import type { TrainingStep } from "../steps/step";
import { trainableVariables } from "../steps/trainable";
import { Checkpoint } from "./checkpoint";
import { nextSeed } from "./seeds";

/** What {@link fit} can be asked for. */
export interface FitOptions {
  /** How many times to go through the data. Default 1. */
  epochs?: number;
  /** Examples in a step. Default 32, as in Keras; for a stateful model, those it was built for. */
  batchSize?: number;
  /** Measured after each epoch. */
  validation?: Dataset;
  /** Whether each epoch goes through the data in a new random order. Default true; false for a stateful model. */
  shuffle?: boolean;
  /**
   * The same seed gives the same orders and, in the compiled engine, the same dropout. Default: 1 for a model's first training,
   * 2 for its second, …, so that one that is trained on meets the data in new orders.
   */
  seed?: number;
  /** How steps are computed. Default: compiled, and eager (with a line that says why) where a step cannot be compiled. */
  engine?: Engine;
  /**
   * The step size of each epoch, counted from 1; after the training the optimizer has its own again. Default: always the
   * optimizer's own.
   */
  learningRate?: (epoch: number) => number;
  /** Whether to show progress. Default true. */
  verbose?: boolean;
  /** Ends the training after the running step. Default: the running cell's interrupt. */
  signal?: AbortSignal;
  /** Called after each step. To look at the model's weights there, call the report's `sync` first. */
  onBatchEnd?: (report: BatchReport) => void | Promise<void>;
  /** Called after each epoch, with the model up to date; a return of `false` ends the training. */
  onEpochEnd?: (report: EpochReport) => unknown;
}

/**
 * Trains a compiled model.
 *
 * Losses and metrics are given to `compile` by name, as functions, in a list, or by the names of the outputs. A function of one's
 * own takes targets and outputs of any shapes and returns a value for each example (or position), or their mean; with an
 * `ignoredLabel` (`Object.assign(loss, { ignoredLabel: 0 })`) the positions of that label do not count. Nor do those that the
 * mask of an output leaves out, as in Keras.
 *
 * A step is recorded once, as a graph, and what it takes from JavaScript is fixed then. A loss or metric of one's own that
 * takes other numbers in the second step or in a later epoch, and an optimizer of one's own that changes a number, flag or text
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
 * @param model any compiled `tf.LayersModel`; its weights are changed.
 * @param dataset what to learn from; its shapes must be the model's.
 * @returns all that was measured. (Same seed, model and data: same numbers, but for the last digits, since TensorFlow adds
 * in parallel.)
 * @throws RangeError, before any step, when data or options do not fit; Error when the loss is no longer a number: weights and
 * optimizer are then as they were after the last epoch that left them finite, or before the training, and the message says which.
 */
export async function fit(model: tf.LayersModel, dataset: Dataset, options: FitOptions = {}): Promise<History> {
  checkArguments(
    "fit",
    { model, dataset, options },
    {
      model: MODEL,
      dataset: DATASET,
      options: settings({
        ...{ epochs: NUMERIC, batchSize: NUMERIC, validation: DATASET, shuffle: FLAG, seed: NUMERIC, verbose: FLAG },
        ...{ engine: choice("compiled", "eager"), learningRate: FUNCTION, signal: SIGNAL },
        ...{ onBatchEnd: FUNCTION, onEpochEnd: FUNCTION },
      }),
    },
  );
  const { epochs = 1, validation, shuffle = !isStateful(model), verbose = true } = options;
  const { signal = interruptSignal(), onEpochEnd } = options;
  checkEpochs(epochs);
  if (options.batchSize !== undefined) checkBatchSize(options.batchSize);
  const names = measureNames(model);
  for (const data of validation ? [dataset, validation] : [dataset]) {
    checkInputs(model, data);
    checkTargets(model, data);
  }
  const batchSize = batchSizeFor(model, dataset, { given: options.batchSize, usual: 32 });
  const validationSize = validation ? batchSizeFor(model, validation, { usual: FORWARD_BATCH_SIZE }) : 1;
  trainableVariables(model);

  const seed = options.seed ?? nextSeed(model);
  const random = new Random(seed);
  const ownRate = learningRateOf(model.optimizer);
  const step = createStep(model, options.engine, seed);
  const validationBatches = Math.ceil((validation?.size ?? 0) / validationSize);
  let forward: ForwardPass | undefined;
  // Where the step could not be compiled, the forward pass is not tried.
  const forwardOnce = () => {
    forward ??= forwardPass(model, step.engine === "eager" ? 0 : validationBatches * epochs);
    return forward;
  };
  const measuring = { batchSize: validationSize, signal, names };
  const history = new TrainingHistory(names, {
    engine: step.engine,
    batchSize,
    stepsPerEpoch: Math.ceil(dataset.size / batchSize),
    validated: validation !== undefined,
  });
  const progress = verbose ? new Progress(epochs, dataset.size, batchSize, step) : undefined;
  const batchEnd = async (report: BatchReport): Promise<void> => {
    history.engine = step.engine; // known for sure only after the first step
    append(history.steps, report.batch);
    progress?.batchEnd(report);
    await options.onBatchEnd?.(report);
  };

  const checkpoint = new Checkpoint(model);
  const endStep = (): void => {
    try {
      step.sync(); // a training that ends early, or in another error, leaves the model as its last whole step left it
    } finally {
      step.dispose();
    }
  };
  // A kernel that ends a slow step or callback by force lets nothing here run on, but aborts the signal.
  const endByForce = (): void => {
    try {
      endStep();
    } finally {
      checkpoint.dispose();
    }
  };
  signal?.addEventListener("abort", endByForce);

  let failed = true;
  let diverged = false;
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const started = performance.now();
      checkpoint.keep(epoch);
      if (options.learningRate) setLearningRate(model.optimizer, askedRate(options.learningRate, epoch));
      const order = range(dataset.size);
      if (shuffle) random.shuffle(order);
      const training = await runEpoch(step, dataset, order, { epoch, batchSize, names, signal, checkpoint, batchEnd });
      step.sync();
      if (validation && !signal?.aborted) progress?.validationBegin();
      const validated =
        validation && (await unlessAborted(() => measure(forwardOnce(), validation, measuring), signal));
      if (signal?.aborted) {
        history.interrupted = true;
        break;
      }

      append(history.epochs, training);
      if (validated && history.validation) append(history.validation, validated);
      history.secondsPerEpoch.push((performance.now() - started) / 1000);
      const report: EpochReport = { epoch, training, validation: validated };
      progress?.epochEnd(report);
      if ((await onEpochEnd?.(report)) === false) break;
    }
    failed = false;
  } catch (error) {
    diverged = error instanceof DivergedError;
    throw error;
  } finally {
    signal?.removeEventListener("abort", endByForce);
    try {
      endStep();
    } finally {
      if (diverged) checkpoint.restore();
      checkpoint.dispose();
      forward?.dispose();
      if (options.learningRate) setLearningRate(model.optimizer, ownRate);
      progress?.end(failed ? "failed" : history.interrupted ? "interrupted" : "ended");
    }
  }
  return history;
}

/** One time through the data, in the given order; ends early when the signal is aborted. Returns the epoch's means. */
async function runEpoch(
  step: TrainingStep,
  dataset: Dataset,
  order: Uint32Array,
  loop: {
    epoch: number;
    batchSize: number;
    names: readonly string[];
    signal: AbortSignal | undefined;
    checkpoint: Checkpoint;
    batchEnd: (report: BatchReport) => Promise<void>;
  },
): Promise<Measures> {
  const { epoch, batchSize, names, signal, checkpoint, batchEnd } = loop;
  const means = new RunningMeans(names);
  for (let start = 0, number = 1; start < order.length; start += batchSize, number++) {
    await breath();
    if (signal?.aborted) break;
    const batch = dataset.batch(order.subarray(start, start + batchSize));
    try {
      const measured = step.run(batch.inputs, batch.targets);
      const { values } = measured;
      const loss = values[0] as number;
      if (!Number.isFinite(loss)) throw new DivergedError(loss, epoch, number, checkpoint.epoch);
      means.add(measured);
      await batchEnd({
        epoch,
        step: number,
        batch: named(names, values),
        running: means.means(),
        sync: () => step.sync(),
      });
    } finally {
      batch.dispose();
    }
  }
  return means.means();
}

/** Runs a task that throws when the signal is aborted; then there is no result. */
async function unlessAborted<Result>(
  task: () => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result | undefined> {
  try {
    return await task();
  } catch (error) {
    if (signal?.aborted) return undefined;
    throw error;
  }
}

function askedRate(learningRate: (epoch: number) => number, epoch: number): number {
  const rate: unknown = learningRate(epoch);
  if (typeof rate === "number" && rate > 0 && Number.isFinite(rate)) return rate;
  throw new RangeError(
    `fit: the function learningRate returned ${shown(rate)} for epoch ${epoch}; a learning rate is a positive number. Common ones lie ` +
      "from 0.0001 to 0.1.",
  );
}

function checkEpochs(epochs: number): void {
  if (!Number.isInteger(epochs) || epochs < 1)
    throw new RangeError(`epochs is a whole number of at least 1; ${epochs} was given.`);
}
