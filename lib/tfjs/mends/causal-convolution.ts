// Causal convolution (van den Oord et al. 2016, "WaveNet", section 2.1): no output sees a later input. tfjs takes the option and
// then says that it is not implemented, or, in a depthwise convolution, goes on as with "valid".

import type * as tfjs from "@tensorflow/tfjs-node";
import { at } from "../../indexing";

type Tensor = tfjs.Tensor;

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
