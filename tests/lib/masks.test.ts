// Masks in every layer and model that claims them: what stands at padding, or in the future, changes nothing elsewhere.
import assert from "node:assert/strict";
import {
  Bias,
  buildBert,
  buildBertClassifier,
  buildGpt,
  buildRnnClassifier,
  buildRnnLanguageModel,
  buildSeq2Seq,
  buildTransformer,
  EncoderBlock,
  FirstPosition,
  Gru,
  LayerNorm,
  LearnedPositions,
  MultiHeadAttention,
  recurrent,
  SinusoidalPositions,
  tf,
} from "cellwise";

const { layers: l } = tf;
const [VOCABULARY, WIDTH] = [6, 4];
/** 0 is padding. */
const PADDED = [
  [3, 1, 4, 0],
  [2, 5, 0, 0],
];

/** The largest difference between two outputs; of the positions that are no padding alone, where it has positions. */
function difference(a: tf.Tensor, b: tf.Tensor): number {
  const away = a.sub(b).abs();
  const real = tf.tensor2d(PADDED).notEqual(0).toFloat().expandDims(2);
  return (away.rank === 3 ? away.mul(real) : away).max().dataSync()[0] as number;
}

/** Gives the padding token another vector, and says by how much the output changes. */
function afterNewPadding(model: tf.LayersModel): number {
  return tf.tidy(() => {
    const tokens = tf.tensor2d(PADDED, undefined, "int32");
    const predicted = () => [model.predict(tokens)].flat()[0] as tf.Tensor;
    const before = predicted();
    const [table, ...others] = model.getWeights() as [tf.Tensor, ...tf.Tensor[]];
    model.setWeights([
      table.add(
        tf
          .oneHot(tf.zeros([WIDTH], "int32"), VOCABULARY)
          .transpose()
          .mul(5),
      ),
      ...others,
    ]);
    return difference(before, predicted());
  });
}

const stacks: Record<string, () => tf.layers.Layer[]> = {
  "an encoder block, post-norm": () => [new EncoderBlock({ heads: 2, norm: "post" })],
  "an encoder block, pre-norm": () => [new EncoderBlock({ heads: 2, norm: "pre" })],
  "a causal encoder block": () => [new EncoderBlock({ heads: 2, causal: true })],
  "attention that returns its weights": () => [new MultiHeadAttention({ heads: 2, returnWeights: true })],
  ...Object.fromEntries(
    (["simple", "lstm", "gru"] as const).flatMap((cell) =>
      [true, false].map((returnSequences) => [
        `a recurrent layer, ${cell}, ${returnSequences ? "every step" : "the last step"}`,
        () => [recurrent(cell, { units: 3, returnSequences, seed: 1 })],
      ]),
    ),
  ),
  "a GRU in both directions": () => [l.bidirectional({ layer: new Gru({ units: 2 }), mergeMode: "concat" })],
  "what hands masks on": () => [
    ...[new LayerNorm(), new SinusoidalPositions({}), new LearnedPositions({ length: 4 }), new Bias()],
    ...[l.dropout({ rate: 0.1 }), new EncoderBlock({ heads: 2 }), new EncoderBlock({ heads: 2 })],
  ],
  "the first position, and a dense layer": () => [
    new EncoderBlock({ heads: 2 }),
    new FirstPosition(),
    l.dense({ units: 2 }),
  ],
};

describe("padding is not seen by", () => {
  for (const [name, layers] of Object.entries(stacks))
    it(name, () => {
      const input = tf.input({ shape: [4] });
      let x = l.embedding({ inputDim: VOCABULARY, outputDim: WIDTH, maskZero: true }).apply(input);
      for (const layer of layers()) x = layer.apply(x);
      const model = tf.model({ inputs: input, outputs: x as tf.SymbolicTensor });
      assert.equal(afterNewPadding(model), 0);
      model.dispose();
    });

  const sizes = { preset: "tiny", vocabulary: VOCABULARY } as const;
  for (const [name, build] of Object.entries({
    "a recurrent classifier": () => buildRnnClassifier({ ...sizes, embedding: WIDTH, cell: "gru" }),
    "BERT as a classifier": () => buildBertClassifier({ ...sizes, width: WIDTH }),
  }))
    it(name, () => freed(build(), (model) => assert.equal(afterNewPadding(model), 0)));

  it("BERT, nor more of it by anything", () =>
    freed(buildBert(sizes), (model) =>
      tf.tidy(() => {
        const predict = (rows: number[][]) => model.predict(tf.tensor2d(rows, undefined, "int32")) as tf.Tensor;
        const more = predict(PADDED.map((row) => [...row, 0, 0])).slice([0, 0], [2, 4]);
        assert.ok(difference(predict(PADDED), more) < 1e-6);
      }),
    ));
});

describe("the future is not seen by", () => {
  const target = { preset: "tiny", vocabulary: VOCABULARY } as const;
  const pair = { preset: "tiny", sourceVocabulary: VOCABULARY, targetVocabulary: VOCABULARY } as const;
  const models: Record<string, () => tf.LayersModel> = {
    "a GPT, pre-norm": () => buildGpt({ ...target, norm: "pre" }),
    "a GPT, post-norm": () => buildGpt({ ...target, norm: "post" }),
    "a recurrent language model": () => buildRnnLanguageModel({ ...target, cell: "gru" }),
    "a Transformer, post-norm": () => buildTransformer({ ...pair, norm: "post" }),
    "a Transformer, pre-norm": () => buildTransformer({ ...pair, norm: "pre", positions: "learned" }),
    "seq2seq with attention": () => buildSeq2Seq(pair),
    "seq2seq without": () => buildSeq2Seq({ ...pair, attention: false }),
  };
  for (const [name, build] of Object.entries(models))
    it(`${name}, nor padding of the source`, () =>
      freed(build(), (model) =>
        tf.tidy(() => {
          const rows = (tokens: number[][]) => tf.tensor2d(tokens, undefined, "int32");
          const predict = (tokens: number[], source = PADDED) => {
            const soFar = rows([tokens, tokens]);
            return model.predict(model.inputs.length === 1 ? soFar : [rows(source), soFar]) as tf.Tensor;
          };
          const [one, other] = [predict([1, 2, 3, 4]), predict([1, 2, 5, 5])];
          const away = one.sub(other).abs();
          assert.equal(away.slice([0, 0], [-1, 2]).max().dataSync()[0], 0);
          assert.ok((away.slice([0, 2]).max().dataSync()[0] as number) > 0);
          const more = PADDED.map((row) => [...row, 0, 0]);
          assert.ok(
            (one
              .sub(predict([1, 2, 3, 4], more))
              .abs()
              .max()
              .dataSync()[0] as number) < 1e-6,
          );
        }),
      ));
});

function freed(model: tf.LayersModel, look: (model: tf.LayersModel) => void): void {
  look(model);
  model.optimizer.dispose();
  model.dispose();
}
