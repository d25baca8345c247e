// Residual networks (He et al., CVPR 2016): blocks that add to their maps instead of replacing them, so that depth does no harm.
// Convolutions have no biases, which the normalisation after each would undo, and it is the first convolution of a block that has
// the stride, as in the paper and in Keras (PyTorch gives it to a bottleneck's second one).
import { checkCounts } from "../../option-checks";
import type { tf } from "../../tfjs/tf";
import { resolveOptions } from "../building/presets";
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
import { residualBlock } from "./blocks/residual";
import { beginning, checkStem, type StemOptions } from "./blocks/stem";

/** What {@link buildResNet} can be asked for. */
export interface ResNetOptions extends ImageNetworkOptions, StemOptions {
  /** A network of the paper's table 1, by the number of its layers with weights. Default `"tiny"`. */
  preset?: "tiny" | "resnet18" | "resnet34" | "resnet50" | "resnet101" | "resnet152";
  /** The blocks of each stage; a stage has half the height and width, and twice the filters, of the one before. Default `[1, 1, 1]`. */
  blocks?: number[];
  /** Filters of the first stage's 3 × 3 convolutions. Default 16. */
  filters?: number;
  /** Whether a block is 1 × 1, 3 × 3, 1 × 1 with four times the maps at its end, or two of 3 × 3. Default false. */
  bottleneck?: boolean;
  /** Whether blocks add to their maps; without, it is the paper's plain network. Default true. */
  shortcut?: boolean;
  /** Whether batch normalisation follows each convolution. Default true. */
  batchNorm?: boolean;
}

const DEFAULTS: ResolvedOptions<ResNetOptions> = {
  ...SMALL_IMAGES,
  learningRate: 5e-3,
  blocks: [1, 1, 1],
  filters: 16,
  bottleneck: false,
  shortcut: true,
  batchNorm: true,
  stem: "small",
};
const published = (bottleneck: boolean, ...blocks: number[]): Partial<ResolvedOptions<ResNetOptions>> => ({
  ...IMAGENET,
  ...{ bottleneck, blocks, filters: 64, stem: "large" },
});
const PRESETS: Presets<ResNetOptions> = {
  tiny: {},
  resnet18: published(false, 2, 2, 2, 2),
  resnet34: published(false, 3, 4, 6, 3),
  resnet50: published(true, 3, 4, 6, 3),
  resnet101: published(true, 3, 4, 23, 3),
  resnet152: published(true, 3, 8, 36, 3),
};

/**
 * Builds a residual network, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy). ResNet-50 has 25,557,032
 * parameters that are trained and 53,120 moving averages.
 *
 * @returns a model from images `[batch, height, width, channels]` to class probabilities `[batch, classes]`.
 * @throws RangeError when an option cannot be, or when the image is too small for the strides.
 * @see He, Zhang, Ren and Sun 2016, "Deep residual learning for image recognition"
 *
 * @example
 * ```ts
 * const plain = buildResNet({ blocks: [3, 3, 3], shortcut: false })
 * plain.outputShape // => [null, 10]
 * ```
 */
export function buildResNet(options: ResNetOptions = {}): tf.LayersModel {
  const owner = "buildResNet";
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options);
  const { blocks, filters, bottleneck, shortcut, batchNorm, stem } = config;
  checkImageOptions(owner, config);
  checkStages(owner, "blocks", blocks);
  checkDepth(owner, "blocks", blocks);
  checkCounts(owner, { filters });
  checkStem(owner, config);

  return imageNetwork({ name: "resnet", owner, settings: config, epsilon: 1e-5 }, (network) => {
    let maps: tf.SymbolicTensor = beginning(network, { stem, filters, batchNorm });
    for (const [index, count] of blocks.entries())
      for (let number = 1; number <= count; number++)
        maps = residualBlock(network, maps, `stage${index + 1}-block${number}`, {
          ...{ bottleneck, shortcut, batchNorm },
          filters: filters * 2 ** index,
          stride: index > 0 && number === 1 ? 2 : 1,
        });
    return network.classify(network.drop(network.average(maps), "dropout"));
  });
}
