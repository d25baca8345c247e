// What `fit` trains besides a compiled model: several networks, several optimizers, or inputs that are made on the way (a GAN, a
// diffusion model, a contrastive loss).
import { checkArguments, FUNCTION, fields, kind, list, MODEL, OPTIMIZER, optional, STRING } from "../arguments";
import type { Dataset } from "../data/dataset";
import type { tf } from "../tfjs/tf";

/**
 * A custom training for {@link fit}: what happens in a step, and what it measures.
 *
 * @example
 * ```ts
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] })
 * const adam = tf.train.adam()
 * const task: TrainingTask = {
 *   name: "points without their noise",
 *   measures: ["loss"],
 *   models: [model],
 *   optimizers: [adam],
 *   step([points]) {
 *     const noisy = tf.randomNormal(points!.shape, 0, 0.1).add(points!)
 *     const distance = () => tf.losses.meanSquaredError(points!, model.apply(noisy) as tf.Tensor).asScalar()
 *     return [minimize(adam, distance)]
 *   },
 * }
 * await fit(task, spirals(), { epochs: 5 })
 * ```
 */
export interface TrainingTask {
  /** For messages and the progress. */
  readonly name: string;
  /** The names of what a step returns, in its order. The first is `loss`: where it is no finite number, training has diverged. */
  readonly measures: readonly string[];
  /** The networks whose weights the step changes or uses. They need not be compiled. */
  readonly models: readonly tf.LayersModel[];
  /** The optimizers that take part. */
  readonly optimizers: readonly tf.Optimizer[];
  /** Variables that the step changes and that belong to none of the models. */
  readonly variables?: readonly tf.Variable[];
  /**
   * One step on one batch: computes, updates by `minimize`, and returns a scalar for each of `measures`. It runs inside
   * `tf.tidy`, and is recorded as a graph like a step of {@link compileStep}: what it draws, it draws by tfjs's operations.
   */
  step(inputs: tf.Tensor[], targets: tf.Tensor[]): tf.Scalar[];
  /** The same measures without an update, for the validation set. Without it there is no validation. */
  measure?(inputs: tf.Tensor[], targets: tf.Tensor[]): tf.Scalar[];
  /** Throws when a data set does not fit, before any step. */
  check?(dataset: Dataset): void;
}

const VARIABLE = kind("a variable", (value) => Object(value).isDisposed !== undefined && "assign" in Object(value));

const TASK = fields({
  ...{ name: STRING, measures: list("names", STRING), models: list("models", MODEL), step: FUNCTION },
  ...{ optimizers: list("optimizers", OPTIMIZER), variables: optional(list("variables", VARIABLE)) },
  ...{ measure: optional(FUNCTION), check: optional(FUNCTION) },
});

/** @throws RangeError when a task lacks something, or does not measure its loss first. */
export function checkTask(task: TrainingTask): void {
  checkArguments("fit", { task }, { task: TASK });
  const { name, measures, models, optimizers, variables = [] } = task;
  const [first] = measures;
  if (first !== "loss")
    throw new RangeError(
      `The task ${name} measures ${measures.length === 0 ? "nothing" : `${first} first`}; the first of measures is "loss", the number that ` +
        'tells whether a training diverges: measures: ["loss", …].',
    );
  const twice = measures.find((measure, place) => measures.indexOf(measure) < place);
  if (twice !== undefined)
    throw new RangeError(`The task ${name} measures ${twice} twice; give each of its measures a name of its own.`);
  if (optimizers.length === 0)
    throw new RangeError(
      `The task ${name} has no optimizer; list those that its step uses: optimizers: [tf.train.adam()].`,
    );
  if (models.length + variables.length === 0)
    throw new RangeError(`The task ${name} has no models and no variables; list what its step trains.`);
}
