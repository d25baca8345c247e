// The task that BERT learns a language by (Devlin et al. 2019, section 3.1): some tokens are chosen, most of them hidden, and the
// model says which they were.

import { checkArguments, DATASET, NUMERIC, optional, optionsOf, TOKEN, WHOLE } from "../arguments";
import { checkCounts } from "../option-checks";
import { Random } from "../random";
import { type Column, Dataset } from "./dataset";

/** What {@link maskTokens} can be asked for. */
export interface MaskTokensOptions {
  /** The token that hides another. */
  maskToken: number;
  /** How many different tokens there are: what a chosen token may be exchanged for. */
  vocabulary: number;
  /** Tokens below this number stand for something else (padding, start, mask) and are neither chosen nor put in. Default 1. */
  firstToken?: number;
  /** Share of the tokens chosen; at least one a text. Default 0.15. */
  share?: number;
  /**
   * The most tokens chosen in a text. Their places become a last input, and the targets are those of these places only, for
   * `buildBert({ gaps: true })`. Default: the targets are those of all places.
   */
  gaps?: number;
  /** The same seed chooses the same tokens. Default 1. */
  seed?: number;
}

/**
 * Makes a data set for a masked language model out of one of texts: of each text's tokens some are chosen; of these 80 % are
 * hidden by the mask token, 10 % exchanged for random ones, and 10 % stay. The targets are the tokens that were there, and −1
 * at all positions that were not chosen. With `gaps` the places of the chosen tokens are a last input `[gaps]`, and the targets
 * `[gaps]`: a text with fewer is filled up with place 0 and target −1.
 *
 * @param texts tokens as the first input, all texts of the same length; further inputs (segments) are kept.
 * @throws RangeError when an option cannot be, or a token is not in the vocabulary.
 * @see Devlin et al. 2019, section 3.1
 *
 * @example
 * ```ts
 * const tokens = Int32Array.from({ length: 401 }, (_, place) => 4 + (place % 26))
 * const texts = nextTokenWindows(tokens, { length: 20, stride: 20 })
 * const masked = maskTokens(texts, { maskToken: 3, vocabulary: 30, firstToken: 4 })
 * masked.size // => 20
 * ```
 */
export function maskTokens(texts: Dataset, options: MaskTokensOptions): Dataset {
  checkArguments(
    "maskTokens",
    { texts, options },
    {
      texts: DATASET,
      options: optionsOf({
        maskToken: TOKEN,
        vocabulary: NUMERIC,
        firstToken: optional(TOKEN),
        share: optional(NUMERIC),
        gaps: optional(NUMERIC),
        seed: optional(WHOLE),
      }),
    },
  );
  const { maskToken, vocabulary, firstToken = 1, share = 0.15, seed = 1 } = options;
  const { gaps } = options;
  checkCounts("maskTokens", { vocabulary, ...(gaps !== undefined && { gaps }) });
  if (!(share > 0 && share <= 1))
    throw new RangeError(`maskTokens: share is ${share}; it needs a share above 0 and at most 1. 0.15 is usual.`);
  if (!(maskToken >= 0 && maskToken < vocabulary))
    throw new RangeError(
      `maskTokens: maskToken is ${maskToken}, and there are ${vocabulary} tokens, 0 to ${vocabulary - 1}. ` +
        "Add one to the vocabulary for it.",
    );
  if (!(firstToken >= 0 && firstToken < vocabulary))
    throw new RangeError(
      `maskTokens: firstToken is ${firstToken}, and there are ${vocabulary} tokens, 0 to ${vocabulary - 1}. Give one of these.`,
    );
  if (texts.inputs[0]?.dtype !== "int32")
    throw new RangeError(
      `maskTokens: the first input of ${texts.name} is ${texts.inputs[0]?.dtype ?? "missing"}; it must be tokens, int32. Give a data set ` +
        "of texts: nextTokenWindows(…), labelledSequences(…).",
    );
  const [length = 0] = texts.inputs[0]?.shape ?? [];
  if (gaps !== undefined && gaps > length)
    throw new RangeError(`maskTokens: gaps is ${gaps}, and texts have ${length} tokens. Give at most ${length}.`);
  const tokens = new Int32Array(texts.size * length);
  const labels = new Int32Array(texts.size * length).fill(-1);
  const random = new Random(seed);
  for (let text = 0; text < texts.size; text++) {
    const original = texts.example(text).values;
    const eligible = Array.from(original.keys()).filter((at) => (original[at] as number) >= firstToken);
    tokens.set(original, text * length);
    const count = Math.min(eligible.length, gaps ?? length, Math.max(1, Math.round(share * eligible.length)));
    for (const at of random.shuffle(eligible).slice(0, count)) {
      const token = original[at] as number;
      if (token >= vocabulary)
        throw new RangeError(
          `maskTokens: token ${token} of text ${text} of ${texts.name} is none of the ${vocabulary} tokens, ` +
            `0 to ${vocabulary - 1}. Give the vocabulary the texts were made with.`,
        );
      const chance = random.uniform();
      const place = text * length + at;
      labels[place] = token;
      if (chance < 0.8) tokens[place] = maskToken;
      else if (chance < 0.9) tokens[place] = firstToken + random.below(vocabulary - firstToken);
    }
  }
  const asked = gaps === undefined ? { inputs: [], targets: column(labels, length) } : atGaps(labels, length, gaps);
  const further = texts.inputs.slice(1).map((one, index) => copyColumn(texts, one, index + 1));
  return new Dataset({
    name: `${texts.name}, masked`,
    inputs: [column(tokens, length), ...further, ...asked.inputs],
    targets: [asked.targets],
  });
}

const column = (values: Int32Array, length: number): Column => ({ values, shape: [length], dtype: "int32" });

/** Of all places only those with a label: where they are, and the labels. */
function atGaps(labels: Int32Array, length: number, gaps: number): { inputs: Column[]; targets: Column } {
  const texts = labels.length / length;
  const places = new Int32Array(texts * gaps);
  const targets = new Int32Array(texts * gaps).fill(-1);
  const filled = new Int32Array(texts);
  for (const [at, label] of labels.entries()) {
    if (label < 0) continue;
    const text = Math.floor(at / length);
    const gap = text * gaps + (filled[text] as number)++;
    places[gap] = at % length;
    targets[gap] = label;
  }
  return { inputs: [column(places, gaps)], targets: column(targets, gaps) };
}

/** A further input's column, of the examples that belong to the texts alone. */
function copyColumn(texts: Dataset, column: Column, input: number): Column {
  const values = Array.from({ length: texts.size }, (_, text) => Array.from(texts.example(text, input).values)).flat();
  const { shape, dtype } = column;
  return { values: dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values), shape, dtype };
}
