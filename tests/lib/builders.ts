// Every builder, in its variants, as small as it can be.
import {
  buildAlexNet,
  buildAutoencoder,
  buildBert,
  buildBertClassifier,
  buildBlockCnn,
  buildDeepSpeech,
  buildDenoiser,
  buildDenseNet,
  buildDiscriminator,
  buildEfficientNet,
  buildGenerator,
  buildGoogLeNet,
  buildGpt,
  buildMlp,
  buildRecurrentCnn,
  buildResidueAttention,
  buildResNet,
  buildRnnClassifier,
  buildRnnForecaster,
  buildRnnLanguageModel,
  buildSeq2Seq,
  buildTransformer,
  buildVgg,
  buildVit,
  buildWaveNet,
  type tf,
} from "cellwise";

const efficient = { kernelSizes: [3, 5], strides: [1, 2], head: 6, dropout: 0.1 };

/** Builds a model from a seed. */
export const builders: Record<string, (seed: number) => tf.LayersModel> = {
  mlp: (seed) => buildMlp({ preset: "tiny", dropout: 0.1, seed }),
  "block cnn": (seed) => buildBlockCnn({ preset: "tiny", units: 4, dropout: 0.1, seed }),
  alexnet: (seed) => buildAlexNet({ filters: [3, 4, 5, 4, 3], units: [6, 5], seed }),
  vgg: (seed) => buildVgg({ filters: [3, 4], convolutions: [2, 1], units: [5], dropout: 0.1, batchNorm: true, seed }),
  googlenet: (seed) => buildGoogLeNet({ width: 0.05, dropout: 0.1, seed }),
  resnet: (seed) => buildResNet({ blocks: [2, 1], filters: 3, dropout: 0.1, seed }),
  "resnet of bottlenecks, large stem": (seed) =>
    buildResNet({ blocks: [1, 1], filters: 3, bottleneck: true, stem: "large", seed }),
  densenet: (seed) => buildDenseNet({ blocks: [2, 2], growth: 3, filters: 5, dropout: 0.1, seed }),
  "recurrent cnn": (seed) => buildRecurrentCnn({ filters: 4, steps: 2, dropout: 0.1, seed }),
  efficientnet: (seed) => buildEfficientNet({ stem: 3, filters: [3, 4], blocks: [1, 2], ...efficient, seed }),
  classifier: (seed) => buildRnnClassifier({ preset: "tiny", features: 3, dropout: 0.1, seed }),
  forecaster: (seed) => buildRnnForecaster({ preset: "tiny", cell: "gru", seed }),
  "language model": (seed) => buildRnnLanguageModel({ preset: "tiny", cell: "simple", vocabulary: 5, seed }),
  "deep speech": (seed) => buildDeepSpeech({ features: 3, classes: 4, filters: [3, 4], units: [3, 2], seed }),
  wavenet: (seed) => buildWaveNet({ levels: 7, channels: 4, skips: 5, dilations: [1, 2, 1], seed }),
  seq2seq: (seed) => buildSeq2Seq({ preset: "tiny", sourceVocabulary: 5, targetVocabulary: 6, seed }),
  "seq2seq without attention": (seed) =>
    buildSeq2Seq({ preset: "tiny", sourceVocabulary: 5, targetVocabulary: 6, attention: false, seed }),
  "seq2seq with an additive score": (seed) =>
    buildSeq2Seq({ preset: "tiny", sourceVocabulary: 5, targetVocabulary: 6, score: "additive", seed }),
  transformer: (seed) => buildTransformer({ preset: "tiny", sourceVocabulary: 5, dropout: 0.1, seed }),
  "transformer, pre-norm, learned positions, two vocabularies": (seed) =>
    buildTransformer({
      ...{ preset: "tiny", sourceVocabulary: 5, targetVocabulary: 6, seed },
      ...{ norm: "pre", positions: "learned" },
    }),
  gpt: (seed) => buildGpt({ preset: "tiny", vocabulary: 5, dropout: 0.1, seed }),
  "gpt, post-norm, not tied": (seed) => buildGpt({ preset: "tiny", vocabulary: 5, norm: "post", tied: false, seed }),
  bert: (seed) => buildBert({ preset: "tiny", vocabulary: 5, dropout: 0.1, seed }),
  "residue attention": (seed) => buildResidueAttention({ length: 4, vocabulary: 5, heads: 2, keyWidth: 3, seed }),
  "bert classifier": (seed) => buildBertClassifier({ preset: "tiny", vocabulary: 5, segments: 2, seed }),
  vit: (seed) => buildVit({ inputShape: [6, 4, 1], patch: 2, width: 8, heads: 2, blocks: 1, dropout: 0.1, seed }),
  generator: (seed) => buildGenerator({ inputShape: [4, 4, 1], latent: 3, filters: [4, 3], classes: 3, seed }),
  discriminator: (seed) => buildDiscriminator({ inputShape: [4, 4, 1], filters: [3, 4], units: 5, classes: 3, seed }),
  autoencoder: (seed) => buildAutoencoder({ inputShape: [4, 4, 2], filters: [3, 4], code: 5, seed }),
  denoiser: (seed) => buildDenoiser({ code: 4, words: 3, steps: 5, width: 6, blocks: 1, wordSize: 2, seed }),
};
