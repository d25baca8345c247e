// Gated recurrent units as Keras, PyTorch and cuDNN have them: what the reset gate r shuts is the product of the state with the
// recurrent kernel, and not the state before it (Cho et al. 2014, which tfjs-layers' own GRU follows). One product a step
// instead of two, and a bias of its own at the state.

import { checkArguments, FLAG, NUMERIC, optional, STRING, sizeOfAxis, WHOLE } from "../../arguments";
import { at, atLeast, tuple } from "../../indexing";
import { resetAfterGruRecurrence } from "../../ops/gru-recurrence";
import { checkCounts, layerOptions } from "../../option-checks";
import { type RecurrentCallOptions, recurrentOf, registerClass } from "../../tfjs/layers";
import { activationNamed } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";
import { requireBuilt, type Shapes, shapeList } from "../composite-layer";
import { kernelStart, seeds } from "../initializers";
import { checkAxes } from "../input-checks";
import { Orthogonal } from "./orthogonal";
import { callUnrolled, gruMaskedGates, gruParts, lastStep, type Unroll } from "./unrolled";

/** What a {@link Gru} can be asked for. */
export interface GruOptions {
  /** Values that are carried from step to step. */
  units: number;
  /** Whether the output is that of every step and not of the last one. Default false. */
  returnSequences?: boolean;
  /** Whether what is carried comes out too: `[output, state]`. Default false. */
  returnState?: boolean;
  /** Whether the sequence is read from its end. Default false. */
  goBackwards?: boolean;
  /** The same seed gives the same initial weights. Default 1. */
  seed?: number;
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/** One step of a {@link Gru}: from `[x, state]` to `[state, state]`. */
class GruCell extends tf.layers.RNNCell {
  static readonly className: string = "ResetAfterGruCell";
  readonly units: number;
  readonly stateSize: number;
  readonly seed: number;
  readonly useBias = true;
  readonly activation = activationNamed("tanh");
  readonly recurrentActivation = activationNamed("sigmoid");
  kernel: tf.LayerVariable | undefined;
  recurrentKernel: tf.LayerVariable | undefined;
  bias: tf.LayerVariable | undefined;

  constructor({ units, seed = 1 }: { units: number; seed?: number }) {
    super({});
    checkCounts("Gru", { units });
    this.units = units;
    this.stateSize = units;
    this.seed = seed;
  }

  override build(inputShape: Shapes): void {
    const [shape] = atLeast(shapeList(inputShape), 1);
    const width = sizeOfAxis(shape, -1);
    const next = seeds(this.seed);
    const columns = 3 * this.units; // the gates z and r, then the candidate
    const [start, recurrentStart] = [kernelStart({ seed: next() }), new Orthogonal({ seed: next() })];
    this.kernel = this.addWeight("kernel", [width, columns], "float32", start);
    this.recurrentKernel = this.addWeight("recurrent_kernel", [this.units, columns], "float32", recurrentStart);
    this.bias = this.addWeight("bias", [2, columns], "float32", tf.initializers.zeros()); // at the inputs, at the state
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor[] {
    return tf.tidy(() => {
      const [x, before] = atLeast([inputs].flat(), 2);
      const [kernel, recurrentKernel, bias] = tuple(
        this.weights.map((weight) => weight.read()),
        3,
      );
      const [inputBias, stateBias] = tuple(tf.unstack(bias), 2);
      const split = (columns: tf.Tensor) => tuple(tf.split(columns, 3, 1), 3);
      const [xz, xr, xg] = split(x.matMul(kernel).add(inputBias));
      const [hz, hr, hg] = split(before.matMul(recurrentKernel).add(stateBias));
      const z = this.recurrentActivation.apply(xz.add(hz)); // how much of the state stays
      const r = this.recurrentActivation.apply(xr.add(hr)); // how much of it the candidate sees
      const candidate = this.activation.apply(xg.add(r.mul(hg)));
      const state = candidate.add(z.mul(before.sub(candidate))); // [batch, units]
      return [state, state];
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units, seed: this.seed };
  }
}
registerClass(GruCell);

/** All steps at once. */
const overSequence: Unroll = ({ cell }, gate, activation) => {
  if (!gate.saturates) return undefined;
  const [gatesKernel, kernel] = gruParts(cell.kernel.read());
  const [gatesRecurrent, recurrent] = gruParts(cell.recurrentKernel.read());
  // Two biases, one at the inputs and one at the state. At the gates only their sum counts.
  const [inputs, state] = tuple(tf.unstack(requireBuilt(cell.bias, "Gru").read()), 2);
  const [[gatesBias, candidateBias], [gatesStateBias, stateBias]] = [gruParts(inputs), gruParts(state)];
  const bothBiases = gatesBias.add(gatesStateBias);
  return (project, states) => {
    const sequence = resetAfterGruRecurrence(
      project(gatesKernel, bothBiases, gruMaskedGates(cell)),
      project(kernel, candidateBias),
      gatesRecurrent,
      recurrent,
      stateBias,
      at(states, 0),
      gate,
      activation,
    );
    return { sequence, last: [lastStep(sequence)] };
  };
};

/**
 * Gated recurrent units (Cho et al. 2014) in the form that is Keras's default, `reset_after=True`: z, r and the candidate g from
 * the inputs and the state h, and the new state z h + (1 − z) g. The weights have Keras's shapes and order: kernel
 * `[features, 3 · units]`, recurrent kernel `[units, 3 · units]`, bias `[2, 3 · units]`.
 *
 * From `[batch, time, features]` to `[batch, units]`, or with `returnSequences` to `[batch, time, units]`. A mask that an earlier
 * layer hands on has masked steps passed over.
 *
 * @throws RangeError when the units are no whole number of at least 1, or the input has other axes.
 *
 * @example
 * ```ts
 * const sequence = tf.input({ shape: [10, 4] })
 * const state = new Gru({ units: 16 }).apply(sequence) as tf.SymbolicTensor
 * state.shape // => [null, 16]
 * ```
 */
export class Gru extends tf.RNN {
  /** The name in saved models. */
  static override readonly className: string = "ResetAfterGru";

  /**
   * Settles the options; the weights come with the first input.
   *
   * @throws RangeError when an option cannot be.
   */
  constructor(options: GruOptions) {
    checkArguments(
      "Gru",
      { options },
      {
        options: layerOptions({
          units: NUMERIC,
          returnSequences: optional(FLAG),
          returnState: optional(FLAG),
          goBackwards: optional(FLAG),
          seed: optional(WHOLE),
          name: optional(STRING),
        }),
      },
    );
    super({ ...options, cell: new GruCell(options) });
  }

  /**
   * Makes the weights.
   *
   * @throws RangeError for an input without a time axis; it gives both shapes.
   */
  override build(inputShape: Shapes): void {
    checkAxes(this.name, shapeList(inputShape)[0], ["batch", "time", "width"]);
    super.build(inputShape);
  }

  /** Runs the layer; tfjs-layers calls it, with the mask and the initial state among the options. */
  override call(inputs: tf.Tensor | tf.Tensor[], options: object): tf.Tensor | tf.Tensor[] {
    return (
      callUnrolled(recurrentOf(this), inputs, options as RecurrentCallOptions, 1, overSequence) ??
      super.call(inputs, options as RecurrentCallOptions as Record<string, unknown>)
    );
  }

  /** Makes the layer of a saved configuration; tfjs-layers calls it. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new cls(config);
  }
}
registerClass(Gru);
