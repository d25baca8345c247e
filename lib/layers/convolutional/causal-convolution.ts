// A convolution in time that sees nothing of what is yet to come, and may skip steps, so that a few layers see far back.

import { checkArguments, NUMERIC, optional, STRING, sizeOfAxis, WHOLE } from "../../arguments";
import { at, atLeast } from "../../indexing";
import { causalConvolution } from "../../ops/causal-convolution";
import { checkCounts, layerOptions } from "../../option-checks";
import { tf } from "../../tfjs/tf";
import { requireBuilt, type Shapes, shapeList } from "../composite-layer";
import { kernelStart, type StartOptions } from "../initializers";
import { checkAxes, checkWidth } from "../input-checks";

/** What a {@link CausalConvolution} can be asked for. */
export interface CausalConvolutionOptions extends StartOptions {
  /** How many values come out of each step. */
  filters: number;
  /** How many steps each filter looks at. Default 2. */
  kernelSize?: number;
  /** How many steps each of these lies after the one before. Default 1. */
  dilation?: number;
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/**
 * A causal, dilated convolution: each step's values are a sum over itself and steps before it, `dilation` steps apart. Before the
 * beginning there are zeros.
 *
 * From `[batch, time, channels]` to `[batch, time, filters]`. As `tf.layers.conv1d` with `padding: "causal"` and a `dilationRate`,
 * several times faster where steps are skipped.
 *
 * @see van den Oord et al. 2016, "WaveNet: a generative model for raw audio", section 2.1
 *
 * @example
 * ```ts
 * const layer = new CausalConvolution({ filters: 8, dilation: 4 })
 * const steps = layer.apply(tf.zeros([1, 100, 3])) as tf.Tensor
 * steps.shape // => [1, 100, 8]
 * ```
 */
export class CausalConvolution extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "CausalConvolution";
  /** How many values come out of each step. */
  readonly filters: number;
  /** How many steps each filter looks at. */
  readonly kernelSize: number;
  /** How many steps each of these lies after the one before. */
  readonly dilation: number;
  readonly #start: StartOptions;
  #kernel: tf.LayerVariable | undefined;
  #bias: tf.LayerVariable | undefined;

  /**
   * Settles the options; the weights come with the first input.
   *
   * @throws RangeError when an option cannot be.
   */
  constructor(options: CausalConvolutionOptions) {
    checkArguments(
      "CausalConvolution",
      { options },
      {
        options: layerOptions({
          ...{ filters: NUMERIC, kernelSize: optional(NUMERIC), dilation: optional(NUMERIC) },
          ...{ seed: optional(WHOLE), deviation: optional(NUMERIC), name: optional(STRING) },
        }),
      },
    );
    super(options);
    const { filters, kernelSize = 2, dilation = 1, seed, deviation } = options;
    checkCounts("CausalConvolution", { filters, kernelSize, dilation });
    [this.filters, this.kernelSize, this.dilation] = [filters, kernelSize, dilation];
    this.#start = { ...(seed !== undefined && { seed }), ...(deviation !== undefined && { deviation }) };
    kernelStart(this.#start); // which refuses a deviation that cannot be
  }

  override build(inputShape: Shapes): void {
    const [shape] = atLeast(shapeList(inputShape), 1);
    checkAxes(this.name, shape, ["batch", "time", "width"]);
    const sizes = [this.kernelSize, sizeOfAxis(shape, 2), this.filters];
    this.#kernel = this.addWeight("kernel", sizes, "float32", kernelStart(this.#start));
    this.#bias = this.addWeight("bias", [this.filters], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const [shape] = atLeast(shapeList(inputShape), 1);
    return [...shape.slice(0, 2), this.filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = at([inputs].flat(), 0);
      const [kernel, bias] = [requireBuilt(this.#kernel, this.name), requireBuilt(this.#bias, this.name)];
      checkAxes(this.name, x.shape, ["batch", "time", "width"]);
      checkWidth(this.name, x.shape, sizeOfAxis(kernel.shape, 1));
      return causalConvolution(x, kernel.read(), this.dilation).add(bias.read());
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { filters, kernelSize, dilation } = this;
    return { ...super.getConfig(), filters, kernelSize, dilation, ...this.#start };
  }
}
tf.serialization.registerClass(CausalConvolution);
