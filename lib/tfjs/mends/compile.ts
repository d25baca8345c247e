// `compile`, mended: the names it takes for losses, metrics and optimizers, what a model keeps of them, and what a file does.

import type * as tfjs from "@tensorflow/tfjs-node";
import { both, checkArguments, either, type Kind, kind, noFieldBut, OPTIMIZER, valueText } from "../../arguments";
import { LOSSES, lossByName, METRICS_OF_TFJS, MORE_METRICS, normalizeName, SHORT } from "../measures/names";
import {
  auc,
  huber,
  rootMeanSquaredError,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from "../measures/of-keras";

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

// ## What `compile` takes
// Losses, metrics and optimizers, by the names that Keras has for them too ("mse", "mean_squared_error", "MeanSquaredError").
// tfjs knows one spelling of each, and its errors print the source of functions.

type Given = string | LossOrMetric;

type Compiled = Pick<CompiledModel, "name" | "outputNames" | "metrics">;

interface Mended {
  compile(this: Compiled & { readonly model?: Compiled; build?(): void }, given: tfjs.ModelCompileArgs): void;
}

const OPTIMIZERS = ["sgd", "adam", "adamax", "adagrad", "adadelta", "rmsprop"];

/** Mends tfjs, once for all. */
export function mendCompileArguments(tf: typeof tfjs): void {
  const { metrics } = tf;
  const ofKeras: Readonly<Record<string, LossOrMetric>> = {
    binaryaccuracy: metrics.binaryAccuracy,
    categoricalaccuracy: metrics.categoricalAccuracy,
    sparsecategoricalaccuracy: metrics.sparseCategoricalAccuracy,
    binarycrossentropy: metrics.binaryCrossentropy,
    categoricalcrossentropy: metrics.categoricalCrossentropy,
    meansquarederror: metrics.meanSquaredError,
    meanabsoluteerror: metrics.meanAbsoluteError,
    meanabsolutepercentageerror: metrics.meanAbsolutePercentageError,
    cosineproximity: metrics.cosineProximity,
    // As a metric Keras has it with the other sign: alike is 1.
    cosinesimilarity: (truth, output) => metrics.cosineProximity(truth, output).neg(),
    precision: metrics.precision,
    recall: metrics.recall,
    r2score: metrics.r2Score,
    topkcategoricalaccuracy: topKCategoricalAccuracy,
    sparsetopkcategoricalaccuracy: sparseTopKCategoricalAccuracy,
    rootmeansquarederror: rootMeanSquaredError,
    auc,
  };
  /** tfjs has the others only as losses, which it hands out to a compiled model alone. */
  const ofLosses = new Map<string, LossOrMetric>([["huber", huber]]);
  const ofLoss = (loss: string): LossOrMetric => {
    const known = ofLosses.get(loss);
    if (known) return known;
    const layer = tf.layers.activation({ activation: "linear", inputShape: [2], name: loss });
    const model = tf.sequential({ name: loss, layers: [layer] });
    model.compile({ optimizer: "sgd", loss });
    const [measure] = (model as unknown as { model: { lossFunctions: [LossOrMetric] } }).model.lossFunctions;
    model.optimizer.dispose();
    model.dispose();
    ofLosses.set(loss, measure);
    return measure;
  };
  const INCOMPLETE = new Map<unknown, string>([
    [
      tf.losses.cosineDistance,
      'Name it: "cosineSimilarity", or give (targets, outputs) => tf.losses.cosineDistance(targets, outputs, -1).',
    ],
    [
      tf.losses.computeWeightedLoss,
      "Give a function (targets, outputs) => tensor that computes the loss, such as tf.losses.meanSquaredError.",
    ],
  ]);
  const lossOf = (given: Given, where: string): Given => {
    const instead = INCOMPLETE.get(given);
    if (instead !== undefined)
      throw new RangeError(
        `${where} is ${valueText(given)}, a function of tfjs's that takes more than targets and outputs. ${instead}`,
      );
    if (typeof given !== "string") return given;
    const name = lossByName(given);
    if (name !== undefined) return name === "huber" ? huber : name;
    const names = [...LOSSES, ...Object.keys(SHORT)];
    return refuse(where, given, `the name of a loss (${names.join(", ")})`);
  };
  const metricOf = (given: Given, where: string): Given => {
    if (typeof given !== "string" || METRICS_OF_TFJS.includes(given)) return given;
    const own =
      ofKeras[normalizeName(given)] ?? METRICS_OF_TFJS.find((each) => normalizeName(each) === normalizeName(given));
    if (own !== undefined) return own;
    const loss = lossByName(given);
    if (loss !== undefined) return ofKeras[normalizeName(loss)] ?? ofLoss(loss);
    const names = new Set([...METRICS_OF_TFJS, ...MORE_METRICS, ...LOSSES, ...Object.keys(SHORT)]);
    return refuse(where, given, `the name of a metric (${[...names].join(", ")})`);
  };

  for (const { prototype } of [tf.LayersModel, tf.Sequential]) {
    const { compile } = prototype as unknown as Mended;
    (prototype as unknown as Mended).compile = function (given) {
      const owner = `compile of the model ${this.name}`;
      const optimizer = either(NAMED_OPTIMIZER, OPTIMIZER);
      checkArguments(owner, { arguments: given }, { arguments: both(ARGUMENTS, NO_OTHERS) });
      checkArguments(owner, { optimizer: given.optimizer }, { optimizer });
      this.build?.(); // a Sequential has no outputs before
      const check = <Part>(part: Part, name: string): Part => {
        checkMeasures(this, part, name, owner);
        return part;
      };
      const metrics = byOutput(this, given.metrics, owner);
      const translated = {
        optimizer: typeof given.optimizer === "string" ? normalizeName(given.optimizer) : given.optimizer,
        loss: each(check(given.loss, "loss"), "loss", (one, name) => lossOf(one, `${owner}: ${name}`)),
        ...(metrics !== undefined &&
          metrics !== null && {
            metrics: each(check(metrics, "metrics"), "metrics", (one, name) => metricOf(one, `${owner}: ${name}`)),
          }),
      };
      compile.call(this, translated as tfjs.ModelCompileArgs);
      // Histories have the names that were given.
      for (const model of [this, this.model]) if (model) model.metrics = metrics;
    };
  }
}

const ARGUMENTS = kind(
  "an object: { optimizer, loss, metrics }",
  (value) => value !== null && typeof value === "object" && "optimizer" in value,
);
/** What Keras has besides, and what there is in its place. */
const OF_KERAS: Readonly<Record<string, string>> = {
  lossWeights: "Weigh a loss in a function of your own: (targets, outputs) => loss(targets, outputs).mul(0.5)",
  weightedMetrics: "Give them as metrics",
};
const OPTIONS = ["optimizer", "loss", "metrics"];
const NO_OTHERS: Kind = (value, name) => {
  const fault = noFieldBut(OPTIONS)(value, name);
  const ofKeras = Object.keys(value as object).find((field) => !OPTIONS.includes(field) && field in OF_KERAS);
  return ofKeras === undefined ? fault : `${noFieldBut(OPTIONS)({ [ofKeras]: 0 }, name)}. ${OF_KERAS[ofKeras]}`;
};
const NAMED_OPTIMIZER = kind(
  `an optimizer (tf.train.adam(0.001)), or the name of one (${OPTIMIZERS.join(", ")})`,
  (value) => typeof value === "string" && OPTIMIZERS.includes(normalizeName(value)),
);

function refuse(where: string, given: unknown, expected: string): never {
  throw new RangeError(
    `${where} is ${valueText(given)}; it is ${expected}, or a function (targets, outputs) => tensor.`,
  );
}

const isMeasure = (given: unknown): given is Given => typeof given === "string" || typeof given === "function";
/** An output may go without a loss. */
const isLeftOut = (given: unknown, name: string): boolean => name === "loss" && (given === undefined || given === null);
const isByName = (given: unknown): given is Record<string, unknown> =>
  given !== null && typeof given === "object" && !Array.isArray(given);

/** A loss or metric by itself, in a list, or by the names of outputs: for each output one loss, and any number of metrics. */
function checkMeasures({ outputNames }: Compiled, given: unknown, name: string, owner: string): void {
  const outputs = `the model has ${outputNames.length} output(s): ${outputNames.join(", ")}`;
  if (isMeasure(given)) return;
  if (Array.isArray(given)) {
    if (name === "loss" && given.length !== outputNames.length)
      throw new RangeError(
        `${owner}: loss is a list of ${given.length}; ${outputs}. Give one loss for each, or one by itself for all of them.`,
      );
    for (const [place, one] of Array.from(given).entries())
      if (!isMeasure(one) && !isLeftOut(one, name)) refuse(`${owner}: ${name}[${place}]`, one, "a name");
    return;
  }
  if (!isByName(given)) refuse(`${owner}: ${name}`, given, "a name, a list, an object by the outputs' names");
  for (const [key, value] of Object.entries(given)) {
    if (!outputNames.includes(key))
      throw new RangeError(`${owner}: ${name} has an entry ${JSON.stringify(key)}, and ${outputs}. Name one of these.`);
    const all = name === "metrics" ? [value].flat() : [value];
    for (const one of all)
      if (!isMeasure(one) && !isLeftOut(one, name)) refuse(`${owner}: ${name}.${key}`, one, "a name");
  }
}

/** Metrics as a list for each output, as Keras takes them too, by the outputs' names, or of one output alone; other forms as they are. */
function byOutput({ outputNames }: Compiled, given: unknown, owner: string): unknown {
  if (!Array.isArray(given) || !given.some(Array.isArray)) return given;
  if (given.length !== outputNames.length)
    throw new RangeError(
      `${owner}: metrics is a list of ${given.length} with lists in it, one for each output; the model has ${outputNames.length} ` +
        `output(s): ${outputNames.join(", ")}. Give a list for each ([] for none), or one list without others for all of them.`,
    );
  if (outputNames.length === 1) return given.flat();
  const metrics = outputNames.map((name, output) => [name, given[output] ?? []]);
  return Object.fromEntries(metrics);
}

/** The same with each measure replaced. */
function each(given: unknown, name: string, replace: (one: Given, name: string) => Given): unknown {
  if (isMeasure(given)) return replace(given, name);
  if (Array.isArray(given)) return given.map((one, place) => each(one, `${name}[${place}]`, replace));
  if (!isByName(given)) return given;
  return Object.fromEntries(Object.entries(given).map(([key, one]) => [key, each(one, `${name}.${key}`, replace)]));
}

// ## What a file has
// What `model.save` writes of losses and metrics with `includeOptimizer`, and what loading compiles the model with again: their
// names in each form that `compile` takes. tfjs stumbles over metrics in a list for each output, and over what is no name.

interface Config {
  readonly loss: unknown;
  readonly metrics: unknown;
}

interface Saved {
  readonly name: string;
  readonly loss: unknown;
  readonly metrics: unknown;
  getTrainingConfig(): Config;
  loadTrainingConfig(config: Config): void;
  compile(given: object): void;
}

/** Mends tfjs, once for all. */
export function mendTrainingConfig(tf: typeof tfjs): void {
  const known = new Map<unknown, string>([
    [huber, "huber"],
    ...Object.entries(tf.metrics).map(([name, metric]) => [metric, name] as const),
  ]);
  const prototype = tf.LayersModel.prototype as unknown as Saved;
  const { getTrainingConfig, loadTrainingConfig } = prototype;

  prototype.getTrainingConfig = function () {
    const { name, loss, metrics } = this;
    const named = { loss: namesOf(loss, `the loss of ${name}`), metrics: namesOf(metrics, `a metric of ${name}`) };
    // tfjs is asked for the optimizer alone.
    const config = getTrainingConfig.call(
      Object.create(this, { loss: { value: "" }, metrics: { value: [] } }) as Saved,
    );
    return { ...config, ...named };
  };
  function namesOf(given: unknown, what: string): unknown {
    if (given === undefined || given === null || typeof given === "string") return given;
    const name = known.get(given);
    if (name !== undefined) return name;
    if (typeof given === "function")
      throw new Error(
        `save with includeOptimizer: ${what} is ${valueText(given)} of your own, and a file holds names alone. Save without ` +
          "includeOptimizer, and compile the model again when it is loaded.",
      );
    if (Array.isArray(given)) return given.map((one) => namesOf(one, what));
    return Object.fromEntries(Object.entries(given).map(([output, one]) => [output, namesOf(one, what)]));
  }

  prototype.loadTrainingConfig = function (config) {
    const { loss, metrics } = config;
    const compile = (given: object): void => this.compile({ ...given, loss, ...(metrics ? { metrics } : {}) });
    loadTrainingConfig.call(Object.create(this, { compile: { value: compile } }) as Saved, {
      ...config,
      loss: "",
      metrics: [],
    });
  };
}
