// The library's own models at the bench's sizes.
import {
  buildBert,
  buildBertClassifier,
  buildBlockCnn,
  buildCnn,
  buildDenseNet,
  buildEfficientNet,
  buildGpt,
  buildMlp,
  buildResNet,
  buildRnnClassifier,
  buildRnnForecaster,
  buildRnnLanguageModel,
  buildSeq2Seq,
  buildTransformer,
  tf,
} from "cellwise";
import { readBatch } from "./batches";
import { BATCH, BATCH_OF, BLOCKS, HEADS, type Network, TIME, VOCABULARY, WIDTH, WORD } from "./work";

const width = { width: WIDTH, heads: HEADS, blocks: BLOCKS };

const recurrent = (cell: "simple" | "lstm" | "gru"): tf.LayersModel =>
  buildRnnLanguageModel({ cell, vocabulary: VOCABULARY, embedding: WIDTH, units: [WIDTH], length: TIME });

/** A model as its builder ships it: compiled with Adam, its loss and, but for the forecaster, its accuracy. */
export function buildNetwork(network: Network): tf.LayersModel {
  const builders = {
    mlp: () => buildMlp({ inputShape: [784], units: [256, 128], classes: 10 }),
    cnn: () => buildCnn(),
    blocks: () => buildBlockCnn({ filters: [32, 64], convolutions: 1 }),
    resnet: () => buildResNet({ learningRate: 0.001 }),
    densenet: () => buildDenseNet({ learningRate: 0.001 }),
    efficientnet: () => buildEfficientNet({ learningRate: 0.001 }),
    rnn: () => recurrent("simple"),
    lstm: () => recurrent("lstm"),
    gru: () => recurrent("gru"),
    classifier: () => buildRnnClassifier({ vocabulary: VOCABULARY, embedding: WIDTH, units: [WIDTH], length: TIME }),
    forecaster: () => buildRnnForecaster({ units: [WIDTH], length: TIME }),
    seq2seq: () =>
      buildSeq2Seq({ sourceVocabulary: VOCABULARY, targetVocabulary: VOCABULARY, embedding: WIDTH, units: WIDTH }),
    transformer: () => buildTransformer({ sourceVocabulary: VOCABULARY, ...width }),
    bert: () => buildBert({ vocabulary: VOCABULARY, length: TIME, ...width }),
    bertClassifier: () => buildBertClassifier({ vocabulary: VOCABULARY, length: TIME, ...width }),
    // The other engines' GPT has a dense layer at its end, not the embedding's table.
    gpt: () => buildBlocks(BLOCKS),
  };
  return builders[network]();
}

/** The GPT with any number of blocks. */
export const buildBlocks = (blocks: number): tf.LayersModel =>
  buildGpt({ vocabulary: VOCABULARY, length: TIME, ...width, blocks, tied: false });

/** The article's CNN, or the MLP, for digits as the data set has them. */
export const buildForDigits = (convolutional: boolean): tf.LayersModel =>
  convolutional ? buildCnn() : buildMlp({ units: [256, 128], classes: 10 });

/** The batch that a network is trained on: its inputs and its targets. */
export function batchFor(network: Network): [inputs: tf.Tensor[], targets: tf.Tensor] {
  const { inputs, labels } = readBatch(network);
  switch (BATCH_OF[network]) {
    case "digits": {
      const shape = network === "mlp" ? [BATCH, 28 * 28] : [BATCH, 28, 28, 1];
      return [[tf.tensor(inputs, shape)], tf.tensor2d(labels, [BATCH, 1], "float32")];
    }
    case "text":
      return [[tf.tensor2d(inputs, [BATCH, TIME])], tf.tensor3d(labels, [BATCH, TIME, 1], "float32")];
    case "padded":
      return [[tf.tensor2d(inputs, [BATCH, TIME])], tf.tensor2d(labels, [BATCH, 1], "float32")];
    case "series": {
      const next = Float32Array.from(labels, (label) => label / VOCABULARY);
      return [[tf.tensor3d(inputs, [BATCH, TIME, 1])], tf.tensor2d(next, [BATCH, 1])];
    }
    case "pairs": {
      const half = BATCH * WORD;
      const [source, target] = [inputs.subarray(0, half), inputs.subarray(half)].map((part) =>
        tf.tensor2d(part, [BATCH, WORD]),
      ) as [tf.Tensor, tf.Tensor];
      return [[source, target], tf.tensor3d(labels, [BATCH, WORD, 1], "float32")];
    }
  }
}
