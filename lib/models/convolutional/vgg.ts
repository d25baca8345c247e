// VGG (Simonyan and Zisserman, ICLR 2015): nothing but 3 × 3 convolutions, in blocks that a pooling ends, and three dense layers; it
// showed that depth is what counts.
import { at } from "../../indexing";
import { checkCounts } from "../../option-checks";
import { tf } from "../../tfjs/tf";
import { resolveOptions } from "../building/presets";
import { convolution } from "./blocks/convolution";
import {
  checkDepth,
  checkImageOptions,
  checkStages,
  IMAGENET,
  type ImageNetworkOptions,
  imageNetwork,
  type Presets,
  type ResolvedOptions,
  SMALL_IMAGES,
} from "./blocks/image-network";

/** What {@link buildVgg} can be asked for. */
export interface VggOptions extends ImageNetworkOptions {
  /** A network of the paper's table 1 (A, B, D and E), by the number of its layers with weights. Default `"tiny"`. */
  preset?: "tiny" | "vgg11" | "vgg13" | "vgg16" | "vgg19";
  /** The filters of each block's convolutions, one number a block. Default `[16, 32, 64]`. */
  filters?: number[];
  /** The convolutions of each block. Default `[1, 1, 2]`. */
  convolutions?: number[];
  /** Height and width of a filter. Default 3. */
  kernelSize?: number;
  /** Whether batch normalisation follows each convolution; the paper is older. Default false. */
  batchNorm?: boolean;
  /** Units of the hidden dense layers. Default `[64]`. */
  units?: number[];
}

const DEFAULTS: ResolvedOptions<VggOptions> = {
  ...SMALL_IMAGES,
  filters: [16, 32, 64],
  convolutions: [1, 1, 2],
  kernelSize: 3,
  batchNorm: false,
  units: [64],
};
const published = (...convolutions: number[]): Partial<ResolvedOptions<VggOptions>> => ({
  ...IMAGENET,
  ...{ convolutions, filters: [64, 128, 256, 512, 512], units: [4096, 4096], dropout: 0.5 },
});
const PRESETS: Presets<VggOptions> = {
  tiny: {},
  vgg11: published(1, 1, 2, 2, 2),
  vgg13: published(2, 2, 2, 2, 2),
  vgg16: published(2, 2, 3, 3, 3),
  vgg19: published(2, 2, 4, 4, 4),
};

/**
 * Builds a VGG network, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy). VGG-16 has 138,357,544
 * parameters, which take half a gigabyte and some ten seconds to begin with; dropout follows each hidden dense layer.
 *
 * @returns a model from images `[batch, height, width, channels]` to class probabilities `[batch, classes]`.
 * @throws RangeError when an option cannot be, or when the image is too small for so many poolings.
 * @see Simonyan and Zisserman 2015, "Very deep convolutional networks for large-scale image recognition"
 *
 * @example
 * ```ts
 * const model = buildVgg({ filters: [8, 16], convolutions: [2, 2], units: [] })
 * model.outputShape // => [null, 10]
 * ```
 */
export function buildVgg(options: VggOptions = {}): tf.LayersModel {
  const owner = "buildVgg";
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options);
  const { filters, convolutions, kernelSize, batchNorm, units } = config;
  checkImageOptions(owner, config);
  checkStages(owner, "filters", filters);
  checkStages(owner, "convolutions", convolutions, filters.length);
  checkDepth(owner, "convolutions", convolutions);
  checkCounts(owner, { kernelSize, ...(units.length > 0 && { units }) });

  return imageNetwork({ name: "vgg", owner, settings: config }, (network) => {
    let maps = network.input;
    for (const [index, count] of filters.entries()) {
      const block = `block${index + 1}`;
      for (let number = 1; number <= at(convolutions, index); number++)
        maps = convolution(network, maps, `${block}-conv${number}`, { filters: count, kernelSize, batchNorm });
      maps = network.pool(maps, `${block}-pool`, { size: 2, stride: 2 });
    }
    const values = network.put(tf.layers.flatten({ name: "flatten" }), maps);
    return network.classify(network.hidden(values, units));
  });
}
