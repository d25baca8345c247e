// What the published image networks are put together with: a chain of layers that have their names, their initial weights from
// one seed, and images large enough for all of them.
import { at } from "../../../indexing";
import { shapeList } from "../../../layers/composite-layer";
import { checkCounts, checkImageShape, checkRates } from "../../../option-checks";
import { symbolOf } from "../../../tfjs/tensors";
import { tf } from "../../../tfjs/tf";
import { CLASS_NUMBERS, compileWithChecks } from "../../building/compile-with-checks";
import type { BuilderOptions } from "../../building/options";
import { seededHeUniform } from "../../building/seeds";
import { checkImageFits, type Window } from "./map-sizes";

/** What every image network can be asked for. */
export interface ImageNetworkOptions extends BuilderOptions {
  /** Height, width and channels of an image. Default `[28, 28, 1]`, or what the preset was published for. */
  inputShape?: [height: number, width: number, channels: number];
  /** The number of classes told apart. Default 10, or what the preset was published for. */
  classes?: number;
  /** Share of the values dropped in training, where the network drops any. Default: the preset's. */
  dropout?: number;
  /** Share of its moving averages that batch normalisation keeps in a step; short trainings need less. Default 0.9. */
  momentum?: number;
  /** Adam's step size. Default 0.001, but 0.005 for the small networks with batch normalisation. */
  learningRate?: number;
}

/** A network's options, each with a value. */
export type ResolvedOptions<Options> = Required<Omit<Options, "preset">>;

/** What a network's presets have instead of its defaults. */
export type Presets<Options extends { preset?: string }> = Readonly<
  Record<NonNullable<Options["preset"]>, Partial<ResolvedOptions<Options>>>
>;

type Settings = ResolvedOptions<ImageNetworkOptions>;

/** The images of the course. */
export const SMALL_IMAGES: Settings = {
  inputShape: [28, 28, 1],
  classes: 10,
  dropout: 0,
  momentum: 0.9,
  learningRate: 1e-3,
  seed: 1,
};

/** The images of ImageNet (Russakovsky et al. 2015), for which most of the networks were published. */
export const IMAGENET: Pick<Settings, "inputShape" | "classes" | "learningRate"> = {
  inputShape: [224, 224, 3],
  classes: 1000,
  learningRate: 1e-3,
};

/** More than any of the published ones, and few enough to be built in a minute. */
const MOST_LAYERS = 1000;

/** The layers of an image network while it is built, or, before that, while it is only measured: then no layer gets its weights. */
export class ImageNetwork {
  /** The images. */
  readonly input: tf.SymbolicTensor;
  /** For kernels, each with a seed of its own. */
  readonly initializers: ReturnType<typeof seededHeUniform>;
  private readonly layers = new Set<tf.layers.Layer>();
  /** The windows that lie between the images and what a layer gives. */
  private readonly windows = new Map<tf.SymbolicTensor, readonly Window[]>();

  constructor(
    readonly settings: Settings,
    readonly epsilon: number,
    private readonly measuring: boolean,
  ) {
    this.input = tf.input({ shape: settings.inputShape, name: "image" });
    this.initializers = seededHeUniform(settings.seed);
  }

  /** Puts a layer behind others; one with a window says so. */
  put(layer: tf.layers.Layer, input: tf.SymbolicTensor | tf.SymbolicTensor[], window?: Window): tf.SymbolicTensor {
    const output = this.measuring ? symbolicOutput(layer, input) : symbolOf(layer.apply(input));
    this.layers.add(layer);
    this.windows.set(output, [...this.windowsBefore(at([input].flat(), 0)), ...(window ? [window] : [])]);
    return output;
  }

  /** The windows that the image goes through on its way, by the first path where there are several. */
  windowsBefore(output: tf.SymbolicTensor): readonly Window[] {
    return this.windows.get(output) ?? [];
  }

  /** The largest, or the mean, of each square. */
  pool(
    input: tf.SymbolicTensor,
    name: string,
    options: { kind?: "max" | "average"; size: number; stride: number; padding?: "same" | "valid" },
  ): tf.SymbolicTensor {
    const { kind = "max", size, stride, padding = "valid" } = options;
    const make = kind === "max" ? tf.layers.maxPooling2d : tf.layers.averagePooling2d;
    const layer = make({ name, poolSize: size, strides: stride, padding });
    return this.put(layer, input, { name, kernelSize: size, stride, padding });
  }

  /** Each map's mean. */
  average(input: tf.SymbolicTensor): tf.SymbolicTensor {
    return this.put(tf.layers.globalAveragePooling2d({ name: "average" }), input);
  }

  drop(input: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
    const { dropout } = this.settings;
    return dropout > 0 ? this.put(tf.layers.dropout({ name, rate: dropout }), input) : input;
  }

  /** Dense layers called `hidden1`, `hidden2` …, each with its dropout. */
  hidden(input: tf.SymbolicTensor, units: readonly number[], activation: "relu" | "tanh" = "relu"): tf.SymbolicTensor {
    let values = input;
    for (const [index, count] of units.entries()) {
      const kernelInitializer = this.initializers.kernel();
      const layer = tf.layers.dense({ name: `hidden${index + 1}`, units: count, activation, kernelInitializer });
      values = this.drop(this.put(layer, values), `dropout${index + 1}`);
    }
    return values;
  }

  /** The probabilities of the classes. */
  classify(input: tf.SymbolicTensor): tf.SymbolicTensor {
    const kernelInitializer = this.initializers.output();
    const { classes } = this.settings;
    return this.put(
      tf.layers.dense({ name: "output", units: classes, activation: "softmax", kernelInitializer }),
      input,
    );
  }

  /** Frees the weights of a network that cannot be built to its end. */
  dispose(): void {
    for (const { weights } of this.layers) for (const weight of weights) weight.dispose();
  }
}

/** What would come out of a layer, without its being built. */
function symbolicOutput(layer: tf.layers.Layer, input: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor {
  const inputs = [input].flat();
  const shapes = inputs.map(({ shape }) => shape);
  const shape = at(shapeList(layer.computeOutputShape(shapes.length === 1 ? at(shapes, 0) : shapes)), 0);
  return new tf.SymbolicTensor("float32", shape, layer, inputs, {});
}

/** An image network before it is built. */
interface Plan {
  /** The model's name. */
  readonly name: string;
  /** The builder, for messages. */
  readonly owner: string;
  readonly settings: Settings;
  /** Added to variances by batch normalisation; the networks differ in it. Default 0.001. */
  readonly epsilon?: number;
}

/**
 * Builds an image network, compiled as a classifier.
 *
 * @param build puts its layers behind `network.input`, and returns the last one's output.
 * @throws RangeError when the image is too small for one of the layers, before any weight is made.
 */
export function imageNetwork(
  { name, owner, settings, epsilon = 1e-3 }: Plan,
  build: (network: ImageNetwork) => tf.SymbolicTensor,
): tf.LayersModel {
  const plan = new ImageNetwork(settings, epsilon, true);
  checkImageFits(owner, settings.inputShape, plan.windowsBefore(build(plan)));
  const network = new ImageNetwork(settings, epsilon, false);
  try {
    const model = tf.model({ name, inputs: network.input, outputs: build(network) });
    return compileWithChecks(model, { learningRate: settings.learningRate, ...CLASS_NUMBERS });
  } catch (error) {
    network.dispose();
    throw error;
  }
}

/** @throws RangeError when one of the options that all image networks have cannot be. */
export function checkImageOptions(owner: string, { inputShape, classes, dropout, momentum }: Settings): void {
  checkCounts(owner, { inputShape, classes });
  checkImageShape(owner, inputShape);
  checkRates(owner, { dropout });
  if (!(momentum > 0 && momentum < 1))
    throw new RangeError(`${owner}: momentum is ${momentum}; it needs a share between 0 and 1. 0.99 is usual.`);
}

/** @throws RangeError unless an option is a list of as many numbers of layers as there are stages, and few enough in all. */
export function checkStages(owner: string, name: string, counts: readonly number[], stages?: number): void {
  checkCounts(owner, { [name]: counts });
  if (stages !== undefined && counts.length !== stages)
    throw new RangeError(
      `${owner}: ${name} has ${counts.length} numbers, [${counts.join(", ")}]; the network has ${stages} stages. Give ${name} one ` +
        "number for each.",
    );
}

/** @throws RangeError when a network would have more layers than can be built. */
export function checkDepth(owner: string, name: string, counts: readonly number[]): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > MOST_LAYERS)
    throw new RangeError(
      `${owner}: ${name} is [${counts.join(", ")}], ${total.toLocaleString("en-GB")} in all; a network here has at most ` +
        `${MOST_LAYERS.toLocaleString("en-GB")}. Give smaller numbers.`,
    );
}
