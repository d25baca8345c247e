// Freezing and thawing as Keras 3 has it. tfjs sets a model's flag and those of the weights directly inside, but not its layers':
// of a model used as a layer of another, whose graph knows the layers alone, that is forgotten, and a frozen batch normalisation
// goes on moving its averages and normalising by the batch. And a wrapper that is made with `trainable: false` forgets it.
import type * as tfjs from "@tensorflow/tfjs-node";

type Layer = tfjs.layers.Layer;

/** The part of tfjs's class of models that is patched; private there. */
interface Container {
  readonly layers: Layer[];
  readonly trainable: boolean;
  trainable_: boolean;
}

interface Normalization {
  readonly trainable: boolean;
  call(inputs: unknown, options: object | null): unknown;
}

/** A wrapper of one layer, or of two that run in both directions; private in tfjs-layers. */
interface Wrapper {
  trainable_: boolean;
  readonly forwardLayer?: Layer;
  readonly backwardLayer?: Layer;
}

/** A recurrent layer, or cells one upon the other. */
interface Recurrent {
  readonly cell?: Layer;
  readonly cells?: readonly Layer[];
}

/** Mends tfjs, once for all. */
export function mendTrainable(tf: typeof tfjs): void {
  const Container = Object.getPrototypeOf(tf.LayersModel) as abstract new () => Container;
  const leaves = ({ layers }: Container): Layer[] =>
    layers.flatMap((layer: unknown) => (layer instanceof Container ? leaves(layer) : [layer as Layer]));

  const { build } = tf.Sequential.prototype;
  let building = false;
  tf.Sequential.prototype.build = function (shape) {
    building = true; // what a Sequential makes of its own layers takes its flag over, and leaves theirs
    try {
      build.call(this, shape);
    } finally {
      building = false;
    }
  };
  const property = (name: string, descriptor: PropertyDescriptor & ThisType<Container>): void => {
    Object.defineProperty(Container.prototype, name, { configurable: true, ...descriptor });
  };
  property("trainable", {
    get() {
      return this.trainable_;
    },
    set(value: boolean) {
      if (this.trainable_ === value) return; // as in Keras: layers that were frozen one by one stay so
      this.trainable_ = value;
      if (!building) for (const layer of this.layers) layer.trainable = value;
    },
  });
  // A frozen model has frozen its layers; one of them that is thawed again is trained by the models around.
  property("trainableWeights", {
    get() {
      return this.trainable ? leaves(this).flatMap((layer) => layer.trainableWeights) : [];
    },
  });
  property("nonTrainableWeights", {
    get() {
      const frozen = this.trainable ? [] : leaves(this).flatMap((layer) => layer.trainableWeights);
      return [...frozen, ...leaves(this).flatMap((layer) => layer.nonTrainableWeights)];
    },
  });

  const normalization = Object.getPrototypeOf(tf.layers.batchNormalization()) as Normalization;
  const { call } = normalization;
  normalization.call = function (inputs, options) {
    return call.call(this, inputs, this.trainable ? options : { ...options, training: false });
  };

  // As in Keras: a recurrent layer freezes and thaws its cell, which it hands its own flag when it is made.
  for (const { prototype } of [tf.RNN, Object.getPrototypeOf(tf.layers.stackedRNNCells({ cells: [] })).constructor]) {
    const { get, set } = Object.getOwnPropertyDescriptor(tf.layers.Layer.prototype, "trainable") as PropertyDescriptor;
    Object.defineProperty(prototype, "trainable", {
      configurable: true,
      get,
      set(this: Recurrent, value: boolean) {
        set?.call(this, value);
        for (const cell of this.cells ?? [this.cell]) if (cell) cell.trainable = value;
      },
    });
  }

  // A wrapper's flag is that of the layer inside, which it gets when the wrapper has been given its own.
  const inside = new WeakMap<object, Layer>();
  const bidirectional = tf.layers.bidirectional({ layer: tf.layers.simpleRNN({ units: 1 }) as tfjs.RNN });
  const bidirectionalPrototype = Object.getPrototypeOf(bidirectional) as object;
  Object.defineProperty(Object.getPrototypeOf(bidirectionalPrototype), "layer", {
    configurable: true,
    get(this: Wrapper) {
      return inside.get(this);
    },
    set(this: Wrapper, layer: Layer) {
      inside.set(this, layer);
      if (this.trainable_ === false) layer.trainable = false;
    },
  });
  Object.defineProperty(bidirectionalPrototype, "trainable", {
    configurable: true,
    get(this: Wrapper) {
      return this.trainable_;
    },
    set(this: Wrapper, value: boolean) {
      this.trainable_ = value;
      for (const layer of [this.forwardLayer, this.backwardLayer]) if (layer) layer.trainable = value;
    },
  });
}
