// A convolutional autoencoder: through a narrow code and back (Hinton and Salakhutdinov 2006, with convolutions in place of dense
// layers). Latent diffusion works on such codes (Rombach et al. 2022, section 3.1); there they are maps, and a discriminator keeps the
// pictures sharp.

import { lastOf } from "../../indexing";
import { kernelStart, seeds } from "../../layers/initializers";
import { checkCounts, halvedSides } from "../../option-checks";
import { symbolOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { compileWithChecks } from "../building/compile-with-checks";
import type { BuilderOptions } from "../building/options";
import { resolveOptions } from "../building/presets";

/** What {@link buildAutoencoder} can be asked for. */
export interface AutoencoderOptions extends BuilderOptions {
  /** `"tiny"`: filters `[8, 16]`, and a code of 16 numbers. There is none of the paper's, whose codes are maps: another network. Default: none. */
  preset?: "tiny";
  /** Height, width and channels of an image; each convolution halves its sides. Default `[32, 32, 3]`. */
  inputShape?: [height: number, width: number, channels: number];
  /** Filters of each convolution of the encoder; the decoder has them in the other order. Default `[32, 64]`. */
  filters?: number[];
  /** Height and width of a filter. Default 4, twice the stride. */
  kernelSize?: number;
  /** Numbers in a code. Default 96. */
  code?: number;
}

/** An autoencoder, and its two halves, which share its weights. */
export interface Autoencoder extends tf.LayersModel {
  /** From images `[batch, height, width, channels]` to codes `[batch, code]`. */
  readonly encoder: tf.LayersModel;
  /** From codes `[batch, code]` to images. */
  readonly decoder: tf.LayersModel;
}

const PICTURE: [height: number, width: number, channels: number] = [32, 32, 3];
const DEFAULTS = {
  ...{ inputShape: PICTURE, filters: [32, 64], kernelSize: 4, code: 96 },
  ...{ learningRate: 2e-3, seed: 1 },
};
const PRESETS = { tiny: { filters: [8, 16], code: 16 } };

/**
 * Builds a convolutional autoencoder, compiled and ready to train (Adam, mean squared error): its targets are its inputs. It learns several
 * times faster when the mean picture is subtracted from all of them before: its output begins at 0.
 *
 * @returns a model from images `[batch, height, width, channels]` to images, with its two halves as `encoder` and `decoder`. Disposing of the
 * model disposes of them.
 * @throws RangeError when an option cannot be, or the sides of the image cannot be halved as often as there are filters.
 * @see Rombach et al. 2022, "High-resolution image synthesis with latent diffusion models", section 3.1
 *
 * @example
 * ```ts
 * const autoencoder = buildAutoencoder({ preset: "tiny" })
 * autoencoder.encoder.outputShape // => [null, 16]
 * autoencoder.decoder.outputShape // => [null, 32, 32, 3]
 * ```
 */
export function buildAutoencoder(options: AutoencoderOptions = {}): Autoencoder {
  const owner = "buildAutoencoder";
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options);
  const { inputShape, filters, kernelSize, code, learningRate } = config;
  checkCounts(owner, { inputShape, filters, kernelSize, code });
  const [height, width] = halvedSides(owner, inputShape, filters.length);
  const next = seeds(config.seed);
  const shape = { kernelSize, strides: 2, padding: "same" } as const;
  const start = () => ({ kernelInitializer: kernelStart({ seed: next() }) });
  const { layers } = tf;

  const encoder = tf.sequential({ name: "encoder" });
  for (const [index, count] of filters.entries()) {
    const first = index === 0 ? { inputShape } : {};
    const name = `down${index + 1}`;
    encoder.add(layers.conv2d({ name, ...first, filters: count, ...shape, activation: "elu", ...start() }));
  }
  encoder.add(layers.flatten({ name: "flatten" }));
  encoder.add(layers.dense({ name: "code", units: code, ...start() }));

  const most = lastOf(filters);
  const smallest = [height, width, most];
  const units = smallest.reduce((product, side) => product * side, 1);
  const decoder = tf.sequential({ name: "decoder" });
  decoder.add(layers.dense({ name: "start", inputShape: [code], units, activation: "elu", ...start() }));
  decoder.add(layers.reshape({ name: "startMaps", targetShape: smallest }));
  for (const [index, count] of [...filters.slice(0, -1).reverse(), inputShape[2]].entries()) {
    const activation = index === filters.length - 1 ? "linear" : "elu";
    const name = `up${index + 1}`;
    decoder.add(layers.conv2dTranspose({ name, filters: count, ...shape, activation, ...start() }));
  }

  const image = tf.input({ shape: inputShape, name: "image" });
  const outputs = symbolOf(decoder.apply(symbolOf(encoder.apply(image))));
  const model = compileWithChecks(tf.model({ name: "autoencoder", inputs: image, outputs }), {
    learningRate,
    loss: "meanSquaredError",
  });
  return Object.assign(model, { encoder, decoder });
}
