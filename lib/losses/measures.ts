// What a model is measured by: the loss of each output and the metrics, as `compile` was given them, and their names.

import { at } from "../indexing";
import { compiledParts, givenLoss } from "../tfjs/compiled-model";
import type { CompiledModel } from "../tfjs/private/compiled-fields";
import type { Measure } from "./measure";
import { type WholeMetric, wholeMetric } from "./whole-data";

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
    whole: wholeMetric(measure),
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
