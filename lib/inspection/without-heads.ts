// What attention heads are good for: what a model does without them (Michel, Levy and Neubig 2019, "Are sixteen heads really better
// than one?"). What a head gives goes through rows of its own in the output's kernel, so that these rows at zero take it away.

import { checkArguments, checkWholeNumber, FUNCTION, fields, list, MODEL, NUMERIC, STRING } from "../arguments";
import { at, tuple } from "../indexing";
import { MultiHeadAttention } from "../layers/attention/multi-head-attention";
import { bringNewestWeights, layersOf } from "../layers/model-layers";
import { tf } from "../tfjs/tf";

/** A head of an attention. */
export interface AttentionHead {
  /** The layer as {@link attentionMaps} names it: `"block1/attention"`. */
  readonly layer: string;
  /** Its number, counted from 0. */
  readonly head: number;
}

/**
 * Takes away what some attention heads give while a function runs: in place of their outputs stands 0 (zero ablation). What they look
 * at stays the same; what is left of an attention is its other heads and its bias. Afterwards the model has its weights
 * again, also when the function fails, so that nothing should train it meanwhile.
 *
 * @param model any model with {@link MultiHeadAttention} in it, by itself or as part of a block.
 * @param heads which to take away; an empty list takes none.
 * @param run what is measured meanwhile: `() => evaluate(model, test)`.
 * @returns what the function returns.
 * @throws RangeError for a layer or a head that the model does not have; it says which there are.
 * @see Michel, Levy and Neubig 2019, "Are sixteen heads really better than one?", section 2.3
 *
 * @example
 * ```ts
 * const model = buildGpt({ preset: "tiny" })
 * const test = nextTokenWindows(Int32Array.of(1, 2, 3, 1, 2, 3), { length: 4 })
 * const { loss } = await withoutHeads(model, [{ layer: "block1/attention", head: 0 }], () => evaluate(model, test))
 * ```
 */
export async function withoutHeads<Result>(
  model: tf.LayersModel,
  heads: readonly AttentionHead[],
  run: () => Result | Promise<Result>,
): Promise<Result> {
  checkArguments(
    "withoutHeads",
    { model, heads, run },
    {
      model: MODEL,
      heads: list('heads, as { layer: "block1/attention", head: 0 }', fields({ layer: STRING, head: NUMERIC })),
      run: FUNCTION,
    },
  );
  const attentions = layersOf(model).filter((layer) => layer instanceof MultiHeadAttention);
  const chosen = attentions.map((attention) => heads.filter(({ layer }) => layer === attention.path));
  checkHeadsThere(model, heads, attentions);
  bringNewestWeights(model);
  const kernels = attentions.map(({ outputKernel }) => outputKernel);
  const before = kernels.map((kernel) => kernel.read().clone());
  try {
    for (const [i, attention] of attentions.entries())
      silence(
        attention,
        at(chosen, i).map(({ head }) => head),
      );
    return await run();
  } finally {
    for (const [i, kernel] of kernels.entries()) kernel.write(at(before, i));
    tf.dispose(before);
  }
}

/** Sets the rows of some heads in the output's kernel [width, width] to zero. */
function silence(attention: MultiHeadAttention, heads: readonly number[]): void {
  tf.tidy(() => {
    const kernel = attention.outputKernel.read();
    const [width] = tuple(kernel.shape, 2);
    const rows = width / attention.heads; // of one head
    const kept = Float32Array.from({ length: width }, (_, row) => (heads.includes(Math.floor(row / rows)) ? 0 : 1));
    attention.outputKernel.write(kernel.mul(tf.tensor2d(kept, [width, 1])));
  });
}

/** @throws RangeError unless all heads are among those of the attentions. */
function checkHeadsThere(
  model: tf.LayersModel,
  heads: readonly AttentionHead[],
  attentions: readonly MultiHeadAttention[],
): void {
  for (const { layer, head } of heads) {
    const attention = attentions.find(({ path }) => path === layer);
    if (!attention)
      throw new RangeError(
        `withoutHeads: the model ${model.name} has no attention with heads named "${layer}"; it has ` +
          `${attentions.length === 0 ? "none" : attentions.map(({ path }) => `"${path}"`).join(", ")}. Take a name as attentionMaps gives it.`,
      );
    checkWholeNumber(
      `withoutHeads: the head of ${layer}`,
      head,
      { least: 0, most: attention.heads - 1 },
      "They are counted from 0.",
    );
  }
}
