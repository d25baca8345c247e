// Weights that a saved model lacks: those of layers inside a custom layer that tfjs does not know of. One that is to learn is refused by
// `fit` (training/kept-layers.ts); of one that is frozen on purpose (a trained network that a layer compares by, say) saving says
// that it is not in the file.
import type * as tfjs from "@tensorflow/tfjs-node";

type Layer = tfjs.layers.Layer;
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
