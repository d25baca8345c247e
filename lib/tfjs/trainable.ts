// Freezing and thawing as Keras 3 has it. tfjs sets a model's flag and those of the weights directly inside, but not its layers':
// of a model used as a layer of another, whose graph knows the layers alone, that is forgotten, and a frozen batch normalisation
// goes on moving its averages and normalising by the batch.
import type * as tfjs from "@tensorflow/tfjs-node";

type Layer = tfjs.layers.Layer;

/** The part of tfjs's class of models that is mended; its types keep it to itself. */
interface Container {
  readonly layers: Layer[];
  readonly trainable: boolean;
  trainable_: boolean;
}

interface Normalization {
  readonly trainable: boolean;
  call(inputs: unknown, options: object | null): unknown;
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
}
