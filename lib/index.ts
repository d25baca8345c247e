// All that a notebook imports. The headings (`// # …`) are the chapters of `npm run docs`: those of the course, and after them
// what all of it uses.

/**
 * All names are imported from `cellwise`, as in `import { buildMlp, fit, loadMnist } from "cellwise"`; the examples leave this line out.
 *
 * @packageDocumentation
 */

// The last expression of a cell shows itself.
import "./displays";

// # 0 Start here

export type { DataFrame, Series } from "danfojs-node";
export type { Figure } from "./plots/figure/figure";
export { show } from "./plots/figure/show";
export type { Table } from "./plots/figure/table";
export { dfd } from "./tables/danfo";
export { tf } from "./tfjs/tf";

// # 1.1 How it came

export { ClassToken, type ClassTokenOptions } from "./layers/transformer/class-token";
export { buildVit, type VitOptions, vitParameters } from "./models/transformers/vit";

// # 1.3 Where large models are used

export { loadSystems } from "./datasets/systems/systems";

// # 1.3.1 Computer vision

export { type AlexNetOptions, buildAlexNet } from "./models/convolutional/alexnet";
export type { ImageNetworkOptions } from "./models/convolutional/blocks/image-network";
export type { StemOptions } from "./models/convolutional/blocks/stem";
export { buildDenseNet, type DenseNetOptions } from "./models/convolutional/densenet";
export { buildEfficientNet, type EfficientNetOptions } from "./models/convolutional/efficientnet";
export { buildGoogLeNet, type GoogLeNetOptions } from "./models/convolutional/googlenet";
export { buildRecurrentCnn, type RecurrentCnnOptions } from "./models/convolutional/recurrent-cnn";
export { buildResNet, type ResNetOptions } from "./models/convolutional/resnet";
export { buildVgg, type VggOptions } from "./models/convolutional/vgg";
export {
  type ClassifyPhotographOptions,
  classifyPhotograph,
  type Guess,
} from "./models/pretrained/classify-photograph";
export { efficientNetInput, loadEfficientNet } from "./models/pretrained/efficientnet";

// # 1.3.2 Language

export { loadPhrases, type Phrase, type PhraseParts, type Phrases, type PhrasesOptions } from "./datasets/phrases";
export { loadSpeeches, type Speech, type Speeches, type SpeechesOptions } from "./datasets/speeches";
export { type SentenceEmbeddingsOptions, sentenceEmbeddings } from "./inspection/sentence-embeddings";
export { loadMiniLm, type SentenceEncoder } from "./models/pretrained/minilm";
export { type SimilarityMapOptions, similarityMap } from "./plots/text/similarity-map";
export { type Bleu, type BleuOptions, bleu, type Translation } from "./text/bleu";
export { type FramedTokens, type WordPieceOptions, WordPieceTokenizer } from "./text/word-piece-tokenizer";

// # 1.3.3 Speech

export { type SayOptions, say, type Voice } from "./datasets/speech/say";
export {
  loadSpokenDigits,
  type SpokenDigits,
  type SpokenDigitsOptions,
  type SpokenParts,
} from "./datasets/speech/spoken-digits";
export { loadTabla, type Tabla, type TablaOptions, type TablaStroke } from "./datasets/tabla";
export { type CtcDecoding, type DecodeCtcOptions, decodeCtc } from "./generation/decode-ctc";
export { type GenerateSoundOptions, generateSound } from "./generation/generate-sound";
export { CausalConvolution, type CausalConvolutionOptions } from "./layers/convolutional/causal-convolution";
export { GatedUnit } from "./layers/convolutional/gated-unit";
export { type CtcLoss, type CtcLossOptions, ctcLoss } from "./losses/ctc-loss";
export { buildWaveNet, type WaveNetOptions, waveNetReceptiveField } from "./models/convolutional/wavenet";
export {
  type TranscribedPart,
  type TranscribeOptions,
  type Transcription,
  transcribe,
} from "./models/pretrained/transcribe";
export { loadWhisper, type Whisper } from "./models/pretrained/whisper";
export type { WhisperTokens } from "./models/pretrained/whisper-tokens";
export { buildDeepSpeech, type DeepSpeechOptions } from "./models/recurrent/deep-speech";
export { buildWhisper, type WhisperOptions } from "./models/transformers/whisper";
export type { AudioPlayer } from "./plots/figure/audio-player";
export { type AudioOptions, audio } from "./plots/sound/audio";
export { type MuLawOptions, muLawDecode, muLawEncode } from "./sound/mu-law";
export { resample } from "./sound/resample";
export {
  type LogMelOptions,
  logMelSpectrogram,
  type MelFiltersOptions,
  type MelScaleOptions,
  melFilters,
  type Spectrogram,
  type SpectrogramOptions,
  spectrogram,
} from "./sound/spectrogram";
export { type SpeechFeaturesOptions, speechFeatures } from "./sound/speech-features";
export { readWav, type Sound, writeWav } from "./sound/wav";
export { editDistance, wordErrorRate } from "./text/edit-distance";

// # 1.3.4 Proteins

export {
  loadProteinFamily,
  type ProteinFamily,
  type ProteinFamilyName,
  type ProteinFamilyOptions,
} from "./datasets/protein-family";
export { residueCouplings } from "./inspection/residue-couplings";
export { buildResidueAttention, type ResidueAttentionOptions } from "./models/transformers/residue-attention";
export { type ContactMapOptions, contactMap } from "./plots/proteins/contact-map";
export { type FoldedChainsOptions, foldedChains } from "./plots/proteins/folded-chains";
export {
  covarianceScores,
  mutualInformation,
  type PairScoresOptions,
  type SequenceWeightsOptions,
  sequenceWeights,
} from "./proteins/coevolution";
export {
  averageProductCorrection,
  type ContactPrecisionOptions,
  contactPrecision,
  type ResidueContact,
  residueDistances,
  type TopContactsOptions,
  topContacts,
} from "./proteins/contacts";
export { type FoldContactsOptions, type FoldedChain, foldContacts } from "./proteins/fold";
export type { Point } from "./proteins/points";
export type { Residue } from "./proteins/structure";
export { rmsd, type Superposition, superpose } from "./proteins/superposition";
export { tmScore } from "./proteins/tm-score";

// # 2.1 Neural networks

export { type Curve, type CurveOptions, curve } from "./inspection/curve";
export { type DecisionRegions, type DecisionRegionsOptions, decisionRegions } from "./inspection/decision-regions";
export {
  buildPerceptron,
  type Perceptron,
  type PerceptronHistory,
  type PerceptronLearning,
  type PerceptronOptions,
  perceptronBound,
} from "./models/feed-forward/perceptron";
export { gelu } from "./ops/gelu";
export type { PlaneOptions } from "./plots/figure/plane";
export { type BoundaryLine, boundaryLine } from "./plots/series/boundary-line";
export { decisionBoundary } from "./plots/series/decision-boundary";
export { type FunctionCurvesOptions, functionCurves } from "./plots/series/function-curves";

// # 2.2 Deep learning

export { type LayerValues, layerActivations, layerGradients } from "./inspection/layer-values";
export {
  type LossAroundOptions,
  type LossOverPlaneOptions,
  type LossPlane,
  lossAroundWeights,
  lossOverPlane,
} from "./inspection/loss-plane";
export type { BuilderOptions, ImageClassifierOptions, TransformerSizes } from "./models/building/options";
export { buildMlp, type MlpOptions } from "./models/feed-forward/mlp";
export { type ArchitectureOptions, architecture } from "./plots/models/architecture";
export type { DrawnLayer, DrawnModel, DrawnTensor } from "./plots/models/model-graph";
export { type LayeredModel, type SummedUpLayer, summary } from "./plots/models/summary";
export { type HistogramsOptions, histograms, type NamedValues } from "./plots/series/histograms";
export { type LossSurfaceOptions, lossSurface, type WeightPath } from "./plots/series/loss-surface";

// # 3.1 Convolution

export type { ClassChoice, ClassMaps } from "./inspection/class-scores";
export { type GradCamMaps, type GradCamOptions, gradCamMaps } from "./inspection/grad-cam";
export { saliencyMaps } from "./inspection/saliency";
export { type BlockCnnOptions, buildBlockCnn } from "./models/convolutional/block-cnn";
export { buildCnn, type CnnOptions } from "./models/convolutional/cnn";
export type { ClassMapFigureOptions } from "./plots/images/class-map-rows";
export { type FeatureMapsOptions, featureMaps } from "./plots/images/feature-maps";
export { type FiltersOptions, filters } from "./plots/images/filters";
export { type GradCamFigureOptions, gradCam } from "./plots/images/grad-cam";
export { type SaliencyOptions, saliency } from "./plots/images/saliency";
export { type SlidingFilterOptions, slidingFilter } from "./plots/images/sliding-filter";

// # 3.2 Recurrent networks

export {
  type ColumnScale,
  type ForecastOptions,
  type ForecastWindows,
  forecastWindows,
  type TimeTable,
} from "./data/forecast";
export { AdditiveAttention, type AdditiveAttentionOptions } from "./layers/attention/additive-attention";
export { DotAttention, type DotAttentionOptions } from "./layers/attention/dot-attention";
export { Gru, type GruOptions } from "./layers/recurrent/gru";
export { LstmEncoderDecoder, type LstmEncoderDecoderOptions } from "./layers/recurrent/lstm-encoder-decoder";
export { type Cell, type RecurrentOptions, recurrent } from "./layers/recurrent/recurrent";
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
export { type ForecastFigureOptions, type ForecastSeries, forecast } from "./plots/series/forecast";

// # 3.3 The Transformer

export { type MaskTokensOptions, maskTokens } from "./data/masked-language";
export {
  type LikelyToken,
  type TextProbabilitiesOptions,
  type TokenProbability,
  textProbabilities,
} from "./inspection/token-probabilities";
export { type AttentionHead, withoutHeads } from "./inspection/without-heads";
export { type Attended, type AttentionOptions, attention } from "./layers/attention/attention";
export { type AttentionMap, attentionMaps } from "./layers/attention/attention-maps";
export { causalBias, PaddingMask, type PaddingMaskOptions, paddingBias } from "./layers/attention/masks";
export {
  MultiHeadAttention,
  type MultiHeadAttentionOptions,
} from "./layers/attention/multi-head-attention";
export {
  LearnedPositions,
  type LearnedPositionsOptions,
  type SinusoidalOptions,
  SinusoidalPositions,
  type SinusoidalPositionsOptions,
  sinusoidalPositions,
} from "./layers/attention/positions";
export { Bias } from "./layers/bias";
export { LayerNorm, type LayerNormOptions } from "./layers/layer-norm";
export { TokenEmbedding, type TokenEmbeddingOptions } from "./layers/token-embedding";
export { ChosenPositions } from "./layers/transformer/chosen-positions";
export { DecoderBlock } from "./layers/transformer/decoder-block";
export { EncoderBlock, type EncoderBlockOptions } from "./layers/transformer/encoder-block";
export { FirstPosition } from "./layers/transformer/first-position";
export {
  type BlockConfig,
  TransformerBlock,
  type TransformerBlockOptions,
} from "./layers/transformer/transformer-block";
export {
  type BertClassifierOptions,
  type BertOptions,
  bertParameters,
  buildBert,
  buildBertClassifier,
  type MaskedBertOptions,
} from "./models/transformers/bert";
export { buildGpt, type GptOptions, gptParameters } from "./models/transformers/gpt";
export { buildTransformer, type TransformerOptions } from "./models/transformers/transformer";
export { type AttentionHeatmapOptions, attentionHeatmap } from "./plots/models/attention-heatmap";
export { type PositionalEncodingOptions, positionalEncoding } from "./plots/models/positional-encoding";
export { type TokenProbabilitiesOptions, tokenProbabilities } from "./plots/text/token-probabilities";

// # 5 Trends in depth

export { type PrunedWeights, type PruneWeightsOptions, pruneWeights } from "./models/compression/prune-weights";
export {
  type QuantizedWeights,
  type QuantizeWeightsOptions,
  quantizeWeights,
} from "./models/compression/quantize-weights";

// # 6 Questions and answers

export { auroc } from "./inspection/auroc";
export { type Calibration, type CalibrationBin, type CalibrationOptions, calibration } from "./inspection/calibration";

// # 7 References

export { loadReferences, type Reference } from "./datasets/references/references";

// # 7.1 Generative models

export {
  type CaptionedEmoji,
  type CaptionedEmojiOptions,
  type CaptionParts,
  loadCaptionedEmoji,
} from "./datasets/captioned-emoji";
export { type DdimOptions, type DdimStep, ddim } from "./generation/ddim";
export { type NoiseSchedule, type NoiseScheduleOptions, noiseSchedule } from "./generation/noise-schedule";
export { frechetDistance } from "./inspection/frechet-distance";
export { type Autoencoder, type AutoencoderOptions, buildAutoencoder } from "./models/generative/autoencoder";
export { buildDenoiser, type DenoiserOptions } from "./models/generative/denoiser";
export {
  buildDiscriminator,
  buildGenerator,
  type DiscriminatorOptions,
  type GeneratorOptions,
  type PlayerOptions,
} from "./models/generative/gan";

// # Data sets

export { type AugmentOptions, augment } from "./data/augment";
export { type Batch, type Column, Dataset, type DatasetParts, type Example } from "./data/dataset";
export { type WeightedSampleOptions, weightedSample } from "./data/weighted-sample";
export { type Animals, type AnimalsOptions, loadAnimals } from "./datasets/animals";
export { type CmudictOptions, loadCmudict, type Pronunciation } from "./datasets/cmudict";
export {
  type Emoji,
  type EmojiEntries,
  type EmojiEntry,
  type EmojiOptions,
  loadEmoji,
  type SkinTone,
} from "./datasets/emoji";
export { loadCo2, loadWeather } from "./datasets/frames";
export { loadMail, type Mail, type MailGroup, type MailOptions } from "./datasets/mail";
export { loadMnist, type Mnist } from "./datasets/mnist";
export { type Chapter, loadMobyDick, type MobyDick } from "./datasets/moby-dick";
export { loadNames, type Names, type NamesOptions } from "./datasets/names";
export { loadImageNetClasses } from "./datasets/photographs/imagenet-classes";
export { loadPhotograph } from "./datasets/photographs/photograph";
export { picturesIn } from "./datasets/photographs/pictures-in";
export {
  type SamplePhotograph,
  type SamplePhotographsOptions,
  samplePhotographs,
} from "./datasets/photographs/samples";
export {
  type CopyingOptions,
  copying,
  type SortingOptions,
  type SpiralsOptions,
  sorting,
  spirals,
  type XorOptions,
  xor,
} from "./datasets/synthetic";
export { Random } from "./random";

// # Texts as numbers

export {
  type LabelledSequencesOptions,
  labelledSequences,
  type NextTokenSequencesOptions,
  type NextTokenWindowsOptions,
  nextTokenSequences,
  nextTokenWindows,
  type SequenceFrame,
  type SequencePairsOptions,
  sequencePairs,
  type Tokens,
} from "./data/sequences";
export { type BytePairOptions, BytePairTokenizer } from "./text/byte-pair-tokenizer";
export type { Merge } from "./text/byte-pairs";
export { CharacterTokenizer, type CharacterTokenizerOptions } from "./text/character-tokenizer";
export { type PadOptions, pad } from "./text/padding";
export type { Tokenizer } from "./text/tokenizer";
export { Vocabulary } from "./text/vocabulary";

// # Training

export { clipGradients, type GradientLimit } from "./graph/clip-gradients";
export type { Meaning } from "./losses/declarations";
export { learningCurves } from "./plots/series/learning-curves";
export { type EvaluateOptions, evaluate } from "./training/evaluation/evaluate";
export { type Mistake, mistakes } from "./training/evaluation/mistakes";
export { type PredictOptions, predict } from "./training/evaluation/predict";
export { type ClassesOptions, Predictions, type PredictionsAbout } from "./training/evaluation/predictions";
export { saveSavedModel } from "./training/export/save-saved-model";
export type { BatchReport, Engine, EpochReport, History, MeasureSeries, Measures } from "./training/history";
export { fit } from "./training/loop/fit";
export type { FitOptions } from "./training/loop/fit-options";

// # Layers and training loops of your own

export { type CallOptions, CompositeLayer, type LayerNameOptions, type Shapes } from "./layers/composite-layer";
export type { StartOptions } from "./layers/initializers";
export { checkedInputs } from "./models/building/checked-inputs";
export { StepFailedError, UncompilableError } from "./tfjs/uncompilable";
export { compiledForward, type ForwardPass } from "./training/evaluation/forward";
export type { BatchMeans } from "./training/history";
export { type CompiledStep, type CompileStepOptions, compileStep, minimize } from "./training/steps/compile-step";
export type { TrainingTask } from "./training/task";

// # Text out of models

export { type Beam, type BeamSearchOptions, beamSearch } from "./generation/beam-search";
export {
  type GeneratedToken,
  type GenerateOptions,
  generate,
  generateText,
  type StreamTextOptions,
  streamText,
} from "./generation/generate";
export type { TokenModel, TokenModelOptions } from "./generation/next-token";
export { type SamplingOptions, sampleToken, samplingProbabilities } from "./generation/sampling";

// # Figures

export { type PrincipalComponents, principalComponents } from "./inspection/principal-components";
export type { Places } from "./plots/figure/x-values";
export { type FilmMoment, type ImageFilmOptions, imageFilm } from "./plots/images/image-film";
export { type ImageGridOptions, imageGrid } from "./plots/images/image-grid";
export { type BarsOptions, bars } from "./plots/series/bars";
export { confusionCounts, confusionMatrix } from "./plots/series/confusion-matrix";
export { type EmbeddingOptions, embedding } from "./plots/series/embedding";
export { type LinesOptions, lines } from "./plots/series/lines";

// # Exercises and claims

export type { Around, Bound, Exact, Limits, Same } from "./claims/bound";
export { claim } from "./claims/claim";
export type { Answer } from "./exercises/answer";
export { type CheckOptions, check, type ExerciseCase, type Slip } from "./exercises/check";
export { type CourseMapOptions, courseMap } from "./exercises/course-map";
export { forgetProgress, type ProgressOptions, progress } from "./exercises/progress";
