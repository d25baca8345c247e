// What a compiled model is trained for: the loss of a batch, and the metrics beside it. tfjs computes both inside its own
// fit and evaluate, where their tensors cannot be reached; the training steps and `evaluate` need them outside.
import { tf } from "../tf";

/** The loss of one batch and its metrics, as scalars. */
export interface Objective {
  /** The mean loss, penalties of regularizers included. */
  readonly loss: tf.Scalar;
  /** The metrics after the loss, in the order of `model.metricsNames`. */
  readonly metrics: tf.Scalar[];
}

/** A loss or metric function: a value for each example (or each position in it). */
export type Measure = (truth: tf.Tensor, output: tf.Tensor) => tf.Tensor;

/** What tfjs-layers keeps to itself of a compiled model; that of a `tf.Sequential` is on a model inside it. */
export interface CompiledModel {
  /** What `compile` was given. */
  readonly loss: string | (string | Measure)[] | Record<string, string | Measure> | Measure;
  readonly metrics: unknown;
  readonly outputNames: string[];
  readonly lossFunctions: Measure[];
  readonly metricsTensors: [measure: Measure, output: number][];
  /** What the step changes. */
  collectedTrainableWeights: tf.LayerVariable[];
  /** The whole step, which returns the loss and the metrics. */
  makeTrainFunction(): (data: tf.Tensor[]) => tf.Scalar[];
}

/**
 * Runs the model on a batch and measures its outputs against the targets. Call it inside `tf.tidy` or a gradient function.
 *
 * @param training whether layers such as dropout behave as in training.
 */
export function objective(
  model: tf.LayersModel,
  inputs: tf.Tensor[],
  targets: tf.Tensor[],
  training: boolean,
): Objective {
  const { lossFunctions, metricsTensors } = compiledParts(model);
  const outputs = [model.apply(inputs, { training })].flat() as tf.Tensor[];
  const truths = targets.map(asTruth);
  const measured = (measure: Measure, number: number) =>
    tf.mean(measure(truths[number] as tf.Tensor, outputs[number] as tf.Tensor)) as tf.Scalar;

  const losses = lossFunctions.map(measured);
  const loss = tf.addN([...losses, ...model.calculateLosses()]) as tf.Scalar;
  return { loss, metrics: metricsTensors.map(([measure, output]) => measured(measure, output)) };
}

/** Targets as tfjs's losses take them: float32 even for class numbers, and with an axis after the batch axis. */
export function asTruth(target: tf.Tensor): tf.Tensor {
  const float = target.toFloat();
  return float.rank === 1 ? float.expandDims(1) : float; // [batch, 1] or [batch, …]
}

/**
 * The names of the loss and the metrics as the course writes them: tfjs shortens `accuracy` to `acc`.
 *
 * @throws Error when the model was not compiled.
 */
export function measureNames(model: tf.LayersModel): string[] {
  compiledParts(model);
  return model.metricsNames.map((name) => name.replace(/(^|_)acc$/, "$1accuracy"));
}

/** @throws Error when the model was not compiled. */
export function compiledParts(model: tf.LayersModel): CompiledModel {
  const core = model instanceof tf.Sequential ? (model as unknown as { model?: tf.LayersModel }).model : model;
  if (!core?.optimizer || !core.lossFunctions?.length)
    throw new Error(
      `The model ${model.name} has no loss and optimizer yet. Compile it first: ` +
        'model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] }).',
    );
  return core as unknown as CompiledModel;
}
