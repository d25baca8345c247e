// What layers of tfjs keep private, as types: their activations, the fields of the recurrent ones and of those that have a faster form.

import { tf } from "./tf";

// ## Classes

/** Lets a saved model name a class. tfjs's type for one asks for constructors of a bag of options, which few layers have. */
export function registerClass(layerClass: { readonly className: string; readonly prototype: object }): void {
  tf.serialization.registerClass(
    layerClass as unknown as tf.serialization.SerializableConstructor<tf.serialization.Serializable>,
  );
}

// ## Initializers

/** An initializer, whose common type tfjs-layers does not export. */
export type Initializer = ReturnType<typeof tf.initializers.glorotUniform>;

/** The base class of initializers, which tfjs-layers does not export either: its own have it as their parent. */
export const InitializerBase = Object.getPrototypeOf(tf.initializers.zeros().constructor) as new () => Initializer;

// ## Activations

/** An activation, whose type tfjs-layers does not export. */
export interface Activation extends tf.serialization.Serializable {
  apply(x: tf.Tensor): tf.Tensor;
}

/** The activation of a layer, or of the layer in a wrapper, as its class is called; undefined where there is none. */
export function activationOf(layer: tf.layers.Layer): string | undefined {
  const { activation, layer: wrapped } = layer as unknown as {
    readonly activation?: Activation | null;
    readonly layer?: tf.layers.Layer;
  };
  return activation?.getClassName() ?? (wrapped && activationOf(wrapped));
}

// ## Recurrent layers

/** A cell: what a recurrent layer does at one time. */
export interface RecurrentCell {
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
  readonly name: string;
  readonly cell: RecurrentCell;
  readonly stateful: boolean;
  readonly goBackwards: boolean;
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  call(inputs: tf.Tensor | tf.Tensor[], options: RecurrentCallOptions | null): tf.Tensor | tf.Tensor[];
}

/** A recurrent layer with its private fields. */
export const recurrentOf = (layer: tf.RNN): Recurrent => layer as unknown as Recurrent;

/** What a recurrent layer may be called with. */
export interface RecurrentCallOptions {
  readonly mask?: tf.Tensor | tf.Tensor[] | null;
  readonly initialState?: tf.Tensor | tf.Tensor[] | null;
}

// ## Layers with a faster form

type Call<Options> = (inputs: tf.Tensor | tf.Tensor[], options: Options) => tf.Tensor | tf.Tensor[];

/** An embedding. */
export interface Embedding {
  readonly embeddings: tf.LayerVariable;
  call: Call<object>;
}

/** A layer that normalises. */
export interface Normalizing {
  readonly axis: number | number[];
  readonly epsilon: number;
  readonly gamma: tf.LayerVariable | null;
  readonly beta: tf.LayerVariable | null;
  call: Call<object>;
}

/** A layer that normalises over the batch. */
export interface BatchNormalizing extends Omit<Normalizing, "call"> {
  readonly momentum: number;
  readonly movingMean: tf.LayerVariable;
  readonly movingVariance: tf.LayerVariable;
  readonly trainable: boolean;
  call: Call<{ training?: boolean }>;
}

/** The methods of all layers of a kind, by kind; the activation is GELU. */
export interface Methods {
  readonly activation: Activation;
  readonly batchNormalization: BatchNormalizing;
  readonly embedding: Embedding;
  readonly gru: Recurrent;
  readonly layerNormalization: Normalizing;
  readonly lstm: Recurrent;
  readonly rnn: Recurrent;
  readonly simpleRNN: Recurrent;
}
