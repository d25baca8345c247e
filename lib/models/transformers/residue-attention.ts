// A masked language model of one protein family (Bhattacharya et al. 2020, "Single layers of attention suffice to predict protein
// contacts"): one layer of factored attention, which fills in each residue of an aligned sequence from all the others. Its attention
// and its values together are a Potts model of pairs, trained by pseudolikelihood (section 3.2).

import { FactoredAttention } from "../../layers/attention/factored-attention";
import { accuracyIgnoring, crossentropyIgnoring } from "../../losses/sequence-loss";
import { checkCounts } from "../../option-checks";
import { GAP } from "../../proteins/amino-acids";
import { symbolOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { compileWithChecks } from "../building/compile-with-checks";
import type { BuilderOptions } from "../building/options";
import { resolveOptions } from "../building/presets";

/** What {@link buildResidueAttention} can be asked for. */
export interface ResidueAttentionOptions extends BuilderOptions {
  /** `"tiny"`: 4 heads. `"paper"`: 256 heads, and its learning rate. Default: none. */
  preset?: "tiny" | "paper";
  /** Columns of the alignment. Default 158, those of DHFR. */
  length?: number;
  /** How many different tokens there are, 0 being a gap. Default 21. */
  vocabulary?: number;
  /** Attentions side by side. Default 32. */
  heads?: number;
  /** Values in the vectors by which positions find each other. Default 32. */
  keyWidth?: number;
}

const DEFAULTS = { length: 158, vocabulary: 21, heads: 32, keyWidth: 32, learningRate: 0.05, seed: 1 };
const PRESETS = { tiny: { heads: 4 }, paper: { heads: 256, learningRate: 5e-3 } };
/**
 * Builds a masked language model of a protein family, compiled and ready to train (Adam, cross-entropy and accuracy over the
 * residues; gaps are seen, but not asked for). Every residue is masked in turn: the model sees all positions but the one it fills
 * in, so that one pass over a sequence asks for all of its residues, and targets are the inputs. It starts with a loss near ln(vocabulary).
 *
 * @returns a model from tokens `[batch, length]` to the probabilities of the token that belongs at each position
 * `[batch, length, vocabulary]`. {@link residueCouplings} reads out of it which positions depend on each other.
 * @throws RangeError when an option cannot be.
 * @see Bhattacharya et al. 2020, "Single layers of attention suffice to predict protein contacts", section 3.3
 *
 * @example
 * ```ts
 * const family = await loadProteinFamily("rhomboids")
 * const model = buildResidueAttention({ preset: "tiny", length: family.length })
 * model.outputShape // => [null, 135, 21]
 * ```
 */
export function buildResidueAttention(options: ResidueAttentionOptions = {}): tf.LayersModel {
  const config = resolveOptions("buildResidueAttention", DEFAULTS, PRESETS, options);
  const { length, vocabulary, heads, keyWidth, learningRate, seed } = config;
  checkCounts("buildResidueAttention", { length, vocabulary, heads, keyWidth });
  if (length < 2)
    throw new RangeError(
      "buildResidueAttention: length is 1; a residue is filled in from others, so it needs at least 2.",
    );
  const tokens = tf.input({ shape: [length], dtype: "int32", name: "tokens" });
  const attention = new FactoredAttention({ name: "attention", length, vocabulary, heads, keyWidth, seed });
  const scores = symbolOf(attention.apply(tokens)); // [batch, length, vocabulary]
  const outputs = symbolOf(tf.layers.activation({ name: "probabilities", activation: "softmax" }).apply(scores));
  return compileWithChecks(tf.model({ name: "residue-attention", inputs: tokens, outputs }), {
    learningRate,
    loss: crossentropyIgnoring(GAP), // a gap need not be filled in
    metrics: [accuracyIgnoring(GAP)],
  });
}
