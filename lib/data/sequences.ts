// Data sets of token sequences, in the forms in which models learn from them: to go on, to translate, to be told apart.

import {
  atMost,
  checkArguments,
  checkWholeNumber,
  list,
  NUMBERS,
  NUMERIC,
  optional,
  optionsOf,
  STRING,
  STRINGS,
  settings,
  TOKEN,
  TOKENS,
} from "../arguments";
import { pad } from "../text/padding";
import { type Column, Dataset } from "./dataset";

const SEQUENCES = list("sequences of tokens", list("tokens, from a tokenizer's encode", NUMERIC));

/** A sequence of token numbers, as a tokenizer's `encode` gives it. */
export type Tokens = ArrayLike<number>;

/** What {@link nextTokenWindows} has to be told. */
export interface NextTokenWindowsOptions {
  /** The tokens in a window: the model's context. */
  length: number;
  /** How many tokens one window begins after the other. Default 1. */
  stride?: number;
  /** Names the data in messages. Default `text`. */
  name?: string;
}

/**
 * Windows of a long text, each with the same window one token later as its target: what a language model learns from.
 * Windows share the tokens, so however many there are, they take no memory; a list that is no Int32Array is copied once.
 *
 * To hold some of the text back, cut it before (`tokens.subarray(…)`): parts of one such data set overlap.
 *
 * @returns inputs and targets `[length]`, int32.
 * @throws RangeError when there are too few tokens for one window.
 *
 * @example
 * ```ts
 * const data = nextTokenWindows(Int32Array.of(7, 8, 9, 10), { length: 3 })
 * data.example(0).values // => [7, 8, 9]
 * data.positionLabels() // => [8, 9, 10]
 * ```
 */
export function nextTokenWindows(tokens: Tokens, options: NextTokenWindowsOptions): Dataset {
  checkArguments(
    "nextTokenWindows",
    { tokens, options },
    { tokens: TOKENS, options: optionsOf({ length: NUMERIC, stride: optional(NUMERIC), name: optional(STRING) }) },
  );
  const { length, stride = 1, name = "text" } = options;
  checkWholeNumber("length", length);
  if (tokens.length <= length)
    throw new RangeError(
      `${name} has ${tokens.length} tokens; windows of ${length} and the token after them need at least ${length + 1}. ` +
        "Give a longer text or a smaller length.",
    );
  const text = tokens instanceof Int32Array ? tokens : Int32Array.from(tokens);
  const column = (values: Int32Array): Column => ({ values, shape: [length], stride, dtype: "int32" });
  return new Dataset({
    name,
    inputs: [column(text.subarray(0, text.length - 1))],
    targets: [column(text.subarray(1))],
  });
}

/** The special tokens that frame sequences. */
export interface SequenceFrame {
  /** Stands before a sequence that is to be generated. */
  readonly start: number;
  /** Stands after it. */
  readonly end: number;
  /** Fills up shorter ones. Default 0. */
  readonly pad?: number;
}

/** What {@link nextTokenSequences} can be asked for. */
export interface NextTokenSequencesOptions {
  /** The tokens of inputs and targets. Default: one more than the longest sequence. */
  length?: number;
  /** Names the data in messages. Default `texts`. */
  name?: string;
}

/**
 * Short texts, each to be generated from `start` to `end`: names, words.
 *
 * @returns inputs `start, tokens…, pad…` and targets `tokens…, end, pad…`, both `[length]`, int32.
 * @throws RangeError when a sequence is too long.
 *
 * @example
 * ```ts
 * const data = nextTokenSequences([[3, 4], [5]], { start: 1, end: 2 })
 * data.inputs[0]?.values // => [1, 3, 4, 1, 5, 0]
 * data.targets[0]?.values // => [3, 4, 2, 5, 2, 0]
 * ```
 */
export function nextTokenSequences(
  sequences: readonly Tokens[],
  frame: SequenceFrame,
  options: NextTokenSequencesOptions = {},
): Dataset {
  checkArguments(
    "nextTokenSequences",
    { sequences, frame, options },
    {
      sequences: SEQUENCES,
      frame: optionsOf({ start: TOKEN, end: TOKEN, pad: optional(TOKEN) }),
      options: settings({ length: atMost(1_000_000), name: STRING }),
    },
  );
  const { name = "texts" } = options;
  const length = options.length ?? longest(sequences) + 1;
  return new Dataset({
    name,
    inputs: [paddedColumn(sequences.map(startWith(frame)), length, frame.pad)],
    targets: [paddedColumn(sequences.map(endWith(frame)), length, frame.pad)],
  });
}

/** What {@link sequencePairs} can be asked for. */
export interface SequencePairsOptions {
  /** The tokens that sources are filled up to. Default: the longest. */
  sourceLength?: number;
  /** The tokens that targets are filled up to. Default: one more than the longest. */
  targetLength?: number;
  /** Names the data in messages. Default `pairs`. */
  name?: string;
}

/**
 * Pairs for an encoder–decoder with teacher forcing: the decoder sees the target so far and learns the next token.
 *
 * @returns two inputs, `source…, pad…` of shape `[sourceLength]` and `start, target…, pad…` of shape `[targetLength]`, and
 * targets `target…, end, pad…`, int32.
 * @throws RangeError when there are not as many targets as sources, or one of them is too long.
 *
 * @example
 * ```ts
 * const pairs = sequencePairs([[3, 4]], [[5, 6, 7]], { start: 1, end: 2 })
 * pairs.inputs[1]?.values // => [1, 5, 6, 7]
 * pairs.targets[0]?.values // => [5, 6, 7, 2]
 * ```
 */
export function sequencePairs(
  sources: readonly Tokens[],
  targets: readonly Tokens[],
  frame: SequenceFrame,
  options: SequencePairsOptions = {},
): Dataset {
  checkArguments(
    "sequencePairs",
    { sources, targets, frame, options },
    {
      sources: SEQUENCES,
      targets: SEQUENCES,
      frame: optionsOf({ start: TOKEN, end: TOKEN, pad: optional(TOKEN) }),
      options: settings({ sourceLength: atMost(1_000_000), targetLength: atMost(1_000_000), name: STRING }),
    },
  );
  if (sources.length !== targets.length)
    throw new RangeError(
      `There are ${sources.length} sources and ${targets.length} targets; each source needs one target.`,
    );
  if (sources.length === 0)
    throw new RangeError("There are 0 sources and 0 targets; a data set needs at least 1 pair.");
  const sourceLength = options.sourceLength ?? longest(sources);
  const targetLength = options.targetLength ?? longest(targets) + 1;
  return new Dataset({
    name: options.name ?? "pairs",
    inputs: [
      paddedColumn(sources, sourceLength, frame.pad),
      paddedColumn(targets.map(startWith(frame)), targetLength, frame.pad),
    ],
    targets: [paddedColumn(targets.map(endWith(frame)), targetLength, frame.pad)],
  });
}

/** What {@link labelledSequences} has to be told. */
export interface LabelledSequencesOptions {
  /** The tokens of every input; of longer texts the beginning is kept. */
  length: number;
  /** A name for each class, in the order of their numbers. */
  classNames: readonly string[];
  /** The token that fills up shorter texts. Default 0. */
  pad?: number;
  /** Names the data in messages. Default `texts`. */
  name?: string;
}

/**
 * Texts with the class of each: spam or ham, a female or a male name.
 *
 * @param labels the class number of each text.
 * @returns inputs `[length]` and targets `[]`, int32.
 * @throws RangeError when there are not as many labels as texts, or a label is none of the classes.
 *
 * @example
 * ```ts
 * const letters = new CharacterTokenizer("aeklnr")
 * const texts = ["anna", "karl"].map((name) => letters.encode(name))
 * const data = labelledSequences(texts, [0, 1], { length: 8, classNames: ["female", "male"] })
 * data.classCounts() // => [1, 1]
 * ```
 */
export function labelledSequences(
  sequences: readonly Tokens[],
  labels: readonly number[],
  options: LabelledSequencesOptions,
): Dataset {
  checkArguments(
    "labelledSequences",
    { sequences, labels, options },
    {
      sequences: SEQUENCES,
      labels: NUMBERS,
      options: optionsOf({
        length: atMost(1_000_000),
        classNames: STRINGS,
        pad: optional(TOKEN),
        name: optional(STRING),
      }),
    },
  );
  const { length, classNames, name = "texts" } = options;
  if (sequences.length !== labels.length)
    throw new RangeError(
      `There is a list of ${sequences.length} texts and one of ${labels.length} labels; each text needs one label.`,
    );
  const wrong = labels.findIndex((label) => classNames[label] === undefined);
  if (wrong >= 0)
    throw new RangeError(
      `Label ${wrong} of ${name} is ${labels[wrong]}; with ${classNames.length} class names it must be 0 to ${classNames.length - 1}.`,
    );
  return new Dataset({
    name,
    inputs: [
      {
        values: pad(sequences, { length, cut: "end", ...(options.pad !== undefined && { value: options.pad }) }),
        shape: [length],
        dtype: "int32",
      },
    ],
    targets: [{ values: Int32Array.from(labels), shape: [], dtype: "int32" }],
    classNames,
  });
}

function paddedColumn(sequences: readonly Tokens[], length: number, value = 0): Column {
  checkWholeNumber("length", length);
  return { values: pad(sequences, { length, value }), shape: [length], dtype: "int32" };
}

function startWith({ start }: SequenceFrame): (tokens: Tokens) => Tokens {
  return (tokens) => [start, ...Array.from(tokens)];
}

function endWith({ end }: SequenceFrame): (tokens: Tokens) => Tokens {
  return (tokens) => [...Array.from(tokens), end];
}

function longest(sequences: readonly Tokens[]): number {
  return sequences.reduce((most, sequence) => Math.max(most, sequence.length), 0);
}
