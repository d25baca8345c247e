// Training: epochs of shuffled batches, one step for each, by one of two engines. It knows neither what is trained nor who follows it.

import {
  checkArguments,
  checkWholeNumber,
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
import { checkBatchSize, type Dataset, range } from "../../data/dataset";
import { at } from "../../indexing";
import { interruptSignal, yieldToEventLoop } from "../../notebook";
import { checkLearningRate } from "../../option-checks";
import { Random } from "../../random";
import { learningRateOf, setLearningRate } from "../../tfjs/optimizers";
import type { tf } from "../../tfjs/tf";
import { UncompilableError } from "../../tfjs/uncompilable";
import { FORWARD_BATCH_SIZE, measure } from "../evaluation/forward";
import {
  appendMeasures,
  type BatchMeans,
  type Engine,
  type EpochReport,
  type History,
  type Measures,
  measuresByName,
  RunningMeans,
  TrainingHistory,
} from "../history";
import { Progress } from "../progress";
import type { TrainingTask } from "../task";
import { Checkpoint, DivergedError } from "./checkpoint";
import type { FitOptions } from "./fit-options";
import { modelTrainee } from "./model-trainee";
import { taskTrainee } from "./task-trainee";
import type { Measuring, Trainee, TrainingStep } from "./trainee";

// ## Which engine
// The one place that chooses how training steps are computed.

/** @param engine asked for; `undefined` takes the compiled one, and the eager one where a step cannot be compiled. */
function stepFor(engine: Engine | undefined, compiled: () => TrainingStep, eager: () => TrainingStep): TrainingStep {
  if (engine === "eager") return eager();
  return engine === "compiled" ? compiled() : new CompiledOrEager(compiled(), eager);
}

/** Compiled until a step turns out not to compile; eager from there on. */
class CompiledOrEager implements TrainingStep {
  readonly #eager: () => TrainingStep;
  #step: TrainingStep;

  /** @param eager makes the step that takes over */
  constructor(compiled: TrainingStep, eager: () => TrainingStep) {
    this.#eager = eager;
    this.#step = compiled;
  }

  get engine(): Engine {
    return this.#step.engine;
  }

  run(inputs: tf.Tensor[], targets: tf.Tensor[]): BatchMeans {
    try {
      return this.#step.run(inputs, targets);
    } catch (error) {
      // Nothing has been changed by a step that could not be recorded.
      if (!(error instanceof UncompilableError) || this.#step.engine === "eager") throw error;
      this.#step.dispose();
      this.#step = this.#eager();
      console.warn(`${error.message} Training goes on operation by operation (eager).`);
      return this.#step.run(inputs, targets);
    }
  }

  sync(): void {
    this.#step.sync();
  }

  dispose(): void {
    this.#step.dispose();
  }
}

// ## Seeds of trainings that are given none
// A model trained on goes on with new orders and new dropout, as Keras's does, and a model built again is trained as before.

const trainings = new WeakMap<object, number>();

/** @param owner what learns. @returns 1 for its first training, 2 for its second, … */
function nextSeed(owner: object): number {
  const number = (trainings.get(owner) ?? 0) + 1;
  trainings.set(owner, number);
  return number;
}

// ## One training
// What it holds while it runs, what an epoch does, and how all of it is freed however it ends.

class Training {
  readonly epochs: number;
  readonly history: TrainingHistory;
  readonly #trainee: Trainee;
  readonly #dataset: Dataset;
  readonly #options: FitOptions;
  readonly #batchSize: number;
  readonly #validationSize: number;
  readonly #shuffle: boolean;
  readonly #signal: AbortSignal | undefined;
  readonly #random: Random;
  readonly #step: TrainingStep;
  readonly #checkpoint: Checkpoint;
  readonly #progress: Progress | undefined;
  readonly #ownRates: readonly number[];
  #measuring: Measuring | undefined;
  #failure: unknown;

  /** @throws RangeError when data or options do not fit; nothing has begun then. */
  constructor(trainee: Trainee, dataset: Dataset, options: FitOptions) {
    const { epochs = 1, validation, shuffle = !trainee.inOrder, verbose = true, signal = interruptSignal() } = options;
    checkWholeNumber("fit: epochs", epochs);
    if (options.batchSize !== undefined) checkBatchSize(options.batchSize);
    trainee.check(dataset, "training");
    if (validation) trainee.check(validation, "validation");
    if (options.learningRate && trainee.optimizers.length > 1)
      throw new RangeError(
        `learningRate sets the step size of one optimizer; the task has ${trainee.optimizers.length}. Set theirs in onEpochEnd.`,
      );
    const batchSize = trainee.batchSize(dataset, { given: options.batchSize, usual: 32 });
    this.#validationSize = validation ? trainee.batchSize(validation, { usual: FORWARD_BATCH_SIZE }) : 1;

    const seed = options.seed ?? nextSeed(trainee.owner);
    this.epochs = epochs;
    this.#trainee = trainee;
    this.#dataset = dataset;
    this.#options = options;
    this.#batchSize = batchSize;
    this.#shuffle = shuffle;
    this.#signal = signal;
    this.#random = new Random(seed);
    this.#step = stepFor(
      options.engine,
      () => trainee.compiledStep(seed),
      () => trainee.eagerStep(),
    );
    this.#checkpoint = new Checkpoint(trainee);
    this.#ownRates = options.learningRate ? trainee.optimizers.map(learningRateOf) : [];
    this.history = new TrainingHistory(trainee.measures, {
      engine: this.#step.engine,
      batchSize,
      stepsPerEpoch: Math.ceil(dataset.size / batchSize),
      validated: validation !== undefined,
    });
    this.#progress = verbose ? new Progress(epochs, dataset.size, batchSize, this.#step) : undefined;
    // A kernel that ends a slow step or callback by force lets nothing else run on, but aborts the signal.
    signal?.addEventListener("abort", this.#endByForce);
  }

  /** @returns what was measured; `undefined` when the epoch was interrupted. */
  async runEpoch(epoch: number): Promise<EpochReport | undefined> {
    const started = performance.now();
    this.#checkpoint.keep(epoch);
    const { learningRate } = this.#options;
    if (learningRate) {
      const rate = learningRate(epoch);
      checkLearningRate(`fit: what the function learningRate returned for epoch ${epoch}`, rate);
      setLearningRate(at(this.#trainee.optimizers, 0), rate);
    }
    const order = range(this.#dataset.size);
    if (this.#shuffle) this.#random.shuffle(order);
    const training = await this.#train(epoch, order);
    this.#step.sync();
    const validation = await this.#validate();
    if (this.#signal?.aborted) {
      this.history.interrupted = true;
      return undefined;
    }
    appendMeasures(this.history.epochs, training);
    if (validation && this.history.validation) appendMeasures(this.history.validation, validation);
    this.history.secondsPerEpoch.push((performance.now() - started) / 1000);
    const report: EpochReport = { epoch, training, validation };
    this.#progress?.epochEnd(report);
    return report;
  }

  /** Notes why the training ends. */
  noteFailure(error: unknown): void {
    this.#failure = error ?? new Error("unknown");
  }

  /** Leaves model and optimizers as the last whole step left them, or, where it diverged, the last good epoch; frees the rest. */
  end(): void {
    this.#signal?.removeEventListener("abort", this.#endByForce);
    try {
      this.#endStep();
    } finally {
      if (this.#failure instanceof DivergedError) this.#checkpoint.restore();
      this.#checkpoint.dispose();
      this.#measuring?.dispose();
      if (this.#options.learningRate)
        for (const [i, optimizer] of this.#trainee.optimizers.entries())
          setLearningRate(optimizer, at(this.#ownRates, i));
      const failed = this.#failure !== undefined;
      this.#progress?.end(failed ? "failed" : this.history.interrupted ? "interrupted" : "ended");
    }
  }

  /** One time through the data; ends early when the signal is aborted. */
  async #train(epoch: number, order: Uint32Array): Promise<Measures> {
    const means = new RunningMeans(this.#trainee.measures);
    for (let start = 0, number = 1; start < order.length; start += this.#batchSize, number++) {
      await yieldToEventLoop();
      if (this.#signal?.aborted) break;
      const batch = this.#dataset.batch(order.subarray(start, start + this.#batchSize));
      try {
        const measured = this.#step.run(batch.inputs, batch.targets);
        const { values } = measured;
        const loss = at(values, 0);
        if (!Number.isFinite(loss)) throw new DivergedError(loss, epoch, number, this.#checkpoint.epoch);
        means.add(measured);
        this.history.engine = this.#step.engine; // known for sure only after the first step
        const report = {
          epoch,
          step: number,
          batch: measuresByName(this.#trainee.measures, values),
          running: means.means(),
          sync: () => this.#step.sync(),
        };
        appendMeasures(this.history.steps, report.batch);
        this.#progress?.batchEnd(report);
        await this.#options.onBatchEnd?.(report);
      } finally {
        batch.dispose();
      }
    }
    return means.means();
  }

  /** Without a validation set, or when the learner interrupts, there is no result. */
  async #validate(): Promise<Measures | undefined> {
    const { validation } = this.#options;
    if (!validation || this.#signal?.aborted) return undefined;
    this.#progress?.validationBegin();
    const batchSize = this.#validationSize;
    const batches = Math.ceil(validation.size / batchSize) * this.epochs;
    this.#measuring ??= this.#trainee.createMeasure(batches, this.#step.engine);
    try {
      return await measure(this.#measuring, validation, {
        ...{ batchSize, signal: this.#signal, names: this.#trainee.measures },
      });
    } catch (error) {
      if (this.#signal?.aborted) return undefined;
      throw error;
    }
  }

  #endStep(): void {
    try {
      this.#step.sync();
    } finally {
      this.#step.dispose();
    }
  }

  readonly #endByForce = (): void => {
    try {
      this.#endStep();
    } finally {
      this.#checkpoint.dispose();
    }
  };
}

// ## The loop

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
