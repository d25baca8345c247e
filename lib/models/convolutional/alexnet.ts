// AlexNet (Krizhevsky, Sutskever and Hinton, NIPS 2012): five convolutions, three of them with overlapping poolings, and three dense
// layers; ReLU instead of tanh and dropout in the dense layers. Left out is what nobody needs any more: the two towers, one for each of
// two graphics cards, and local response normalisation, which brings nothing (Simonyan and Zisserman, ICLR 2015, section 4.1).
import { checkChoice, checkCounts } from "../../option-checks";
import { tf } from "../../tfjs/tf";
import { resolveOptions } from "../building/presets";
import { convolution } from "./blocks/convolution";
import {
  checkImageOptions,
  checkStages,
  IMAGENET,
  type ImageNetworkOptions,
  imageNetwork,
  type Presets,
  type ResolvedOptions,
  SMALL_IMAGES,
} from "./blocks/image-network";

/** What {@link buildAlexNet} can be asked for. */
export interface AlexNetOptions extends ImageNetworkOptions {
  /** `"paper"`: 62,378,344 parameters, for images of 227 × 227 (the paper says 224, which its strides do not fit). Default `"tiny"`. */
  preset?: "tiny" | "paper";
  /** The filters of the five convolutions. Default `[16, 32, 48, 48, 32]`. */
  filters?: number[];
  /** Height and width of the first convolution's filters. Default 5; the paper's are 11. */
  kernelSize?: number;
  /** How far the first convolution's filters move. Default 1; in the paper, 4. */
  stride?: number;
  /** Units of the hidden dense layers. Default `[64, 64]`. */
  units?: number[];
  /** The function after all but the last layer; before the paper it was tanh. Default `"relu"`. */
  activation?: "relu" | "tanh";
}

const DEFAULTS: ResolvedOptions<AlexNetOptions> = {
  ...SMALL_IMAGES,
  filters: [16, 32, 48, 48, 32],
  kernelSize: 5,
  stride: 1,
  units: [64, 64],
  activation: "relu",
  dropout: 0.5,
};
const PRESETS: Presets<AlexNetOptions> = {
  tiny: {},
  paper: {
    ...IMAGENET,
    inputShape: [227, 227, 3],
    filters: [96, 256, 384, 384, 256],
    ...{ kernelSize: 11, stride: 4, units: [4096, 4096] },
  },
};
const CONVOLUTIONS = 5;
/** After these convolutions the maps are halved. */
const POOLED = [1, 2, 5];

/**
 * Builds AlexNet in one tower, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy). Dropout follows
 * each hidden dense layer (by default half of the values).
 *
 * @returns a model from images `[batch, height, width, channels]` to class probabilities `[batch, classes]`.
 * @throws RangeError when an option cannot be, or when the image is too small: the layer that it does not reach and the size that
 * would do are in the message.
 * @see Krizhevsky, Sutskever and Hinton 2012, "ImageNet classification with deep convolutional neural networks"
 *
 * @example
 * ```ts
 * const model = buildAlexNet({ inputShape: [32, 32, 3], dropout: 0.2 })
 * model.outputShape // => [null, 10]
 * ```
 */
export function buildAlexNet(options: AlexNetOptions = {}): tf.LayersModel {
  const owner = "buildAlexNet";
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options);
  const { filters, kernelSize, stride, units, activation } = config;
  checkImageOptions(owner, config);
  checkStages(owner, "filters", filters, CONVOLUTIONS);
  checkCounts(owner, { kernelSize, stride, ...(units.length > 0 && { units }) });
  checkChoice(owner, "activation", activation, ["relu", "tanh"]);

  return imageNetwork({ name: "alexnet", owner, settings: config }, (network) => {
    let maps = network.input;
    for (const [index, count] of filters.entries()) {
      const number = index + 1;
      const first = { kernelSize, stride, padding: "valid" } as const;
      maps = convolution(network, maps, `conv${number}`, {
        ...(number === 1 ? first : { kernelSize: number === 2 ? 5 : 3 }),
        ...{ filters: count, batchNorm: false, activation },
      });
      if (POOLED.includes(number)) maps = network.pool(maps, `pool${number}`, { size: 3, stride: 2 });
    }
    const values = network.put(tf.layers.flatten({ name: "flatten" }), maps);
    return network.classify(network.hidden(values, units, activation));
  });
}
