// Deep Speech 2 (Amodei et al. 2016): convolutions over the frames of a spectrogram, which also make them fewer, batch normalised; above
// them recurrent layers in both directions of time; at each step a softmax over labels and the blank, trained with connectionist
// temporal classification. The paper normalises the recurrent layers too; here dropout stands between the layers.

import { kernelStart, seeds } from "../../layers/initializers";
import { type Cell, recurrent } from "../../layers/recurrent/recurrent";
import { ctcLoss } from "../../losses/ctc-loss";
import { checkChoice, checkCounts, checkRates, checkRecurrentUnits } from "../../option-checks";
import { symbolOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { compileWithChecks } from "../building/compile-with-checks";
import type { BuilderOptions } from "../building/options";
import { resolveOptions } from "../building/presets";

/** What {@link buildDeepSpeech} can be asked for. */
export interface DeepSpeechOptions extends BuilderOptions {
  /**
   * `"tiny"`: half as wide, one recurrent layer, and a larger learning rate. The paper's own sizes need normalised recurrent layers and
   * thousands of hours. Default: none.
   */
  preset?: "tiny";
  /** Frames of a sound. Default: any number of them. */
  frames?: number;
  /** Values of a frame: the bands of `speechFeatures`. Default 32. */
  features?: number;
  /** Labels and the blank, class 0. Default 11, for the ten digits. */
  classes?: number;
  /** Filters of each convolution, each of which halves the number of frames. Default `[128, 128]`. */
  filters?: number[];
  /** Frames that a filter looks at. Default 5. */
  kernelSize?: number;
  /** The kind of the recurrent layers. Default `"gru"`. */
  cell?: Cell;
  /** Units of each recurrent layer in each direction. Default `[128, 128]`. */
  units?: number[];
  /** Share dropped in training after each layer. Default 0.3. */
  dropout?: number;
}

const DEFAULTS: Required<Omit<DeepSpeechOptions, "preset" | "frames">> = {
  ...{ features: 32, classes: 11, filters: [128, 128], kernelSize: 5, cell: "gru", units: [128, 128] },
  ...{ dropout: 0.3, learningRate: 1e-3, seed: 1 },
};
const PRESETS = { tiny: { filters: [64, 64], units: [64], learningRate: 5e-3 } };
/** Of batch normalisation's averages: a training here has some hundred steps only. */
const MOMENTUM = 0.9;

/**
 * Builds a speech recogniser, compiled and ready to train (Adam, connectionist temporal classification).
 *
 * @returns a model from features `[batch, frames, features]` to the probabilities of labels and the blank
 * `[batch, steps, classes]`; each convolution halves the number of steps. `decodeCtc` reads the labels out of them.
 * @throws RangeError when an option cannot be.
 * @see Amodei et al. 2016, "Deep Speech 2: end-to-end speech recognition in English and Mandarin", section 3
 *
 * @example
 * ```ts
 * const recogniser = buildDeepSpeech({ preset: "tiny", frames: 160 })
 * recogniser.outputShape // => [null, 40, 11]
 * ```
 */
export function buildDeepSpeech(options: DeepSpeechOptions = {}): tf.LayersModel {
  const owner = "buildDeepSpeech";
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options, ["frames"]);
  const { frames, features, classes, filters, kernelSize, cell, units, dropout, learningRate } = config;
  checkCounts(owner, { features, classes, filters, kernelSize, ...(frames !== undefined && { frames }) });
  checkRecurrentUnits(owner, units);
  checkRates(owner, { dropout });
  checkChoice(owner, "cell", cell, ["simple", "lstm", "gru"]);
  if (classes < 2) throw new RangeError(`${owner}: classes is ${classes}; it needs at least 2, a label and the blank.`);
  const next = seeds(config.seed);
  const { layers } = tf;
  const input = tf.input({ shape: [frames ?? null, features], name: "features" });
  let steps = input; // [batch, steps, values]
  const put = (layer: tf.layers.Layer): void => {
    steps = symbolOf(layer.apply(steps));
  };
  const drop = (name: string): void => {
    if (dropout > 0) put(layers.dropout({ name, rate: dropout }));
  };
  for (const [index, count] of filters.entries()) {
    const name = `conv${index + 1}`;
    const kernelInitializer = kernelStart({ seed: next() });
    const shape = { filters: count, kernelSize, strides: 2, padding: "same" } as const;
    put(layers.conv1d({ name, ...shape, activation: "relu", kernelInitializer }));
    put(layers.batchNormalization({ name: `${name}Norm`, momentum: MOMENTUM }));
    drop(`${name}Dropout`);
  }
  for (const [index, count] of units.entries()) {
    const name = `recurrent${index + 1}`;
    const one = () => recurrent(cell, { name, units: count, returnSequences: true, seed: next() });
    const bothWays = layers.bidirectional({ name: `${name}BothWays`, layer: one(), mergeMode: "concat" });
    const inputShape = steps.shape;
    put(bothWays);
    startBackwardAs(one(), bothWays, inputShape);
    drop(`${name}Dropout`);
  }
  const kernelInitializer = kernelStart({ seed: next() });
  put(layers.dense({ name: "output", units: classes, activation: "softmax", kernelInitializer }));
  const model = tf.model({ name: "deep-speech", inputs: input, outputs: steps });
  return compileWithChecks(model, { learningRate, loss: ctcLoss() });
}

/** The layer that goes back starts like another one; tfjs has it start with the same weights as that which goes forward. */
function startBackwardAs(other: tf.RNN, bothWays: tf.layers.Layer, inputShape: tf.Shape): void {
  other.apply(tf.input({ batchShape: inputShape }));
  const weights = bothWays.getWeights();
  bothWays.setWeights([...weights.slice(0, weights.length / 2), ...other.getWeights()]);
  other.dispose();
}
