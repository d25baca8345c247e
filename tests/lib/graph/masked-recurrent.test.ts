// Recurrent layers behind a mask, trained by the compiled step and by tfjs's own `trainOnBatch`: masked steps at the start, in
// the middle and at the end of a sequence, a sequence that is masked as a whole, and one that is not masked at all.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { buildSeq2Seq, Gru, minimize, tf } from "cellwise";
import { trace } from "cellwise/dist/graph/recording/trace";
import { LAYER_REWRITES } from "cellwise/dist/layers/tfjs-forms/layer-rewrites";
import { compiledForward } from "cellwise/dist/training/evaluation/forward";
import { assertSameTraining, twins } from "./twin";

const { layers: l } = tf;

/** 0 is padding. */
const TOKENS = [
  [0, 0, 3, 4, 1],
  [2, 0, 0, 5, 1],
  [1, 2, 3, 0, 0],
  [0, 0, 0, 0, 0],
  [1, 2, 3, 4, 5],
];
const [ROWS, TIME, VOCABULARY, WIDTH] = [TOKENS.length, 5, 6, 3];

interface Options {
  units: number;
  returnSequences?: boolean;
  goBackwards?: boolean;
}

const kinds: Record<string, (options: Options) => tf.layers.Layer> = {
  SimpleRNN: (options) => l.simpleRNN(options),
  // Seeded, and with a bias: of other weights all outputs may be 0.
  "SimpleRNN with relu": (options) =>
    l.simpleRNN({
      ...options,
      activation: "relu",
      kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
      recurrentInitializer: tf.initializers.orthogonal({ seed: 2 }),
      biasInitializer: "ones",
    }),
  LSTM: (options) => l.lstm({ ...options, recurrentActivation: "sigmoid" }),
  "LSTM with tfjs's gates": (options) => l.lstm({ ...options, useBias: false }),
  GRU: (options) => l.gru({ ...options, recurrentActivation: "sigmoid", useBias: false }),
  "GRU with tfjs's gates": (options) => l.gru(options),
  "the library's own GRU": (options) => new Gru(options),
};

/** Ends the mask: tfjs's own loss counts masked positions, which ours and Keras's leave out (golden/measures.test.ts). */
class EndOfMask extends l.Layer {
  static className = "EndOfMask";
  override readonly supportsMasking = true;

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => ([inputs].flat()[0] as tf.Tensor).clone());
  }

  override computeMask(): tf.Tensor {
    return null as unknown as tf.Tensor;
  }
}

/** A model of tokens: their vectors, with a mask, and the layers. */
function model(layers: tf.layers.Layer[], vocabulary = VOCABULARY): tf.LayersModel {
  const input = tf.input({ shape: [TIME] });
  const embedding = l.embedding({ inputDim: vocabulary, outputDim: WIDTH, maskZero: true });
  let x = embedding.apply(input) as tf.SymbolicTensor;
  for (const layer of layers) x = layer.apply(x) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: x });
}

const compile = (one: tf.LayersModel): void => one.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });

const uniform = (shape: number[], seed: number): tf.Tensor => tf.randomUniform(shape, -1, 1, "float32", seed);

/** As many texts as asked for, those above over and over. */
const texts = (count = ROWS): tf.Tensor =>
  tf.tensor2d(
    Array.from({ length: count }, (_, i) => TOKENS[i % ROWS] as number[]),
    [count, TIME],
  );

async function assertTrains(build: () => tf.LayersModel, batch = ROWS, steps = 6): Promise<void> {
  const [one, twin] = twins(build, compile);
  const targets = uniform([batch, ...((one.outputs[0] as tf.SymbolicTensor).shape.slice(1) as number[])], 3);
  const batches = [[texts(batch), targets]] as const;
  await assertSameTraining(one, twin, batches, { steps });
  tf.dispose(batches as unknown as tf.TensorContainer);
  for (const each of [one, twin]) each.dispose();
}

describe("masked recurrent layers", () => {
  for (const [name, layer] of Object.entries(kinds)) {
    it(`train ${name} as tfjs does`, async () => {
      for (const goBackwards of [false, true])
        await assertTrains(() =>
          model([layer({ units: 4, returnSequences: true, goBackwards }), layer({ units: 3, goBackwards })]),
        );
    });

    it(`train ${name} as tfjs does where each step has an output, and fewer tokens are read than there are`, async () => {
      await assertTrains(() => model([layer({ units: 4, returnSequences: true }), new EndOfMask({})], 100));
    });

    it(`let nothing of the padding through ${name}`, () => {
      const one = model([layer({ units: 4, returnSequences: true })]);
      compile(one);
      const forward = compiledForward(one);
      const x = texts();
      const values = () => {
        const outputs = forward.predict([x]);
        const data = Array.from((outputs[0] as tf.Tensor).dataSync(), (value) => value + 0); // −0 is 0
        tf.dispose(outputs);
        return data;
      };
      const before = values();
      const [table, ...others] = one.getWeights() as [tf.Tensor, ...tf.Tensor[]];
      const other = tf.tidy(() => tf.concat([tf.fill([1, WIDTH], 7), table.slice(1)]));
      one.setWeights([other, ...others]);
      const after = values();
      assert.deepEqual(after, before);
      // A state stays as it was, to the last digit; that of a sequence which is masked as a whole is the first one, zero.
      const step = (row: number, time: number) => after.slice((row * TIME + time) * 4, (row * TIME + time + 1) * 4);
      assert.deepEqual([step(1, 1), step(1, 2)], [step(1, 0), step(1, 0)]);
      assert.deepEqual([step(2, 3), step(2, 4)], [step(2, 2), step(2, 2)]);
      assert.deepEqual([step(0, 1), step(3, 4)], [Array(4).fill(0), Array(4).fill(0)]);
      assert.ok(step(4, 4).some((value) => value !== 0));
      forward.dispose();
      tf.dispose([x, other]);
      one.dispose();
    });
  }

  it("train as tfjs does on 32 examples, which run as two halves", async () => {
    for (const layer of Object.values(kinds)) await assertTrains(() => model([layer({ units: 3 })]), 32, 4);
  });

  it("train both directions as tfjs does", () =>
    assertTrains(() => model([l.bidirectional({ layer: l.gru({ units: 2 }), mergeMode: "concat" })])));

  it("train as tfjs does where the mask comes from vectors", async () => {
    for (const layer of Object.values(kinds)) {
      const [one, twin] = twins(
        () => tf.sequential({ layers: [l.masking({ inputShape: [TIME, 1] }), layer({ units: 3 })] }),
        compile,
      );
      const batches = [[tf.tidy(() => texts().expandDims(2)), uniform([ROWS, 3], 3)]] as const;
      await assertSameTraining(one, twin, batches, { steps: 6 });
      tf.dispose(batches as unknown as tf.TensorContainer);
    }
  });

  it("train an encoder, and a decoder that starts from its states behind a mask of its own, as tfjs does", () =>
    assertTrains(() => {
      const input = tf.input({ shape: [TIME] });
      const embed = () => l.embedding({ inputDim: VOCABULARY, outputDim: WIDTH, maskZero: true }).apply(input);
      const lstm = (more: object) => l.lstm({ units: 3, recurrentActivation: "sigmoid", ...more });
      const [, ...states] = lstm({ returnState: true }).apply(embed()) as tf.SymbolicTensor[];
      const decoder = lstm({ returnSequences: true });
      const decoded = decoder.apply([embed() as tf.SymbolicTensor, ...states]) as tf.SymbolicTensor;
      return tf.model({ inputs: input, outputs: new EndOfMask({}).apply(decoded) as tf.SymbolicTensor });
    }));

  it("train the encoder and decoder of seq2seq as tfjs does", async () => {
    const build = () =>
      buildSeq2Seq({ sourceVocabulary: VOCABULARY, targetVocabulary: VOCABULARY, embedding: 4, units: 5 });
    // The model's own loss is one that tfjs's `trainOnBatch` does not take such labels for.
    const [one, twin] = twins(build, (model) =>
      model.compile({ optimizer: tf.train.sgd(0.1), loss: "sparseCategoricalCrossentropy" }),
    );
    const batches = [[[texts(), texts()], tf.tidy(() => texts().expandDims(2))]] as [tf.Tensor[], tf.Tensor][];
    await assertSameTraining(one, twin, batches, { steps: 8 });
    tf.dispose(batches as unknown as tf.TensorContainer);
  });

  it("say nothing in the terminal, nor do those that keep tfjs's own way", () => {
    const script = `
      const { tf } = require("cellwise");
      const { compiledStep } = require("cellwise/dist/training/loop/model-trainee");
      const layers = [
        tf.layers.embedding({ inputDim: 6, outputDim: 3, inputLength: 16, maskZero: true }),
        tf.layers.lstm({ units: 4, recurrentActivation: "sigmoid", returnSequences: true }),
        tf.layers.lstm({ units: 4, dropout: 0.1 }), // which keeps tfjs's own way
      ];
      const model = tf.sequential({ layers });
      model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
      compiledStep(model).run([tf.ones([8, 16])], [tf.zeros([8, 4])]);`;
    const { status, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: __dirname, encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
  });

  it("take no more than a few operations a step beside the unmasked ones", () => {
    const nodes = (layer: tf.layers.Layer, maskZero: boolean): number => {
      const embedding = l.embedding({ inputDim: VOCABULARY, outputDim: WIDTH, inputLength: 16, maskZero });
      const one = tf.sequential({ layers: [embedding, layer] });
      const optimizer = tf.train.sgd(0.1);
      const x = tf.zeros([2, 16]);
      const step = (x: tf.Tensor) => minimize(optimizer, () => (one.apply(x) as tf.Tensor).mean() as tf.Scalar);
      const recorded = trace((x) => [step(x as tf.Tensor)], [x], { seed: 1, step: () => 0, rewrites: LAYER_REWRITES });
      recorded.dispose();
      x.dispose();
      one.dispose();
      return recorded.nodes.length;
    };
    for (const [name, layer] of Object.entries(kinds)) {
      const [masked, unmasked] = [true, false].map((mask) => nodes(layer({ units: 4 }), mask)) as [number, number];
      assert.ok(masked - unmasked < 4 * 16 + 40, `${name}: ${masked} nodes with a mask, ${unmasked} without`);
    }
  });
});
