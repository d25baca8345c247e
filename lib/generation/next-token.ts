// What a model says of the token after some others: the one place that knows how models take tokens and give logits.
import { tf } from "../tf";

/**
 * A model of sequences: from tokens `[batch, time]` (or one-hot `[batch, time, vocabulary]`, where a model's input says so)
 * to logits or probabilities of the next token, after each token `[batch, time, vocabulary]` or after the last one
 * `[batch, vocabulary]`. A function takes int32 tokens and is called in a `tf.tidy`: an encoder–decoder fits in as
 * `(tokens) => decoder.apply([encoded, tokens])`.
 */
export type TokenModel = tf.LayersModel | ((tokens: tf.Tensor2D) => tf.Tensor);

/** How to ask a {@link TokenModel}. */
export interface TokenModelOptions {
  /** The most tokens the model can look at; of more, the last ones count. Default: the length of the model's input, or all. */
  context?: number;
  /** Whether the model gives logits or probabilities. Default: probabilities if they are at least 0 and sum to 1. */
  output?: "logits" | "probabilities";
  /** What fills up an input of fixed length. Default 0. */
  pad?: number;
}

/** A model that can be asked for the next token. */
export class NextToken {
  readonly #model: TokenModel;
  readonly #options: TokenModelOptions;
  readonly #context: number;
  /** The input's length, where the model takes no other. */
  readonly #length: number | undefined;

  /** @throws RangeError for a context of less than one token, or more than the model's input has. */
  constructor(model: TokenModel, options: TokenModelOptions = {}) {
    this.#model = model;
    this.#options = options;
    this.#length = typeof model === "function" ? undefined : (model.inputs[0]?.shape[1] ?? undefined);
    const most = this.#length ?? Number.POSITIVE_INFINITY;
    const { context = most } = options;
    if (!(context >= 1 && context <= most && (Number.isInteger(context) || context === Number.POSITIVE_INFINITY)))
      throw new RangeError(`context is ${context}; for this model it is a whole number from 1 to ${most}.`);
    this.#context = context;
    if (typeof model !== "function" && model.inputs.length !== 1)
      throw new RangeError(
        `The model ${model.name} has ${model.inputs.length} inputs, and tokens are one. Give a function that adds the others: ` +
          "(tokens) => model.apply([…, tokens]).",
      );
  }

  /**
   * @param sequences token numbers, all of the same length, at least 1.
   * @returns for each sequence the log probability of every next token.
   */
  logProbabilities(sequences: readonly (readonly number[])[]): Float64Array[] {
    const time = Math.min(sequences[0]?.length ?? 0, this.#context);
    if (time === 0)
      throw new RangeError("A model goes on from at least 1 token; 0 were given. Give a prompt, or a start token.");
    const outputs = tf.tidy(() => {
      const output = this.#run(sequences.map((tokens) => tokens.slice(-time)));
      const vocabulary = output.shape.at(-1) as number;
      if (output.rank !== 3) return output.reshape([sequences.length, vocabulary]);
      // A model with a fixed input is filled up at the end, so that what comes after the last token is not looked at.
      const last = this.#length === undefined ? (output.shape[1] as number) - 1 : time - 1;
      return output.slice([0, last, 0], [-1, 1, -1]).reshape([sequences.length, vocabulary]);
    });
    const values = outputs.dataSync<"float32">();
    outputs.dispose();
    const vocabulary = values.length / sequences.length;
    return sequences.map((_, row) => this.#logs(values.subarray(row * vocabulary, (row + 1) * vocabulary)));
  }

  #run(sequences: readonly (readonly number[])[]): tf.Tensor {
    const model = this.#model;
    if (typeof model === "function")
      return model(
        tf.tensor2d(
          sequences.map((row) => [...row]),
          undefined,
          "int32",
        ),
      );
    const atStart = model.outputs[0]?.shape.length === 2; // such a model looks at its last token
    const filled = sequences.map((row) => {
      const padding = new Array<number>((this.#length ?? row.length) - row.length).fill(this.#options.pad ?? 0);
      return atStart ? [...padding, ...row] : [...row, ...padding];
    });
    const tokens = tf.tensor2d(filled, undefined, "int32"); // [batch, time]
    const depth = model.inputs[0]?.shape[2];
    const input = depth == null ? tokens : tf.oneHot(tokens, depth).cast("float32"); // [batch, time, vocabulary]
    return model.apply(input, { training: false }) as tf.Tensor;
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

function areProbabilities(values: Float32Array): boolean {
  return values.every((value) => value >= 0) && Math.abs(values.reduce((sum, value) => sum + value, 0) - 1) < 1e-3;
}
