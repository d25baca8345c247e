// Densely connected networks (Huang et al., CVPR 2017): every layer sees the maps of all layers before it in its block, so that it
// needs to add a few only. This is DenseNet-BC: with bottlenecks, and compression between the blocks.

import { sizeOfAxis } from "../../arguments";
import { checkCounts } from "../../option-checks";
import type { tf } from "../../tfjs/tf";
import { resolveOptions } from "../building/presets";
import { denseBlock, normalisedActivation, transition } from "./blocks/dense";
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
import { beginning, checkStem, type StemOptions } from "./blocks/stem";

/** What {@link buildDenseNet} can be asked for. */
export interface DenseNetOptions extends ImageNetworkOptions, StemOptions {
  /** A network of the paper's table 1, by the number of its layers with weights. Default `"tiny"`. */
  preset?: "tiny" | "densenet121" | "densenet169" | "densenet201";
  /** The layers of each dense block. Default `[2, 3, 3]`. */
  blocks?: number[];
  /** The maps that each layer adds, the paper's k. Default 8. */
  growth?: number;
  /** Filters of the first convolution. Default 16. */
  filters?: number;
  /** Share of the maps that a transition keeps, the paper's θ. Default 0.5. */
  compression?: number;
}

const DEFAULTS: ResolvedOptions<DenseNetOptions> = {
  ...SMALL_IMAGES,
  learningRate: 5e-3,
  blocks: [2, 3, 3],
  growth: 8,
  filters: 16,
  compression: 0.5,
  stem: "small",
};
const published = (...blocks: number[]): Partial<ResolvedOptions<DenseNetOptions>> => ({
  ...IMAGENET,
  ...{ blocks, growth: 32, filters: 64, stem: "large" },
});
const PRESETS: Presets<DenseNetOptions> = {
  tiny: {},
  densenet121: published(6, 12, 24, 16),
  densenet169: published(6, 12, 32, 32),
  densenet201: published(6, 12, 48, 32),
};

/**
 * Builds a densely connected network, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy). DenseNet-121 has
 * 7,978,856 parameters that are trained and 83,648 moving averages.
 *
 * @returns a model from images `[batch, height, width, channels]` to class probabilities `[batch, classes]`.
 * @throws RangeError when an option cannot be, or when the image is too small for the transitions.
 * @see Huang, Liu, van der Maaten and Weinberger 2017, "Densely connected convolutional networks"
 *
 * @example
 * ```ts
 * const model = buildDenseNet({ blocks: [4, 4], growth: 12 })
 * model.outputShape // => [null, 10]
 * ```
 */
export function buildDenseNet(options: DenseNetOptions = {}): tf.LayersModel {
  const owner = "buildDenseNet";
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options);
  const { blocks, growth, filters, compression, stem } = config;
  checkImageOptions(owner, config);
  checkStages(owner, "blocks", blocks);
  checkDepth(owner, "blocks", blocks);
  checkCounts(owner, { growth, filters });
  checkStem(owner, config);
  if (!(compression > 0 && compression <= 1))
    throw new RangeError(
      `${owner}: compression is ${compression}; it needs a share above 0 and at most 1. 0.5 is usual.`,
    );

  return imageNetwork({ name: "densenet", owner, settings: config, epsilon: 1e-5 }, (network) => {
    let maps: tf.SymbolicTensor = beginning(network, { stem, filters });
    for (const [index, layers] of blocks.entries()) {
      if (index > 0) {
        const kept = Math.max(1, Math.floor(compression * sizeOfAxis(maps.shape, 3)));
        maps = transition(network, maps, `transition${index}`, kept);
      }
      maps = denseBlock(network, maps, `block${index + 1}`, { layers, growth });
    }
    maps = normalisedActivation(network, maps, "end");
    return network.classify(network.drop(network.average(maps), "dropout"));
  });
}
