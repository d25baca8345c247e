// What a model is measured by: losses and metrics as `compile` was given them, and their means over a batch.

import { batchShapeText, valueText } from "../arguments";
import { at } from "../indexing";
import { logitsOf } from "../ops/softmax-cross-entropy";
import type { CompiledModel } from "../tfjs/mends/compile";
import { compiledPartsIfAny } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { type Counted, countingOf, declaredLoss, forClassNumbers, type Measure } from "./declarations";
import { WHOLE_METRICS, type WholeMetric } from "./whole-data";

// ## Whether a model is compiled, and with which losses

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

// ## The loss of each output and the metrics, and their names

/** One loss or metric, of one output. */
export interface OutputMeasure {
  /** Unique only in the list that `measureNames` makes. */
  readonly name: string;
  /** The number of the output. */
  readonly output: number;
  /** What `compile` was given: a name of tfjs's, or a function. */
  readonly given: unknown;
  readonly measure: Measure;
  /** What the metric is over whole data, where it is no mean. */
  readonly whole?: WholeMetric | undefined;
}

/** All that one batch is measured by. */
interface OutputMeasures {
  /** One for each output that has a loss. */
  readonly losses: readonly OutputMeasure[];
  readonly metrics: readonly OutputMeasure[];
}

/** @throws Error when the model was not compiled, or no output has a loss. */
export function measuresOf(model: Parameters<typeof compiledParts>[0]): OutputMeasures {
  const compiled = compiledParts(model);
  const { lossFunctions, metricsTensors, metricsNames, outputNames } = compiled;
  const several = outputNames.length > 1;
  const prefix = (output: number): string => (several ? `${outputNames[output]}_` : "");
  const losses = lossFunctions
    .map((measure, output) => ({ name: `${prefix(output)}loss`, output, given: givenLoss(compiled, output), measure }))
    .filter(({ measure }) => measure);
  if (losses.length === 0)
    throw new Error(
      `The model ${model.name} was compiled without a loss for its outputs (${outputNames.join(", ")}). ` +
        "Give one by the output's name: loss: { name: … }.",
    );
  // Of several outputs tfjs lists the losses among the metrics.
  const first = several ? outputNames.length : 0;
  const given = givenMetrics(compiled);
  const metrics = metricsTensors.slice(first).map(([measure, output], number) => ({
    name: metricName(given[number], prefix(output), at(metricsNames, 1 + first + number)),
    output,
    given: given[number],
    measure,
    whole: WHOLE_METRICS.get(measure),
  }));
  return { losses, metrics };
}

/** As it was given; tfjs shortens `accuracy` to `acc`, and has no name for an arrow function that has none. */
function metricName(given: unknown, prefix: string, name: string): string {
  if (typeof given === "string") return `${prefix}${given === "acc" ? "accuracy" : given}`;
  return name === prefix ? `${prefix}metric` : name;
}

/** Its metrics, each for one output, in the order in which tfjs has them. */
function givenMetrics({ metrics, outputNames }: CompiledModel): unknown[] {
  const list = (given: unknown): unknown[] => (given === undefined || given === null ? [] : [given].flat());
  const byName = metrics !== null && typeof metrics === "object" && !Array.isArray(metrics);
  return outputNames.flatMap((name) => list(byName ? (metrics as Record<string, unknown>)[name] : metrics));
}

/**
 * The names of all that is measured: `loss`, that of each output where several have one, and the metrics. Names that are the
 * same get numbers, as in Keras: `mae`, `mae_1`. A function's name is its metric's, `metric` where it has none.
 *
 * @throws Error when the model was not compiled.
 */
export function measureNames(model: Parameters<typeof compiledParts>[0]): string[] {
  const { losses, metrics } = measuresOf(model);
  const taken = new Set<string>();
  for (const { name } of [{ name: "loss" }, ...(losses.length > 1 ? losses : []), ...metrics]) {
    let free = name;
    for (let number = 1; taken.has(free); number++) free = `${name}_${number}`;
    taken.add(free);
  }
  return [...taken];
}

// ## The mean of a loss or metric over what counts in a batch
// Positions of a sequence do not count where their label says so, or where the output is masked, as in Keras: the mean is over
// the others, and how many they were goes with it.

/** A mean, and how many positions (or, where all count, examples) it is over. */
export interface CountedMean {
  readonly mean: tf.Scalar;
  readonly count: tf.Scalar;
}

/**
 * Measures one output of a batch. Where nothing counts the mean is 0.
 *
 * @param mask `[batch, time]`, 1 or true where positions count
 * @throws RangeError when a function cannot be computed from targets and outputs of these shapes
 */
export function countedMean(
  measured: OutputMeasure,
  truth: tf.Tensor,
  output: tf.Tensor,
  mask: tf.Tensor | undefined,
): CountedMean {
  const { values, counted } = valuesOf(measured, truth, output, mask);
  const masked = mask && tf.util.arraysEqual(mask.shape, values.shape) ? mask.toFloat() : undefined;
  const weights = masked && counted ? masked.mul(counted) : (masked ?? counted);
  if (!weights) return { mean: tf.mean(values) as tf.Scalar, count: tf.scalar(at(output.shape, 0)) };
  const count = weights.sum() as tf.Scalar;
  // A function that returns the mean itself has left out what does not count.
  const mean = values.rank === 0 ? values : values.mul(weights).sum().div(count.maximum(1));
  return { mean: mean as tf.Scalar, count };
}

function valuesOf(
  measured: OutputMeasure,
  truth: tf.Tensor,
  output: tf.Tensor,
  mask: tf.Tensor | undefined,
): { values: tf.Tensor; counted?: tf.Tensor } {
  const { given } = measured;
  const measure = forClassNumbers(given, truth, output) ?? measured.measure;
  const { onLogits } = declaredLoss(given);
  const logits = onLogits && logitsOf(output);
  if (onLogits && logits) {
    const values = explainShapeErrors(measured, truth, output, () => onLogits(truth, logits, mask));
    return values instanceof tf.Tensor ? { values } : values;
  }
  const counting = countingOf(given, measure);
  if (counting) return explainShapeErrors(measured, truth, output, () => counting(truth, output, mask));
  const values = explainShapeErrors(measured, truth, output, () => measure(truth, output));
  if (!(values instanceof tf.Tensor))
    throw new TypeError(
      `${title(measured)} returned ${valueText(values)}; a loss or metric returns ` +
        "a tensor: a value for each example, or their mean.",
    );
  if (measure.ignoredLabel === undefined) return { values: values.toFloat() };
  const counted = truth.notEqual(measure.ignoredLabel).toFloat();
  return { values: values.toFloat(), counted: values.size === counted.size ? counted.reshape(values.shape) : counted };
}

/** tfjs's words about shapes do not say whose they are. */
function explainShapeErrors<Result extends tf.Tensor | Counted>(
  measured: OutputMeasure,
  truth: tf.Tensor,
  output: tf.Tensor,
  compute: () => Result,
): Result {
  try {
    return compute();
  } catch (error) {
    const ofTfjs = error instanceof Error && Object.getPrototypeOf(error) === Error.prototype;
    if (!ofTfjs || tf.util.arraysEqual(truth.shape, output.shape)) throw error;
    throw new RangeError(
      `${title(measured)} could not be computed from targets of shape ${batchShapeText([null, ...truth.shape.slice(1)])} and outputs of shape ` +
        `${batchShapeText([null, ...output.shape.slice(1)])}. Give targets that it takes, or a loss that takes these. (${error.message})`,
      { cause: error },
    );
  }
}

function title({ given, name }: OutputMeasure): string {
  const own = typeof given === "function" && (given as { name: string }).name;
  return own === "" ? `A function of your own (${name})` : `The function ${own || String(given)} (${name})`;
}
