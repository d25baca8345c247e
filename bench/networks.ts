// The library's own models at the bench's sizes.
import { buildCnn, buildGpt, buildRnnLanguageModel, tf } from "cellwise";
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

/** One batch of the shapes that a network is trained on. */
export function batchFor(network: Network): [inputs: tf.Tensor, targets: tf.Tensor] {
  if (network === "cnn") {
    return [
      tf.randomUniform([BATCH, 28, 28, 1], 0, 1, "float32", 1),
      tf.tidy(() => tf.range(0, BATCH).mod(10).expandDims(1)),
    ];
  }
  const text = (seed: number) => tf.tidy(() => tf.randomUniform([BATCH, TIME], 0, VOCABULARY, "float32", seed).floor());
  return [text(1), tf.tidy(() => text(2).expandDims(2))];
}
