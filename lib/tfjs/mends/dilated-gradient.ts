// The gradient of a dilated convolution, which tfjs refuses and TensorFlow has: WaveNet's stacks are made of them. A convolution is
// linear in its input and in its filter, and so are its two gradients; theirs are convolutions and such gradients again, so that a
// gradient may be differentiated as often as one likes.

import type * as tfjs from "@tensorflow/tfjs-node";
import { atLeast, tuple } from "../../indexing";

type Tensor = tfjs.Tensor;

interface Attributes {
  readonly dilations: number | readonly number[];
  readonly strides: number | readonly number[];
  readonly pad: unknown;
  readonly dataFormat: string;
}

interface Config {
  gradFunc(dy: Tensor, saved: Tensor[], attributes: Attributes): Record<string, () => Tensor>;
}

/** tfjs-node's backend, as far as it is needed here. */
interface Backend {
  readonly binding: Record<string, number>;
  executeSingleOutput(op: string, attributes: object[], inputs: Tensor[]): Tensor;
}

/** Private fields of tfjs-layers' convolutions. */
interface Convolution {
  readonly rank: number;
  readonly dilationRate: number | [number, number];
  readonly strides: [number, number];
  readonly padding: "valid" | "same" | "causal";
  readonly dataFormat: string;
  readonly kernel: tfjs.LayerVariable;
  readonly bias: tfjs.LayerVariable | null;
  readonly activation: { apply(x: Tensor): Tensor };
  call(inputs: Tensor | Tensor[], options: object): Tensor | Tensor[];
}

const isDilated = (rates: number | readonly number[]): boolean => [rates].flat().some((rate) => rate > 1);

/** Mends tfjs, once for all. */
export function mendDilatedGradient(tf: typeof tfjs): void {
  const config = tf.getGradient("Conv2D") as unknown as Config;
  const { gradFunc } = config;
  config.gradFunc = (dy, saved, attributes) => {
    const { dilations, strides, pad, dataFormat } = attributes;
    if (!isDilated(dilations) || dataFormat !== "NHWC" || typeof pad !== "string" || tf.getBackend() !== "tensorflow")
      return gradFunc.call(config, dy, saved, attributes);
    const [x, filter] = tuple(saved, 2);
    const { binding, executeSingleOutput } = tf.backend() as unknown as Backend;
    const attribute = (name: string, type: string, value: unknown) => ({ name, type: binding[type], value });
    const four = (sizes: number | readonly number[]): number[] => {
      const [height, width = height] = atLeast([sizes].flat(), 1);
      return [1, height, width, 1];
    };
    const all = [
      attribute("T", "TF_ATTR_TYPE", 1), // float32
      attribute("strides", "TF_ATTR_INT", four(strides)),
      attribute("dilations", "TF_ATTR_INT", four(dilations)),
      attribute("padding", "TF_ATTR_STRING", pad.toUpperCase()),
      attribute("data_format", "TF_ATTR_STRING", dataFormat),
      attribute("use_cudnn_on_gpu", "TF_ATTR_BOOL", true),
    ];
    const run = (op: string, inputs: () => Tensor[]): Tensor =>
      tf.tidy(() => executeSingleOutput.call(tf.backend(), op, all, inputs()));
    const convolution = (input: Tensor, kernel: Tensor): Tensor => {
      const [stride, dilation] = [strides, dilations] as [[number, number], [number, number]];
      return tf.conv2d(input as tfjs.Tensor4D, kernel as tfjs.Tensor4D, stride, pad as "same", dataFormat, dilation);
    };
    type Bilinear = (a: Tensor, b: Tensor) => Tensor;
    type GradientOf = (upper: Tensor, a: Tensor, b: Tensor) => Tensor;
    /** An operation with its gradients by both of its tensors. */
    const bilinear = (op: Bilinear, byA: GradientOf, byB: GradientOf): Bilinear =>
      tf.customGrad((...given) => {
        const [a, b, save] = given as [Tensor, Tensor, tfjs.GradSaveFunc];
        save([a, b]);
        const gradFunc = (upper: Tensor, kept: Tensor[]): Tensor[] => {
          const [first, second] = tuple(kept, 2);
          return [byA(upper, first, second), byB(upper, first, second)];
        };
        return { value: op(a, b), gradFunc };
      }) as Bilinear;
    const byInput = (upper: Tensor, kernel: Tensor, shape: number[]): Tensor =>
      bilinear(
        (a, b) => run("Conv2DBackpropInput", () => [tf.tensor1d(shape, "int32"), b, a]),
        (next, _, b) => convolution(next, b),
        (next, a, b) => byFilter(next, a, b.shape),
      )(upper, kernel);
    const byFilter = (input: Tensor, upper: Tensor, shape: number[]): Tensor =>
      bilinear(
        (a, b) => run("Conv2DBackpropFilter", () => [a, tf.tensor1d(shape, "int32"), b]),
        (next, a, b) => byInput(b, next, a.shape),
        (next, a) => convolution(a, next),
      )(input, upper);
    return { x: () => byInput(dy, filter, x.shape), filter: () => byFilter(x, dy, filter.shape) };
  };

  // Joined with its activation into one operation, a convolution of images refuses the same once more.
  const prototype = Object.getPrototypeOf(
    Object.getPrototypeOf(tf.layers.conv2d({ filters: 1, kernelSize: 1 })),
  ) as Convolution;
  const { call } = prototype;
  prototype.call = function (inputs, options) {
    const { rank, dilationRate, dataFormat, strides, padding } = this;
    if (rank !== 2 || !isDilated(dilationRate) || dataFormat === "channelsFirst" || padding === "causal")
      return call.call(this, inputs, options);
    return tf.tidy(() => {
      const [x] = [inputs].flat() as [tfjs.Tensor4D];
      const filter = this.kernel.read() as tfjs.Tensor4D;
      const products = tf.conv2d(x, filter, strides, padding, "NHWC", dilationRate);
      return this.activation.apply(this.bias ? products.add(this.bias.read()) : products);
    });
  };
}
