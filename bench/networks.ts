// The library's own models at the bench's sizes.
import { buildCnn, buildGpt, buildRnnLanguageModel, tf } from "cellwise";
import { readBatch } from "./batches";
import { BATCH, BLOCKS, HEADS, type Network, TIME, VOCABULARY, WIDTH } from "./work";

const recurrent = (cell: "simple" | "lstm" | "gru"): tf.LayersModel =>
  buildRnnLanguageModel({ cell, vocabulary: VOCABULARY, embedding: WIDTH, units: [WIDTH], length: TIME });

/** A model, compiled with Adam and sparse categorical cross-entropy; no metrics, as in the other engines. */
export function buildNetwork(network: Network): tf.LayersModel {
  const build = {
    cnn: () => buildCnn(),
    rnn: () => recurrent("simple"),
    lstm: () => recurrent("lstm"),
    gru: () => recurrent("gru"),
    // The other engines' GPT has a dense layer at its end, not the embedding's table.
    gpt: () =>
      buildGpt({ vocabulary: VOCABULARY, length: TIME, width: WIDTH, heads: HEADS, blocks: BLOCKS, tied: false }),
  }[network];
  const model = build();
  model.compile({ optimizer: tf.train.adam(0.001), loss: "sparseCategoricalCrossentropy" });
  return model;
}

/** The batch that a network is trained on. */
export function batchFor(network: Network): [inputs: tf.Tensor, targets: tf.Tensor] {
  const { inputs, labels } = readBatch(network);
  if (network === "cnn") return [tf.tensor4d(inputs, [BATCH, 28, 28, 1]), tf.tensor2d(labels, [BATCH, 1], "float32")];
  return [tf.tensor2d(inputs, [BATCH, TIME]), tf.tensor3d(labels, [BATCH, TIME, 1], "float32")];
}
