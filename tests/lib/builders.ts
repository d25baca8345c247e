// Every builder, in its variants, as small as it can be.
import {
  buildBert,
  buildBertClassifier,
  buildBlockCnn,
  buildGpt,
  buildMlp,
  buildRnnClassifier,
  buildRnnForecaster,
  buildRnnLanguageModel,
  buildSeq2Seq,
  buildTransformer,
  type tf,
} from "cellwise";

/** Builds a model from a seed. */
export const builders: Record<string, (seed: number) => tf.LayersModel> = {
  mlp: (seed) => buildMlp({ preset: "tiny", dropout: 0.1, seed }),
  "block cnn": (seed) => buildBlockCnn({ preset: "tiny", units: 4, dropout: 0.1, seed }),
  classifier: (seed) => buildRnnClassifier({ preset: "tiny", features: 3, dropout: 0.1, seed }),
  forecaster: (seed) => buildRnnForecaster({ preset: "tiny", cell: "gru", seed }),
  "language model": (seed) => buildRnnLanguageModel({ preset: "tiny", cell: "simple", vocabulary: 5, seed }),
  seq2seq: (seed) => buildSeq2Seq({ preset: "tiny", sourceVocabulary: 5, targetVocabulary: 6, seed }),
  "seq2seq without attention": (seed) =>
    buildSeq2Seq({ preset: "tiny", sourceVocabulary: 5, targetVocabulary: 6, attention: false, seed }),
  transformer: (seed) => buildTransformer({ preset: "tiny", sourceVocabulary: 5, dropout: 0.1, seed }),
  "transformer, pre-norm, learned positions, two vocabularies": (seed) =>
    buildTransformer({
      ...{ preset: "tiny", sourceVocabulary: 5, targetVocabulary: 6, seed },
      ...{ norm: "pre", positions: "learned" },
    }),
  gpt: (seed) => buildGpt({ preset: "tiny", vocabulary: 5, dropout: 0.1, seed }),
  "gpt, post-norm, not tied": (seed) => buildGpt({ preset: "tiny", vocabulary: 5, norm: "post", tied: false, seed }),
  bert: (seed) => buildBert({ preset: "tiny", vocabulary: 5, dropout: 0.1, seed }),
  "bert classifier": (seed) => buildBertClassifier({ preset: "tiny", vocabulary: 5, segments: 2, seed }),
};
