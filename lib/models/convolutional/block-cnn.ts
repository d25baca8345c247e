// A convolutional network of equal blocks, as VGG has them (Simonyan and Zisserman 2015): convolutions that keep the size, then
// a pooling that halves it. What came after VGG can be switched on or off, to see what each does: batch normalisation (Ioffe
// and Szegedy 2015), dropout (Srivastava et al. 2014), global average pooling (Lin et al. 2014).

import { checkChoice, checkCounts, checkImageShape, checkRates } from "../../option-checks";
import { tf } from "../../tfjs/tf";
import { CLASS_NUMBERS, compileWithChecks } from "../building/compile-with-checks";
import type { ImageClassifierOptions } from "../building/options";
import { resolveOptions } from "../building/presets";
import { seededGlorotUniform } from "../building/seeds";

/** What {@link buildBlockCnn} can be asked for. */
export interface BlockCnnOptions extends ImageClassifierOptions {
  /** `"tiny"`: two blocks of 8 and 16 filters. Default: none. */
  preset?: "tiny";
  /** The filters of each block's convolutions, one number a block. Default `[32, 64, 128]`. */
  filters?: number[];
  /** Convolutions in a block. Default 2. */
  convolutions?: number;
  /** Whether each convolution is followed by batch normalisation (and has no bias then, which that would undo). Default true. */
  batchNorm?: boolean;
  /** Share of its moving averages that batch normalisation keeps in a step; short trainings need less. Default 0.99, as in Keras. */
  momentum?: number;
  /** How a block ends: with the largest or the mean of each 2 × 2 square. Default `"max"`. */
  pooling?: "max" | "average";
  /** Share of the values dropped in training, after each block and after the hidden dense layer. Default 0. */
  dropout?: number;
  /** What comes between the blocks and the dense layers: each filter's mean, or all values. Default `"average"`. */
  head?: "average" | "flatten";
  /** Units of a hidden dense layer; 0 for none. Default 0. */
  units?: number;
}

const DEFAULTS = {
  inputShape: [28, 28, 1] as [number, number, number],
  filters: [32, 64, 128],
  convolutions: 2,
  kernelSize: 3,
  batchNorm: true,
  momentum: 0.99,
  pooling: "max" as "max" | "average",
  dropout: 0,
  head: "average" as "average" | "flatten",
  units: 0,
  classes: 10,
  learningRate: 1e-3,
  seed: 1,
};
const PRESETS = {
  tiny: { filters: [8, 16], convolutions: 1, head: "flatten" as const, momentum: 0.9, learningRate: 0.005 },
};

/**
 * Builds a convolutional network of blocks, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy).
 *
 * @returns a model from images `[batch, height, width, channels]` to class probabilities `[batch, classes]`.
 * @throws RangeError when an option cannot be, or when the image is too small for so many poolings.
 * @see Simonyan and Zisserman 2015, "Very deep convolutional networks for large-scale image recognition"
 *
 * @example
 * ```ts
 * const model = buildBlockCnn({ filters: [16, 32], dropout: 0.2 })
 * model.outputShape // => [null, 10]
 * ```
 */
export function buildBlockCnn(options: BlockCnnOptions = {}): tf.Sequential {
  const config = resolveOptions("buildBlockCnn", DEFAULTS, PRESETS, options);
  const { inputShape, filters, convolutions, kernelSize, batchNorm, momentum, pooling, dropout, head, units, classes } =
    config;
  checkCounts("buildBlockCnn", {
    inputShape,
    filters,
    convolutions,
    kernelSize,
    classes,
    ...(units !== 0 && { units }),
  });
  checkRates("buildBlockCnn", { dropout });
  if (!(momentum > 0 && momentum < 1))
    throw new RangeError(`buildBlockCnn: momentum is ${momentum}; it needs a share between 0 and 1. 0.99 is usual.`);
  checkChoice("buildBlockCnn", "pooling", pooling, ["max", "average"]);
  checkChoice("buildBlockCnn", "head", head, ["average", "flatten"]);
  checkImageShape("buildBlockCnn", inputShape);
  checkImageFits(inputShape, filters.length);
  const kernelInitializer = seededGlorotUniform(config.seed);

  const model = tf.sequential({ name: "block-cnn" });
  model.add(tf.layers.inputLayer({ inputShape }));
  const drop = (name: string): void => {
    if (dropout > 0) model.add(tf.layers.dropout({ name, rate: dropout }));
  };
  for (const [index, filterCount] of filters.entries()) {
    const block = `block${index + 1}`;
    for (let number = 1; number <= convolutions; number++) {
      model.add(
        tf.layers.conv2d({
          name: `${block}-conv${number}`,
          filters: filterCount,
          kernelSize,
          padding: "same",
          useBias: !batchNorm,
          kernelInitializer: kernelInitializer(),
        }),
      );
      if (batchNorm) model.add(tf.layers.batchNormalization({ name: `${block}-norm${number}`, momentum }));
      model.add(tf.layers.activation({ name: `${block}-relu${number}`, activation: "relu" }));
    }
    const pool = pooling === "max" ? tf.layers.maxPooling2d : tf.layers.averagePooling2d;
    model.add(pool({ name: `${block}-pool`, poolSize: 2 }));
    drop(`${block}-dropout`);
  }
  model.add(
    head === "average" ? tf.layers.globalAveragePooling2d({ name: "average" }) : tf.layers.flatten({ name: "flatten" }),
  );
  if (units > 0) {
    model.add(tf.layers.dense({ name: "hidden", units, activation: "relu", kernelInitializer: kernelInitializer() }));
    drop("dropout");
  }
  model.add(
    tf.layers.dense({ name: "output", units: classes, activation: "softmax", kernelInitializer: kernelInitializer() }),
  );
  return compileWithChecks(model, {
    learningRate: config.learningRate,
    ...CLASS_NUMBERS,
  });
}

/** Each block's pooling halves height and width. */
function checkImageFits([height, width]: [number, number, number], blocks: number): void {
  const most = Math.floor(Math.log2(Math.min(height, width)));
  if (blocks > most)
    throw new RangeError(
      `buildBlockCnn: an image of ${height} × ${width} can be halved ${most} times; ${blocks} blocks were asked for. ` +
        `Give at most ${most} numbers in filters, or larger images.`,
    );
}
