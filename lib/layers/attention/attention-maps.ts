// Looking at attention while a model runs: the weights of every attention layer, without building the model anew.

import { checkArguments, MODEL, TENSORS } from "../../arguments";
import { tensorsOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";

/** The weights of one attention in one run, as plain numbers. */
export interface AttentionMap {
  /** The layer, with the block it is part of: `"block1/attention"`. */
  readonly layer: string;
  /** Batch, heads, queries, keys. */
  readonly shape: readonly [batch: number, heads: number, queries: number, keys: number];
  /** How much each query takes of each key, in reading order. */
  readonly values: Float32Array;
}

let watcher: ((layer: string, weights: tf.Tensor4D) => void) | undefined;

/** Called by attention layers with their weights `[batch, heads, queries, keys]`. */
export function reportAttention(layer: string, weights: tf.Tensor4D): void {
  watcher?.(layer, weights);
}

/**
 * How much each position looks at each other one, in every attention of a model, for the given inputs: what an attention heatmap
 * draws. The order is that in which the attentions run.
 *
 * @param model a model with attention in it, by itself or as part of a block.
 * @param inputs one tensor for each input of the model, the batch axis first.
 * @returns plain numbers: there is nothing to dispose.
 *
 * @example
 * ```ts
 * const model = buildGpt({ preset: "tiny" })
 * const maps = attentionMaps(model, tf.tensor2d([[72, 105, 33]], [1, 3], "int32"))
 * maps.map(({ layer }) => layer) // => ["block1/attention", "block2/attention"]
 * ```
 */
export function attentionMaps(model: tf.LayersModel, inputs: tf.Tensor | tf.Tensor[]): AttentionMap[] {
  checkArguments("attentionMaps", { model, inputs }, { model: MODEL, inputs: TENSORS });
  const maps: AttentionMap[] = [];
  watcher = (layer, weights) =>
    maps.push({ layer, shape: weights.shape, values: weights.dataSync<"float32">().slice() });
  try {
    tf.dispose(tensorsOf(model.apply(inputs, { training: false })));
  } finally {
    watcher = undefined;
  }
  return maps;
}
