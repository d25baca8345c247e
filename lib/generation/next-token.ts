// What a model says of the token after some others: the one place that knows how models take tokens and give logits.

import { batchShapeText, checkArguments, checkWholeNumber, shapeFits, TENSOR, valueText } from "../arguments";
import { at, lastOf, tuple } from "../indexing";
import { LearnedPositions } from "../layers/attention/positions";
import type { Tokenizer } from "../text/tokenizer";
import { tensorOf } from "../tfjs/tensors";
import { tf } from "../tfjs/tf";
import { UncompilableError } from "../tfjs/uncompilable";
import { compiledForward, type ForwardPass } from "../training/evaluation/forward";
import { afterPosition, CachedDecoder, fillRows, readsByPosition } from "./cached-decoder";

/**
 * A model of sequences: from tokens `[batch, time]` (or one-hot `[batch, time, vocabulary]`, where a model's input says so)
 * to logits or probabilities of the next token, after each token `[batch, time, vocabulary]` or after the last one
 * `[batch, vocabulary]`. An encoder–decoder takes `[source, tokens]`, and the option `source` says what it reads. A function takes
 * int32 tokens and is called in a `tf.tidy`.
 */
export type TokenModel = tf.LayersModel | ((tokens: tf.Tensor2D) => tf.Tensor);

/** How to ask a {@link TokenModel}. */
export interface TokenModelOptions {
  /** The most tokens the model can look at; of more, the last ones count. Default: the length of its input, or of its learned positions, or all. */
  context?: number;
  /** Whether the model gives logits or probabilities. Default: probabilities if they are at least 0 and sum to 1. */
  output?: "logits" | "probabilities";
  /** What fills up an input of fixed length. Default 0. */
  pad?: number;
  /** What the encoder of an encoder–decoder reads, whose inputs are `[source, tokens]`: token numbers, or a tensor `[1, …]`. Default: none. */
  source?: ArrayLike<number> | tf.Tensor;
}

/** How much a {@link NextToken} will be asked, so that it can be recorded as one graph. */
interface Plan {
  /** The most tokens in a sequence. */
  readonly longest: number;
  /** The most sequences at a time. */
  readonly sequences: number;
  /** How often it will be asked, at most. */
  readonly times: number;
}

/** Recording a graph costs about as much as running a model operation by operation so often. */
const WORTH_RECORDING = 8;

/** A model that can be asked for the next token. Dispose it in the end. */
export class NextToken {
  readonly #model: TokenModel;
  readonly #options: TokenModelOptions;
  readonly #context: number;
  /** The input's length, where the model takes no other. */
  readonly #length: number | undefined;
  /** The batch that a graph is recorded for: sequences and tokens. */
  readonly #window: readonly [sequences: number, tokens: number] | undefined;
  /** What an encoder reads, a row for each sequence. */
  readonly #source: tf.Tensor | undefined;
  #cached: CachedDecoder | undefined;
  #graph: ForwardPass | undefined;
  #graphIsKnownGood = false;

  /** @throws RangeError for a context of less than one token, or more than the model can look at. */
  constructor(model: TokenModel, options: TokenModelOptions, plan: Plan) {
    this.#model = model;
    this.#options = options;
    this.#length = typeof model === "function" ? undefined : (lastOf(model.inputs).shape[1] ?? undefined);
    const most = this.#length ?? positionsOf(model);
    const { context = most } = options;
    if (context !== most)
      // a function has no end to what it looks at
      checkWholeNumber("context", context, { most }, "More the model cannot look at.");
    this.#context = context;
    if (typeof model === "function") {
      refuseSource(options.source, "a function");
      return;
    }
    this.#source = sourceOf(model, options.source, plan.sequences);
    const answersEach = model.outputs[0]?.shape.length === 3;
    if (plan.times < WORTH_RECORDING || !(answersEach || this.#length !== undefined)) return;
    const length = this.#length ?? Math.min(context, plan.longest);
    this.#window = [plan.sequences, length];
    this.#graph = compiledForward(model);
    if (this.#length === undefined && readsByPosition(model))
      this.#cached = new CachedDecoder(model, this.#source, { length, rows: plan.sequences });
    // Where nothing is filled up, there is nothing that could change the answer.
    this.#graphIsKnownGood = this.#length !== undefined;
  }

  /**
   * @param sequences token numbers, all of the same length, at least 1.
   * @returns for each sequence the log probability of every next token.
   */
  logProbabilities(sequences: readonly (readonly number[])[]): Float64Array[] {
    const length = sequences[0]?.length ?? 0;
    const time = Math.min(length, this.#context);
    if (time === 0)
      throw new RangeError("A model goes on from at least 1 token; the prompt is empty. Give one, or a start token.");
    const outputs = this.#outputs(
      sequences.map((tokens) => tokens.slice(-time)),
      length,
    );
    const values = outputs.dataSync<"float32">();
    outputs.dispose();
    const vocabulary = values.length / sequences.length;
    return sequences.map((_, row) => this.#logs(values.subarray(row * vocabulary, (row + 1) * vocabulary)));
  }

  /** Frees the graphs, if there are any. */
  dispose(): void {
    this.#disposeGraphs();
    this.#source?.dispose();
  }

  /**
   * What the model gives after the last token of each sequence [sequences, vocabulary].
   *
   * @param length how long they were before those that the model cannot look at were taken off
   */
  #outputs(sequences: readonly (readonly number[])[], length: number): tf.Tensor {
    if (this.#cached !== undefined) {
      const fits = length <= this.#context; // of longer ones each token moves all others by a position
      if (fits) return this.#attempt(sequences, () => (this.#cached as CachedDecoder).next(sequences));
      this.#cached.dispose();
      this.#cached = undefined;
    }
    if (this.#graph === undefined) return this.#runEager(sequences);
    const compiled = this.#attempt(sequences, () => this.#runCompiled(sequences, this.#graph as ForwardPass));
    if (this.#graphIsKnownGood || this.#graph === undefined) return compiled;
    // Filling up at the end must not change what comes before: true of all that only looks back. Looked at once, at the first
    // sequences, which are the shortest.
    const eager = this.#runEager(sequences);
    this.#graphIsKnownGood = near(eager, compiled);
    compiled.dispose();
    if (!this.#graphIsKnownGood) this.#disposeGraphs();
    return eager;
  }

  /** Runs a graph, or the model operation by operation if it cannot be recorded, now and from then on. */
  #attempt(sequences: readonly (readonly number[])[], run: () => tf.Tensor): tf.Tensor {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof UncompilableError)) throw error;
      this.#disposeGraphs();
      return this.#runEager(sequences);
    }
  }

  #disposeGraphs(): void {
    this.#cached?.dispose();
    this.#graph?.dispose();
    this.#cached = undefined;
    this.#graph = undefined;
  }

  #runCompiled(sequences: readonly (readonly number[])[], graph: ForwardPass): tf.Tensor {
    const [rows, length] = this.#window as readonly [number, number];
    const time = at(sequences, 0).length;
    // The batch keeps its size too: a row more costs less than another graph.
    const batch = fillRows(sequences, rows);
    const input = tf.tidy(() => this.#input(batch, length));
    try {
      const [output] = tuple(graph.predict(this.#withSource(input)), 1);
      const last = tf.tidy(() => afterPosition(output, time - 1).slice([0], [sequences.length]));
      output.dispose();
      return last;
    } finally {
      input.dispose();
    }
  }

  #runEager(sequences: readonly (readonly number[])[]): tf.Tensor {
    const model = this.#model;
    const time = at(sequences, 0).length;
    return tf.tidy(() => {
      const tokens = (): tf.Tensor2D => tf.tensor2d(sequences.flat(), [sequences.length, time], "int32");
      const output =
        typeof model === "function"
          ? model(tokens())
          : tensorOf(model.apply(this.#withSource(this.#input(sequences, this.#length ?? time)), { training: false }));
      checkArguments("The function or model given", { output }, { output: TENSOR });
      // A model with a fixed input is filled up at the end, so that what comes after the last token is not looked at.
      return afterPosition(output, this.#length === undefined ? undefined : time - 1);
    });
  }

  /** The model's inputs, the tokens last. */
  #withSource(tokens: tf.Tensor): tf.Tensor[] {
    if (this.#source === undefined) return [tokens];
    const [sequences] = tokens.shape as [number];
    return [this.#source.shape[0] === sequences ? this.#source : this.#source.slice(0, sequences), tokens];
  }

  /** Sequences as the model takes them, filled up to a length. */
  #input(sequences: readonly (readonly number[])[], length: number): tf.Tensor {
    const model = this.#model as tf.LayersModel;
    const atStart = model.outputs[0]?.shape.length === 2; // such a model looks at its last token
    const filled = sequences.flatMap((row) => {
      const padding = new Array<number>(length - row.length).fill(this.#options.pad ?? 0);
      return atStart ? [...padding, ...row] : [...row, ...padding];
    });
    const tokens = tf.tensor2d(filled, [sequences.length, length], "int32"); // [sequences, time]
    const depth = lastOf(model.inputs).shape[2];
    return depth == null ? tokens : tf.oneHot(tokens, depth).cast("float32"); // [sequences, time, vocabulary]
  }

  /** Log softmax, where the model has not done the softmax itself. */
  #logs(values: Float32Array): Float64Array {
    if (this.#options.output === "probabilities" || (this.#options.output === undefined && areProbabilities(values)))
      return Float64Array.from(values, Math.log);
    const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const sum = values.reduce((total, value) => total + Math.exp(value - most), 0);
    return Float64Array.from(values, (value) => value - most - Math.log(sum));
  }
}

/**
 * What a model's encoder reads, a row for each sequence; undefined where it has none. The caller disposes it.
 *
 * @throws RangeError when a source is missing, does not fit or is not asked for
 */
function sourceOf(model: tf.LayersModel, source: TokenModelOptions["source"], rows: number): tf.Tensor | undefined {
  const [input, ...others] = model.inputs;
  if (others.length === 0) {
    refuseSource(source, `the model ${model.name}, which has one input,`);
    return undefined;
  }
  if (others.length > 1)
    throw new RangeError(
      `The model ${model.name} has ${model.inputs.length} inputs; [tokens] or [source, tokens] are expected. Give a function that ` +
        "adds the others: (tokens) => model.apply([…, tokens]).",
    );
  if (source === undefined)
    throw new RangeError(
      `The model ${model.name} has 2 inputs, what it reads and tokens. Give what it reads: source: [5, 7, 2] or a tensor.`,
    );
  return tf.tidy(() => {
    const one = source instanceof tf.Tensor ? source : tf.tensor2d(Array.from(source), [1, source.length], "int32");
    const shape = input?.shape;
    if (one.shape[0] !== 1 || shape === undefined || !shapeFits(one.shape, shape))
      throw new RangeError(
        `source is ${valueText(source)}; the model ${model.name} reads ${batchShapeText(shape ?? [])}. Give one example, the batch axis 1.`,
      );
    return one.tile([rows, ...one.shape.slice(1).fill(1)]);
  });
}

function refuseSource(source: unknown, reader: string): void {
  if (source !== undefined)
    throw new RangeError(
      `source was given, but ${reader} reads none. Leave it out, or give the whole encoder–decoder.`,
    );
}

function areProbabilities(values: Float32Array): boolean {
  return values.every((value) => value >= 0) && Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < 1e-3;
}

/** The fewest positions that a layer of the model has learned: no longer sequence can go through. */
function positionsOf(model: TokenModel): number {
  const layers = typeof model === "function" ? [] : model.layers;
  const lengths = layers.filter((layer) => layer instanceof LearnedPositions).map((layer) => layer.length);
  return Math.min(Number.POSITIVE_INFINITY, ...lengths);
}

/** Whether two tensors are the same but for rounding. */
function near(a: tf.Tensor, b: tf.Tensor): boolean {
  return tf.tidy(() => {
    const largest = (tensor: tf.Tensor): number => at(tensor.abs().max().dataSync(), 0);
    return largest(a.sub(b)) <= 1e-4 * Math.max(1, largest(a));
  });
}

/** @throws RangeError when a model tells another number of tokens apart than a tokenizer has. */
export function checkVocabulary(classes: number, tokenizer: Tokenizer): void {
  if (classes !== tokenizer.size)
    throw new RangeError(
      `The model tells ${classes} tokens apart, the tokenizer has ${tokenizer.size}. Give the tokenizer that the model was ` +
        `trained with, or build the model for ${tokenizer.size} tokens.`,
    );
}
