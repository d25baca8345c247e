// What is private in tfjs of a compiled model: what `compile` was given, and the functions that it became.
import type * as tfjs from "@tensorflow/tfjs-node";

/** A loss or a metric, of targets and outputs. */
export type LossOrMetric = (truth: tfjs.Tensor, output: tfjs.Tensor) => tfjs.Tensor;

/** The fields of a compiled model; those of a `tf.Sequential` are on a model inside it. */
export interface CompiledModel {
  readonly name: string;
  /** What `compile` was given. */
  readonly loss: string | (string | LossOrMetric)[] | Record<string, string | LossOrMetric> | LossOrMetric;
  /** What `compile` was given; histories have these names. */
  metrics: unknown;
  readonly outputNames: string[];
  /** `undefined` for an output without a loss. */
  readonly lossFunctions: LossOrMetric[];
  readonly metricsTensors: [measure: LossOrMetric, output: number][];
  readonly metricsNames: string[];
}
