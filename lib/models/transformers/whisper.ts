// Whisper (Radford et al. 2022, "Robust speech recognition via large-scale weak supervision", section 2.2): a Transformer whose
// encoder hears a log-mel spectrogram, by way of two convolutions, and whose decoder writes what is said.

import { LearnedPositions, SinusoidalPositions } from "../../layers/attention/positions";
import { kernelStart, seeds } from "../../layers/initializers";
import { checkHeads } from "../../layers/input-checks";
import { LayerNorm } from "../../layers/layer-norm";
import { TokenEmbedding } from "../../layers/token-embedding";
import { DecoderBlock } from "../../layers/transformer/decoder-block";
import { EncoderBlock } from "../../layers/transformer/encoder-block";
import { checkCounts } from "../../option-checks";
import { symbolOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { CLASS_NUMBERS, compileWithChecks } from "../building/compile-with-checks";
import type { BuilderOptions } from "../building/options";
import { resolveOptions } from "../building/presets";

/** What {@link buildWhisper} can be asked for. */
export interface WhisperOptions extends BuilderOptions {
  /**
   * `"tiny"`: one block each, 16 wide, for a second of sound. `"tiny.en"`: the smallest of those published, for English. Default: none.
   */
  preset?: "tiny" | "tiny.en";
  /** Frames of the spectrogram, one every hundredth of a second; an even number. Default 3000. */
  frames?: number;
  /** Mel bands of a frame. Default 80. */
  bands?: number;
  /** How many different tokens there are. Default 256. */
  vocabulary?: number;
  /** The longest text, in tokens. Default 448. */
  length?: number;
  /** Values in the vector of a position, a multiple of `heads`. Default 384. */
  width?: number;
  /** Attentions side by side in a block. Default 6. */
  heads?: number;
  /** Blocks of the encoder, and as many of the decoder. Default 4. */
  blocks?: number;
}

const DEFAULTS = {
  frames: 3000,
  bands: 80,
  vocabulary: 256,
  length: 448,
  width: 384,
  heads: 6,
  blocks: 4,
  learningRate: 1.5e-3, // table 18
  seed: 1,
};
const PRESETS = {
  tiny: { frames: 100, length: 32, width: 16, heads: 2, blocks: 1 },
  "tiny.en": { vocabulary: 51_864 },
};
const DEVIATION = 0.02;

/**
 * Builds a Whisper, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy). As `buildTransformer`'s it is
 * trained with the right text so far as its second input; its scores come from the embedding's own table. It starts with a loss near
 * ln(vocabulary). {@link loadWhisper} gives one that was trained on 680,000 hours of speech (of which `tiny.en` heard the English ones).
 *
 * @returns a model from `[spectrogram, text so far]`, `[batch, frames, bands]` and tokens `[batch, time]`, to the probabilities of
 * the token after each `[batch, time, vocabulary]`.
 * @throws RangeError when an option cannot be.
 * @see Radford et al. 2022, "Robust speech recognition via large-scale weak supervision", section 2.2 and table 1
 *
 * @example
 * ```ts
 * const model = buildWhisper({ preset: "tiny" })
 * model.inputs[0]?.shape // => [null, 100, 80]
 * model.outputShape // => [null, null, 256]
 * ```
 */
export function buildWhisper(options: WhisperOptions = {}): tf.LayersModel {
  const config = resolveOptions("buildWhisper", DEFAULTS, PRESETS, options);
  const { frames, bands, vocabulary, length, width, heads, blocks, learningRate } = config;
  checkCounts("buildWhisper", { frames, bands, vocabulary, length, width, heads, blocks });
  checkHeads("buildWhisper", width, heads);
  if (frames % 2 !== 0)
    throw new RangeError(
      `buildWhisper: frames is ${frames}; the second convolution takes every second one of them, so give an even number.`,
    );
  const next = seeds(config.seed);
  const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]) =>
    symbolOf(layer.apply(inputs.length > 1 ? inputs : (inputs[0] as tf.SymbolicTensor)));
  const normalized = (name: string, x: tf.SymbolicTensor) => apply(new LayerNorm({ name, epsilon: 1e-5 }), x);
  const block = (side: string, number: number) => ({
    ...{ name: `${side}${number}`, heads, seed: next(), deviation: DEVIATION },
    ...{ norm: "pre" as const, activation: "gelu" as const },
  });

  const sound = tf.input({ shape: [frames, bands], name: "sound" });
  // Time is the height of images of width 1: so zeros can be put before the first frame alone, where PyTorch has its steps of 2 begin.
  const convolution = (name: string, step: 1 | 2) =>
    tf.layers.conv2d({
      ...{ name, filters: width, kernelSize: [3, 1], strides: [step, 1], padding: step === 1 ? "same" : "valid" },
      ...{ activation: "gelu", kernelInitializer: kernelStart({ seed: next() }) },
    });
  let heard = apply(tf.layers.reshape({ name: "encoderColumn", targetShape: [frames, 1, bands] }), sound);
  heard = apply(convolution("encoderConvolution1", 1), heard); // [batch, frames, 1, width]
  const before: [[number, number], [number, number]] = [
    [1, 0],
    [0, 0],
  ];
  heard = apply(tf.layers.zeroPadding2d({ name: "encoderPadding", padding: before }), heard);
  heard = apply(convolution("encoderConvolution2", 2), heard); // [batch, frames / 2, 1, width]
  heard = apply(tf.layers.reshape({ name: "encoderRows", targetShape: [frames / 2, width] }), heard);
  heard = apply(new SinusoidalPositions({ name: "encoderPositions", halves: true }), heard);
  for (let number = 1; number <= blocks; number++) heard = apply(new EncoderBlock(block("encoder", number)), heard);
  heard = normalized("encoderNorm", heard); // [batch, frames / 2, width]

  const tokens = tf.input({ shape: [null], dtype: "int32", name: "tokens" });
  const embedding = new TokenEmbedding({ name: "embedding", vocabulary, width, deviation: DEVIATION, seed: next() });
  const positions = new LearnedPositions({ name: "positions", length, deviation: DEVIATION, seed: next() });
  let x = apply(positions, apply(embedding, tokens)); // [batch, time, width]
  for (let number = 1; number <= blocks; number++) x = apply(new DecoderBlock(block("decoder", number)), x, heard);
  const scores = apply(embedding, normalized("decoderNorm", x)); // [batch, time, vocabulary]
  const outputs = apply(tf.layers.activation({ name: "probabilities", activation: "softmax" }), scores);
  return compileWithChecks(tf.model({ name: "whisper", inputs: [sound, tokens], outputs }), {
    learningRate,
    ...CLASS_NUMBERS,
  });
}
