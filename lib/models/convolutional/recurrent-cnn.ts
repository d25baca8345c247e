// The recurrent convolutional network (Liang and Hu, CVPR 2015): layers that see their own last state again, several times over the
// same image, so that depth costs time instead of weights. The paper's local response normalisation is left out; batch normalisation
// can take its place. The article's reference [15] cannot be found as cited; this is the network that its title and text speak of.
import { checkCounts } from "../../option-checks";
import { tf } from "../../tfjs/tf";
import { resolveOptions } from "../building/presets";
import { convolution } from "./blocks/convolution";
import {
  checkDepth,
  checkImageOptions,
  type ImageNetworkOptions,
  imageNetwork,
  type Presets,
  type ResolvedOptions,
  SMALL_IMAGES,
} from "./blocks/image-network";
import { recurrentConvolution } from "./blocks/recurrent-convolution";

/** What {@link buildRecurrentCnn} can be asked for. */
export interface RecurrentCnnOptions extends ImageNetworkOptions {
  /** A network of the paper, for CIFAR-10's images of 32 × 32, by the number of its filters. Default `"tiny"`. */
  preset?: "tiny" | "rcnn96" | "rcnn128" | "rcnn160";
  /** The filters of every convolution. Default 24. */
  filters?: number;
  /** How often a layer's state is fed back; 0 makes it a convolutional network like others. Default 3. */
  steps?: number;
  /** Whether each state is batch normalised. Default true, and false in the paper's networks. */
  batchNorm?: boolean;
}

const DEFAULTS: ResolvedOptions<RecurrentCnnOptions> = {
  ...SMALL_IMAGES,
  learningRate: 5e-3,
  filters: 24,
  steps: 3,
  batchNorm: true,
};
const published = (filters: number): Partial<ResolvedOptions<RecurrentCnnOptions>> => ({
  ...{ filters, steps: 3, batchNorm: false, dropout: 0.5, learningRate: 1e-3 },
  inputShape: [32, 32, 3],
});
const PRESETS: Presets<RecurrentCnnOptions> = {
  tiny: {},
  rcnn96: published(96),
  rcnn128: published(128),
  rcnn160: published(160),
};
/** The recurrent layers; a pooling stands between the second and the third. */
const LAYERS = 4;
const HALVED = { size: 3, stride: 2, padding: "same" } as const;

/**
 * Builds a recurrent convolutional network, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy): a 5 × 5
 * convolution and four recurrent layers of 3 × 3 filters. Feeding back more often gives depth without a weight more (but those of
 * the batch normalisation). Of the article, whose reference [15] cannot be found as cited, this is the nearest published network.
 *
 * @returns a model from images `[batch, height, width, channels]` to class probabilities `[batch, classes]`.
 * @throws RangeError when an option cannot be, or when the image is too small for the poolings.
 * @see Liang and Hu 2015, "Recurrent convolutional neural network for object recognition"
 *
 * @example
 * ```ts
 * const deeper = buildRecurrentCnn({ filters: 16, steps: 5 })
 * deeper.outputShape // => [null, 10]
 * ```
 */
export function buildRecurrentCnn(options: RecurrentCnnOptions = {}): tf.LayersModel {
  const owner = "buildRecurrentCnn";
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options);
  const { filters, steps, batchNorm } = config;
  checkImageOptions(owner, config);
  checkCounts(owner, { filters, ...(steps !== 0 && { steps }) });
  checkDepth(owner, "steps", [LAYERS * steps]);

  return imageNetwork({ name: "recurrent-cnn", owner, settings: config }, (network) => {
    let maps = convolution(network, network.input, "conv", { filters, kernelSize: 5, batchNorm });
    maps = network.pool(maps, "pool1", HALVED);
    for (let number = 1; number <= LAYERS; number++) {
      maps = recurrentConvolution(network, maps, `recurrent${number}`, { filters, steps, batchNorm });
      if (number === LAYERS / 2) maps = network.pool(maps, "pool2", HALVED);
      if (number < LAYERS) maps = network.drop(maps, `dropout${number}`);
    }
    const largest = network.put(tf.layers.globalMaxPooling2d({ name: "largest" }), maps);
    return network.classify(largest);
  });
}
