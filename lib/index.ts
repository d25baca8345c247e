// All that a notebook imports, in the order in which the course meets it.

// The last expression of a cell shows itself.
import "./displays";

export type { DataFrame, Series } from "danfojs-node";
export { dfd } from "./danfo";
export { tf } from "./tf";

// Data sets.

export { type CmudictOptions, loadCmudict, type Pronunciation } from "./data/cmudict";
export { type Batch, type Column, Dataset, type DatasetParts, type Example } from "./data/dataset";
export {
  type ColumnScale,
  type ForecastOptions,
  type ForecastWindows,
  forecastWindows,
  type TimeTable,
} from "./data/forecast";
export { loadCo2, loadWeather } from "./data/frames";
export { loadMail, type Mail, type MailGroup, type MailOptions } from "./data/mail";
export { loadMnist, type Mnist } from "./data/mnist";
export { type Chapter, loadMobyDick, type MobyDick } from "./data/moby-dick";
export { loadNames, type Names } from "./data/names";
export { Random } from "./data/random";
export {
  labelledSequences,
  nextTokenSequences,
  nextTokenWindows,
  type SequenceFrame,
  sequencePairs,
  type Tokens,
} from "./data/sequences";
export { copying, sorting, spirals, xor } from "./data/synthetic";

// Texts as numbers.

export { type BytePairOptions, BytePairTokenizer } from "./text/byte-pair-tokenizer";
export type { Merge } from "./text/byte-pairs";
export { CharacterTokenizer } from "./text/character-tokenizer";
export { type PadOptions, pad } from "./text/padding";
export type { Tokenizer } from "./text/tokenizer";
export { Vocabulary } from "./text/vocabulary";

// Layers that tfjs-layers lacks.

export { type Attended, type AttentionOptions, attention } from "./layers/attention";
export { type AttentionMap, attentionMaps } from "./layers/attention-maps";
export { Bias } from "./layers/bias";
export { type CallOptions, CompositeLayer, type Shapes } from "./layers/composite-layer";
export { DecoderBlock } from "./layers/decoder-block";
export { DotAttention, type DotAttentionOptions } from "./layers/dot-attention";
export { EncoderBlock, type EncoderBlockOptions } from "./layers/encoder-block";
export { FirstPosition } from "./layers/first-position";
export { Gru, type GruOptions } from "./layers/gru";
export { LayerNorm, type LayerNormOptions } from "./layers/layer-norm";
export { LstmEncoderDecoder, type LstmEncoderDecoderOptions } from "./layers/lstm-encoder-decoder";
export { causalBias, PaddingMask, type PaddingMaskOptions, paddingBias } from "./layers/masks";
export { MultiHeadAttention, type MultiHeadAttentionOptions } from "./layers/multi-head-attention";
export {
  LearnedPositions,
  type LearnedPositionsOptions,
  SinusoidalPositions,
  sinusoidalPositions,
} from "./layers/positions";
export { type Cell, type RecurrentOptions, recurrent } from "./layers/recurrent";
export type { StartOptions } from "./layers/starts";
export { TokenEmbedding, type TokenEmbeddingOptions } from "./layers/token-embedding";
export { type BlockConfig, TransformerBlock, type TransformerBlockOptions } from "./layers/transformer-block";

// Models, a file a family, in the order of the generations. The perceptron:

export {
  buildPerceptron,
  type Perceptron,
  type PerceptronHistory,
  type PerceptronLearning,
  type PerceptronOptions,
  perceptronBound,
} from "./models/perceptron";

// What every model that follows says of tensors that do not fit:

export { checkedInputs } from "./models/checked-inputs";

// The multilayer perceptron:

export { buildMlp, type MlpOptions } from "./models/mlp";

// The article's convolutional network:

export { buildCnn, type CnnOptions } from "./models/cnn";

// A convolutional network put together from blocks:

export { type BlockCnnOptions, buildBlockCnn } from "./models/block-cnn";

// Recurrent networks:

export {
  buildRnnClassifier,
  buildRnnForecaster,
  buildRnnLanguageModel,
  type RnnClassifierOptions,
  type RnnForecasterOptions,
  type RnnLanguageModelOptions,
  type RnnOptions,
} from "./models/rnn";
export { buildSeq2Seq, type Seq2SeqOptions } from "./models/seq2seq";
export { accuracyIgnoring, crossentropyIgnoring, type SequenceMeasure } from "./models/sequence-loss";

// Transformers: the encoder-decoder, then what decodes only, then what encodes only.

export { buildTransformer, type TransformerOptions } from "./models/transformer";

// GPT:

export { buildGpt, type GptOptions, gptParameters } from "./models/gpt";

// BERT:

export { type BertClassifierOptions, type BertOptions, buildBert, buildBertClassifier } from "./models/bert";
export { type MaskTokensOptions, maskTokens } from "./models/masked-language";

// Training, and what comes of it.

export type { BatchMeans } from "./training/batch-means";
export type { Meaning } from "./training/declarations";
export { type EvaluateOptions, evaluate } from "./training/evaluate";
export { type BatchReport, type EpochReport, type FitOptions, fit } from "./training/fit";
export type { History, MeasureSeries, Measures } from "./training/history";
export { type Mistake, mistakes } from "./training/mistakes";
export { type PredictOptions, predict } from "./training/predict";
export { type ClassesOptions, Predictions, type PredictionsAbout } from "./training/predictions";
export type { Engine } from "./training/step";

// Training loops of one's own, as one graph: what fit does inside.

import "./training/layer-forms";

export {
  type CompiledStep,
  clipGradients,
  compileStep,
  type GradientLimit,
  gelu,
  minimize,
  StepFailedError,
  UncompilableError,
} from "./graph";
export { compiledForward, type ForwardPass } from "./training/compiled-forward";
export { saveSavedModel } from "./training/save-saved-model";

// Text out of models.

export { type Beam, type BeamSearchOptions, beamSearch } from "./generation/beam-search";
export { type GeneratedToken, type GenerateOptions, generate, generateText, streamText } from "./generation/generate";
export type { TokenModel, TokenModelOptions } from "./generation/next-token";
export { type SamplingOptions, sampleToken, samplingProbabilities } from "./generation/sampling";

// Claims: a text held to what was measured.

export type { Around, Bound, Exact, Limits, Same } from "./claims/bound";
export { claim } from "./claims/claim";

// Exercises: answers to what a learner writes.

export type { Answer } from "./exercises/answer";
export { type CheckOptions, check, type ExerciseCase, type Slip } from "./exercises/check";

// Looking into functions and models: plain numbers for the figures.

export type { ClassChoice, ClassMaps } from "./inspection/class-scores";
export { type Curve, curve } from "./inspection/curve";
export { type DecisionRegions, type DecisionRegionsOptions, decisionRegions } from "./inspection/decision-regions";
export { type GradCamMaps, type GradCamOptions, gradCamMaps } from "./inspection/grad-cam";
export { type LayerValues, layerActivations, layerGradients } from "./inspection/layer-values";
export { type LossAroundOptions, type LossPlane, lossAroundWeights, lossOverPlane } from "./inspection/loss-plane";
export { type PrincipalComponents, principalComponents } from "./inspection/principal-components";
export { saliencyMaps } from "./inspection/saliency";
export {
  type LikelyToken,
  type TextProbabilitiesOptions,
  type TokenProbability,
  textProbabilities,
} from "./inspection/token-probabilities";

// Figures and tables.

export { type ArchitectureOptions, architecture } from "./plots/architecture";
export { type AttentionHeatmapOptions, attentionHeatmap } from "./plots/attention-heatmap";
export { type BarsOptions, bars } from "./plots/bars";
export { type BoundaryLine, boundaryLine } from "./plots/boundary-line";
export { confusionCounts, confusionMatrix } from "./plots/confusion-matrix";
export { decisionBoundary } from "./plots/decision-boundary";
export { type EmbeddingOptions, embedding } from "./plots/embedding";
export { type FeatureMapsOptions, featureMaps } from "./plots/feature-maps";
export type { Figure } from "./plots/figure";
export { type FiltersOptions, filters } from "./plots/filters";
export { type ForecastFigureOptions, type ForecastSeries, forecast } from "./plots/forecast";
export { functionCurves } from "./plots/function-curves";
export { type GradCamFigureOptions, gradCam } from "./plots/grad-cam";
export { type HistogramsOptions, histograms, type NamedValues } from "./plots/histograms";
export { type ImageGridOptions, imageGrid } from "./plots/image-grid";
export { learningCurves } from "./plots/learning-curves";
export { type LinesOptions, lines } from "./plots/lines";
export { type LossSurfaceOptions, lossSurface, type WeightPath } from "./plots/loss-surface";
export type { DrawnLayer, DrawnModel, DrawnTensor } from "./plots/model-graph";
export type { Places } from "./plots/places";
export type { PlaneOptions } from "./plots/plane";
export { type PositionalEncodingOptions, positionalEncoding } from "./plots/positional-encoding";
export { type SaliencyOptions, saliency } from "./plots/saliency";
export { show } from "./plots/show";
export { type SlidingFilterOptions, slidingFilter } from "./plots/sliding-filter";
export { type LayeredModel, type SummedUpLayer, summary } from "./plots/summary";
export type { Table } from "./plots/table";
export { type TokenProbabilitiesOptions, tokenProbabilities } from "./plots/token-probabilities";
