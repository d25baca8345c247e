// Every layer the course builds on, its own and tfjs-layers', against Python's Keras: the same weights and inputs give the same
// outputs and gradients, masks included.
import {
  AdditiveAttention,
  DecoderBlock,
  DotAttention,
  EncoderBlock,
  Gru,
  type GruOptions,
  LayerNorm,
  MultiHeadAttention,
  PaddingMask,
  type TransformerBlockOptions,
  tf,
} from "cellwise";
import { assertAsKeras, modelOf } from "./golden";

const { layers: l } = tf;

/** One layer, or several one after another. */
const stacks: Record<string, () => tf.layers.Layer[]> = {
  ...Object.fromEntries(
    (["relu", "elu", "selu", "sigmoid", "tanh", "softmax", "softplus", "swish", "gelu"] as const).map((activation) => [
      `dense-${activation}`,
      () => [l.dense({ units: 4, activation })],
    ]),
  ),
  conv1d: () => [l.conv1d({ filters: 3, kernelSize: 3, padding: "same", activation: "relu" })],
  conv2d: () => [l.conv2d({ filters: 3, kernelSize: 3, activation: "relu" })],
  "conv2d-strides": () => [l.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: "same" })],
  "conv2d-transpose": () => [l.conv2dTranspose({ filters: 3, kernelSize: 4, strides: 2, padding: "same" })],
  "conv2d-transpose-valid": () => [l.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2 })],
  "max-pooling": () => [l.maxPooling2d({ poolSize: 2 })],
  "average-pooling": () => [l.averagePooling2d({ poolSize: 2 })],
  "global-average-pooling": () => [l.globalAveragePooling2d({})],
  "batch-normalization": () => [l.batchNormalization()],
  "layer-normalization": () => [l.layerNormalization({ epsilon: 1e-5 })],
  embedding: () => [l.embedding({ inputDim: 6, outputDim: 3 })],
  bidirectional: () => [
    l.bidirectional({ layer: l.lstm({ units: 3, recurrentActivation: "sigmoid" }), mergeMode: "concat" }),
  ],
  "bidirectional-gru": () => [
    l.bidirectional({ layer: new Gru({ units: 3, returnSequences: true }), mergeMode: "concat" }),
  ],
  "attention-self": () => [new MultiHeadAttention({ heads: 2 })],
  "attention-weights": () => [new MultiHeadAttention({ heads: 3, returnWeights: true })],
  "attention-causal": () => [new MultiHeadAttention({ heads: 2, causal: true })],
  "dot-attention": () => [new DotAttention()],
  "additive-attention": () => [new AdditiveAttention({ units: 5 })],
};

const cells = {
  "simple-rnn": l.simpleRNN,
  lstm: l.lstm,
  gru: l.gru,
  "gru-reset-after": (options: GruOptions) => new Gru(options),
};
for (const [kind, cell] of Object.entries(cells)) {
  // The gates of tfjs-layers are hard sigmoids unless they are asked to be what they are in Keras and in the papers.
  const recurrent = ({ units, returnSequences = false }: { units: number; returnSequences?: boolean }) =>
    cell({ units, returnSequences, ...(["lstm", "gru"].includes(kind) && { recurrentActivation: "sigmoid" }) });
  const embedding = () => l.embedding({ inputDim: 6, outputDim: 3, maskZero: true });
  stacks[kind] = () => [recurrent({ units: 4 })];
  stacks[`${kind}-sequences`] = () => [recurrent({ units: 4, returnSequences: true })];
  stacks[`${kind}-masked`] = () => [embedding(), recurrent({ units: 4 })];
  stacks[`${kind}-masked-sequences`] = () => [
    embedding(),
    recurrent({ units: 3, returnSequences: true }),
    recurrent({ units: 2 }),
  ];
}

/** The padding mask of make.py's padded tokens: the second row ends sooner. */
const MASK = [
  [1, 1, 1, 0],
  [1, 1, 0, 0],
];

/** A layer that takes a mask as its last input, made constant. */
class ConstantMask extends tf.layers.Layer {
  static readonly className: string = "ConstantMask";
  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return [shape[0] as number, 4];
  }
  override call(): tf.Tensor {
    return tf.tensor2d(MASK);
  }
}
tf.serialization.registerClass(ConstantMask);

/** A model of a layer whose last input is the mask. */
function masked(layer: tf.layers.Layer, ...widths: [length: number, width: number][]): () => tf.LayersModel {
  return () => {
    const inputs = widths.map((shape) => tf.input({ shape }));
    const mask = new ConstantMask().apply(inputs[0] as tf.SymbolicTensor) as tf.SymbolicTensor;
    return tf.model({ inputs, outputs: layer.apply([...inputs, mask]) as tf.SymbolicTensor });
  };
}

const blocks: Record<string, TransformerBlockOptions> = {
  post: { heads: 2, feedForward: 6, norm: "post", activation: "relu" },
  pre: { heads: 2, feedForward: 6, norm: "pre", activation: "gelu" },
};

describe("layers compute what Keras computes", () => {
  for (const [name, layers] of Object.entries(stacks))
    it(name, () => assertAsKeras(name, (fixture) => modelOf(fixture, ...layers())));

  it("batch-normalization-training, with the moving averages", () =>
    assertAsKeras("batch-normalization-training", (fixture) =>
      modelOf(fixture, l.batchNormalization({ momentum: 0.9 })),
    ));

  it("layer-normalization, the library's own", () =>
    assertAsKeras("layer-normalization", (fixture) => modelOf(fixture, new LayerNorm())));

  it("attention-padded", () => {
    assertAsKeras("attention-padded", () => {
      const x = tf.input({ shape: [4, 6] });
      const mask = new ConstantMask().apply(x) as tf.SymbolicTensor;
      return tf.model({
        inputs: x,
        outputs: new MultiHeadAttention({ heads: 2 }).apply([x, x, mask]) as tf.SymbolicTensor,
      });
    });
  });

  it("attention-cross", () =>
    assertAsKeras("attention-cross", masked(new MultiHeadAttention({ heads: 2 }), [3, 4], [4, 6])));

  it("dot-attention-padded", () => assertAsKeras("dot-attention-padded", masked(new DotAttention(), [3, 4], [4, 4])));

  it("additive-attention-padded", () =>
    assertAsKeras("additive-attention-padded", masked(new AdditiveAttention({ units: 5 }), [3, 4], [4, 6])));

  for (const [norm, options] of Object.entries(blocks)) {
    it(`encoder-block-${norm}`, () =>
      assertAsKeras(`encoder-block-${norm}`, masked(new EncoderBlock(options), [4, 4])));
    it(`decoder-block-${norm}`, () =>
      assertAsKeras(`decoder-block-${norm}`, masked(new DecoderBlock(options), [3, 4], [4, 4])));
  }

  it("attention takes the mask that a masking layer hands on", () => {
    // The mask that `Masking` computes is the one that make.py gave: its rows of zeros are what make.py hides.
    const model = tf.sequential({
      layers: [l.masking({ maskValue: 0, inputShape: [4, 6] }), new MultiHeadAttention({ heads: 2 })],
    });
    const explicit = tf.model(
      (() => {
        const x = tf.input({ shape: [4, 6] });
        const ids = tf.input({ shape: [4] });
        const mask = new PaddingMask().apply(ids) as tf.SymbolicTensor;
        return {
          inputs: [x, ids],
          outputs: new MultiHeadAttention({ heads: 2 }).apply([x, x, mask]) as tf.SymbolicTensor,
        };
      })(),
    );
    explicit.setWeights(model.getWeights());
    tf.tidy(() => {
      const mask = tf.tensor2d(MASK);
      const x = tf.randomUniform([2, 4, 6], 0.5, 1, "float32", 1).mul(mask.expandDims(2));
      const difference = tf
        .sub(model.predict(x) as tf.Tensor, explicit.predict([x, mask]) as tf.Tensor)
        .abs()
        .max();
      if ((difference.dataSync()[0] as number) > 1e-6)
        throw new Error(`the outputs differ by ${difference.dataSync()[0]}`);
    });
    model.dispose();
    explicit.dispose();
  });
});
