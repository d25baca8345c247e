// GoogLeNet (Szegedy et al., CVPR 2015): nine inception modules, filters of several sizes side by side, and no dense layer but the
// output. Left out is what later work did without: local response normalisation, and the two classifiers halfway up that helped its
// training along before there was batch normalisation.
import { at, tuple } from "../../indexing";
import type { tf } from "../../tfjs/tf";
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
import { type InceptionSizes, inceptionModule } from "./blocks/inception";
import { checkStem, type StemOptions } from "./blocks/stem";

/** What {@link buildGoogLeNet} can be asked for. */
export interface GoogLeNetOptions extends ImageNetworkOptions, StemOptions {
  /** `"paper"`: 6,998,552 parameters, for images of 224 × 224. Default `"tiny"`. */
  preset?: "tiny" | "paper";
  /** How many of the paper's modules there are in its three stages (at most 2, 5 and 2). Default `[1, 1, 1]`. */
  modules?: number[];
  /** Share of the paper's filters that every convolution has. Default 0.25. */
  width?: number;
  /** Whether 1 × 1 convolutions stand before the 3 × 3 and 5 × 5 ones of a module. Default true. */
  bottleneck?: boolean;
  /** Whether batch normalisation follows each convolution; the paper is older. Default true, and false in the paper's network. */
  batchNorm?: boolean;
}

const DEFAULTS: ResolvedOptions<GoogLeNetOptions> = {
  ...SMALL_IMAGES,
  learningRate: 5e-3,
  modules: [1, 1, 1],
  width: 0.25,
  bottleneck: true,
  batchNorm: true,
  stem: "small",
};
const PRESETS: Presets<GoogLeNetOptions> = {
  tiny: {},
  paper: {
    ...IMAGENET,
    ...{ modules: [2, 5, 2], width: 1, batchNorm: false, dropout: 0.4 },
    stem: "large",
  },
};

/** The paper's table 1, stages 3 to 5. */
const STAGES: readonly (readonly InceptionSizes[])[] = [
  [
    [64, 96, 128, 16, 32, 32],
    [128, 128, 192, 32, 96, 64],
  ],
  [
    [192, 96, 208, 16, 48, 64],
    [160, 112, 224, 24, 64, 64],
    [128, 128, 256, 24, 64, 64],
    [112, 144, 288, 32, 64, 64],
    [256, 160, 320, 32, 128, 128],
  ],
  [
    [256, 160, 320, 32, 128, 128],
    [384, 192, 384, 48, 128, 128],
  ],
];
const FIRST_STAGE = 3;
const HALVED = { size: 3, stride: 2, padding: "same" } as const;

/**
 * Builds GoogLeNet, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy), without its two auxiliary
 * classifiers. A pooling stands between one stage of modules and the next; dropout before the output.
 *
 * @returns a model from images `[batch, height, width, channels]` to class probabilities `[batch, classes]`.
 * @throws RangeError when an option cannot be, or when the image is too small for the poolings.
 * @see Szegedy et al. 2015, "Going deeper with convolutions"
 *
 * @example
 * ```ts
 * const model = buildGoogLeNet({ modules: [1, 2, 1], width: 0.125 })
 * model.outputShape // => [null, 10]
 * ```
 */
export function buildGoogLeNet(options: GoogLeNetOptions = {}): tf.LayersModel {
  const owner = "buildGoogLeNet";
  const config = resolveOptions(owner, DEFAULTS, PRESETS, options);
  const { modules, width, bottleneck, batchNorm, stem } = config;
  checkImageOptions(owner, config);
  checkStages(owner, "modules", modules, STAGES.length);
  const tooMany = STAGES.findIndex((stage, index) => at(modules, index) > stage.length);
  if (tooMany >= 0)
    throw new RangeError(
      `${owner}: modules is [${modules.join(", ")}]; the paper's stages have ${STAGES.map((stage) => stage.length).join(", ")} modules. ` +
        "Give at most so many.",
    );
  if (!(width > 0 && width <= 1))
    throw new RangeError(
      `${owner}: width is ${width}; it needs a share above 0 and at most 1, the paper's own filters.`,
    );
  checkStem(owner, config);
  const scaled = (filters: number): number => Math.max(1, Math.round(width * filters));

  return imageNetwork({ name: "googlenet", owner, settings: config }, (network) => {
    const step = (from: tf.SymbolicTensor, name: string, filters: number, kernelSize: number, stride = 1) =>
      convolution(network, from, name, { filters: scaled(filters), kernelSize, stride, batchNorm });
    let maps = network.input;
    if (stem === "large") {
      maps = network.pool(step(maps, "stem-conv1", 64, 7, 2), "stem-pool1", HALVED);
      maps = step(step(maps, "stem-conv2-reduce", 64, 1), "stem-conv2", 192, 3);
      maps = network.pool(maps, "stem-pool2", HALVED);
    } else maps = step(maps, "stem-conv", 64, 3);
    for (const [index, stage] of STAGES.entries()) {
      const number = FIRST_STAGE + index;
      if (index > 0) maps = network.pool(maps, `stage${number}-pool`, HALVED);
      for (const [place, sizes] of stage.slice(0, modules[index]).entries()) {
        // Named as in the paper: 3a, 3b, 4a …
        const name = `inception-${number}${"abcde"[place]}`;
        maps = inceptionModule(network, maps, name, tuple(sizes.map(scaled), 6), { bottleneck, batchNorm });
      }
    }
    return network.classify(network.drop(network.average(maps), "dropout"));
  });
}
