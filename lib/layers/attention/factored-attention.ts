// Attention between the positions of an alignment: who looks at whom depends on the positions alone, what is said of it on the residue
// seen there (Bhattacharya et al. 2020, "Single layers of attention suffice to predict protein contacts", section 3.3, "factored
// attention"). A position does not see itself, so that each residue is filled in from all others.

import { checkArguments, NUMERIC, optional, STRING, WHOLE } from "../../arguments";
import { at, atLeast } from "../../indexing";
import { checkCounts, layerOptions } from "../../option-checks";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { requireBuilt, type Shapes, shapeList } from "../composite-layer";
import { kernelStart, seeds, withoutUndefined } from "../initializers";
import { checkAxes } from "../input-checks";
import { reportAttention } from "./attention-maps";

/** What a {@link FactoredAttention} can be asked for. */
export interface FactoredAttentionOptions {
  /** How many positions an example has. */
  length: number;
  /** How many different tokens there are. */
  vocabulary: number;
  /** Attentions side by side. */
  heads: number;
  /** Values in the vectors by which positions find each other. */
  keyWidth: number;
  /** The same seed gives the same initial weights. Default: new ones each time. */
  seed?: number;
  /** The layer's name. Default: that of its kind, with a number. */
  name?: string;
}

/** Standard deviations at the start: attention nearly even, and hardly anything said. */
const [VECTOR_DEVIATION, VALUE_DEVIATION] = [0.3, 0.02];
const NEVER = -1e9;

/** From tokens `[batch, positions]` to a score for each token at each position `[batch, positions, vocabulary]`. */
export class FactoredAttention extends tf.layers.Layer {
  /** The name in saved models. */
  static readonly className: string = "FactoredAttention";
  readonly #config: Required<Omit<FactoredAttentionOptions, "seed" | "name">>;
  readonly #seed: number | undefined;
  #queries: tf.LayerVariable | undefined;
  #keys: tf.LayerVariable | undefined;
  #values: tf.LayerVariable | undefined;
  #bias: tf.LayerVariable | undefined;

  /** @throws RangeError when an option cannot be. */
  constructor(options: FactoredAttentionOptions) {
    const counts = { length: NUMERIC, vocabulary: NUMERIC, heads: NUMERIC, keyWidth: NUMERIC };
    checkArguments(
      "FactoredAttention",
      { options },
      { options: layerOptions({ ...counts, seed: optional(WHOLE), name: optional(STRING) }) },
    );
    super(options);
    const { length, vocabulary, heads, keyWidth, seed } = options;
    this.#config = { length, vocabulary, heads, keyWidth };
    checkCounts("FactoredAttention", this.#config);
    this.#seed = seed;
  }

  override build(inputShape: Shapes): void {
    checkAxes(this.name, shapeList(inputShape)[0], ["batch", "positions"]);
    const { length, vocabulary, heads, keyWidth } = this.#config;
    const next = seeds(this.#seed);
    const start = (deviation: number) => kernelStart({ deviation, ...withoutUndefined({ seed: next() }) });
    const vectors = [heads, length, keyWidth];
    this.#queries = this.addWeight("queries", vectors, "float32", start(VECTOR_DEVIATION));
    this.#keys = this.addWeight("keys", vectors, "float32", start(VECTOR_DEVIATION));
    this.#values = this.addWeight("values", [heads, vocabulary, vocabulary], "float32", start(VALUE_DEVIATION));
    this.#bias = this.addWeight("bias", [length, vocabulary], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const [shape] = atLeast(shapeList(inputShape), 1);
    return [at(shape, 0), this.#config.length, this.#config.vocabulary];
  }

  /** How much each position takes of each other one, `[heads, positions, positions]`; nothing of itself. */
  attention(): tf.Tensor3D {
    const { length, keyWidth } = this.#config;
    return tf.tidy(() => {
      const queries = ofRank(requireBuilt(this.#queries, this.name).read(), 3);
      const keys = ofRank(requireBuilt(this.#keys, this.name).read(), 3);
      const scores = tf.matMul(queries, keys, false, true).div(Math.sqrt(keyWidth)); // [heads, positions, positions]
      return ofRank(tf.softmax(scores.add(tf.eye(length).mul(NEVER))), 3);
    });
  }

  /** What a head says for each token that stands where it looks: `[heads, token there, token here]`. */
  values(): tf.Tensor3D {
    return ofRank(requireBuilt(this.#values, this.name).read(), 3);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { length, vocabulary, heads } = this.#config;
    return tf.tidy(() => {
      const tokens = ofRank(at([inputs].flat(), 0), 2);
      const batch = tokens.shape[0];
      const attention = this.attention();
      reportAttention(this.name, attention.expandDims<tf.Tensor4D>(0));
      const seen = tf.oneHot(tokens.toFloat().transpose().flatten().toInt(), vocabulary); // [positions · batch, vocabulary]
      const said = tf.matMul(seen.expandDims<tf.Tensor3D>(0), this.values()); // [heads, positions · batch, vocabulary]
      const looked = attention.transpose([1, 0, 2]).reshape([length, heads * length]);
      // All heads at once: their sum over heads and positions is one matrix product.
      const scores = tf.matMul(looked, said.reshape([heads * length, batch * vocabulary]));
      const placed = scores.reshape([length, batch, vocabulary]).transpose([1, 0, 2]); // [batch, positions, vocabulary]
      return placed.add(requireBuilt(this.#bias, this.name).read());
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#config, ...withoutUndefined({ seed: this.#seed }) };
  }
}
tf.serialization.registerClass(FactoredAttention);
