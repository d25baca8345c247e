// The library's own models at the bench's sizes.
import {
  buildBert,
  buildBlockCnn,
  buildCnn,
  buildGpt,
  buildMlp,
  buildRnnLanguageModel,
  buildSeq2Seq,
  buildTransformer,
  tf,
} from "cellwise";
import { BATCH, BLOCKS, HEADS, type Network, TIME, VOCABULARY, WIDTH, WORD } from "./work";

const width = { width: WIDTH, heads: HEADS, blocks: BLOCKS };

const recurrent = (cell: "simple" | "lstm" | "gru"): tf.LayersModel =>
  buildRnnLanguageModel({ cell, vocabulary: VOCABULARY, embedding: WIDTH, units: [WIDTH], length: TIME });

/** A model, compiled with Adam and sparse categorical cross-entropy; no metrics, as in the other engines. */
export function buildNetwork(network: Network): tf.LayersModel {
  const build = {
    mlp: () => buildMlp({ inputShape: [784], units: [256, 128], classes: 10 }),
    cnn: () => buildCnn(),
    blocks: () => buildBlockCnn({ filters: [32, 64], convolutions: 1 }),
    rnn: () => recurrent("simple"),
    lstm: () => recurrent("lstm"),
    gru: () => recurrent("gru"),
    seq2seq: () =>
      buildSeq2Seq({ sourceVocabulary: VOCABULARY, targetVocabulary: VOCABULARY, embedding: WIDTH, units: WIDTH }),
    transformer: () => buildTransformer({ sourceVocabulary: VOCABULARY, ...width }),
    bert: () => buildBert({ vocabulary: VOCABULARY, length: TIME, ...width }),
    // The other engines' GPT has a dense layer at its end, not the embedding's table.
    gpt: () => buildGpt({ vocabulary: VOCABULARY, length: TIME, ...width, tied: false }),
  }[network];
  const model = build();
  model.compile({ optimizer: tf.train.adam(0.001), loss: "sparseCategoricalCrossentropy" });
  return model;
}

/** One batch of the shapes that a network is trained on. No token is 0, which is padding: all engines have the same to do. */
export function batchFor(network: Network): [inputs: tf.Tensor[], targets: tf.Tensor] {
  if (network === "mlp" || network === "cnn" || network === "blocks") {
    const shape = network === "mlp" ? [BATCH, 784] : [BATCH, 28, 28, 1];
    return [[tf.randomUniform(shape, 0, 1, "float32", 1)], tf.tidy(() => tf.range(0, BATCH).mod(10).expandDims(1))];
  }
  const pairs = network === "seq2seq" || network === "transformer";
  const time = pairs ? WORD : TIME;
  const text = (seed: number) => tf.tidy(() => tf.randomUniform([BATCH, time], 1, VOCABULARY, "float32", seed).floor());
  return [pairs ? [text(1), text(3)] : [text(1)], tf.tidy(() => text(2).expandDims(2))];
}
