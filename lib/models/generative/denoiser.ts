// The network of a diffusion model for codes: residual blocks of dense layers, which words and time steer by a factor and a summand for
// each unit (Perez et al. 2018, "FiLM"). Rombach et al. 2022 have a U-Net with attention there, for codes that are maps.

import { kernelStart, seeds } from "../../layers/initializers";
import { checkCounts } from "../../option-checks";
import { symbolOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { compileWithChecks } from "../building/compile-with-checks";
import type { BuilderOptions } from "../building/options";
import { resolveOptions } from "../building/presets";

/** What {@link buildDenoiser} can be asked for. */
export interface DenoiserOptions extends BuilderOptions {
  /** `"tiny"`: 64 units, one block. There is none of the paper's, a U-Net for codes that are maps: another network. Default: none. */
  preset?: "tiny";
  /** Numbers in a code. Default 96. */
  code?: number;
  /** Words that there are. Default 100. */
  words?: number;
  /** The last time of the schedule. Default 1000. */
  steps?: number;
  /** Units of each layer. Default 384. */
  width?: number;
  /** Blocks one after another. Default 3. */
  blocks?: number;
  /** Numbers that the words of a caption become. Default 64. */
  wordSize?: number;
}

const DEFAULTS = {
  ...{ code: 96, words: 100, steps: 1000, width: 384, blocks: 3, wordSize: 64 },
  ...{ learningRate: 2e-3, seed: 1 },
};
const PRESETS = { tiny: { width: 64, blocks: 1 } };
/** Waves that a time is written in: the slowest turns by a right angle from the first time to the last, each next one twice as far. */
const WAVES = 8;
const TIME_SIZE = 32;

/**
 * Builds the network of a latent diffusion model, compiled and ready to train (Adam, mean squared error): what it says of a noisy code is for
 * the task to decide; {@link ddim} takes the velocity.
 *
 * @returns a model from noisy codes `[batch, code]`, times `[batch, 1]` of a schedule, and 1 or 0 for each word `[batch, words]`, to
 * `[batch, code]`. Without any word it is free.
 * @throws RangeError when an option cannot be.
 * @see Rombach et al. 2022, "High-resolution image synthesis with latent diffusion models", sections 3.2 and 3.3; Perez et al. 2018, "FiLM:
 * visual reasoning with a general conditioning layer", section 2
 *
 * @example
 * ```ts
 * const denoiser = buildDenoiser({ preset: "tiny", code: 8, words: 5 })
 * denoiser.inputs.map(({ shape }) => shape) // => [[null, 8], [null, 1], [null, 5]]
 * ```
 */
export function buildDenoiser(options: DenoiserOptions = {}): tf.LayersModel {
  const owner = "buildDenoiser";
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options);
  const { code, words, steps, width, blocks, wordSize, learningRate } = config;
  checkCounts(owner, { code, words, steps, width, blocks, wordSize });
  const next = seeds(config.seed);
  const dense = (name: string, units: number, more: object = {}) =>
    tf.layers.dense({ name, units, kernelInitializer: kernelStart({ seed: next() }), ...more });
  const { layers } = tf;
  const noisy = tf.input({ shape: [code], name: "noisy" });
  const time = tf.input({ shape: [1], dtype: "int32", name: "time" });
  const caption = tf.input({ shape: [words], name: "words" });
  const table = layers.embedding({ name: "times", inputDim: steps + 1, outputDim: 2 * WAVES, trainable: false });
  const known = symbolOf(layers.flatten({ name: "knownTime" }).apply(table.apply(time)));
  const moment = dense("time1", TIME_SIZE, { activation: "swish" }).apply(known);
  const said = dense("words1", wordSize).apply(caption);
  const condition = symbolOf(layers.concatenate({ name: "condition" }).apply([symbolOf(said), symbolOf(moment)]));
  let x = symbolOf(dense("start", width).apply(layers.concatenate({ name: "all" }).apply([noisy, condition])));
  for (let block = 1; block <= blocks; block++) {
    const name = (part: string) => `block${block}${part}`;
    const factor = dense(name("Factor"), width, { biasInitializer: "ones" }).apply(condition);
    const summand = dense(name("Summand"), width).apply(condition);
    const values = dense(name("In"), width).apply(x);
    const scaled = layers.multiply({ name: name("Scaled") }).apply([symbolOf(values), symbolOf(factor)]);
    const steered = layers.add({ name: name("Steered") }).apply([symbolOf(scaled), symbolOf(summand)]);
    const active = layers.activation({ name: name("Swish"), activation: "swish" }).apply(steered);
    x = symbolOf(layers.add({ name: name("Sum") }).apply([x, symbolOf(dense(name("Out"), width).apply(active))]));
  }
  const outputs = symbolOf(
    dense("output", code).apply(layers.activation({ name: "last", activation: "swish" }).apply(x)),
  );
  const model = tf.model({ name: "denoiser", inputs: [noisy, time, caption], outputs });
  const written = writtenTimes(steps);
  table.setWeights([written]);
  written.dispose();
  return compileWithChecks(model, { learningRate, loss: "meanSquaredError" });
}

/** For each time its sines and its cosines (Vaswani et al. 2017 have such for positions), `[steps + 1, 2 · waves]`. */
function writtenTimes(steps: number): tf.Tensor2D {
  const rows = Array.from({ length: steps + 1 }, (_, time) => {
    const angles = Array.from({ length: WAVES }, (_, wave) => ((2 ** wave * Math.PI) / 2) * (time / steps));
    return [...angles.map(Math.sin), ...angles.map(Math.cos)];
  });
  return tf.tensor2d(rows);
}
