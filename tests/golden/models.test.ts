// Whole models against Python's Keras: the builders' own models with the same weights and inputs give the same outputs and
// gradients. The sizes are make.py's.
import assert from "node:assert/strict";
import {
  buildBert,
  buildBertClassifier,
  buildBlockCnn,
  buildCnn,
  buildDiscriminator,
  buildGenerator,
  buildGpt,
  buildMlp,
  buildRnnClassifier,
  buildRnnForecaster,
  buildRnnLanguageModel,
  buildSeq2Seq,
  buildTransformer,
  crossentropyIgnoring,
  tf,
} from "cellwise";
import { assertAsKeras, readFixture, wave } from "./golden";

const blocks = { inputShape: [8, 8, 1] as [number, number, number], filters: [2, 3], convolutions: 1, classes: 3 };
const player = { inputShape: [8, 4, 2] as [number, number, number], classes: 3 };
const small = { vocabulary: 6, length: 5, width: 4, heads: 2 };

const models: Record<string, () => tf.LayersModel> = {
  "model-mlp": () => buildMlp({ inputShape: [3], units: [6, 5], classes: 3 }),
  "model-article-cnn": () => buildCnn({ inputShape: [20, 18, 1], filters: [2, 3, 3], units: 4, classes: 3 }),
  "model-block-cnn": () => buildBlockCnn(blocks),
  "model-block-cnn-training": () => buildBlockCnn(blocks),
  "model-generator": () => buildGenerator({ ...player, latent: 3, filters: [4, 3] }),
  "model-generator-training": () => buildGenerator({ ...player, latent: 3, filters: [4, 3] }),
  "model-discriminator": () => buildDiscriminator({ ...player, filters: [3, 4], units: 5 }),
  "model-rnn-classifier": () => buildRnnClassifier({ vocabulary: 6, embedding: 3, units: [4], classes: 3 }),
  "model-rnn-classifier-gru": () =>
    buildRnnClassifier({ cell: "gru", vocabulary: 6, embedding: 3, units: [4], classes: 3 }),
  "model-rnn-classifier-simple": () => buildRnnClassifier({ cell: "simple", features: 3, units: [4, 3], classes: 3 }),
  "model-rnn-forecaster": () => buildRnnForecaster({ features: 3, units: [4], horizon: 2 }),
  "model-rnn-language": () => buildRnnLanguageModel({ vocabulary: 6, embedding: 3, units: [4, 4] }),
  "model-seq2seq": () => buildSeq2Seq({ sourceVocabulary: 6, targetVocabulary: 5, embedding: 3, units: 4 }),
  "model-seq2seq-additive": () =>
    buildSeq2Seq({ sourceVocabulary: 6, targetVocabulary: 5, embedding: 3, units: 4, score: "additive" }),
  "model-transformer": () => buildTransformer({ sourceVocabulary: 6, width: 4, heads: 2, blocks: 1 }),
  "model-transformer-pre": () =>
    buildTransformer({
      ...{ sourceVocabulary: 6, targetVocabulary: 5, width: 4, heads: 2, blocks: 1 },
      ...{ norm: "pre", positions: "learned", length: 4 },
    }),
  "model-gpt-post": () => buildGpt({ ...small, blocks: 1, norm: "post", tied: false }),
  "model-gpt": () => buildGpt({ ...small, blocks: 2 }),
  "model-bert": () => buildBert({ ...small, blocks: 1, segments: 2 }),
  "model-bert-classifier": () => buildBertClassifier({ ...small, blocks: 1, segments: 2, classes: 3 }),
};

describe("models compute what Keras computes", () => {
  for (const [name, build] of Object.entries(models)) {
    it(name, () => {
      assertAsKeras(name, () => {
        const model = build();
        model.optimizer.dispose();
        return model;
      });
    });
  }

  it("the loss that leaves padding out", () => {
    const { labels, shape, meanWithoutZero, ignoring, mean } = readFixture<{
      labels: number[];
      shape: number[];
      mean: number;
      meanWithoutZero: number;
      ignoring: number;
    }>("losses");
    const counted = labels.filter((label) => label !== 0).length;
    const losses = tf.tidy(() =>
      [0, -1].map((ignored) => {
        const truth = tf.tensor(labels, shape.slice(0, 2)).toFloat();
        return crossentropyIgnoring(ignored)(truth, wave(shape, 40).softmax()).dataSync()[0] as number;
      }),
    );
    assert.ok(Math.abs((losses[0] as number) - meanWithoutZero) < 1e-6, `${losses[0]} instead of ${meanWithoutZero}`);
    assert.ok(Math.abs((losses[0] as number) - ignoring / counted) < 1e-6, "Keras's ignore_class");
    assert.ok(Math.abs((losses[1] as number) - mean) < 1e-6, `${losses[1]} instead of ${mean}`);
  });
});
