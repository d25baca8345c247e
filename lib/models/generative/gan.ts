// The two players of a generative adversarial network (Goodfellow et al. 2014), told which class to make (Mirza and Osindero 2014),
// convolutional as DCGAN's are (Radford, Metz and Chintala 2016, section 3): no pooling but strides, batch normalisation in the
// generator, Adam with β₁ = 0.5. The discriminator looks the class up and projects its features on it (Miyato and Koyama 2018), and its
// activation is ELU in place of DCGAN's leaky ReLU.

import { at } from "../../indexing";
import { kernelStart, seeds } from "../../layers/initializers";
import { checkCounts, halvedSides } from "../../option-checks";
import { symbolOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { compileWithChecks } from "../building/compile-with-checks";
import type { BuilderOptions } from "../building/options";
import { resolveOptions } from "../building/presets";

/** What both players can be asked for. */
export interface PlayerOptions extends BuilderOptions {
  /** Height, width and channels of an image; each convolution halves or doubles its sides. Default `[28, 28, 1]`. */
  inputShape?: [height: number, width: number, channels: number];
  /** The number of classes. Default 10. */
  classes?: number;
  /** Height and width of a filter. Default 4, twice the stride, so that none of the places gets more than another. */
  kernelSize?: number;
}

/** What {@link buildGenerator} can be asked for. */
export interface GeneratorOptions extends PlayerOptions {
  /**
   * `"tiny"`: 8 random numbers, and filters `[16, 8]`. `"dcgan"`: the sizes of DCGAN (figure 1 of its paper: 100 random numbers, filters
   * `[1024, 512, 256, 128]` of 5 × 5, images of 64 × 64 in colour), of which all are one class. Default: none.
   */
  preset?: "tiny" | "dcgan";
  /** The random numbers that an image is made of. Default 32. */
  latent?: number;
  /** Maps before each convolution, which doubles the sides. Default `[48, 24]`. */
  filters?: number[];
}

/** What {@link buildDiscriminator} can be asked for. */
export interface DiscriminatorOptions extends PlayerOptions {
  /** `"tiny"`: filters `[8, 16]`, and 16 units. The sizes of DCGAN's are not in its paper. Default: none. */
  preset?: "tiny";
  /** Filters of each convolution, which halves the sides. Default `[24, 48]`. */
  filters?: number[];
  /** Features that the judgement is made of. Default 64. */
  units?: number;
}

const DIGIT: [height: number, width: number, channels: number] = [28, 28, 1];
const COMMON = { inputShape: DIGIT, classes: 10, kernelSize: 4, learningRate: 1e-3 };
const GENERATOR = { ...COMMON, latent: 32, filters: [48, 24], seed: 1 };
const GENERATOR_PRESETS = {
  tiny: { latent: 8, filters: [16, 8] },
  dcgan: {
    ...{ latent: 100, filters: [1024, 512, 256, 128], kernelSize: 5, classes: 1, learningRate: 2e-4 },
    inputShape: [64, 64, 3] as [number, number, number],
  },
};
const DISCRIMINATOR = { ...COMMON, filters: [24, 48], units: 64, seed: 1 };
/** Of batch normalisation's averages: a training here has some hundred steps only. */
const MOMENTUM = 0.9;
const BETA1 = 0.5;

/**
 * Builds the generator of a class-conditional GAN. A training task moves it (see `TrainingTask`); `generator.optimizer` is an Adam made for
 * that. It is compiled, with the squared error, only to have one.
 *
 * @returns a model from random numbers `[batch, latent]`, normally distributed, and class numbers `[batch, 1]` to images
 * `[batch, height, width, channels]` with values from 0 to 1.
 * @throws RangeError when an option cannot be, or the sides of the image cannot be halved as often as there are filters.
 * @see Goodfellow et al. 2014, "Generative adversarial nets"; Radford et al. 2016, "Unsupervised representation learning with deep
 * convolutional generative adversarial networks", section 3
 *
 * @example
 * ```ts
 * const generator = buildGenerator({ preset: "tiny" })
 * const images = generator.predict([tf.randomNormal([3, 8]), tf.tensor([[0], [1], [2]], [3, 1], "int32")]) as tf.Tensor
 * images.shape // => [3, 28, 28, 1]
 * ```
 */
export function buildGenerator(options: GeneratorOptions = {}): tf.LayersModel {
  const owner = "buildGenerator";
  const config = resolveOptions(owner, GENERATOR, GENERATOR_PRESETS, options);
  const { inputShape, classes, kernelSize, latent, filters, learningRate } = config;
  checkCounts(owner, { inputShape, classes, kernelSize, latent, filters });
  const [height, width] = halvedSides(owner, inputShape, filters.length);
  const next = seeds(config.seed);
  const kernel = () => kernelStart({ seed: next() });
  const { layers } = tf;
  const noise = tf.input({ shape: [latent], name: "noise" });
  const label = tf.input({ shape: [1], dtype: "int32", name: "class" });
  const named = lookUp(label, classes, latent, next());
  const first = at(filters, 0);
  let x = symbolOf(layers.concatenate({ name: "noiseAndClass" }).apply([noise, named]));
  const put = (layer: tf.layers.Layer): void => {
    x = symbolOf(layer.apply(x)); // [batch, height, width, maps]
  };
  const units = height * width * first;
  put(layers.dense({ name: "start", units, useBias: false, kernelInitializer: kernel() }));
  put(layers.reshape({ name: "startMaps", targetShape: [height, width, first] }));
  for (const [index] of filters.entries()) {
    const name = `up${index + 1}`;
    put(layers.batchNormalization({ name: `${name}Norm`, momentum: MOMENTUM }));
    put(layers.activation({ name: `${name}ReLU`, activation: "relu" }));
    const more = filters[index + 1]; // the last one makes the image
    put(
      layers.conv2dTranspose({
        ...{ name, filters: more ?? inputShape[2], kernelSize, strides: 2, padding: "same" },
        ...{ useBias: more === undefined, kernelInitializer: kernel() },
        activation: more === undefined ? "sigmoid" : "linear",
      }),
    );
  }
  const model = tf.model({ name: "generator", inputs: [noise, label], outputs: x });
  return compileWithChecks(model, { learningRate, beta1: BETA1, loss: "meanSquaredError" });
}

/**
 * Builds the discriminator of a class-conditional GAN: how much does an image look like a real one of its class? It has an Adam of its own
 * (`discriminator.optimizer`), and is compiled, with the squared error, only to have one.
 *
 * @returns a model from images `[batch, height, width, channels]` and class numbers `[batch, 1]` to a number for each, `[batch, 1]`: the
 * logarithm of the odds that it is real (a logit).
 * @throws RangeError when an option cannot be, or the sides of the image cannot be halved as often as there are filters.
 * @see Goodfellow et al. 2014, "Generative adversarial nets"; Miyato and Koyama 2018, "cGANs with projection discriminator"
 *
 * @example
 * ```ts
 * const discriminator = buildDiscriminator({ preset: "tiny" })
 * discriminator.outputShape // => [null, 1]
 * ```
 */
export function buildDiscriminator(options: DiscriminatorOptions = {}): tf.LayersModel {
  const owner = "buildDiscriminator";
  const presets = { tiny: { filters: [8, 16], units: 16 } };
  const config = resolveOptions(owner, DISCRIMINATOR, presets, options);
  const { inputShape, classes, kernelSize, filters, units, learningRate } = config;
  checkCounts(owner, { inputShape, classes, kernelSize, filters, units });
  halvedSides(owner, inputShape, filters.length);
  const next = seeds(config.seed);
  const kernel = () => kernelStart({ seed: next() });
  const { layers } = tf;
  const image = tf.input({ shape: inputShape, name: "image" });
  const label = tf.input({ shape: [1], dtype: "int32", name: "class" });
  let x = image;
  const put = (layer: tf.layers.Layer): void => {
    x = symbolOf(layer.apply(x)); // [batch, height, width, maps], then [batch, units]
  };
  for (const [index, count] of filters.entries()) {
    const shape = { filters: count, kernelSize, strides: 2, padding: "same" } as const;
    const activation = "elu";
    put(layers.conv2d({ name: `down${index + 1}`, ...shape, activation, kernelInitializer: kernel() }));
  }
  put(layers.flatten({ name: "flatten" }));
  put(layers.dense({ name: "features", units, activation: "elu", kernelInitializer: kernel() }));
  const named = lookUp(label, classes, units, next());
  const alike = layers.dot({ name: "likeItsClass", axes: 1 }).apply([x, named]);
  const real = layers.dense({ name: "likeAny", units: 1, kernelInitializer: kernel() }).apply(x);
  const logit = symbolOf(layers.add({ name: "logit" }).apply([symbolOf(real), symbolOf(alike)]));
  const model = tf.model({ name: "discriminator", inputs: [image, label], outputs: logit });
  return compileWithChecks(model, { learningRate, beta1: BETA1, loss: "meanSquaredError" });
}

/** A vector for each class, as `[batch, size]`. */
function lookUp(label: tf.SymbolicTensor, classes: number, size: number, seed: number): tf.SymbolicTensor {
  const { layers } = tf;
  const embeddingsInitializer = kernelStart({ seed });
  const embedding = layers.embedding({
    name: "classVectors",
    inputDim: classes,
    outputDim: size,
    embeddingsInitializer,
  });
  return symbolOf(layers.flatten({ name: "classVector" }).apply(embedding.apply(label)));
}
