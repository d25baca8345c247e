// tfjs's layers, mended: what they are applied to, what of them is trained, saved and freed.

import type * as tfjs from "@tensorflow/tfjs-node";
import { both, checkArguments, either, kind, list, TENSOR, valueText } from "../../arguments";
import { messageOf } from "../../error-message";

type Layer = tfjs.layers.Layer;

// ## Inputs
// What a layer says of what is no tensor: tfjs looks into it and fails somewhere inside ("Cannot read properties of undefined").
// And of a layer that fails while it makes its weights, those already made are freed: nothing else could.

/** The part of a layer that is patched; some of it is private in tfjs-layers. */
interface Mended extends Pick<Layer, "name" | "built"> {
  apply(this: Layer, inputs: unknown, options?: object): unknown;
  assertInputCompatibility(this: Layer, inputs: unknown): void;
  addWeight(this: Layer, name: string, shape: tfjs.Shape, ...rest: unknown[]): tfjs.LayerVariable;
}

/** More numbers than this, 2 GB of them, are a slip in some size, and may end the process. */
const MOST_NUMBERS = 2 ** 29;

const bidirectional = (tf: typeof tfjs): Layer =>
  tf.layers.bidirectional({ layer: tf.layers.simpleRNN({ units: 1 }) as tfjs.RNN });

/** Mends tfjs, once for all. */
export function mendLayerInputs(tf: typeof tfjs): void {
  const symbolic = kind("a symbolic tensor", (value) => value instanceof tf.SymbolicTensor);
  const input = either(symbolic, TENSOR);
  const some = kind("a list of at least one tensor", (value) => Object(value).length > 0);
  const inputs = { inputs: either(both(some, list("tensors", input)), input) };
  const prototype = tf.layers.Layer.prototype as unknown as Mended;
  const { apply, addWeight, assertInputCompatibility } = prototype;
  const unbuildable = new WeakSet<Layer>();

  prototype.apply = function (given, options) {
    checkArguments(this.name, { inputs: given }, inputs);
    if (unbuildable.has(this))
      throw new Error(`The layer ${this.name} could not make its weights when it was first applied. Make a new one.`);
    if (this.built) return apply.call(this, given, options);
    const { registeredVariables } = tf.engine();
    const before = new Set(Object.values(registeredVariables));
    try {
      return apply.call(this, given, options);
    } catch (error) {
      if (!this.built) {
        unbuildable.add(this);
        for (const variable of Object.values(registeredVariables)) if (!before.has(variable)) variable.dispose();
      }
      throw error;
    }
  };

  // These look into their inputs before they hand them on.
  for (const { prototype } of [tf.RNN, Object.getPrototypeOf(bidirectional(tf)).constructor as typeof tf.RNN]) {
    const layer = prototype as unknown as Mended;
    const { apply } = layer;
    layer.apply = function (given, options) {
      checkArguments(this.name, { inputs: given }, inputs);
      return apply.call(this, given, options);
    };
  }

  prototype.assertInputCompatibility = function (given) {
    try {
      assertInputCompatibility.call(this, given);
    } catch (error) {
      throw new RangeError(
        `The layer ${this.name} was given ${valueText(given)}. ${messageOf(error).replace(/\.$/, "")}. Reshape the input, or ` +
          "make a layer of its own for it.",
      );
    }
  };

  prototype.addWeight = function (name, shape, ...rest) {
    const numbers = shape.reduce<number>((product, size) => product * (size ?? 1), 1);
    if (numbers > MOST_NUMBERS)
      throw new RangeError(
        `${this.name}: its weight ${name} of shape [${shape.join(", ")}] has ${numbers.toLocaleString("en-GB")} numbers, ` +
          `${Math.round((4 * numbers) / 2 ** 30).toLocaleString("en-GB")} GB of memory; 2 GB are the most. Give it smaller sizes.`,
      );
    return addWeight.call(this, name, shape, ...rest);
  };
}

// ## `trainable`
// Freezing and thawing as Keras 3 has it. tfjs sets a model's flag and those of the weights directly inside, but not its
// layers': of a model used as a layer of another, whose graph knows the layers alone, that is forgotten, and a frozen batch
// normalisation goes on moving its averages and normalising by the batch. And a wrapper that is made with `trainable: false`
// forgets it.

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

// ## Saving
// Weights that a saved model lacks: those of layers inside a custom layer that tfjs does not know of. One that is to learn is
// refused by `fit` (layers/model-layers.ts); of one that is frozen on purpose (a trained network that a layer compares by, say)
// saving says that it is not in the file.

type Weight = tfjs.LayerVariable;

/** The layer that holds a hidden weight, and the layer inside it whose weight that is, if known. */
interface Keeping {
  readonly owner: Layer | undefined;
  readonly kept: Layer | undefined;
}

/**
 * @param running the layers that were at work, each inside the one before, when the last one read a weight that no model has
 * @param known the weights that the model has
 */
export function keepingOf(tf: typeof tfjs, running: readonly Layer[], known: ReadonlySet<Weight>): Keeping {
  const isOwn = ({ weights }: Layer): boolean => weights.some((weight) => known.has(weight));
  const inside = running.filter((layer) => !(layer instanceof tf.LayersModel && isOwn(layer)));
  const [owner = inside[0]] = inside.filter((layer, i) => i + 1 === inside.length || !isOwn(inside[i + 1] ?? layer));
  return { owner, kept: owner && inside[inside.indexOf(owner) + 1] };
}

/** Mends tfjs, once for all. */
export function mendKeptWeights(tf: typeof tfjs): void {
  const running: Layer[] = [];
  /** By a layer: what it has read, or made, while it ran, by itself or by way of the layers inside that are listed with it. */
  const used = new WeakMap<Layer, Map<Weight, readonly Layer[]>>();

  function note(weight: Weight, path: readonly Layer[]): void {
    for (const [depth, layer] of path.entries()) {
      let weights = used.get(layer);
      if (weights === undefined) {
        weights = new Map();
        used.set(layer, weights);
      }
      if (!weights.has(weight)) weights.set(weight, path.slice(depth));
    }
  }

  const layer = tf.layers.Layer.prototype as unknown as {
    apply(this: Layer, ...given: unknown[]): unknown;
    addWeight(this: Layer, ...given: unknown[]): Weight;
  };
  const { apply, addWeight } = layer;
  layer.apply = function (...given) {
    const depth = running.push(this);
    try {
      return apply.apply(this, given);
    } finally {
      running.length = depth - 1;
    }
  };
  layer.addWeight = function (...given) {
    const weight = addWeight.apply(this, given);
    if (running.length > 0) note(weight, running.at(-1) === this ? running : [...running, this]);
    return weight;
  };
  const { read } = tf.LayerVariable.prototype;
  tf.LayerVariable.prototype.read = function () {
    note(this, running);
    return read.call(this);
  };

  const { save } = tf.LayersModel.prototype;
  tf.LayersModel.prototype.save = function (...given) {
    const words = keptWords(this);
    if (words !== undefined) console.warn(words);
    return save.apply(this, given);
  };

  function keptWords(model: tfjs.LayersModel): string | undefined {
    const known = new Set(model.weights);
    const all = model.layers.flatMap((layer) => [...(used.get(layer) ?? [])]);
    const [weight, layers = []] = all.find(([each]) => !known.has(each)) ?? [];
    if (weight === undefined) return undefined;
    const { owner, kept } = keepingOf(tf, layers, known);
    const name = owner?.name ?? model.name;
    return (
      `The model ${model.name} is saved without ${weight.originalName.split("/").at(-1)} of ` +
      `${kept === undefined ? "another layer" : `the layer ${kept.name}`}: ${name} computes with it and keeps it to itself. Unless the ` +
      `class of ${name} makes the same weight again by itself, let it extend CompositeLayer and, in build, hand over the layers ` +
      "inside: this.buildPart(layer, inputShape)."
    );
  }
}

// ## Disposing
// A layer that a model uses several times, with the same weights, is freed with the model. tfjs counts its uses, and gives back
// one of them only, so that its weights would stay for ever.

/** The parts of tfjs's layers and models that count; its types keep them to themselves. */
interface CountsUses {
  readonly name: string;
  readonly inboundNodes: readonly unknown[];
  _refCount: number | null;
}
interface Owner {
  readonly layers: readonly CountsUses[];
  readonly containerNodes: ReadonlySet<string>;
  _refCount: number;
  dispose(): unknown;
}

/** Mends tfjs, once for all. */
export function mendSharedLayers(tf: typeof tfjs): void {
  const container: Owner = Object.getPrototypeOf(tf.LayersModel.prototype);
  const { dispose } = container;
  container.dispose = function (this: Owner) {
    // Models inside models have a count of their own.
    const layers = this._refCount === 1 ? this.layers.filter((layer) => !(layer instanceof tf.LayersModel)) : [];
    for (const layer of layers) {
      const uses = layer.inboundNodes.filter((_, node) => this.containerNodes.has(`${layer.name}_ib-${node}`));
      if (uses.length > 1 && layer._refCount !== null)
        layer._refCount = Math.max(1, layer._refCount - (uses.length - 1));
    }
    return dispose.call(this);
  };
}
