// WaveNet (van den Oord et al. 2016): a convolutional network that says of each sample of a sound what the next one may be. Causal
// convolutions whose steps lie 1, 2, 4, … apart, so that each layer doubles how far back the network sees; gates; residual
// connections from layer to layer; and the output of every gate counts in the end. The samples are codes of µ-law.

import { sizeOfAxis } from "../../arguments";
import { CausalConvolution } from "../../layers/convolutional/causal-convolution";
import { GatedUnit } from "../../layers/convolutional/gated-unit";
import { seeds } from "../../layers/initializers";
import { TokenEmbedding } from "../../layers/token-embedding";
import { checkCounts } from "../../option-checks";
import { symbolOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { CLASS_NUMBERS, compileWithChecks } from "../building/compile-with-checks";
import type { BuilderOptions } from "../building/options";
import { resolveOptions } from "../building/presets";
import { seededHeUniform } from "../building/seeds";

/** What {@link buildWaveNet} can be asked for. */
export interface WaveNetOptions extends BuilderOptions {
  /** `"tiny"`: 16 layers, 511 samples back, a larger learning rate. How wide the paper's layers are, it does not say. Default: none. */
  preset?: "tiny";
  /** Codes of the samples, those of `muLawEncode`. Default 256. */
  levels?: number;
  /** Values that go from layer to layer. Default 64. */
  channels?: number;
  /** Values that all layers together hand to the output. Default 128. */
  skips?: number;
  /** For each layer, how many samples lie between those that it looks at. Default 1, 2, 4, … 512, three times. */
  dilations?: number[];
  /** How many samples each layer looks at. Default 2. */
  kernelSize?: number;
}

/** 1, 2, 4, … so many numbers, so often. */
const doubling = (count: number, times: number): number[] =>
  Array.from({ length: count * times }, (_, i) => 2 ** (i % count));

const DEFAULTS = {
  ...{ levels: 256, channels: 64, skips: 128, kernelSize: 2, dilations: doubling(10, 3) },
  ...{ learningRate: 1e-3, seed: 1 },
};
const PRESETS = { tiny: { channels: 32, skips: 64, dilations: doubling(8, 2), learningRate: 4e-3 } };

/**
 * Builds a WaveNet, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy). Divided by ln 2, its loss is
 * in bits a sample. `nextTokenWindows` makes its data of the codes of sounds, `generateSound` lets it go on by itself.
 *
 * The paper adds up what a convolution of size 1 makes of each gate's output; here one such convolution reads all of them side by
 * side, which is the same sum.
 *
 * @returns a model from codes `[batch, time]` to the probabilities of the code after each `[batch, time, levels]`; nothing is known
 * of the time before the first one.
 * @throws RangeError when an option cannot be.
 * @see van den Oord et al. 2016, "WaveNet: a generative model for raw audio", section 2
 *
 * @example
 * ```ts
 * const model = buildWaveNet({ preset: "tiny" })
 * model.outputShape // => [null, null, 256]
 * ```
 */
export function buildWaveNet(options: WaveNetOptions = {}): tf.LayersModel {
  const { levels, channels, skips, dilations, kernelSize, learningRate, seed } = checkOptions("buildWaveNet", options);
  const next = seeds(seed);
  const start = seededHeUniform(next());
  const { layers } = tf;
  const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) => symbolOf(layer.apply(inputs));

  const codes = tf.input({ shape: [null], dtype: "int32", name: "codes" });
  let x = apply(new TokenEmbedding({ name: "embedding", vocabulary: levels, width: channels, seed: next() }), codes);
  const gates: tf.SymbolicTensor[] = []; // each [batch, time, channels]
  for (const [index, dilation] of dilations.entries()) {
    const number = index + 1;
    const shape = { filters: 2 * channels, kernelSize, dilation };
    const causal = apply(new CausalConvolution({ name: `causal${number}`, ...shape, seed: next() }), x);
    const gate = apply(new GatedUnit({ name: `gate${number}` }), causal);
    gates.push(gate);
    if (number === dilations.length) break; // nobody would read what the last layer hands on
    const added = layers.dense({ name: `residual${number}`, units: channels, kernelInitializer: start.added() });
    x = apply(layers.add({ name: `added${number}` }), x, apply(added, gate));
  }
  const all = gates.length === 1 ? gates : [apply(layers.concatenate({ name: "gates" }), ...gates)];
  const relu = (name: string) =>
    layers.dense({ name, units: skips, activation: "relu", kernelInitializer: start.kernel() });
  const kernelInitializer = start.output();
  const output = layers.dense({ name: "probabilities", units: levels, activation: "softmax", kernelInitializer });
  const outputs = apply(output, apply(relu("head"), apply(relu("skips"), ...all)));
  const model = tf.model({ name: "wavenet", inputs: codes, outputs });
  startAsWaves(model, levels);
  return compileWithChecks(model, { learningRate, ...CLASS_NUMBERS });
}

/**
 * Codes that follow one another are samples of nearly the same size, and one-hot codes do not say so. So what stands for each begins
 * as waves over all codes, slow and fast ones, in which neighbours are alike: of the embedding and, as weights, of the output. With
 * seconds of sound to learn from, as here, that is worth much; the paper's has hours.
 */
function startAsWaves(model: tf.LayersModel, levels: number): void {
  const start = (name: string, wave: (place: number, from: number) => number, across: boolean): void => {
    const layer = model.getLayer(name);
    const [table, ...others] = layer.getWeights();
    const width = sizeOfAxis(table?.shape ?? [], across ? 1 : 0);
    const values = tf.tidy(() => {
      const rows = Array.from({ length: levels }, (_, code) =>
        Array.from({ length: width }, (_, place) => wave(place, (code + 0.5) / levels)),
      );
      const byCode = tf.tensor2d(rows, [levels, width]);
      return across ? byCode : byCode.transpose();
    });
    layer.setWeights([values, ...others]);
    values.dispose();
  };
  // At each end the phase of a wave is the same only for every second of them: the smallest and the largest sample are not alike.
  start("embedding", (place, from) => 0.5 * Math.sin(Math.PI * ((place + 1) * from + (place % 2) / 2)), true);
  // Slow waves are larger: probabilities that change little from code to code are likelier.
  start("probabilities", (place, from) => (0.3 / Math.sqrt(place + 1)) * Math.cos(Math.PI * (place + 1) * from), false);
}

/**
 * How many samples a WaveNet of these options looks at, the newest included: 1 + (kernelSize − 1) · Σ dilations.
 *
 * @throws RangeError when an option cannot be.
 *
 * @example
 * ```ts
 * waveNetReceptiveField({ dilations: [1, 2, 4, 8] }) // => 16
 * ```
 */
export function waveNetReceptiveField(options: WaveNetOptions = {}): number {
  const { dilations, kernelSize } = checkOptions("waveNetReceptiveField", options);
  return 1 + (kernelSize - 1) * dilations.reduce((sum, dilation) => sum + dilation, 0);
}

function checkOptions(owner: string, options: WaveNetOptions) {
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options);
  const { levels, channels, skips, dilations, kernelSize } = config;
  checkCounts(owner, { levels, channels, skips, dilations, kernelSize });
  if (dilations.length > MOST_LAYERS)
    throw new RangeError(
      `${owner}: dilations has ${dilations.length} numbers, one for each layer; it needs at most ${MOST_LAYERS}.`,
    );
  if (levels < 2) throw new RangeError(`${owner}: levels is ${levels}; it needs at least 2, of which one is the next.`);
  return config;
}

/** The paper's have 30 to 60. */
const MOST_LAYERS = 200;
