// Pruning by magnitude: the smallest weights go (Han, Pool, Tran and Dally 2015, "Learning both weights and connections for efficient
// neural networks", section 3).

import { checkArguments, kind, MODEL, optionsOf } from "../../arguments";
import { tf } from "../../tfjs/tf";
import { newestKernels } from "./kernels";

/** What {@link pruneWeights} is to leave. */
export interface PruneWeightsOptions {
  /** The share of each kernel's weights that stays, from 0 to 1: the largest ones, whatever their sign. */
  keep: number;
}

/** What {@link pruneWeights} has left. */
export interface PrunedWeights {
  /** How many of the kernels' weights were kept. */
  readonly kept: number;
  /** How many weights the kernels have, the removed ones included. */
  readonly of: number;
}

const SHARE = kind("a share, from 0 to 1", (value) => typeof value === "number" && value >= 0 && value <= 1);

/**
 * Sets the smallest weights of each kernel to 0, in place; biases stay. Training afterwards would bring them back: whoever trains on sets
 * them to 0 after each step. A kernel with zeros takes as long as one without, unless the computation skips them.
 *
 * @param model any model; weights with at least two axes are kernels.
 * @returns how many of the kernels' weights are left.
 * @throws RangeError when the model has no kernel, or the share is none.
 * @see Han, Pool, Tran and Dally 2015, "Learning both weights and connections for efficient neural networks", section 3
 *
 * @example
 * ```ts
 * pruneWeights(buildMlp({ units: [32] }), { keep: 0.1 }) // => { kept: 2541, of: 25_408 }
 * ```
 */
export function pruneWeights(model: tf.LayersModel, options: PruneWeightsOptions): PrunedWeights {
  const owner = "pruneWeights";
  checkArguments(owner, { model, options }, { model: MODEL, options: optionsOf({ keep: SHARE }) });
  let kept = 0;
  let of = 0;
  for (const kernel of newestKernels(owner, model))
    tf.tidy(() => {
      const values = kernel.read().dataSync();
      const sizes = Float32Array.from(values, Math.abs);
      const order = Uint32Array.from(values.keys()).sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0)); // the largest first
      const staying = Math.round(options.keep * values.length);
      const pruned = new Float32Array(values.length);
      for (const place of order.subarray(0, staying)) pruned[place] = values[place] ?? 0;
      kernel.write(tf.tensor(pruned, kernel.read().shape));
      kept += staying;
      of += values.length;
    });
  return { kept, of };
}
