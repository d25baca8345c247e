// tfjs's operations, mended: results and gradients that it lacks or gets wrong.

import type * as tfjs from "@tensorflow/tfjs-node";
import { at, atLeast } from "../../indexing";

type Tensor = tfjs.Tensor;

// ## Causal convolution
// No output sees a later input (van den Oord et al. 2016, "WaveNet", section 2.1). tfjs takes the option and then says that it
// is not implemented, or, in a depthwise convolution, goes on as with "valid".

/** Private fields of tfjs-layers' convolutions. */
interface Convolution {
  readonly name: string;
  readonly rank: number;
  readonly padding: string;
  readonly kernelSize: readonly number[];
  readonly dilationRate: number | readonly number[];
  readonly dataFormat: string;
  call(inputs: Tensor | Tensor[], options: object): Tensor | Tensor[];
  computeOutputShape(shape: tfjs.Shape | tfjs.Shape[]): tfjs.Shape | tfjs.Shape[];
}

/** The layer as it would be with another padding; nothing of it is changed. */
const withPadding = (layer: Convolution, padding: string): Convolution =>
  Object.create(layer, { padding: { value: padding } }) as Convolution;

function refuse({ name, rank }: Convolution): void {
  if (rank !== 1)
    throw new RangeError(
      `${name}: padding is "causal" in ${rank} dimensions; only a convolution over time has a past, tf.layers.conv1d. ` +
        'Take "same" or "valid".',
    );
}

/** Mends tfjs, once for all. */
export function mendCausalConvolution(tf: typeof tfjs): void {
  const prototypeOf = (layer: unknown): Convolution => Object.getPrototypeOf(layer) as Convolution;
  const convolution = prototypeOf(prototypeOf(tf.layers.conv1d({ filters: 1, kernelSize: 1 })));
  const { call, computeOutputShape } = convolution;
  convolution.computeOutputShape = function (shape) {
    if (this.padding !== "causal") return computeOutputShape.call(this, shape);
    refuse(this);
    return computeOutputShape.call(withPadding(this, "same"), shape);
  };
  convolution.call = function (inputs, options) {
    if (this.padding !== "causal") return call.call(this, inputs, options);
    refuse(this);
    return tf.tidy(() => {
      const input = at([inputs].flat(), 0);
      const [size, dilation] = [at(this.kernelSize, 0), at([this.dilationRate].flat(), 0)];
      const past: [number, number] = [(size - 1) * dilation, 0];
      const time = this.dataFormat === "channelsFirst" ? 2 : 1;
      const padded = input.pad(input.shape.map((_, axis): [number, number] => (axis === time ? past : [0, 0])));
      return call.call(withPadding(this, "valid"), padded, options);
    });
  };
  const depthwise = prototypeOf(tf.layers.depthwiseConv2d({ kernelSize: 1 }));
  const shapeOf = depthwise.computeOutputShape;
  depthwise.computeOutputShape = function (shape) {
    if (this.padding === "causal") refuse(this);
    return shapeOf.call(this, shape);
  };
}

// ## The gradient of a dilated convolution
// tfjs refuses it, and so does TensorFlow where oneDNN is off: WaveNet's stacks are made of them. Both gradients are convolutions
// too. By the input: of the upper gradient with the filter turned around, as far apart. By the filter: each tap compares the input,
// so many dilations farther, with the upper gradient, which is a convolution of the one with the other in steps of the dilation.
// Made of tfjs's own operations, they may be differentiated as often as one likes.

interface Attributes {
  readonly dilations: number | readonly number[];
  readonly pad: unknown;
  readonly dataFormat: string;
}

interface Config {
  gradFunc(dy: Tensor, saved: Tensor[], attributes: Attributes): Record<string, () => Tensor>;
}

/** Private fields of tfjs-layers' convolutions. */
interface ConvolutionOfImages {
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
    const { dilations, pad, dataFormat } = attributes;
    if (!isDilated(dilations) || dataFormat !== "NHWC" || (pad !== "same" && pad !== "valid"))
      return gradFunc.call(config, dy, saved, attributes);
    const [x, filter, upper] = [...saved, dy] as [tfjs.Tensor4D, tfjs.Tensor4D, tfjs.Tensor4D]; // strides are 1 beside dilations
    const [down, across = down] = atLeast([dilations].flat(), 1);
    const apart: [number, number] = [down, across];
    // How much farther the last tap sees than the first, and where the input had zeros around it.
    const reach = apart.map((rate, axis) => rate * ((filter.shape[axis] ?? 1) - 1));
    const around = reach.map((far): [number, number] =>
      pad === "same" ? [Math.floor(far / 2), Math.ceil(far / 2)] : [0, 0],
    );
    const padded = (tensor: tfjs.Tensor4D, sizes: [number, number][]): tfjs.Tensor4D =>
      tensor.pad([[0, 0], ...sizes, [0, 0]]);
    const byInput = (): Tensor => {
      const rest = around.map((zeros, axis) => zeros.map((size) => (reach[axis] ?? 0) - size) as [number, number]);
      const turned = filter.reverse([0, 1]).transpose<tfjs.Tensor4D>([0, 1, 3, 2]);
      return tf.conv2d(padded(upper, rest), turned, 1, "valid", "NHWC", apart);
    };
    const byFilter = (): Tensor => {
      const images = padded(x, around).transpose<tfjs.Tensor4D>([3, 1, 2, 0]); // [channels, height, width, batch]
      return tf.conv2d(images, upper.transpose([1, 2, 0, 3]), apart, "valid").transpose([1, 2, 0, 3]);
    };
    return { x: () => tf.tidy(byInput), filter: () => tf.tidy(byFilter) };
  };

  // Joined with its activation into one operation, a convolution of images refuses the same once more.
  const prototype = Object.getPrototypeOf(
    Object.getPrototypeOf(tf.layers.conv2d({ filters: 1, kernelSize: 1 })),
  ) as ConvolutionOfImages;
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

// ## The gradient of tf.einsum, which tfjs lacks
// An Einstein sum is linear in each operand, so that its gradient by one of them is an Einstein sum of the upper gradient with
// the other.

/** An equation with a letter for each axis: `...ij` is `ABij` where two axes are left open. */
interface Axes {
  readonly operands: readonly string[];
  readonly output: string;
}

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"];

function axesOf(equation: string, operands: readonly Tensor[]): Axes {
  const [left = "", right = ""] = equation.replace(/\s/g, "").split("->");
  const given = left.split(",");
  const open = given.map((axes, i) =>
    axes.includes("...") ? at(operands, i).rank - axes.replace("...", "").length : 0,
  );
  const letters = LETTERS.filter((letter) => !equation.includes(letter)).slice(0, Math.max(0, ...open));
  const nameOpenAxes = (axes: string, count: number): string =>
    axes.replace("...", letters.slice(letters.length - count).join(""));
  return {
    operands: given.map((axes, i) => nameOpenAxes(axes, at(open, i))),
    output: nameOpenAxes(right, letters.length),
  };
}

/** Mends tfjs, once for all. */
export function mendEinsumGradient(tf: typeof tfjs): void {
  tf.registerGradient({
    kernelName: "Einsum",
    saveAllInputs: true,
    gradFunc: (upper, operands, attributes) => {
      const axes = axesOf((attributes as { equation: string }).equation, operands);
      const gradients = operands.map((_, i) => [i, () => tf.tidy(() => gradient(upper as Tensor, operands, axes, i))]);
      return Object.fromEntries(gradients) as Record<string, () => Tensor>;
    },
  });

  function gradient(upper: Tensor, operands: readonly Tensor[], { operands: names, output }: Axes, i: number): Tensor {
    const sizes = new Map<string, number>();
    for (const [number, axes] of names.entries())
      for (const [axis, letter] of [...axes].entries())
        sizes.set(letter, Math.max(sizes.get(letter) ?? 1, at(at(operands, number).shape, axis)));
    const sizeOfLetter = (letter: string): number => sizes.get(letter) ?? 1;
    const shapeOf = (axes: readonly string[]): number[] => axes.map(sizeOfLetter);

    const own = [...new Set(names[i])];
    const other = names.length === 2 ? at(names, 1 - i) : "";
    const linked = own.filter((letter) => output.includes(letter) || other.includes(letter));
    const others = names.length === 2 ? [at(operands, 1 - i).broadcastTo(shapeOf([...other]))] : [];
    const from = [output, ...(names.length === 2 ? [other] : [])].join(",");
    const summed = tf.einsum(`${from}->${linked.join("")}`, upper, ...others);
    // An axis that only this operand has is summed over: each of its places gets the same.
    const spread = summed
      .reshape(own.map((letter) => (linked.includes(letter) ? sizeOfLetter(letter) : 1)))
      .broadcastTo(shapeOf(own));
    // An axis that is named twice is a diagonal.
    const whole = own.length < (names[i]?.length ?? 0) ? tf.einsum(`${own.join("")}->${names[i]}`, spread) : spread;
    const { shape } = at(operands, i);
    const stretched = shape.flatMap((size, axis) => (size === 1 && whole.shape[axis] !== 1 ? [axis] : []));
    return stretched.length > 0 ? whole.sum(stretched, true) : whole;
  }
}

// ## e to the power of whole numbers
// tfjs-node casts them for TensorFlow, and disposes what it was given in place of what it made.

/** Mends tfjs, once for all. */
export function mendExponential(tf: typeof tfjs): void {
  const config = tf.getKernel("Exp", "tensorflow") as { kernelFunc: tfjs.KernelFunc };
  const { kernelFunc } = config;
  config.kernelFunc = (call) => {
    const { x } = call.inputs as { x: tfjs.Tensor };
    if (x.dtype !== "int32") return kernelFunc(call);
    const float = x.toFloat();
    try {
      return kernelFunc({ ...call, inputs: { x: float } });
    } finally {
      float.dispose();
    }
  };
}
