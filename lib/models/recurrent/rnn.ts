// Recurrent networks in the three uses of the course: a classifier of sequences, a forecaster of series, and a model of
// characters (Karpathy 2015, "The unreasonable effectiveness of recurrent neural networks"; Graves 2013). The layers themselves
// and their papers are in layers/recurrent.ts.

import { kernelStart, seeds } from "../../layers/initializers";
import { type Cell, recurrent } from "../../layers/recurrent/recurrent";
import { checkChoice, checkCounts, checkRates, checkRecurrentUnits } from "../../option-checks";
import { tf } from "../../tfjs/tf";
import { CLASS_NUMBERS, compileWithChecks } from "../building/compile-with-checks";
import type { BuilderOptions } from "../building/options";
import { resolveOptions } from "../building/presets";

/** What all recurrent models can be asked for. */
export interface RnnOptions extends BuilderOptions {
  /** `"tiny"`: one layer of 32 units, and a larger learning rate. Default: none. */
  preset?: "tiny";
  /** The recurrent layer. Default `"lstm"`. */
  cell?: Cell;
  /** Units of each recurrent layer, one after another. Default `[128]`. */
  units?: number[];
  /** Share of each recurrent layer's output dropped in training. Default 0. */
  dropout?: number;
  /** Steps in a sequence. Default: any number. */
  length?: number;
}

/** What {@link buildRnnClassifier} can be asked for: sequences of tokens, or of numbers. */
export interface RnnClassifierOptions extends RnnOptions {
  /**
   * For sequences of tokens: how many different ones there are, 0 being padding, which is passed over. No default: give this or
   * `features`.
   */
  vocabulary?: number;
  /** For sequences of numbers: how many there are at each step. No default: give this or `vocabulary`. */
  features?: number;
  /** Values in a token's vector. Default 32. */
  embedding?: number;
  /** The number of classes told apart. Default 2. */
  classes?: number;
}

/** What {@link buildRnnForecaster} can be asked for. */
export interface RnnForecasterOptions extends RnnOptions {
  /** Numbers at each step of the past. Default 1. */
  features?: number;
  /** How many numbers are forecast: the steps ahead, or more for several series. Default 1. */
  horizon?: number;
}

/** What {@link buildRnnLanguageModel} can be asked for. */
export interface RnnLanguageModelOptions extends RnnOptions {
  /** How many different characters (or tokens) there are, numbered from 0. */
  vocabulary: number;
  /** Values in a character's vector. Default 32. */
  embedding?: number;
}

const DEFAULTS = { cell: "lstm" as Cell, units: [128], dropout: 0, embedding: 32, learningRate: 1e-3, seed: 1 };
const PRESETS = { tiny: { units: [32], embedding: 16, learningRate: 0.01 } };

/**
 * Builds a classifier that reads a sequence to its end and then answers, compiled and ready to train (Adam, sparse categorical
 * cross-entropy, accuracy).
 *
 * @returns a model from tokens `[batch, time]`, or numbers `[batch, time, features]`, to probabilities `[batch, classes]`.
 * @throws RangeError when an option cannot be, or unless exactly one of `vocabulary` and `features` is given.
 * @see the layers' papers: Elman 1990; Hochreiter and Schmidhuber 1997; Cho et al. 2014
 *
 * @example
 * ```ts
 * const model = buildRnnClassifier({ vocabulary: 28, cell: "gru", units: [32] })
 * model.outputShape // => [null, 2]
 * ```
 */
export function buildRnnClassifier(options: RnnClassifierOptions): tf.Sequential {
  const owner = "buildRnnClassifier";
  const config = resolveOptions(owner, { ...DEFAULTS, classes: 2 }, PRESETS, options, [
    "vocabulary",
    "features",
    "length",
  ]);
  const { vocabulary, features, embedding, classes, length } = config;
  if ((vocabulary === undefined) === (features === undefined))
    throw new RangeError(
      `${owner}: vocabulary is ${vocabulary} and features is ${features}; give exactly one of them: vocabulary for ` +
        "sequences of tokens, features for sequences of numbers.",
    );
  checkCounts(owner, { classes, embedding });
  const next = checkOptions(owner, config);
  const model = tf.sequential({ name: "rnn-classifier" });
  if (vocabulary !== undefined) addEmbedding(owner, model, { vocabulary, embedding, length, maskZero: true }, next());
  else addInput(owner, model, features as number, length);
  addRecurrent(model, config, false, next);
  model.add(
    tf.layers.dense({
      name: "output",
      units: classes,
      activation: "softmax",
      kernelInitializer: kernelStart({ seed: next() }),
    }),
  );
  return compileWithChecks(model, { learningRate: config.learningRate, ...CLASS_NUMBERS });
}

/**
 * Builds a forecaster: the past of a series in, the next numbers out, compiled and ready to train (Adam, mean squared error).
 *
 * @returns a model from windows `[batch, time, features]` to forecasts `[batch, horizon]`, in the units of the data.
 * @throws RangeError when an option cannot be.
 * @see the layers' papers: Elman 1990; Hochreiter and Schmidhuber 1997; Cho et al. 2014
 *
 * @example
 * ```ts
 * const model = buildRnnForecaster({ length: 24, horizon: 12, units: [32] })
 * model.outputShape // => [null, 12]
 * ```
 */
export function buildRnnForecaster(options: RnnForecasterOptions = {}): tf.Sequential {
  const owner = "buildRnnForecaster";
  const config = resolveOptions(owner, { ...DEFAULTS, features: 1, horizon: 1 }, PRESETS, options, ["length"]);
  const { features, horizon, length, learningRate } = config;
  checkCounts(owner, { horizon });
  const next = checkOptions(owner, config);
  const model = tf.sequential({ name: "rnn-forecaster" });
  addInput(owner, model, features, length);
  addRecurrent(model, config, false, next);
  model.add(tf.layers.dense({ name: "output", units: horizon, kernelInitializer: kernelStart({ seed: next() }) }));
  return compileWithChecks(model, { learningRate, loss: "meanSquaredError" });
}

/**
 * Builds a character model: at each step the probabilities of the next character, compiled and ready to train (Adam, sparse
 * categorical cross-entropy, accuracy). It starts with a loss near ln(vocabulary).
 *
 * @returns a model from tokens `[batch, time]` to probabilities `[batch, time, vocabulary]`.
 * @throws RangeError when an option cannot be.
 * @see Graves 2013, "Generating sequences with recurrent neural networks"
 *
 * @example
 * ```ts
 * const letters = new CharacterTokenizer((await loadNames()).all)
 * const model = buildRnnLanguageModel({ vocabulary: letters.size, units: [64] })
 * ```
 */
export function buildRnnLanguageModel(options: RnnLanguageModelOptions): tf.Sequential {
  const owner = "buildRnnLanguageModel";
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options, ["vocabulary", "length"]);
  const { vocabulary, embedding, length } = config;
  const next = checkOptions(owner, config);
  const model = tf.sequential({ name: "rnn-language-model" });
  addEmbedding(owner, model, { vocabulary, embedding, length, maskZero: false }, next());
  addRecurrent(model, config, true, next);
  model.add(
    tf.layers.dense({
      name: "output",
      units: vocabulary,
      activation: "softmax",
      kernelInitializer: kernelStart({ seed: next() }),
    }),
  );
  return compileWithChecks(model, { learningRate: config.learningRate, ...CLASS_NUMBERS });
}

/** Checks what all have in common; returns the source of seeds. */
function checkOptions(
  owner: string,
  { cell, units, dropout, length, seed }: Pick<typeof DEFAULTS, "cell" | "units" | "dropout" | "seed"> & RnnOptions,
): () => number {
  checkRecurrentUnits(owner, units);
  checkCounts(owner, { ...(length !== undefined && { length }) });
  checkRates(owner, { dropout });
  checkChoice(owner, "cell", cell, ["simple", "lstm", "gru"]);
  return seeds(seed);
}

function addInput(owner: string, model: tf.Sequential, features: number, length: number | undefined): void {
  checkCounts(owner, { features });
  model.add(tf.layers.inputLayer({ batchInputShape: [null, length ?? null, features] }));
}

function addEmbedding(
  owner: string,
  model: tf.Sequential,
  options: { vocabulary: number; embedding: number; length: number | undefined; maskZero: boolean },
  seed: number,
): void {
  const { vocabulary, embedding, length, maskZero } = options;
  checkCounts(owner, { vocabulary, embedding });
  model.add(tf.layers.inputLayer({ batchInputShape: [null, length ?? null], dtype: "int32" }));
  const embeddingsInitializer = tf.initializers.randomUniform({ minval: -0.05, maxval: 0.05, seed });
  model.add(
    tf.layers.embedding({
      name: "embedding",
      inputDim: vocabulary,
      outputDim: embedding,
      maskZero,
      embeddingsInitializer,
    }),
  );
}

function addRecurrent(
  model: tf.Sequential,
  { cell, units, dropout }: { cell: Cell; units: number[]; dropout: number },
  sequences: boolean,
  next: () => number,
): void {
  for (const [index, count] of units.entries()) {
    const returnSequences = sequences || index + 1 < units.length;
    model.add(recurrent(cell, { name: `recurrent${index + 1}`, units: count, returnSequences, seed: next() }));
    if (dropout > 0) model.add(tf.layers.dropout({ name: `dropout${index + 1}`, rate: dropout }));
  }
}
