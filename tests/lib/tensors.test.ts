// No tensor is left behind: every public function and class is called once, and the tensors are counted before and after. A
// new one needs a row here; what it makes for the caller, the row disposes.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as cellwise from "cellwise";
import { inNotebook } from "./notebook-kernel";
import { tinyWhisper } from "./pretrained/tiny-whisper";
import { points, quiet, softmaxModel } from "./small-models";

const { tf } = cellwise;
type Tensor = cellwise.tf.Tensor;
type LayersModel = cellwise.tf.LayersModel;
type Layer = cellwise.tf.layers.Layer;

/** Does something with a model, and frees it. */
async function using(model: LayersModel, task: (model: LayersModel) => unknown = () => {}): Promise<void> {
  try {
    await task(model);
  } finally {
    model.optimizer.dispose();
    model.dispose();
  }
}

/** Runs a layer on tensors of these shapes, and frees it. */
function running(layer: Layer, ...shapes: number[][]): void {
  tf.tidy(() => {
    const inputs = shapes.map((shape) => tf.ones(shape));
    layer.apply(inputs.length === 1 ? (inputs[0] as Tensor) : inputs);
  });
  layer.dispose();
}

const four = [0, 1, 2, 3];
const data = () =>
  points(
    four.map((x) => [x, 1]),
    [0, 1, 0, 1],
  );
const images = () => data().withInputs(() => ({ values: new Float32Array(4 * 4), shape: [2, 2, 1], dtype: "float32" }));
const photograph = async () => cellwise.loadPhotograph((await cellwise.samplePhotographs())[0]?.path ?? "");
const letters = () => new cellwise.CharacterTokenizer("abcd");
const classifier = () => softmaxModel(tf.train.sgd(0.1));
const gpt = () => cellwise.buildGpt({ preset: "tiny", vocabulary: 4 });
const cnn = () => cellwise.buildCnn({ preset: "tiny", inputShape: [8, 8, 1] });
const digits = (count: number) => tf.ones<cellwise.tf.Rank.R4>([count, 8, 8, 1]);
const texts = () =>
  cellwise.nextTokenWindows(
    Int32Array.from({ length: 20 }, (_, i) => i % 4),
    { length: 4 },
  );
const frame = { start: 1, end: 2 };
const table = { columns: ["a"], values: Array.from({ length: 40 }, (_, i) => [Math.sin(i)]) };
const square = { x: [-1, 1] as [number, number], y: [-1, 1] as [number, number], steps: 5 };
const rows = [
  [1, 2],
  [3, 5],
  [0, 1],
];
const twoTexts = { vocabulary: 4, preset: "tiny" } as const;

const corner: cellwise.Point[] = [
  [0, 0, 0],
  [3, 0, 0],
  [0, 4, 0],
];
const residues = corner.map((alpha, place) => ({ aminoAcid: "A", place, number: String(place), alpha, beta: alpha }));
const scores = [
  [0, 1],
  [1, 0],
];
const sound = { sampleRate: 8000, channels: [new Float32Array(400)] };
async function inFolder(task: (folder: string) => Promise<unknown>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tensors-"));
  try {
    await task(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const calls: Record<string, () => unknown> = {
  // Data sets.
  loadCmudict: () => cellwise.loadCmudict({ maxLength: 3 }),
  augment: () => {
    for (const batch of cellwise.augment(images(), { shift: 1 }).batches(3)) assert.ok(batch.size > 0);
  },
  weightedSample: () => cellwise.weightedSample(data(), [1, 0, 2, 1], { count: 5 }),
  loadAnimals: () => cellwise.loadAnimals(),
  loadEmoji: () => cellwise.loadEmoji(),
  loadImageNetClasses: () => cellwise.loadImageNetClasses(),
  samplePhotographs: () => cellwise.samplePhotographs(),
  picturesIn: () => cellwise.picturesIn(),
  loadPhotograph: async () => (await photograph()).dispose(),
  loadEfficientNet: async () => using(await cellwise.loadEfficientNet()),
  similarityMap: () => cellwise.similarityMap([[1]], { rows: ["a"] }),
  loadMiniLm: async () => {
    const loaded = await cellwise.loadMiniLm().catch(({ message }: Error) => assert.match(message, /npm run models/));
    if (loaded) await using(loaded.model);
  },
  sentenceEmbeddings: async () => {
    const tokenizer = new cellwise.WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a"]);
    await using(cellwise.buildBert({ preset: "tiny", vocabulary: 5, head: "none" }), async (model) => {
      const vectors = await cellwise.sentenceEmbeddings({ model, tokenizer }, ["a", "a a"]);
      vectors.dispose();
    });
  },
  efficientNetInput: async () => {
    const given = await photograph();
    tf.dispose([given, cellwise.efficientNetInput(given)]);
  },
  classifyPhotograph: async () =>
    using(await cellwise.loadEfficientNet(), async (model) => {
      const given = await photograph();
      await cellwise.classifyPhotograph(model, given);
      given.dispose();
    }),
  Dataset: () => {
    for (const batch of data().shuffle(1).batches(3)) assert.ok(batch.size > 0);
  },
  forecastWindows: () => cellwise.forecastWindows(table, { inputs: ["a"], length: 4 }),
  loadCo2: () => cellwise.loadCo2(),
  loadWeather: () => cellwise.loadWeather(),
  loadMail: () => cellwise.loadMail({ groups: ["hard-ham-1"] }),
  loadMnist: () => cellwise.loadMnist(),
  loadMobyDick: () => cellwise.loadMobyDick(),
  loadNames: () => cellwise.loadNames(),
  loadSpeeches: () => cellwise.loadSpeeches(),
  Random: () => new cellwise.Random(1).uniform(),
  labelledSequences: () => cellwise.labelledSequences([[1], [2]], [0, 1], { length: 2, classNames: ["a", "b"] }),
  nextTokenSequences: () => cellwise.nextTokenSequences([[1, 2], [3]], frame),
  nextTokenWindows: () => texts(),
  sequencePairs: () => cellwise.sequencePairs([[3]], [[4]], frame),
  copying: () => cellwise.copying({ size: 4 }),
  sorting: () => cellwise.sorting({ size: 4 }),
  spirals: () => cellwise.spirals(),
  xor: () => cellwise.xor(),

  // Texts as numbers.
  BytePairTokenizer: () => cellwise.BytePairTokenizer.train("abab", { vocabularySize: 257 }).encode("ab"),
  WordPieceTokenizer: () => new cellwise.WordPieceTokenizer(["[UNK]", "a"]).encode("ab"),
  CharacterTokenizer: () => letters().encode("ab"),
  pad: () => cellwise.pad([[1], [2, 3]]),
  Vocabulary: () => new cellwise.Vocabulary(["a"]),

  // Layers.
  attention: () => {
    const heads = tf.ones<cellwise.tf.Rank.R4>([1, 2, 3, 4]);
    const { context, weights } = cellwise.attention(heads, heads, heads, { causal: true });
    tf.dispose([heads, context, weights]);
  },
  AdditiveAttention: () => running(new cellwise.AdditiveAttention({ units: 5 }), [1, 3, 4], [1, 2, 6], [1, 2]),
  withoutHeads: () =>
    using(gpt(), (model) => cellwise.withoutHeads(model, [{ layer: "block1/attention", head: 0 }], () => 1)),
  attentionMaps: () =>
    using(gpt(), (model) => {
      const tokens = tf.zeros([1, 3], "int32");
      assert.equal(cellwise.attentionMaps(model, tokens).length, 2);
      tokens.dispose();
    }),
  Bias: () => running(new cellwise.Bias(), [2, 3]),
  ChosenPositions: () => running(new cellwise.ChosenPositions(), [1, 3, 4], [1, 2]),
  CausalConvolution: () => running(new cellwise.CausalConvolution({ filters: 2, dilation: 2 }), [1, 3, 4]),
  GatedUnit: () => running(new cellwise.GatedUnit(), [1, 3, 4]),
  CompositeLayer: () => running(new cellwise.EncoderBlock({ heads: 1, dropout: 0.1 }), [1, 3, 4]),
  DecoderBlock: () => running(new cellwise.DecoderBlock({ heads: 2 }), [1, 3, 4], [1, 2, 4], [1, 2]),
  DotAttention: () => running(new cellwise.DotAttention(), [1, 3, 4], [1, 2, 4], [1, 2]),
  EncoderBlock: () => running(new cellwise.EncoderBlock({ heads: 2, norm: "pre" }), [1, 3, 4], [1, 3]),
  ClassToken: () => running(new cellwise.ClassToken(), [1, 3, 4]),
  FirstPosition: () => running(new cellwise.FirstPosition(), [1, 3, 4]),
  Gru: () => running(new cellwise.Gru({ units: 2 }), [1, 3, 4]),
  LayerNorm: () => running(new cellwise.LayerNorm(), [1, 3, 4]),
  LstmEncoderDecoder: () => running(new cellwise.LstmEncoderDecoder({ units: 2 }), [1, 3, 4], [1, 2, 4], [1, 3]),
  causalBias: () => cellwise.causalBias(2, 3).dispose(),
  PaddingMask: () => running(new cellwise.PaddingMask(), [2, 3]),
  paddingBias: () => {
    const mask = tf.ones([1, 2]);
    tf.dispose([cellwise.paddingBias(mask), mask]);
  },
  MultiHeadAttention: () => running(new cellwise.MultiHeadAttention({ heads: 2, returnWeights: true }), [1, 3, 4]),
  LearnedPositions: () => running(new cellwise.LearnedPositions({ length: 3 }), [1, 3, 4]),
  SinusoidalPositions: () => running(new cellwise.SinusoidalPositions({}), [1, 3, 4]),
  sinusoidalPositions: () => cellwise.sinusoidalPositions(3, 4),
  recurrent: () => {
    for (const cell of ["simple", "lstm", "gru"] as const)
      running(cellwise.recurrent(cell, { units: 2, seed: 1 }), [1, 3, 4]);
  },
  TokenEmbedding: () => running(new cellwise.TokenEmbedding({ vocabulary: 4, width: 2 }), [1, 3]),
  TransformerBlock: () => running(new cellwise.DecoderBlock({ heads: 1, norm: "pre" }), [1, 3, 4], [1, 2, 4]),

  // Models.
  buildPerceptron: () => cellwise.buildPerceptron().learn(data(), { epochs: 2 }),
  perceptronBound: () =>
    cellwise.perceptronBound(
      points(
        [
          [1, 0],
          [-1, 0],
        ],
        [1, 0],
      ),
      [1, 0],
      0,
    ),
  checkedInputs: () =>
    using(cellwise.checkedInputs(classifier()), (model) => {
      const wrong = tf.ones([2, 5]);
      assert.throws(() => model.predict(wrong), RangeError);
      wrong.dispose();
    }),
  buildMlp: () => using(cellwise.buildMlp({ preset: "tiny" })),
  buildCnn: () => using(cellwise.buildCnn({ preset: "tiny" })),
  buildBlockCnn: () => using(cellwise.buildBlockCnn({ preset: "tiny" })),
  buildAlexNet: () => using(cellwise.buildAlexNet({ preset: "tiny" })),
  buildVit: () => using(cellwise.buildVit({ preset: "tiny" })),
  vitParameters: () => cellwise.vitParameters({ preset: "base" }),
  buildVgg: () => using(cellwise.buildVgg({ preset: "tiny" })),
  buildGoogLeNet: () => using(cellwise.buildGoogLeNet({ preset: "tiny" })),
  buildResNet: () => using(cellwise.buildResNet({ preset: "tiny" })),
  buildDenseNet: () => using(cellwise.buildDenseNet({ preset: "tiny" })),
  buildRecurrentCnn: () => using(cellwise.buildRecurrentCnn({ preset: "tiny" })),
  buildEfficientNet: () => using(cellwise.buildEfficientNet({ preset: "tiny" })),
  buildRnnClassifier: () => using(cellwise.buildRnnClassifier({ preset: "tiny", vocabulary: 4 })),
  buildRnnForecaster: () => using(cellwise.buildRnnForecaster({ preset: "tiny", cell: "simple" })),
  buildRnnLanguageModel: () => using(cellwise.buildRnnLanguageModel({ ...twoTexts, cell: "gru" })),
  buildSeq2Seq: () => using(cellwise.buildSeq2Seq({ preset: "tiny", sourceVocabulary: 4, targetVocabulary: 4 })),
  accuracyIgnoring: () => measured(cellwise.accuracyIgnoring(0)),
  crossentropyIgnoring: () => measured(cellwise.crossentropyIgnoring(0)),
  buildDeepSpeech: () => using(cellwise.buildDeepSpeech({ preset: "tiny" })),
  ctcLoss: () => measured(cellwise.ctcLoss()),
  decodeCtc: () => cellwise.decodeCtc(new cellwise.Predictions(Float32Array.of(0.5, 0.5), [1, 2]), { beams: 2 }),
  editDistance: () => cellwise.editDistance("ab", "ac"),
  loadProteinFamily: () => cellwise.loadProteinFamily("rhomboids"),
  buildResidueAttention: () => using(cellwise.buildResidueAttention({ preset: "tiny", length: 5 })),
  residueCouplings: () =>
    using(cellwise.buildResidueAttention({ preset: "tiny", length: 5 }), (model) => cellwise.residueCouplings(model)),
  sequenceWeights: () => cellwise.sequenceWeights(rows),
  covarianceScores: () => cellwise.covarianceScores(rows),
  mutualInformation: () => cellwise.mutualInformation(rows),
  averageProductCorrection: () => cellwise.averageProductCorrection(scores),
  topContacts: () => cellwise.topContacts(scores, { apart: 1 }),
  residueDistances: () => cellwise.residueDistances(residues),
  contactPrecision: () => cellwise.contactPrecision([{ i: 0, j: 1, score: 1 }], residues),
  foldContacts: () => cellwise.foldContacts([{ i: 0, j: 6, score: 1 }], [0, 1, 2, 3, 4, 5, 6], { steps: 3 }),
  superpose: () => cellwise.superpose(corner, corner),
  rmsd: () => cellwise.rmsd(corner, corner),
  tmScore: () => cellwise.tmScore(corner, corner),
  contactMap: () => cellwise.contactMap([{ i: 0, j: 1, score: 1 }], residues),
  foldedChains: () => cellwise.foldedChains({ corner }),
  loadPhrases: () => cellwise.loadPhrases(),
  loadCaptionedEmoji: () => cellwise.loadCaptionedEmoji(),
  noiseSchedule: () => cellwise.noiseSchedule(),
  ddim: () => {
    const start = tf.ones([3]);
    tf.dispose([start, cellwise.ddim(start, (z) => z.mul(0.5), { schedule: cellwise.noiseSchedule(), steps: 3 })]);
  },
  frechetDistance: () => cellwise.frechetDistance(rows, rows),
  buildGenerator: () => using(cellwise.buildGenerator({ preset: "tiny" })),
  buildDiscriminator: () => using(cellwise.buildDiscriminator({ preset: "tiny" })),
  buildAutoencoder: () => using(cellwise.buildAutoencoder({ preset: "tiny" })),
  buildDenoiser: () => using(cellwise.buildDenoiser({ preset: "tiny" })),
  bleu: () => cellwise.bleu([["a b"]], ["a c"]),
  wordErrorRate: () => cellwise.wordErrorRate(["a b"], ["a c"]),
  loadSpokenDigits: () => cellwise.loadSpokenDigits({ train: 2, test: 1 }),
  speechFeatures: () => cellwise.speechFeatures([{ ...sound, sampleRate: 16_000 }]),
  say: () => cellwise.say("one"),
  buildWhisper: () => using(cellwise.buildWhisper({ preset: "tiny" })),
  loadWhisper: async () => {
    const whisper = await cellwise.loadWhisper().catch(() => undefined); // not there before `npm run models -- whisper`
    whisper?.dispose();
  },
  transcribe: async () => {
    const whisper = tinyWhisper();
    await cellwise.transcribe(whisper, { ...sound, sampleRate: 16_000 });
    whisper.dispose();
  },
  buildWaveNet: () => using(cellwise.buildWaveNet({ preset: "tiny" })),
  waveNetReceptiveField: () => cellwise.waveNetReceptiveField(),
  generateSound: () =>
    using(cellwise.buildWaveNet({ preset: "tiny" }), (model) => cellwise.generateSound(model, { length: 3 })),
  loadTabla: () => cellwise.loadTabla(),
  muLawEncode: () => cellwise.muLawEncode([0, 0.5]),
  muLawDecode: () => cellwise.muLawDecode([0, 255]),
  resample: () => cellwise.resample(sound, 4000),
  audio: () => cellwise.audio(sound),
  logMelSpectrogram: () => cellwise.logMelSpectrogram(sound),
  melFilters: () => cellwise.melFilters({ bands: 4, size: 64, sampleRate: 8000 }),
  readWav: () =>
    inFolder(async (folder) => {
      await cellwise.writeWav(join(folder, "sound.wav"), sound);
      await cellwise.readWav(join(folder, "sound.wav"));
    }),
  spectrogram: () => cellwise.spectrogram(sound),
  writeWav: () => inFolder((folder) => cellwise.writeWav(join(folder, "sound.wav"), sound)),
  buildTransformer: () => using(cellwise.buildTransformer({ preset: "tiny", sourceVocabulary: 4 })),
  buildGpt: () => using(gpt()),
  gptParameters: () => cellwise.gptParameters(),
  bertParameters: () => cellwise.bertParameters({ preset: "base" }),
  buildBert: () => using(cellwise.buildBert(twoTexts)),
  buildBertClassifier: () => using(cellwise.buildBertClassifier({ ...twoTexts, classes: 2 })),
  maskTokens: () => cellwise.maskTokens(texts(), { maskToken: 3, vocabulary: 4 }),

  // Training.
  evaluate: () => using(classifier(), (model) => cellwise.evaluate(model, data())),
  fit: async () => {
    for (const engine of ["compiled", "eager"] as const)
      await using(classifier(), (model) =>
        cellwise.fit(model, data(), { ...quiet, engine, epochs: 2, batchSize: 3, validation: data() }),
      );
  },
  mistakes: () =>
    using(classifier(), async (model) => cellwise.mistakes(data(), await cellwise.predict(model, data()))),
  Predictions: () => new cellwise.Predictions(new Float32Array(4), [2]).classes(),
  predict: () => using(classifier(), (model) => cellwise.predict(model, data(), { batchSize: 1 })),
  clipGradients: () => cellwise.clipGradients(tf.train.sgd(0.1), { norm: 1 }).dispose(),
  compileStep: () => stepOnce(),
  minimize: () => stepOnce(),
  StepFailedError: () => new cellwise.StepFailedError(1, new Error("no")),
  UncompilableError: () => new cellwise.UncompilableError("cannot be"),
  compiledForward: () =>
    using(classifier(), (model) => {
      const pass = cellwise.compiledForward(model);
      const x = tf.ones([3, 2]);
      tf.dispose([...pass.predict([x]), x]);
      pass.dispose();
    }),
  saveSavedModel: () =>
    using(classifier(), (model) => {
      const folder = mkdtempSync(join(tmpdir(), "cellwise-tensors-"));
      try {
        cellwise.saveSavedModel(model, join(folder, "model"));
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),

  // Text out of models.
  beamSearch: () => using(gpt(), (model) => cellwise.beamSearch(model, { prompt: [1], length: 9, beams: 2 })),
  generate: () =>
    using(gpt(), async (model) => {
      for await (const { text } of cellwise.generate(model, letters(), { prompt: "a", length: 20 }))
        if (text.length === 9) break;
    }),
  generateText: () =>
    using(gpt(), (model) => inNotebook(() => cellwise.generateText(model, letters(), { prompt: "a", length: 9 }))),
  streamText: () =>
    inNotebook(() =>
      cellwise.streamText(
        (async function* () {
          yield { piece: "a" };
        })(),
      ),
    ),
  sampleToken: () => cellwise.sampleToken([1, 2], new cellwise.Random(1)),
  samplingProbabilities: () => cellwise.samplingProbabilities([1, 2]),

  // Exercises.
  loadReferences: () => cellwise.loadReferences(),
  calibration: () => cellwise.calibration([0.5], [true]),
  auroc: () => cellwise.auroc([1], [0]),
  quantizeWeights: () => using(classifier(), (model) => void cellwise.quantizeWeights(model, { perChannel: true })),
  pruneWeights: () => using(classifier(), (model) => void cellwise.pruneWeights(model, { keep: 0.5 })),
  loadSystems: () => cellwise.loadSystems(),
  progress: () => cellwise.progress(),
  forgetProgress: () => cellwise.forgetProgress(),
  courseMap: () => cellwise.courseMap(),
  claim: () => inNotebook(async () => cellwise.claim("one is above zero", 1, { above: 0 })),
  check: () => inNotebook(() => cellwise.check("A", [{ given: "x", got: () => tf.scalar(1).add(1), expected: 2 }])),

  // Looking into functions and models.
  gelu: () => tf.tidy(() => void cellwise.gelu(tf.tensor1d([1, 2]))),
  curve: () => cellwise.curve((x) => tf.relu(x)),
  decisionRegions: () => using(classifier(), (model) => cellwise.decisionRegions(model, square)),
  gradCamMaps: () =>
    using(cnn(), (model) => tf.tidy(() => void cellwise.gradCamMaps(model, digits(2), { classes: [1, 2] }))),
  layerActivations: () =>
    using(classifier(), (model) => tf.tidy(() => void cellwise.layerActivations(model, tf.ones([2, 2])))),
  layerGradients: () =>
    using(classifier(), (model) =>
      tf.tidy(() => void cellwise.layerGradients(model, tf.ones([2, 2]), tf.tensor1d([0, 1]))),
    ),
  lossAroundWeights: () => using(classifier(), (model) => cellwise.lossAroundWeights(model, data(), { steps: 3 })),
  lossOverPlane: () => cellwise.lossOverPlane((a, b) => a * a + b, square),
  principalComponents: () => cellwise.principalComponents(rows),
  textProbabilities: () => using(gpt(), (model) => cellwise.textProbabilities(model, letters(), "abcdabcdabcd")),
  saliencyMaps: () => using(cnn(), (model) => tf.tidy(() => void cellwise.saliencyMaps(model, digits(2)))),

  // Figures and tables.
  attentionHeatmap: () =>
    using(gpt(), (model) => {
      const tokens = tf.zeros([1, 3], "int32");
      cellwise.attentionHeatmap(cellwise.attentionMaps(model, tokens), { queries: ["a", "b", "c"] });
      tokens.dispose();
    }),
  architecture: () => using(gpt(), (model) => cellwise.architecture(model)),
  bars: () => cellwise.bars({ a: 1 }, { yTitle: "a" }),
  boundaryLine: () => cellwise.boundaryLine({ weights: [1, 1], bias: 0 }, cellwise.xor()),
  decisionBoundary: () =>
    cellwise.decisionBoundary(
      cellwise.decisionRegions((x) => (x > 0 ? 1 : 0), square),
      cellwise.xor(),
    ),
  embedding: () => cellwise.embedding(rows, ["a", "b", "c"]),
  featureMaps: () =>
    using(cnn(), (model) =>
      tf.tidy(() => {
        cellwise.featureMaps(model, digits(1));
        cellwise.featureMaps(model, digits(1).squeeze([0]), { layer: "conv1" });
      }),
    ),
  filters: () => using(cnn(), (model) => cellwise.filters(model)),
  forecast: () => cellwise.forecast([1, 2], [1, 2], { naive: [1, 1] }, { yTitle: "a" }),
  functionCurves: () => cellwise.functionCurves({ relu: cellwise.curve((x) => tf.relu(x)) }),
  gradCam: () => using(cnn(), (model) => tf.tidy(() => void cellwise.gradCam(model, digits(2)))),
  histograms: () => cellwise.histograms({ a: [1, 2, 3] }),
  lines: () => cellwise.lines({ a: [1, 2] }, { xTitle: "x", yTitle: "y" }),
  slidingFilter: () => cellwise.slidingFilter([[1, 2]], [[1]]),
  lossSurface: () => cellwise.lossSurface(cellwise.lossOverPlane((a, b) => a * a + b, square)),
  confusionCounts: () => cellwise.confusionCounts([0, 1], [0, 0], 2),
  confusionMatrix: () => cellwise.confusionMatrix([0, 1], [0, 0], ["a", "b"]),
  imageFilm: () => cellwise.imageFilm([{ label: "a", images: [{ values: new Float32Array(4), shape: [2, 2, 1] }] }]),
  imageGrid: () => cellwise.imageGrid([{ values: new Float32Array(4), shape: [2, 2, 1] }]),
  learningCurves: () =>
    using(classifier(), async (model) => cellwise.learningCurves(await cellwise.fit(model, data(), quiet))),
  positionalEncoding: () => cellwise.positionalEncoding(cellwise.sinusoidalPositions(3, 4), { width: 4 }),
  saliency: () => using(cnn(), (model) => tf.tidy(() => void cellwise.saliency(model, digits(2)))),
  show: () => inNotebook(async () => cellwise.show({ data: [], layout: {} })),
  summary: () => using(gpt(), (model) => cellwise.summary(model)),
  tokenProbabilities: () =>
    using(gpt(), (model) => cellwise.tokenProbabilities(cellwise.textProbabilities(model, letters(), "abc"))),
};

function measured(measure: cellwise.SequenceMeasure | cellwise.CtcLoss): void {
  tf.tidy(() => measure(tf.tensor2d([[0, 1]]), tf.ones([1, 2, 3]).div(3)).dataSync());
}

function stepOnce(): void {
  const weight = tf.tidy(() => tf.variable(tf.scalar(1)));
  const optimizer = tf.train.adam(0.1);
  const step = cellwise.compileStep((x) =>
    cellwise.minimize(optimizer, () => weight.mul(x as Tensor).sum() as cellwise.tf.Scalar, [weight]),
  );
  const x = tf.ones([3]);
  step.run(x);
  step.dispose();
  tf.dispose([x, weight]);
  optimizer.dispose();
}

describe("no tensor is left behind by", () => {
  const names = Object.entries(cellwise)
    .filter(([, value]) => typeof value === "function")
    .map(([name]) => name);

  it("any public function: each has a row here", () => {
    const missing = names.filter((name) => !(name in calls));
    assert.deepEqual(missing, [], "public, but without a row in this file");
    const gone = Object.keys(calls).filter((name) => !names.includes(name));
    assert.deepEqual(gone, [], "a row for what is not public");
  });

  for (const [name, call] of Object.entries(calls))
    it(name, async () => {
      const before = tf.memory();
      await call();
      const { numTensors } = tf.memory();
      assert.equal(numTensors, before.numTensors, `tensors after ${name}, and before`);
    });
});
