// What the misfits may be taken for, by function and place, with the reason: where it says nothing of a misfit, a call that returns
// is a fault of the library's. A place is the number of an argument, then the names of fields; `*` stands for every function that
// has an option of this name.
import type { Case } from "./cases";

interface Taken {
  readonly why: string;
  readonly misfits: readonly string[] | "all";
  /** Function by function: its name, and the places. */
  readonly at: string;
}

const TAKEN: readonly Taken[] = [
  {
    why: "positions are any whole numbers: those that a text does not have give zeros, as does what is none",
    misfits: ["an empty tensor", "a tensor of booleans", "a tensor of NaN", "a tensor of tokens"],
    at: "ChosenPositions: 1.1",
  },
  { why: "it is a switch", misfits: ["true"], at: "buildBert: 0.gaps" },
  {
    why: "it may be left out: it has a default, or is not asked for",
    misfits: ["undefined"],
    at: `
      loadReferences: 0; quantizeWeights: 1 1.bits 1.perChannel; calibration: 2 2.bins; buildVit: 0 0.classes 0.feedForward 0.heads 0.inputShape 0.patch 0.width; vitParameters: 0 0.classes 0.heads
      0.inputShape 0.patch 0.width; ClassToken: 0 0.name; progress: 0 0.folder; courseMap: 0 0.folder 0.path; similarityMap: 1.columns; WordPieceTokenizer: 1 1.lowerCase; WordPieceTokenizer.frame: 1; sentenceEmbeddings: 2 2.batchSize
      2.cut; *: blank blocks causal cell deviation dropout learningRate pad preset seed size stride temperature title topK
      topP; buildResidueAttention: 0 0.heads 0.keyWidth 0.length 0.vocabulary; contactMap: 2 2.apart 2.below; contactPrecision:
      2 2.below; covarianceScores: 1 1.weights; foldContacts: 2 2.starts 2.steps; foldedChains: 1 1.residues;
      loadProteinFamily: 1 1.mostGaps; mutualInformation: 1 1.weights; sequenceWeights: 1 1.identity; topContacts: 1 1.apart
      1.count 1.places; weightedSample: 2 2.count; audio: 1; bleu: 2 2.longest 2.smoothing; loadPhrases: 0 0.language
      0.reversed; loadCaptionedEmoji: 0 0.background; noiseSchedule: 0 0.steps 0.kind; ddim: 2.steps 2.from 2.to 2.onStep;
      buildGenerator: 0 0.inputShape 0.classes 0.kernelSize 0.latent 0.filters; buildDiscriminator: 0 0.inputShape 0.classes 0.kernelSize
      0.filters 0.units; buildAutoencoder: 0 0.inputShape 0.filters 0.kernelSize 0.code; buildDenoiser: 0 0.code 0.words 0.steps 0.width
      0.wordSize; ctcLoss: 0; decodeCtc: 1 1.beams 1.lengths; logMelSpectrogram: 1 1.window 1.hop
      1.bands 1.from 1.to 1.centred 1.unpadded 1.scale 1.equalArea; melFilters: 0.from 0.to 0.scale 0.equalArea; spectrogram: 1
      1.window 1.hop 1.centred 1.unpadded;
      CausalConvolution: 0.dilation 0.kernelSize; GatedUnit: 0 0.name; buildWaveNet: 0 0.channels 0.dilations 0.kernelSize
      0.levels 0.skips; waveNetReceptiveField: 0 0.channels 0.dilations 0.kernelSize 0.levels 0.skips; generateSound: 1
      1.length 1.prompt 1.sampleRate; loadTabla: 0 0.sampleRate; muLawDecode: 1 1.levels; muLawEncode: 1 1.levels;
      loadSpokenDigits: 0.voices 0.testVoice; speechFeatures: 1 1.bands 1.hop 1.frames; buildWhisper: 0 0.frames 0.bands 0.vocabulary 0.length
      0.width 0.heads; say: 1 1.voice 1.stretch 1.pitch; sinusoidalPositions: 2 2.halves; buildDeepSpeech: 0
      0.frames 0.features 0.classes 0.filters 0.kernelSize 0.units; augment: 1 1.shift 1.flip 1.crop 1.erase 1.fill;
      loadAnimals: 0; loadEmoji: 0 0.skinTones 0.background;
      classifyPhotograph: 2 2.top;
      loadCmudict: 0 0.maxLength; Dataset: 0.classNames 1; Dataset.example: 1; forecastWindows: 1.targets
      1.horizon 1.validationShare 1.testShare; loadMail: 0 0.groups; labelledSequences: 2.name;
      nextTokenSequences: 2 2.length 2.name; nextTokenWindows: 1.name; sequencePairs: 3 3.sourceLength
      3.targetLength 3.name; copying: 0 0.length 0.symbols 0.delay; sorting: 0 0.length 0.symbols; spirals: 0
      0.arms 0.pointsPerArm 0.turns 0.noise; xor: 0 0.noise; BytePairTokenizer: 1; BytePairTokenizer.train: 1
      1.vocabularySize 1.specials; CharacterTokenizer: 1 1.specials; pad: 1 1.length 1.value 1.side 1.cut;
      Vocabulary: 1; attention: 3 3.mask; Bias: 0 0.name; DecoderBlock: 0.feedForward 0.norm; DotAttention: 0;
      EncoderBlock: 0.feedForward 0.norm; FirstPosition: 0 0.name; Gru: 0.returnSequences; LayerNorm: 0 0.epsilon;
      PaddingMask: 0 0.padding; MultiHeadAttention: 0.returnWeights 0.useBias; SinusoidalPositions: 0 0.name;
      recurrent: 1.returnSequences; buildPerceptron: 0 0.inputs; Perceptron.learn: 1 1.epochs 1.shuffle
      1.onMistake; buildMlp: 0 0.inputShape 0.units 0.classes; buildCnn: 0 0.inputShape 0.classes; buildBlockCnn:
      0 0.classes; buildRnnClassifier: 0.classes 0.units; buildRnnForecaster: 0 0.units; buildRnnLanguageModel:
      0.units; buildSeq2Seq: 0.units; buildTransformer: 0.heads 0.width; buildGpt: 0 0.vocabulary 0.length 0.heads
      0.width; gptParameters: 0 0.vocabulary 0.length 0.heads 0.width; buildBert: 0 0.head 0.vocabulary 0.heads 0.width
      0.length 0.gaps; bertParameters: 0 0.vocabulary 0.heads 0.width 0.length; ChosenPositions: 0 0.name; loadSpeeches: 0;
      buildBertClassifier: 0 0.vocabulary 0.classes 0.heads 0.width; maskTokens: 1.firstToken 1.share 1.gaps;
      evaluate: 2 2.batchSize; fit: 2 2.epochs 2.batchSize 2.validation 2.shuffle 2.engine 2.verbose 2.onBatchEnd
      2.onEpochEnd; predict: 2 2.batchSize; compileStep: 2; minimize: 2; beamSearch: 1.length 1.beams 1.end
      1.lengthPenalty 1.context 1.output; generate: 2.length 2.end 2.context 2.output; generateText: 2.length;
      streamText: 1 1.prompt; sampleToken: 2; samplingProbabilities: 1; check: 1.0.slips 2 2.reveal 2.right
      2.tolerance; claim: 2.above 2.below; curve: 1 1.from 1.to 1.steps; decisionRegions: 1.steps; gradCamMaps: 2
      2.layer 2.classes; lossAroundWeights: 2 2.span 2.steps 2.batchSize; lossOverPlane: 1.steps;
      textProbabilities: 3 3.likeliest; saliencyMaps: 2; attentionHeatmap: 1.keys 1.example; architecture: 1;
      bars: 1.xTitle 1.logY; decisionBoundary: 1 2; embedding: 2 2.groups; featureMaps: 2 2.layer 2.most; filters:
      1 1.layer 1.channel 1.most; functionCurves: 1 1.xTitle; gradCam: 2 2.layer 2.pictures; histograms: 1 1.bins
      1.magnitudes; lines: 1.x 1.draw; slidingFilter: 2 2.padding; lossSurface: 1 1.paths 1.logLoss; imageFilm: 1 1.titles
      1.columns 1.prefix; imageGrid: 1
      1.titles 1.columns; learningCurves: 0.validation; positionalEncoding: 1.similarity; saliency: 2 2.classes
      2.pictures; picturesIn: 0; tokenProbabilities: 1 1.columns; buildAlexNet: 0 0.activation 0.classes 0.filters 0.kernelSize 0.units;
      buildVgg: 0 0.batchNorm 0.convolutions 0.filters 0.inputShape 0.momentum 0.units; buildGoogLeNet: 0
      0.batchNorm 0.bottleneck 0.modules 0.stem 0.width; buildResNet: 0 0.batchNorm 0.bottleneck 0.filters
      0.shortcut 0.stem; buildDenseNet: 0 0.compression 0.filters 0.growth 0.stem; buildRecurrentCnn: 0
      0.batchNorm 0.filters 0.steps; buildEfficientNet: 0 0.expansion 0.filters 0.head 0.kernelSizes 0.padding
      0.stem 0.strides
    `,
  },
  {
    why: "options, none of which has to be there; or a figure without data, loss surfaces without paths",
    misfits: ["an object"],
    at: `
      progress: 0; courseMap: 0; WordPieceTokenizer: 1; sentenceEmbeddings: 2;
      buildWaveNet: 0; waveNetReceptiveField: 0; generateSound: 1; loadTabla: 0; muLawDecode: 1; muLawEncode: 1; GatedUnit: 0;
      buildResidueAttention: 0; contactMap: 2; contactPrecision: 2; covarianceScores: 1; foldContacts: 2; foldedChains: 1;
      loadProteinFamily: 1; mutualInformation: 1; sequenceWeights: 1; topContacts: 1; weightedSample: 2; audio: 1; augment: 1;
      bertParameters: 0; ChosenPositions: 0; loadSpeeches: 0; bleu: 2; loadPhrases: 0; loadCaptionedEmoji: 0; noiseSchedule: 0; buildGenerator: 0; buildDiscriminator: 0;
      buildAutoencoder: 0; buildDenoiser: 0; ctcLoss: 0; decodeCtc: 1; logMelSpectrogram: 1; spectrogram: 1; speechFeatures: 1;
      buildDeepSpeech: 0; buildWhisper: 0; say: 1; sinusoidalPositions: 2; loadAnimals: 0; loadEmoji: 0; classifyPhotograph: 2;
      loadCmudict: 0; loadMail: 0; nextTokenSequences: 2; sequencePairs: 3; copying: 0; sorting: 0; spirals: 0;
      xor: 0; BytePairTokenizer.train: 1; CharacterTokenizer: 1; pad: 1; attention: 3; Bias: 0; DotAttention: 0;
      FirstPosition: 0; ClassToken: 0; quantizeWeights: 1; calibration: 2; buildVit: 0; vitParameters: 0; LayerNorm: 0; PaddingMask: 0; SinusoidalPositions: 0; buildPerceptron: 0;
      Perceptron.learn: 1; buildMlp: 0; buildCnn: 0; buildBlockCnn: 0; buildRnnForecaster: 0; buildGpt: 0;
      gptParameters: 0; buildBert: 0; buildBertClassifier: 0; evaluate: 2; fit: 2; predict: 2; compileStep: 2;
      streamText: 1; sampleToken: 2; samplingProbabilities: 1; check: 2; curve: 1; gradCamMaps: 2;
      lossAroundWeights: 2; textProbabilities: 3; architecture: 1; decisionBoundary: 2; embedding: 2; featureMaps:
      2; filters: 1; forecast: 2; functionCurves: 1; gradCam: 2; histograms: 1; slidingFilter: 2; lossSurface: 1
      1.paths; imageFilm: 1; imageGrid: 1; saliency: 2; show: 0.layout; tokenProbabilities: 1; buildAlexNet: 0; buildVgg: 0;
      buildGoogLeNet: 0; buildResNet: 0; buildDenseNet: 0; buildRecurrentCnn: 0; buildEfficientNet: 0
    `,
  },
  {
    why: "at most so many: of more there are fewer",
    misfits: ["Infinity", "1e9", "100000", "2 ** 53"],
    at: `
      loadCmudict: 0.maxLength
    `,
  },
  {
    why: "any text: a name, a title, a text to be read",
    misfits: ["an empty text", "a text"],
    at: `
      WordPieceTokenizer: 0.1; WordPieceTokenizer.encode: 0; WordPieceTokenizer.frame: 0 1; sentenceEmbeddings: 1.0 1.1;
      similarityMap: 1.rows.0 1.rows.1 1.columns.0 1.columns.1; *: name title xTitle yTitle; bleu: 0.0.0 0.0.1 1.0; editDistance: 0 1 1.0 1.1; wordErrorRate: 1.0; Dataset:
      0.classNames.0 0.classNames.1; labelledSequences: 2.classNames.0
      2.classNames.1; BytePairTokenizer: 1.0; BytePairTokenizer.train: 0 1.specials.0; BytePairTokenizer.encode:
      0; CharacterTokenizer: 1.specials.0; Vocabulary: 0.0 1.0; streamText: 1.prompt; check: 0 1.0.given
      2.right; claim: 0; claim, about: 0; attentionHeatmap: 0.0.layer 0.1.layer 1.queries.0 1.queries.1 1.keys.0
      1.keys.1; embedding: 1.0 1.1 2.groups.0 2.groups.1; forecast: 0.0 0.1; lines: 1.x.0 1.x.1;
      confusionMatrix: 2.0 2.1; imageFilm: 0.0.label 0.1.label 1.titles.0 1.prefix; imageGrid: 1.titles.0; tokenProbabilities:
      0.0.token 0.1.token
    `,
  },
  {
    why: "any text; or, in an object of data, a field more than is looked at",
    misfits: ["a text"],
    at: `
      sentenceEmbeddings: 0.unheardOf; say: 0; transcribe: 1.unheardOf; audio: 0.unheardOf; resample: 0.unheardOf; Dataset:
      0.unheardOf; wordErrorRate: 0.0; logMelSpectrogram: 0.unheardOf; spectrogram:
      0.unheardOf; writeWav: 0 1.unheardOf; forecastWindows: 0.unheardOf; CharacterTokenizer: 0 0.0; Vocabulary: 0;
      saveSavedModel: 1; boundaryLine: 0.unheardOf; decisionBoundary: 0.unheardOf; lossSurface: 0.unheardOf;
      learningCurves: 0.unheardOf; show: 0.unheardOf
    `,
  },
  {
    why: "at most so many, or a limit: of fewer there are all",
    misfits: ["1e9", "100000", "2 ** 53"],
    at: `
      *: topK; Dataset.take: 0; Dataset.batches: 0; forecastWindows: 1.stride; nextTokenWindows: 1.stride;
      evaluate: 2.batchSize; fit: 2.epochs 2.batchSize; predict: 2.batchSize; claim: 2.below; lossAroundWeights:
      2.batchSize; featureMaps: 2.most; filters: 1.most
    `,
  },
  {
    why: "numbered from 0, or none of it",
    misfits: ["0"],
    at: `
      withoutHeads: 1.0.head; generateSound: 1.prompt.0; muLawDecode: 0.0 0.1; augment: 1.shift 1.erase; ddim: 2.to; ctcLoss: 0.blank; decodeCtc:
      1.blank 1.lengths.0; logMelSpectrogram: 1.from; melFilters:
      0.from; Dataset.subset: 0.0 0.1; Dataset.example: 0 1; Dataset.batch: 0.0 0.1;
      labelledSequences: 1.0 1.1;
      BytePairTokenizer: 0.0.0 0.0.1; BytePairTokenizer.decode: 0.0; BytePairTokenizer.token: 0;
      WordPieceTokenizer.decode: 0.0 0.1; WordPieceTokenizer.token: 0;
      CharacterTokenizer.decode: 0.0; Vocabulary.decode: 0.0; maskTokens: 1.maskToken 1.firstToken;
      Predictions.at: 0; beamSearch: 1.prompt.0; gradCamMaps: 2.layer 2.classes 2.classes.0 2.classes.1;
      saliencyMaps: 2 2.0 2.1; attentionHeatmap: 1.example; featureMaps: 2.layer; filters: 1.layer 1.channel;
      gradCam: 2.layer; slidingFilter: 2.padding; confusionCounts: 1.0 1.1; confusionMatrix: 1.0 1.1; saliency:
      2.classes 2.classes.0 2.classes.1; buildRecurrentCnn: 0.steps
    `,
  },
  {
    why: "any whole number: a seed, or a token, of which the model that reads it says whether it has it",
    misfits: ["-1", "0", "1e9", "100000"],
    at: `
      *: end pad seed; Dataset.shuffle: 0; Dataset.split: 1; Random: 0; labelledSequences: 0.0.0 0.1.0;
      nextTokenSequences: 0.0.0 0.0.1 0.1.0 1.start; sequencePairs: 0.0.0 1.0.0 2.start; pad: 0.0.0 0.1.0 0.1.1
      1.value; PaddingMask: 0.padding; accuracyIgnoring: 0; crossentropyIgnoring: 0
    `,
  },
  {
    why: "a share, or a number within the bound that it is held to",
    misfits: ["0.5"],
    at: `
      *: topP; say: 1.stretch; logMelSpectrogram: 1.hop 1.from 1.to; melFilters: 0.from 0.to; spectrogram: 1.hop; speechFeatures: 1.hop;
      Dataset.split: 0; forecastWindows: 1.testShare; maskTokens: 1.share; claim: 1; claim, about: 1
      2.about; buildVgg: 0.momentum; buildGoogLeNet: 0.width; buildDenseNet: 0.compression
    `,
  },
  {
    why: "a share that may be nothing, a probability, or a number within the bound that it is held to",
    misfits: ["0", "0.5"],
    at: `
      calibration: 0.0 0.1; pruneWeights: 1.keep;
      *: dropout; loadEmoji: 0.background.0 0.background.1; loadCaptionedEmoji: 0.background.0 0.background.1; forecastWindows:
      1.validationShare; perceptronBound: 2; claim: 1.0 1.1; tokenProbabilities:
      0.0.probability 0.1.probability
    `,
  },
  {
    why: "the share of an image that a crop keeps",
    misfits: ["0.5"],
    at: `
      augment: 1.crop
    `,
  },
  {
    why: "any number, to be put into pixels",
    misfits: ["-1", "0", "0.5", "1e9", "100000", "2 ** 53"],
    at: `
      augment: 1.fill
    `,
  },
  {
    why: "as many as there are random bits for",
    misfits: ["1e9", "100000"],
    at: `
      Random.below: 0; learningCurves: 0.batchSize 0.stepsPerEpoch
    `,
  },
  {
    why: "whatever is to be shuffled",
    misfits: [
      "an empty list",
      "an empty array of numbers",
      "a sparse list",
      "a list of lists",
      "a list of NaN",
      "a list of null",
    ],
    at: `
      Random.shuffle: 0
    `,
  },
  {
    why: "whatever is to be shuffled or compared, or what is not looked at",
    misfits: "all",
    at: `
      Random.shuffle: 0.0 0.1; check: 1.0.expected; learningCurves: 0.engine 0.secondsPerEpoch
      0.secondsPerEpoch.0 0.secondsPerEpoch.1 0.interrupted; tokenProbabilities: 0.0.id 0.1.id
    `,
  },
  {
    why: "a text without a token, a network without a hidden layer",
    misfits: ["an empty list", "an empty array of numbers"],
    at: `
      bleu: 0.0.0 0.0.1 1.0; editDistance: 0 1; labelledSequences: 0.0 0.1; nextTokenSequences: 0.0 0.1; sequencePairs: 0.0
      1.0; BytePairTokenizer.decode:
      0; CharacterTokenizer.decode: 0; WordPieceTokenizer.decode: 0; pad: 0.0 0.1; Vocabulary.decode: 0; buildMlp: 0.units; buildAlexNet:
      0.units; buildVgg: 0.units
    `,
  },
  {
    why: "no samples, or no codes of any",
    misfits: ["an empty list", "an empty array of numbers"],
    at: `
      muLawDecode: 0; muLawEncode: 0
    `,
  },
  {
    why: "of any shape with a last axis of even width; values are not read while a graph is recorded",
    misfits: ["a tensor of rank 5", "a tensor of NaN"],
    at: `
      GatedUnit: 1 1.0
    `,
  },
  {
    why: "a sound without a sample",
    misfits: ["an empty array of numbers"],
    at: `
      writeWav: 1.channels.0; resample: 0.channels.0
    `,
  },
  {
    why: "so many may be: tokens, positions, points, pixels of an axis",
    misfits: ["100000"],
    at: `
      generateSound: 1.length 1.sampleRate; resample: 0.sampleRate 1; sentenceEmbeddings: 2.cut; *: size vocabulary; audio: 0.sampleRate; melFilters:
      0.sampleRate; speechFeatures: 1.frames; buildDeepSpeech: 0.features;
      writeWav: 1.sampleRate; labelledSequences: 2.length; nextTokenSequences: 2.length; sequencePairs: 3.sourceLength
      3.targetLength; copying: 0.symbols; sorting: 0.symbols; spirals: 0.pointsPerArm; pad: 1.length;
      transcribe: 1.sampleRate; buildWhisper: 0.length; LearnedPositions: 0.length; sinusoidalPositions: 0; buildPerceptron: 0.inputs; buildMlp: 0.inputShape.0;
      buildCnn: 0.inputShape.0 0.inputShape.1; buildSeq2Seq: 0.sourceVocabulary 0.targetVocabulary;
      buildTransformer: 0.sourceVocabulary; buildGpt: 0.length; gptParameters: 0.length; bertParameters: 0.length; buildBert: 0.length;
      generate: 2.length; curve: 1.steps; histograms: 1.bins; buildVgg: 0.inputShape.0 0.inputShape.1; noiseSchedule: 0.steps;
      buildGenerator: 0.inputShape.0 0.inputShape.1; buildDiscriminator: 0.inputShape.0 0.inputShape.1; buildAutoencoder:
      0.inputShape.0 0.inputShape.1
    `,
  },
  {
    why: "a text without a token",
    misfits: ["a list of lists"],
    at: `
      bleu: 0.0 1; nextTokenSequences: 0; sequencePairs: 0 1; pad: 0
    `,
  },
  {
    why: "any finite number: a place, a value, a weight, a logit",
    misfits: ["-1", "0", "0.5", "1e9", "100000", "2 ** 53"],
    at: `
      muLawEncode: 0.0 0.1; editDistance: 1.0 1.1; spirals: 0.turns; perceptronBound: 1.1; sampleToken: 0.0 0.1;
      samplingProbabilities: 0.0 0.1;
      principalComponents: 0.0.0 0.0.1 0.1.0 0.1.1; auroc: 0.0 0.1 1.0 1.1;
      frechetDistance: 0.0.0 0.0.1 0.1.0 0.1.1 1.0.0 1.0.1 1.1.0 1.1.1;
      boundaryLine: 0.weights.0 0.weights.1 0.bias;
      decisionBoundary: 0.x.0 0.x.1 0.y.0 0.y.1; embedding: 0.0.0 0.0.1 0.1.0 0.1.1 1.0 1.1 2.groups.0
      2.groups.1; forecast: 0.0 0.1; lines: 1.x.0 1.x.1; slidingFilter: 0.0.0 0.0.1 1.0.0; lossSurface: 0.x.0
      0.x.1 0.y.0 0.y.1
    `,
  },
  {
    why: "any number from 0 on, or above the other end",
    misfits: ["0", "0.5", "1e9", "100000", "2 ** 53"],
    at: `
      *: deviation temperature; spirals: 0.noise; xor: 0.noise; beamSearch: 1.lengthPenalty; check: 2.tolerance;
      claim, about: 2.within; curve: 1.to; decisionRegions: 1.x.1 1.y.1; lossOverPlane: 1.x.1 1.y.1
    `,
  },
  {
    why: "there may be none of it; an exercise without a case says so itself",
    misfits: ["an empty list"],
    at: `
      withoutHeads: 1; BytePairTokenizer: 0 1; BytePairTokenizer.train: 1.specials; CharacterTokenizer: 1.specials; Vocabulary:
      1; Vocabulary.encode: 0; check: 1 1.0.slips; show: 0.data; tokenProbabilities:
      0.0.likeliest 0.1.likeliest
    `,
  },
  {
    why: "a text without a token",
    misfits: ["an empty text"],
    at: `
      CharacterTokenizer.encode: 0; Vocabulary.encode: 0
    `,
  },
  {
    why: "a mask of the right shape; values are not read while a graph is recorded",
    misfits: ["a tensor of tokens"],
    at: `
      attention: 3.mask; EncoderBlock: 1.1
    `,
  },
  {
    why: "true or false",
    misfits: ["true"],
    at: `
      *: causal lowerCase reversed skinTones; Gru: 0.returnSequences; MultiHeadAttention: 0.returnWeights 0.useBias; recurrent:
      1.returnSequences; Perceptron.learn: 1.shuffle; calibration: 1.0 1.1; quantizeWeights: 1.perChannel; fit: 2.shuffle 2.verbose; check: 2.reveal; bars: 1.logY;
      logMelSpectrogram: 1.centred 1.unpadded 1.equalArea; melFilters: 0.equalArea; spectrogram: 1.centred 1.unpadded;
      sinusoidalPositions: 2.halves; histograms: 1.magnitudes; positionalEncoding: 1.similarity; buildVgg: 0.batchNorm; buildGoogLeNet:
      0.batchNorm 0.bottleneck; buildResNet: 0.batchNorm 0.bottleneck 0.shortcut; buildRecurrentCnn: 0.batchNorm
    `,
  },
  {
    why: "no text at all; true and false are the tokens 1 and 0",
    misfits: ["an empty tensor", "a tensor of booleans"],
    at: `
      attentionMaps: 1; TokenEmbedding: 1 1.0
    `,
  },
  {
    why: "of any shape with a last axis; values are not read while a graph is recorded",
    misfits: ["a tensor of rank 5", "an empty tensor", "a tensor of booleans", "a tensor of NaN", "a tensor of tokens"],
    at: `
      Bias: 1 1.0; LayerNorm: 1 1.0
    `,
  },
  {
    why: "any number above 0",
    misfits: ["0.5", "1e9", "100000", "2 ** 53"],
    at: `
      LayerNorm: 0.epsilon; buildPerceptron: 0.learningRate; perceptronBound: 1.0; buildMlp: 0.learningRate;
      buildWhisper: 0.learningRate; buildWaveNet: 0.learningRate; waveNetReceptiveField: 0.learningRate; buildDeepSpeech: 0.learningRate; buildGenerator:
      0.learningRate; buildDiscriminator: 0.learningRate;
      buildAutoencoder: 0.learningRate; buildDenoiser: 0.learningRate;
      lossAroundWeights: 2.span; buildVgg: 0.learningRate
    `,
  },
  {
    why: "values are compared with the padding, whatever they are",
    misfits: ["an empty tensor", "a tensor of booleans", "a tensor of NaN", "a tensor of tokens"],
    at: `
      PaddingMask: 1 1.0; paddingBias: 0
    `,
  },
  {
    why: "a function; what it returns is not looked at, or is what is tried",
    misfits: ["a function"],
    at: `
      withoutHeads: 2; Perceptron.learn: 1.onMistake; fit: 2.onBatchEnd 2.onEpochEnd; ddim: 2.onStep; check: 1.0.got; lossOverPlane: 0
    `,
  },
  {
    why: "a data set of points of a plane",
    misfits: ["another data set"],
    at: `
      Perceptron.classes: 0; predict: 1; boundaryLine: 1; decisionBoundary: 1
    `,
  },
  {
    why: "true and false are 1 and 0",
    misfits: ["a tensor of booleans"],
    at: `
      checkedInputs: 1; frechetDistance: 0 1
    `,
  },
  {
    why: "noise of any shape",
    misfits: ["a scalar", "a tensor of rank 5", "a tensor of tokens"],
    at: `
      ddim: 0
    `,
  },
  {
    why: "a label for each position, in any shape",
    misfits: ["a tensor of rank 5"],
    at: `
      accuracyIgnoring: 1; crossentropyIgnoring: 1
    `,
  },
  {
    why: "a label that is no class has the probability 0, and the loss is infinite",
    misfits: ["a tensor of tokens"],
    at: `
      ctcLoss: 1
    `,
  },
  {
    why: "of the right size; NaN is shown where it comes from, and a loss of it is NaN",
    misfits: ["a tensor of booleans", "a tensor of NaN"],
    at: `
      accuracyIgnoring: 2; crossentropyIgnoring: 2; layerActivations: 1; layerGradients: 1
    `,
  },
  {
    why: "any number above 0; of an infinite norm nothing is clipped",
    misfits: ["Infinity", "0.5", "1e9", "100000", "2 ** 53"],
    at: `
      clipGradients: 1.norm
    `,
  },
  {
    why: "any tensor of numbers: the function takes what it takes",
    misfits: [
      "a scalar",
      "a tensor of rank 5",
      "an empty tensor",
      "a tensor of booleans",
      "a tensor of NaN",
      "a tensor of tokens",
    ],
    at: `
      compileStep: 1; gelu: 0
    `,
  },
  {
    why: "any model: of layers to draw, of weights to compress, of tokens and the next one's scores, or to be saved",
    misfits: ["a model of something else"],
    at: `
      saveSavedModel: 0; beamSearch: 0; architecture: 0; quantizeWeights: 0; pruneWeights: 0
    `,
  },
  {
    why: "any number below the other end",
    misfits: ["-1", "0", "0.5"],
    at: `
      claim: 2.above; curve: 1.from; decisionRegions: 1.x.0 1.y.0; lossOverPlane: 1.x.0 1.y.0
    `,
  },
  {
    why: "as similar as anything",
    misfits: ["-1", "0", "0.5"],
    at: `
      similarityMap: 0.0.0 0.0.1 0.1.0 0.1.1
    `,
  },
  {
    why: "as many as there are, or none",
    misfits: ["0", "1e9", "100000", "2 ** 53"],
    at: `
      textProbabilities: 3.likeliest
    `,
  },
  {
    why: "any number: what is not finite leaves a gap, or is left out",
    misfits: ["NaN", "Infinity", "-1", "0", "0.5", "1e9", "100000", "2 ** 53"],
    at: `
      bars: 0.a; forecast: 1.0 1.1 2.naive.0 2.naive.1; histograms: 0.a.0 0.a.1; lines: 0.a.0 0.a.1
    `,
  },
  {
    why: "there is no value at this place",
    misfits: ["null"],
    at: `
      forecast: 1.0 1.1 2.naive.0 2.naive.1; lines: 0.a.0 0.a.1; tokenProbabilities: 0.0.probability
      0.1.probability
    `,
  },
  {
    why: "a label; below 0 it is of no class and does not count",
    misfits: ["-1", "0"],
    at: `
      confusionCounts: 0.0 0.1; confusionMatrix: 0.0 0.1
    `,
  },
  {
    why: "epochs of a training that was interrupted or diverged",
    misfits: ["an empty list", "an empty array of numbers", "a list of NaN"],
    at: `
      *: accuracy; learningCurves: 0.epochs.loss 0.validation.loss
    `,
  },
  {
    why: "steps of a training that diverged",
    misfits: ["a list of NaN"],
    at: `
      learningCurves: 0.steps.loss
    `,
  },
  {
    why: "any model: its names and shapes are there after it was disposed too",
    misfits: ["a disposed model", "a model of something else"],
    at: `
      summary: 0
    `,
  },
  {
    why: "so many may be: contacts, positions, residues apart",
    misfits: ["0", "100000"],
    at: `
      contactMap: 2.apart
    `,
  },
  {
    why: "any finite number: a coordinate, or a score",
    misfits: ["-1", "0", "0.5", "100000", "1e9", "2 ** 53"],
    at: `
      averageProductCorrection: 0.0.0 0.1.1; contactMap: 0.0.score; contactPrecision: 0.0.score; foldContacts: 0.0.score; rmsd:
      0.0.0 0.0.1 0.1.0 0.1.1 1.0.0 1.0.1 1.1.0 1.1.1; superpose: 0.0.0 0.0.1 0.1.0 0.1.1 1.0.0 1.0.1 1.1.0 1.1.1; tmScore:
      0.0.0 0.0.1 0.1.0 0.1.1 1.0.0 1.0.1 1.1.0 1.1.1; topContacts: 0.0.0 0.0.1 0.1.0 0.1.1
    `,
  },
  {
    why: "any place in a chain",
    misfits: ["-1", "0", "100000", "1e9"],
    at: `
      contactMap: 1.0.place 1.1.place; contactPrecision: 1.0.place 1.1.place; residueDistances: 0.0.place 0.1.place;
      topContacts: 1.places.0 1.places.1
    `,
  },
  {
    why: "the name of a residue, any text",
    misfits: ["a text", "an empty text"],
    at: `
      contactMap: 1.0.aminoAcid 1.0.number 1.1.aminoAcid 1.1.number; contactPrecision: 1.0.aminoAcid 1.0.number 1.1.aminoAcid
      1.1.number; foldedChains: 1.residues.0 1.residues.1; residueDistances: 0.0.aminoAcid 0.0.number 0.1.aminoAcid 0.1.number
    `,
  },
  {
    why: "there may be no contact to draw",
    misfits: ["an empty list"],
    at: `
      contactMap: 0
    `,
  },
  {
    why: "a weight, which may be 0, or a share",
    misfits: ["0", "0.5", "100000", "1e9", "2 ** 53"],
    at: `
      weightedSample: 1.0 1.1
    `,
  },
  {
    why: "any number above 0: a weight, a distance, a share, a step size",
    misfits: ["0.5", "100000", "1e9", "2 ** 53"],
    at: `
      buildResidueAttention: 0.learningRate; contactMap: 2.below; contactPrecision: 2.below; covarianceScores: 1.weights.0
      1.weights.1; mutualInformation: 1.weights.0 1.weights.1
    `,
  },
  {
    why: "so many may be: contacts, positions, residues apart",
    misfits: ["100000"],
    at: `
      buildResidueAttention: 0.length; topContacts: 1.apart; weightedSample: 2.count
    `,
  },
  {
    why: "a gap, or the first position",
    misfits: ["0"],
    at: `
      contactMap: 0.0.i 0.0.j; contactPrecision: 0.0.i 0.0.j; covarianceScores: 0.0.0 0.0.1 0.1.0 0.1.1; foldContacts: 0.0.i;
      mutualInformation: 0.0.0 0.0.1 0.1.0 0.1.1; sequenceWeights: 0.0.0 0.0.1 0.1.0 0.1.1
    `,
  },
  {
    why: "any place in a chain",
    misfits: ["-1", "0"],
    at: `
      foldContacts: 1.0
    `,
  },
  {
    why: "so many may be: contacts, positions, residues apart",
    misfits: ["100000", "1e9"],
    at: `
      topContacts: 1.count
    `,
  },
  {
    why: "any number above 0: a weight, a distance, a share, a step size",
    misfits: ["0.5"],
    at: `
      sequenceWeights: 1.identity
    `,
  },
  {
    why: "a weight, which may be 0, or a share",
    misfits: ["0", "0.5"],
    at: `
      loadProteinFamily: 1.mostGaps
    `,
  },
];

interface Place {
  readonly row: string;
  readonly place: string;
}

const placesOf = ({ at }: Taken): Place[] =>
  at
    .trim()
    .split(/;\s+/)
    .flatMap((one) => {
      const [row = "", places = ""] = one.split(/:\s+/);
      return places.split(/\s+/).map((place) => ({ row, place }));
    });

/** By misfit, `row place` or `* field`. */
const taken = new Map<string, Set<string>>();
for (const one of TAKEN)
  for (const misfit of one.misfits === "all" ? ["all"] : one.misfits) {
    const places = taken.get(misfit) ?? new Set();
    for (const { row, place } of placesOf(one)) places.add(`${row} ${place}`);
    taken.set(misfit, places);
  }

function entryOf({ row, path, misfit }: Case): string | undefined {
  const named = [`${row} ${path.join(".")}`, ...(typeof path.at(-1) === "string" ? [`* ${path.at(-1)}`] : [])];
  for (const each of [misfit, "all"])
    for (const place of named) if (taken.get(each)?.has(place)) return `${each === "all" ? "all" : misfit}: ${place}`;
  return undefined;
}

/** Whether a call may return. */
export const isTaken = (call: Case): boolean => entryOf(call) !== undefined;

/** What the list has, and none of these calls has shown to be taken. */
export function neverTaken(calls: readonly Case[]): string[] {
  const seen = new Set(calls.map(entryOf));
  return [...taken]
    .flatMap(([misfit, places]) => [...places].map((place) => `${misfit}: ${place}`))
    .filter((entry) => !seen.has(entry));
}
