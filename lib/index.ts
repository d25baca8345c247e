// All that a notebook imports, in the order in which the course meets it.

// The last expression of a cell shows itself.
import "./displays";

export type { DataFrame, Series } from "danfojs-node";
export { dfd } from "./tables/danfo";
export { tf } from "./tfjs/tf";

// Data sets.

export { type Batch, type Column, Dataset, type DatasetParts, type Example } from "./data/dataset";
export {
  type ColumnScale,
  type ForecastOptions,
  type ForecastWindows,
  forecastWindows,
  type TimeTable,
} from "./data/forecast";
export { Random } from "./data/random";
export {
  labelledSequences,
  nextTokenSequences,
  nextTokenWindows,
  type SequenceFrame,
  sequencePairs,
  type Tokens,
} from "./data/sequences";
export { type CmudictOptions, loadCmudict, type Pronunciation } from "./datasets/cmudict";
export { loadCo2, loadWeather } from "./datasets/frames";
export { loadMail, type Mail, type MailGroup, type MailOptions } from "./datasets/mail";
export { loadMnist, type Mnist } from "./datasets/mnist";
export { type Chapter, loadMobyDick, type MobyDick } from "./datasets/moby-dick";
export { loadNames, type Names } from "./datasets/names";
export { copying, sorting, spirals, xor } from "./datasets/synthetic";

// Texts as numbers.

export { type BytePairOptions, BytePairTokenizer } from "./text/byte-pair-tokenizer";
export type { Merge } from "./text/byte-pairs";
export { CharacterTokenizer } from "./text/character-tokenizer";
export { type PadOptions, pad } from "./text/padding";
export type { Tokenizer } from "./text/tokenizer";
export { Vocabulary } from "./text/vocabulary";

// Layers that tfjs-layers lacks.

export { type Attended, type AttentionOptions, attention } from "./layers/attention/attention";
export { type AttentionMap, attentionMaps } from "./layers/attention/attention-maps";
export { DotAttention, type DotAttentionOptions } from "./layers/attention/dot-attention";
export { causalBias, PaddingMask, type PaddingMaskOptions, paddingBias } from "./layers/attention/masks";
export { MultiHeadAttention, type MultiHeadAttentionOptions } from "./layers/attention/multi-head-attention";
export {
  LearnedPositions,
  type LearnedPositionsOptions,
  SinusoidalPositions,
  sinusoidalPositions,
} from "./layers/attention/positions";
export { Bias } from "./layers/bias";
export { type CallOptions, CompositeLayer, type Shapes } from "./layers/composite-layer";
export type { StartOptions } from "./layers/initializers";
export { LayerNorm, type LayerNormOptions } from "./layers/layer-norm";
export { Gru, type GruOptions } from "./layers/recurrent/gru";
export { LstmEncoderDecoder, type LstmEncoderDecoderOptions } from "./layers/recurrent/lstm-encoder-decoder";
export { type Cell, type RecurrentOptions, recurrent } from "./layers/recurrent/recurrent";
export { TokenEmbedding, type TokenEmbeddingOptions } from "./layers/token-embedding";
export { DecoderBlock } from "./layers/transformer/decoder-block";
export { EncoderBlock, type EncoderBlockOptions } from "./layers/transformer/encoder-block";
export { FirstPosition } from "./layers/transformer/first-position";
export {
  type BlockConfig,
  TransformerBlock,
  type TransformerBlockOptions,
} from "./layers/transformer/transformer-block";
export { gelu } from "./ops/gelu";

// Models, a file a family, in the order of the generations. The perceptron:

export {
  buildPerceptron,
  type Perceptron,
  type PerceptronHistory,
  type PerceptronLearning,
  type PerceptronOptions,
  perceptronBound,
} from "./models/feed-forward/perceptron";

// What every model that follows says of tensors that do not fit:

export { checkedInputs } from "./models/building/checked-inputs";

// Options of several builders:

export type { BuilderOptions, ImageClassifierOptions, TransformerSizes } from "./models/building/options";

// The multilayer perceptron:

export { buildMlp, type MlpOptions } from "./models/feed-forward/mlp";

// The article's convolutional network:

export { buildCnn, type CnnOptions } from "./models/convolutional/cnn";

// A convolutional network put together from blocks:

export { type BlockCnnOptions, buildBlockCnn } from "./models/convolutional/block-cnn";

// Recurrent networks:

export { accuracyIgnoring, crossentropyIgnoring, type SequenceMeasure } from "./losses/sequence-loss";
export {
  buildRnnClassifier,
  buildRnnForecaster,
  buildRnnLanguageModel,
  type RnnClassifierOptions,
  type RnnForecasterOptions,
  type RnnLanguageModelOptions,
  type RnnOptions,
} from "./models/recurrent/rnn";
export { buildSeq2Seq, type Seq2SeqOptions } from "./models/recurrent/seq2seq";

// Transformers: the encoder-decoder, then what decodes only, then what encodes only.

export { buildTransformer, type TransformerOptions } from "./models/transformers/transformer";

// GPT:

export { buildGpt, type GptOptions, gptParameters } from "./models/transformers/gpt";

// BERT:

export { type MaskTokensOptions, maskTokens } from "./data/masked-language";
export {
  type BertClassifierOptions,
  type BertOptions,
  buildBert,
  buildBertClassifier,
} from "./models/transformers/bert";

// Training, and what comes of it.

export type { Meaning } from "./losses/measure";
export { type EvaluateOptions, evaluate } from "./training/evaluation/evaluate";
export { type Mistake, mistakes } from "./training/evaluation/mistakes";
export { type PredictOptions, predict } from "./training/evaluation/predict";
export { type ClassesOptions, Predictions, type PredictionsAbout } from "./training/evaluation/predictions";
export type { Engine, History } from "./training/history";
export { fit } from "./training/loop/fit";
export type { FitOptions } from "./training/loop/fit-options";
export type { MeasureSeries, Measures } from "./training/named-measures";
export type { BatchReport, EpochReport } from "./training/reports";
export type { BatchMeans } from "./training/steps/batch-means";
export type { TrainingTask } from "./training/task";

// Training loops of one's own, as one graph: what fit does inside.

export { clipGradients, type GradientLimit, StepFailedError, UncompilableError } from "./graph";
export { compiledForward, type ForwardPass } from "./training/evaluation/compiled-forward";
export { saveSavedModel } from "./training/export/save-saved-model";
export { type CompiledStep, compileStep, minimize } from "./training/steps/compile-step";

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

export type { Figure } from "./plots/figure/figure";
export type { PlaneOptions } from "./plots/figure/plane";
export { show } from "./plots/figure/show";
export type { Table } from "./plots/figure/table";
export type { Places } from "./plots/figure/x-values";
export { type FeatureMapsOptions, featureMaps } from "./plots/images/feature-maps";
export { type FiltersOptions, filters } from "./plots/images/filters";
export { type GradCamFigureOptions, gradCam } from "./plots/images/grad-cam";
export { type ImageGridOptions, imageGrid } from "./plots/images/image-grid";
export { type SaliencyOptions, saliency } from "./plots/images/saliency";
export { type SlidingFilterOptions, slidingFilter } from "./plots/images/sliding-filter";
export { type ArchitectureOptions, architecture } from "./plots/models/architecture";
export { type AttentionHeatmapOptions, attentionHeatmap } from "./plots/models/attention-heatmap";
export type { DrawnLayer, DrawnModel, DrawnTensor } from "./plots/models/model-graph";
export { type PositionalEncodingOptions, positionalEncoding } from "./plots/models/positional-encoding";
export { type LayeredModel, type SummedUpLayer, summary } from "./plots/models/summary";
export { type BarsOptions, bars } from "./plots/series/bars";
export { type BoundaryLine, boundaryLine } from "./plots/series/boundary-line";
export { confusionCounts, confusionMatrix } from "./plots/series/confusion-matrix";
export { decisionBoundary } from "./plots/series/decision-boundary";
export { type EmbeddingOptions, embedding } from "./plots/series/embedding";
export { type ForecastFigureOptions, type ForecastSeries, forecast } from "./plots/series/forecast";
export { functionCurves } from "./plots/series/function-curves";
export { type HistogramsOptions, histograms, type NamedValues } from "./plots/series/histograms";
export { learningCurves } from "./plots/series/learning-curves";
export { type LinesOptions, lines } from "./plots/series/lines";
export { type LossSurfaceOptions, lossSurface, type WeightPath } from "./plots/series/loss-surface";
export { type TokenProbabilitiesOptions, tokenProbabilities } from "./plots/text/token-probabilities";
