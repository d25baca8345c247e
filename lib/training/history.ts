// What a training was: every number that `fit` saw, as plain arrays, ready for a figure or a file.
import type { MeasureSeries } from "./named-measures";

/** How a training step is computed: recorded once and run as one graph, or operation by operation. */
export type Engine = "compiled" | "eager";

/** The record of one call of `fit`; as the last expression of a cell it shows its learning curves. */
export interface History {
  /** How the steps were computed. */
  readonly engine: Engine;
  /** Examples in a batch (fewer in an epoch's last, if they do not divide). */
  readonly batchSize: number;
  /** Steps that make an epoch. */
  readonly stepsPerEpoch: number;
  /** One value an epoch: the mean over its examples, taken while the weights changed. Only whole epochs count. */
  readonly epochs: MeasureSeries;
  /** One value an epoch, measured on the validation set after it; `undefined` without one. */
  readonly validation: MeasureSeries | undefined;
  /** One value a step: the batch's own. */
  readonly steps: MeasureSeries;
  /** How long each epoch took, validation included. */
  readonly secondsPerEpoch: number[];
  /** True when the learner interrupted the training: it then ended after a whole step, before the last epoch's end. */
  interrupted: boolean;
}

/** The history that `fit` fills. It is a class so that displays.ts can say what it looks like. */
export class TrainingHistory implements History {
  engine: Engine;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly epochs: MeasureSeries;
  readonly validation: MeasureSeries | undefined;
  readonly steps: MeasureSeries;
  readonly secondsPerEpoch: number[] = [];
  interrupted = false;

  /** @param names what is measured. */
  constructor(
    names: readonly string[],
    training: { engine: Engine; batchSize: number; stepsPerEpoch: number; validated: boolean },
  ) {
    this.engine = training.engine;
    this.batchSize = training.batchSize;
    this.stepsPerEpoch = training.stepsPerEpoch;
    this.epochs = emptySeries(names);
    this.validation = training.validated ? emptySeries(names) : undefined;
    this.steps = emptySeries(names);
  }
}

/** An empty series for each name. */
function emptySeries(names: readonly string[]): MeasureSeries {
  return { loss: [], ...Object.fromEntries(names.map((name) => [name, []])) };
}
