// EfficientNet-Lite (Tan and Le, ICML 2019; Lite by Google, 2020): inverted residuals with a depthwise convolution, whose numbers a
// search found. Lite leaves out what small devices cannot do well: squeeze-and-excitation, and swish, in whose place is ReLU6.
// Stochastic depth, which drops whole blocks in training, is left out here.
import { at } from "../../indexing";
import { checkChoice, checkCounts } from "../../option-checks";
import type { tf } from "../../tfjs/tf";
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
import { invertedResidual } from "./blocks/inverted-residual";

/** What {@link buildEfficientNet} can be asked for. */
export interface EfficientNetOptions extends ImageNetworkOptions {
  /** `"lite0"`: EfficientNet-Lite0, 4,652,008 parameters that are trained, for images of 224 × 224. Default `"tiny"`. */
  preset?: "tiny" | "lite0";
  /** Filters of the first convolution. Default 8. */
  stem?: number;
  /** How far the first convolution's filters move. Default 1; in Lite0, 2. */
  stride?: number;
  /** The maps that each stage's blocks give, one number a stage. Default `[8, 16, 24]`. */
  filters?: number[];
  /** The blocks of each stage. Default `[1, 2, 2]`. */
  blocks?: number[];
  /** Height and width of each stage's depthwise filters. Default `[3, 3, 5]`. */
  kernelSizes?: number[];
  /** How far the depthwise filters of each stage's first block move. Default `[1, 2, 2]`. */
  strides?: number[];
  /** How many times as many maps the depthwise convolutions see; in the first stage, as many as there are. Default 6. */
  expansion?: number;
  /** Filters of the last, 1 × 1 convolution. Default 64. */
  head?: number;
  /**
   * Where a stride's zeros go: `"symmetric"`, the same on each side, as weights trained with PyTorch expect them; `"same"`, as
   * TensorFlow has them, and Google's own weights. Default `"symmetric"`.
   */
  padding?: "symmetric" | "same";
}

const DEFAULTS: ResolvedOptions<EfficientNetOptions> = {
  ...SMALL_IMAGES,
  learningRate: 5e-3,
  stem: 8,
  stride: 1,
  filters: [8, 16, 24],
  blocks: [1, 2, 2],
  kernelSizes: [3, 3, 5],
  strides: [1, 2, 2],
  expansion: 6,
  head: 64,
  padding: "symmetric",
};
const PRESETS: Presets<EfficientNetOptions> = {
  tiny: {},
  lite0: {
    ...IMAGENET,
    ...{ stem: 32, stride: 2, head: 1280, dropout: 0.2, momentum: 0.99 },
    filters: [16, 24, 40, 80, 112, 192, 320],
    blocks: [1, 2, 2, 3, 3, 4, 1],
    kernelSizes: [3, 3, 5, 3, 5, 5, 3],
    strides: [1, 2, 2, 2, 1, 2, 1],
  },
};

/**
 * Builds an EfficientNet-Lite, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy). Layers are called
 * `stem`, `stage2-block1-expand`, `-depthwise`, `-project`, `head` and `output`; the normalisation after each convolution has its name
 * and `-norm`. Its epsilon is 0.001, as in the published networks.
 *
 * @returns a model from images `[batch, height, width, channels]` to class probabilities `[batch, classes]`.
 * @throws RangeError when an option cannot be, or when the image is too small for the strides.
 * @see Tan and Le 2019, "EfficientNet: rethinking model scaling for convolutional neural networks"
 *
 * @example
 * ```ts
 * const model = buildEfficientNet({ preset: "lite0", inputShape: [128, 128, 3], classes: 5 })
 * model.outputShape // => [null, 5]
 * ```
 */
export function buildEfficientNet(options: EfficientNetOptions = {}): tf.LayersModel {
  const owner = "buildEfficientNet";
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options);
  const { stem, stride, filters, blocks, kernelSizes, strides, expansion, head, padding } = config;
  checkImageOptions(owner, config);
  checkStages(owner, "filters", filters);
  for (const [name, counts] of Object.entries({ blocks, kernelSizes, strides }))
    checkStages(owner, name, counts, filters.length);
  checkDepth(owner, "blocks", blocks);
  checkCounts(owner, { stem, stride, expansion, head });
  checkChoice(owner, "padding", padding, ["symmetric", "same"]);

  return imageNetwork({ name: "efficientnet", owner, settings: config }, (network) => {
    let maps = convolution(network, network.input, "stem", { filters: stem, stride, padding, activation: "relu6" });
    for (const [index, count] of filters.entries())
      for (let number = 1; number <= at(blocks, index); number++)
        maps = invertedResidual(network, maps, `stage${index + 1}-block${number}`, {
          ...{ filters: count, padding, kernelSize: at(kernelSizes, index) },
          stride: number === 1 ? at(strides, index) : 1,
          expansion: index === 0 ? 1 : expansion,
        });
    maps = convolution(network, maps, "head", { filters: head, kernelSize: 1, activation: "relu6" });
    return network.classify(network.drop(network.average(maps), "dropout"));
  });
}
