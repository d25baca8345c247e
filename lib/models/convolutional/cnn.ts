// The convolutional network of the article's section 4: three convolutions, two poolings, two dense layers. Its ancestor
// is LeNet-5 (LeCun et al., "Gradient-based learning applied to document recognition", Proc. IEEE 86:11, 1998).

import { checkCounts, checkImageShape } from "../../option-checks";
import { tf } from "../../tfjs/tf";
import { CLASS_NUMBERS, compileWithChecks } from "../building/compile-with-checks";
import type { ImageClassifierOptions } from "../building/options";
import { resolveOptions } from "../building/presets";
import { seededGlorotUniform } from "../building/seeds";

/** What {@link buildCnn} can be asked for. */
export interface CnnOptions extends ImageClassifierOptions {
  /** `"tiny"`: two convolutions of 8 filters, and a larger learning rate. Default: none. */
  preset?: "tiny";
  /** The filters of each convolution; a 2 × 2 max-pooling stands between one convolution and the next. Default `[32, 64, 64]`. */
  filters?: number[];
  /** Units of the hidden dense layer. Default 64. */
  units?: number;
}

const DEFAULTS = {
  inputShape: [28, 28, 1] as [number, number, number],
  filters: [32, 64, 64],
  kernelSize: 3,
  units: 64,
  classes: 10,
  learningRate: 1e-3,
  seed: 1,
};
const PRESETS = { tiny: { filters: [8, 8], units: 16, learningRate: 0.005 } };

/**
 * Builds the article's convolutional network, compiled and ready to train (Adam, sparse categorical cross-entropy,
 * accuracy). With the default options it has 93,322 parameters. Compile it anew for another optimizer or loss.
 *
 * @returns a model from images `[batch, height, width, channels]` to class probabilities `[batch, classes]`.
 * @throws RangeError when an option is not a positive whole number, or when the image is too small for the convolutions.
 * @see LeCun et al. 1998, "Gradient-based learning applied to document recognition", whose LeNet-5 is its ancestor
 *
 * @example
 * ```ts
 * const model = buildCnn()
 * model.countParams() // => 93_322
 * ```
 */
export function buildCnn(options: CnnOptions = {}): tf.Sequential {
  const { inputShape, filters, kernelSize, units, classes, learningRate, seed } = resolveOptions(
    "buildCnn",
    DEFAULTS,
    PRESETS,
    options,
  );
  checkCounts("buildCnn", { inputShape, filters, kernelSize, units, classes });
  checkImageShape("buildCnn", inputShape);
  checkImageFits(inputShape, filters.length, kernelSize);
  const kernelInitializer = seededGlorotUniform(seed);

  const model = tf.sequential({ name: "cnn" });
  for (const [number, filterCount] of filters.entries()) {
    if (number > 0) model.add(tf.layers.maxPooling2d({ poolSize: 2, name: `pool${number}` }));
    model.add(
      tf.layers.conv2d({
        name: `conv${number + 1}`,
        filters: filterCount,
        kernelSize,
        activation: "relu",
        kernelInitializer: kernelInitializer(),
        ...(number === 0 && { inputShape }),
      }),
    );
  }
  model.add(tf.layers.flatten({ name: "flatten" }));
  model.add(tf.layers.dense({ name: "hidden", units, activation: "relu", kernelInitializer: kernelInitializer() }));
  model.add(
    tf.layers.dense({ name: "output", units: classes, activation: "softmax", kernelInitializer: kernelInitializer() }),
  );

  return compileWithChecks(model, {
    learningRate,
    ...CLASS_NUMBERS,
  });
}

/** Each convolution takes `kernelSize − 1` off height and width, each pooling halves what is left. */
function checkImageFits([height, width]: [number, number, number], convolutions: number, kernelSize: number): void {
  let smaller = Math.min(height, width);
  for (let number = 1; number <= convolutions; number++) {
    if (number > 1) smaller = Math.floor(smaller / 2);
    if (smaller < kernelSize)
      throw new RangeError(
        `buildCnn: an image of ${height} × ${width} is ${smaller} pixels wide or high when it reaches convolution ` +
          `${number} of ${convolutions}, which needs ${kernelSize}. Give larger images, fewer filters or a smaller kernelSize.`,
      );
    smaller -= kernelSize - 1;
  }
}
