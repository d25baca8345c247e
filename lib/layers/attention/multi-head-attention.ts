// Multi-head attention (Vaswani et al. 2017, section 3.2.2): several attentions side by side, each on its own projections of
// queries, keys and values, joined and projected once more.

import { checkArguments, FLAG, NUMERIC, optional, STRING, sizeOfAxis, WHOLE } from "../../arguments";
import { at, atLeast } from "../../indexing";
import { checkCounts, checkRates, layerOptions } from "../../option-checks";
import { ofRank, tensorOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { type CallOptions, firstMask, NO_MASK, requireBuilt, type Shapes, shapeList } from "../composite-layer";
import { kernelStart, type StartOptions, seeds, withoutUndefined } from "../initializers";
import { checkAxes, checkHeads, checkWidth } from "../input-checks";
import { attention } from "./attention";
import { reportAttention } from "./attention-maps";
import { keyValueCache, type Remembered } from "./key-value-cache";
import { handedMask } from "./masks";

/** What a {@link MultiHeadAttention} can be asked for. */
export interface MultiHeadAttentionOptions extends StartOptions {
  /** How many attentions work side by side; the width of the queries must be a multiple of it. */
  heads: number;
  /** Whether no position sees a later one. Default false. */
  causal?: boolean;
  /** Whether the output is `[output, weights]`, weights being `[batch, heads, queries, keys]`. Default false. */
  returnWeights?: boolean;
  /** Share of the attention weights dropped in training. Default 0. */
  dropout?: number;
  /** Whether the four projections add a bias. Default true. */
  useBias?: boolean;
  /** Standard deviation of the output projection's kernel. Default: as the others. */
  outputDeviation?: number;
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

const PROJECTIONS = ["query", "key", "value", "output"] as const;

/**
 * Multi-head attention.
 *
 * Inputs: `x` (self-attention), `[queries, values]` (cross-attention) or `[queries, values, mask]`, where the mask
 * `[batch, keys]` is 1 at what may be seen (see {@link PaddingMask}); without one, the mask that a masking layer before it
 * hands on is used. Queries are `[batch, queries, width]`, values `[batch, keys, any width]`, and so is the output
 * `[batch, queries, width]`.
 *
 * @throws RangeError when the width is no multiple of the heads; it gives both numbers.
 * @see Vaswani et al. 2017, "Attention is all you need", section 3.2.2
 *
 * @example
 * ```ts
 * const x = tf.input({ shape: [10, 32] })
 * const attended = new MultiHeadAttention({ heads: 4, causal: true }).apply(x) as tf.SymbolicTensor
 * attended.shape // => [null, 10, 32]
 * ```
 */
export class MultiHeadAttention extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "MultiHeadAttention";
  /** Masks may come in, and are handed on. */
  override supportsMasking = true;
  readonly #options: Required<Omit<MultiHeadAttentionOptions, "name" | keyof StartOptions | "outputDeviation">>;
  readonly #start: StartOptions & { outputDeviation?: number };
  readonly #dropout: tf.layers.Layer;
  readonly #kernels = new Map<string, tf.LayerVariable>();
  readonly #biases = new Map<string, tf.LayerVariable>();

  /**
   * Settles the options; the weights come with the first input.
   *
   * @throws RangeError when an option cannot be.
   */
  constructor(options: MultiHeadAttentionOptions) {
    checkArguments(
      "MultiHeadAttention",
      { options },
      {
        options: layerOptions({
          heads: NUMERIC,
          causal: optional(FLAG),
          returnWeights: optional(FLAG),
          dropout: optional(NUMERIC),
          useBias: optional(FLAG),
          outputDeviation: optional(NUMERIC),
          seed: optional(WHOLE),
          deviation: optional(NUMERIC),
          name: optional(STRING),
        }),
      },
    );
    super(options);
    const { heads, causal = false, returnWeights = false, dropout = 0, useBias = true } = options;
    const { seed, deviation, outputDeviation } = options;
    checkCounts("MultiHeadAttention", { heads });
    checkRates("MultiHeadAttention", { dropout });
    this.#options = { heads, causal, returnWeights, dropout, useBias };
    this.#start = withoutUndefined({ seed, deviation, outputDeviation });
    this.#dropout = tf.layers.dropout({ rate: dropout });
  }

  override build(inputShape: Shapes): void {
    const [query, value = query] = atLeast(shapeList(inputShape), 1);
    checkAxes(this.name, query, ["batch", "queries", "width"]);
    checkAxes(this.name, value, ["batch", "keys", "width"]);
    const width = sizeOfAxis(query, 2);
    checkHeads(this.name, width, this.#options.heads);
    const { seed, deviation, outputDeviation = deviation } = this.#start;
    const next = seeds(seed);
    for (const projection of PROJECTIONS) {
      const inputs = projection === "key" || projection === "value" ? sizeOfAxis(value, 2) : width;
      const start = withoutUndefined({
        seed: next(),
        deviation: projection === "output" ? outputDeviation : deviation,
      });
      const kernel = this.addWeight(`${projection}Kernel`, [inputs, width], "float32", kernelStart(start));
      this.#kernels.set(projection, kernel);
      if (this.#options.useBias)
        this.#biases.set(projection, this.addWeight(`${projection}Bias`, [width], "float32", tf.initializers.zeros()));
    }
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const [query, value = query] = atLeast(shapeList(inputShape), 1);
    const [batch, queries] = atLeast(query, 2);
    return this.#options.returnWeights ? [query, [batch, this.#options.heads, queries, at(value, 1)]] : query;
  }

  override computeMask(_inputs: tf.Tensor | tf.Tensor[], mask?: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    const first = firstMask(mask);
    return this.#options.returnWeights ? [first, NO_MASK] : first;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], options: CallOptions = {}): tf.Tensor | tf.Tensor[] {
    return tf.tidy(() => {
      const [first, second = first, mask = second === first ? handedMask(first, options) : undefined] = atLeast(
        [inputs].flat(),
        1,
      );
      const queries = ofRank(first, 3);
      const { heads, causal, returnWeights } = this.#options;
      const [batch, queryCount, width] = queries.shape;
      const { keys, values, bias } = this.#keysAndValues(ofRank(second, 3), second === first);
      const { context, weights } = attention(this.#split(this.#project("query", queries), heads), keys, values, {
        mask,
        causal: causal && bias === undefined,
        bias,
        between: (given) => tensorOf(this.#dropout.apply(given, { training: options.training })),
      });
      reportAttention(this.path, weights);
      const joined = context.transpose([0, 2, 1, 3]).reshape([batch, queryCount, width]); // [batch, queries, width]
      const output = this.#project("output", ofRank(joined, 3));
      return returnWeights ? [output, weights] : output;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options, ...this.#start };
  }

  /** The layer's name with those of the layers it is part of. */
  get path(): string {
    const name = this.#kernels.get("query")?.originalName ?? this.name;
    return name.replace(/\/queryKernel$/, "");
  }

  /** How many attentions work side by side. */
  get heads(): number {
    return this.#options.heads;
  }

  /** The kernel of the output `[width, width]`; its rows, in as many equal parts as there are heads, take what each of them gives. */
  get outputKernel(): tf.LayerVariable {
    return requireBuilt(this.#kernels.get("output"), this.name);
  }

  /** Of what is attended to; with a cache, of all that was read before, too. */
  #keysAndValues(attended: tf.Tensor3D, isOwn: boolean): Remembered {
    const { heads, causal } = this.#options;
    const project = () => ({
      keys: this.#split(this.#project("key", attended), heads),
      values: this.#split(this.#project("value", attended), heads),
    });
    const cache = keyValueCache();
    if (cache === undefined || isOwn !== causal) return project();
    if (!causal) return cache.keep(project);
    const { keys, values } = project();
    return cache.extend(keys, values);
  }

  #project(projection: (typeof PROJECTIONS)[number], x: tf.Tensor3D): tf.Tensor3D {
    const [batch, time, inputs] = x.shape;
    const kernel = requireBuilt(this.#kernels.get(projection), this.name);
    checkWidth(this.name, x.shape, sizeOfAxis(kernel.shape, 0));
    const projected = x.reshape([batch * time, inputs]).matMul(kernel.read());
    const bias = this.#biases.get(projection)?.read();
    return (bias ? projected.add(bias) : projected).reshape([batch, time, sizeOfAxis(kernel.shape, 1)]);
  }

  #split(x: tf.Tensor3D, heads: number): tf.Tensor4D {
    const [batch, time, width] = x.shape;
    return x.reshape([batch, time, heads, width / heads]).transpose([0, 2, 1, 3]); // [batch, heads, time, dim]
  }
}
tf.serialization.registerClass(MultiHeadAttention);
