// Scaled dot-product attention (Vaswani et al. 2017, section 3.2.1): softmax(Q·Kᵀ / √d)·V.

import { checkArguments, FLAG, FUNCTION, settings, TENSOR } from "../../arguments";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { checkAttended, checkMask } from "../input-checks";
import { causalBias, paddingBias } from "./masks";

/** What {@link attention} can be asked for. */
export interface AttentionOptions {
  /** 1 at the keys that may be seen, 0 at padding: `[batch, keys]`. Default: all are seen. */
  mask?: tf.Tensor | undefined;
  /** Whether no query sees a key at a later position than its own. Default false. */
  causal?: boolean;
  /** What is added to the scores `[batch, heads, queries, keys]`, or broadcasts to them: −10⁹ hides a key. Default: nothing. */
  bias?: tf.Tensor | undefined;
  /** What happens to the weights before they are used: dropout. Default: nothing. */
  between?: (weights: tf.Tensor) => tf.Tensor;
}

/** What attention gives. The caller disposes both. */
export interface Attended {
  /** `[batch, heads, queries, dim]`: for each query the values, weighted. */
  readonly context: tf.Tensor4D;
  /** `[batch, heads, queries, keys]`: how much each query takes of each key; each row sums to 1. */
  readonly weights: tf.Tensor4D;
}

/**
 * Scaled dot-product attention on heads that are apart already.
 *
 * @param queries `[batch, heads, queries, dim]`
 * @param keys `[batch, heads, keys, dim]`
 * @param values `[batch, heads, keys, dim]`
 * @throws RangeError when the shapes do not fit each other, or the mask not the keys; it gives them.
 * @see Vaswani et al. 2017, "Attention is all you need", section 3.2.1
 *
 * @example
 * ```ts
 * const x = tf.randomNormal<tf.Rank.R4>([1, 2, 5, 8]) // [batch, heads, positions, dim]
 * const { context, weights } = attention(x, x, x, { causal: true })
 * weights.shape // => [1, 2, 5, 5]
 * ```
 */
export function attention(
  queries: tf.Tensor4D,
  keys: tf.Tensor4D,
  values: tf.Tensor4D,
  options: AttentionOptions = {},
): Attended {
  checkArguments(
    "attention",
    { queries, keys, values, options },
    {
      queries: TENSOR,
      keys: TENSOR,
      values: TENSOR,
      options: settings({ mask: TENSOR, causal: FLAG, bias: TENSOR, between: FUNCTION }),
    },
  );
  return tf.tidy(() => {
    const { mask, causal = false, bias, between } = options;
    const [, , queryCount, dim] = queries.shape;
    const keyCount = keys.shape[2];
    checkAttended("attention", { queries: queries.shape, keys: keys.shape, values: values.shape });
    if (mask) checkMask("attention", mask.shape, queries.shape[0], keyCount);
    let scores: tf.Tensor = queries.mul(1 / Math.sqrt(dim)).matMul(keys, false, true); // [batch, heads, queries, keys]
    if (causal) scores = scores.add(causalBias(queryCount, keyCount));
    if (mask) scores = scores.add(paddingBias(mask));
    if (bias) scores = scores.add(bias);
    const weights = ofRank(scores.softmax(), 4);
    const context = ofRank((between?.(weights) ?? weights).matMul(values), 4); // [batch, heads, queries, dim]
    return { context, weights };
  }) as unknown as Attended;
}
