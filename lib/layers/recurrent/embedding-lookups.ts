// Which tensors came out of an embedding while a step is recorded: the next layer may multiply the table instead of the rows.
import { at } from "../../indexing";
import type { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";

/** Rows of a table by their numbers. */
export interface Lookup {
  /** [vocabulary, features] */
  readonly table: tf.Tensor;
  /** [batch, time] */
  readonly indices: tf.Tensor;
}

const lookups = new WeakMap<tf.Tensor, Lookup>();

/** How an embedding made a tensor [batch, time, features], if one did. */
export const lookupOf = (rows: tf.Tensor): Lookup | undefined => lookups.get(rows);

interface Embedding {
  readonly embeddings: tf.LayerVariable;
  call(inputs: tf.Tensor | tf.Tensor[], options: object): tf.Tensor | tf.Tensor[];
}

/** Makes embeddings record what they look up until the replacements are restored. */
export function noteEmbeddingLookups(replacements: Replacements): void {
  const layer = tf.layers.embedding({ inputDim: 1, outputDim: 1 });
  replacements.replace(
    Object.getPrototypeOf(layer) as Embedding,
    "call",
    (original) =>
      function (this: Embedding, inputs, options) {
        const output = original.call(this, inputs, options);
        const indices = at([inputs].flat(), 0);
        if (output instanceof tf.Tensor && indices.rank === 2) {
          lookups.set(output, { table: this.embeddings.read(), indices });
        }
        return output;
      },
  );
}
