// What layers of tfjs keep private: their activations, and the recurrent ones their cells.

import type { tf } from "./tf";

/** The activation of a layer, or of the layer in a wrapper, as its class is called; undefined where there is none. */
export function activationOf(layer: tf.layers.Layer): string | undefined {
  const { activation, layer: wrapped } = layer as unknown as {
    readonly activation?: { getClassName(): string } | null;
    readonly layer?: tf.layers.Layer;
  };
  return activation?.getClassName() ?? (wrapped && activationOf(wrapped));
}

/** A cell: what a recurrent layer does at one time. */
export interface Cell {
  readonly units: number;
  readonly useBias: boolean;
  readonly dropout?: number;
  readonly recurrentDropout?: number;
  readonly activation: tf.serialization.Serializable;
  readonly recurrentActivation?: tf.serialization.Serializable;
  readonly kernel: tf.LayerVariable;
  readonly recurrentKernel: tf.LayerVariable;
  readonly bias?: tf.LayerVariable;
}

/** A recurrent layer. */
export interface Recurrent {
  readonly cell: Cell;
  readonly stateful: boolean;
  readonly goBackwards: boolean;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  call(inputs: tf.Tensor | tf.Tensor[], options: CallOptions | null): tf.Tensor | tf.Tensor[];
}

/** What a recurrent layer may be called with. */
export interface CallOptions {
  readonly mask?: tf.Tensor | tf.Tensor[] | null;
  readonly initialState?: tf.Tensor | tf.Tensor[] | null;
}
