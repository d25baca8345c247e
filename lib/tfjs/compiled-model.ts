// A compiled model as tfjs-layers keeps it to itself: what `compile` was given, and the functions that it became.
import { at } from "../indexing";
import { tf } from "./tf";

/** A loss or a metric, of targets and outputs. */
type LossOrMetric = (truth: tf.Tensor, output: tf.Tensor) => tf.Tensor;

/** What tfjs-layers keeps to itself of a compiled model; that of a `tf.Sequential` is on a model inside it. */
export interface CompiledModel {
  /** What `compile` was given. */
  readonly loss: string | (string | LossOrMetric)[] | Record<string, string | LossOrMetric> | LossOrMetric;
  readonly metrics: unknown;
  readonly outputNames: string[];
  /** `undefined` for an output without a loss. */
  readonly lossFunctions: LossOrMetric[];
  readonly metricsTensors: [measure: LossOrMetric, output: number][];
  readonly metricsNames: string[];
}

/** A model's loss for one output, as `compile` was given it: by itself, in a list, or by the output's name. */
export function givenLoss({ loss, outputNames }: CompiledModel, output: number): unknown {
  if (Array.isArray(loss)) return loss[output];
  return typeof loss === "object" ? loss[at(outputNames, output)] : loss;
}

/** @throws Error when the model was not compiled. */
export function compiledParts(model: tf.LayersModel): CompiledModel {
  const parts = compiledPartsIfAny(model);
  if (parts) return parts;
  throw new Error(
    `The model ${model.name} has no loss and optimizer yet. Compile it first: ` +
      'model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] }).',
  );
}

/** `undefined` for a model that was not compiled. */
export function compiledPartsIfAny(model: tf.LayersModel): CompiledModel | undefined {
  const core = model instanceof tf.Sequential ? (model as unknown as { model?: tf.LayersModel }).model : model;
  return core?.optimizer && core.lossFunctions?.length ? (core as unknown as CompiledModel) : undefined;
}
