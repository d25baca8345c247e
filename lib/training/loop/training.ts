// One training: what it holds while it runs, what an epoch does, and how all of it is freed however it ends.

import { checkWholeNumber } from "../../arguments";
import { checkBatchSize, type Dataset, range } from "../../data/dataset";
import { at } from "../../indexing";
import { interruptSignal } from "../../notebook";
import { checkLearningRate } from "../../option-checks";
import { Random } from "../../random";
import { learningRateOf, setLearningRate } from "../../tfjs/learning-rate";
import { FORWARD_BATCH_SIZE, measure } from "../evaluation/evaluate";
import { yieldToEventLoop } from "../event-loop";
import { TrainingHistory } from "../history";
import { appendMeasures, type Measures, measuresByName } from "../named-measures";
import { Progress } from "../progress/progress";
import type { EpochReport } from "../reports";
import { RunningMeans } from "../steps/batch-means";
import type { TrainingStep } from "../steps/step";
import { Checkpoint } from "./checkpoint";
import { DivergedError } from "./diverged";
import type { FitOptions } from "./fit-options";
import { nextSeed } from "./seeds";
import type { Measuring, Trainee } from "./trainee";

export class Training {
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
    this.#step = trainee.createStep(options.engine, seed);
    this.#checkpoint = new Checkpoint(trainee);
    this.#ownRates = trainee.optimizers.map(learningRateOf);
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
      const noteFailure = this.#failure !== undefined;
      this.#progress?.end(noteFailure ? "failed" : this.history.interrupted ? "interrupted" : "ended");
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
