// Every layer of tfjs-layers in a small network, trained by the compiled step and by tfjs's own `trainOnBatch`.
import assert from "node:assert/strict";
import { Gru, tf, UncompilableError } from "cellwise";
import { compiledStep } from "cellwise/dist/training/loop/model-trainee";
import { assertSameTraining, twins } from "./twin";

const { layers: l } = tf;
type Layers = () => tf.layers.Layer[];

const BATCH = 4;

/** Networks whose output is flattened into two regression targets, by the shape of their input. */
const networks: Record<string, [shape: number[], layers: Layers]> = {
  "dense, activation": [[3], () => [l.dense({ units: 4 }), l.activation({ activation: "tanh" })]],
  "every activation by name": [
    [3],
    () =>
      (["elu", "gelu", "gelu_new", "hardSigmoid", "linear", "mish", "relu", "relu6"] as const)
        .map((activation) => l.dense({ units: 3, activation }))
        .concat(
          (["selu", "sigmoid", "softmax", "softplus", "softsign", "swish", "tanh"] as const).map((activation) =>
            l.dense({ units: 3, activation }),
          ),
        ),
  ],
  "activation layers": [
    [3],
    () => [l.dense({ units: 4 }), l.elu(), l.leakyReLU(), l.prelu(), l.reLU({ maxValue: 6 }), l.softmax()],
  ],
  "conv1d, pooling": [
    [8, 2],
    () => [
      l.conv1d({ filters: 3, kernelSize: 3, padding: "same" }),
      l.maxPooling1d({ poolSize: 2 }),
      l.averagePooling1d({ poolSize: 2 }),
    ],
  ],
  "conv2d with strides and padding": [
    [9, 9, 2],
    () => [
      l.zeroPadding2d({ padding: 1 }),
      l.conv2d({ filters: 3, kernelSize: 3, strides: 2, padding: "same", activation: "relu" }),
      l.conv2d({ filters: 2, kernelSize: 2, activation: "sigmoid" }),
    ],
  ],
  "conv2d transposed, cropping, up-sampling": [
    [4, 4, 2],
    () => [
      l.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2 }),
      l.cropping2D({
        cropping: [
          [1, 1],
          [0, 1],
        ],
      }),
      l.upSampling2d({ size: [2, 2] }),
    ],
  ],
  "separable and depthwise conv2d": [
    [5, 5, 2],
    () => [l.separableConv2d({ filters: 3, kernelSize: 2, depthMultiplier: 2 }), l.depthwiseConv2d({ kernelSize: 2 })],
  ],
  "conv3d, pooling": [
    [4, 4, 4, 1],
    () => [
      l.conv3d({ filters: 2, kernelSize: 2, activation: "tanh" }),
      l.maxPooling3d({ poolSize: [2, 2, 2], strides: [1, 1, 1] }),
    ],
  ],
  "average pooling 2d, global pooling": [
    [6, 6, 3],
    () => [l.averagePooling2d({ poolSize: 2 }), l.globalAveragePooling2d({})],
  ],
  "global max pooling": [[6, 6, 3], () => [l.conv2d({ filters: 4, kernelSize: 2 }), l.globalMaxPooling2d({})]],
  "global pooling 1d": [[6, 3], () => [l.dense({ units: 4 }), l.globalMaxPooling1d({})]],
  "permute, reshape, repeat": [
    [2, 6],
    () => [
      l.permute({ dims: [2, 1] }),
      l.reshape({ targetShape: [3, 4] }),
      l.flatten(),
      l.dense({ units: 3 }),
      l.repeatVector({ n: 3 }),
    ],
  ],
  "layer normalisation": [[5], () => [l.dense({ units: 4 }), l.layerNormalization()]],
  "batch normalisation": [
    [4, 4, 2],
    () => [l.conv2d({ filters: 3, kernelSize: 2 }), l.batchNormalization(), l.activation({ activation: "relu" })],
  ],
  "batch normalisation of vectors": [[4], () => [l.dense({ units: 3 }), l.batchNormalization({ momentum: 0.8 })]],
  "batch normalisation of sequences": [[4, 3], () => [l.batchNormalization({ epsilon: 0.1 })]],
  "simple rnn": [[5, 3], () => [l.simpleRNN({ units: 4, returnSequences: true }), l.simpleRNN({ units: 3 })]],
  lstm: [[5, 3], () => [l.lstm({ units: 4, returnSequences: true }), l.lstm({ units: 3, implementation: 2 })]],
  gru: [[5, 3], () => [l.gru({ units: 4, returnSequences: true, goBackwards: true }), l.gru({ units: 3 })]],
  "the library's own gru": [
    [5, 3],
    () => [new Gru({ units: 4, returnSequences: true, goBackwards: true }), new Gru({ units: 3 })],
  ],
  "lstm and gru with sigmoid gates": [
    [5, 3],
    () => [
      l.lstm({ units: 4, returnSequences: true, recurrentActivation: "sigmoid", goBackwards: true }),
      l.gru({ units: 3, returnSequences: true, recurrentActivation: "sigmoid", useBias: false }),
      l.lstm({ units: 3, recurrentActivation: "sigmoid", activation: "relu", useBias: false }),
    ],
  ],
  "recurrent layers with an activation of their own": [
    [4, 2],
    () => [
      l.simpleRNN({ units: 3, activation: "elu", returnSequences: true }),
      l.lstm({ units: 2, activation: "selu" }),
    ],
  ],
  "stacked cells": [
    [4, 2],
    () => [l.rnn({ cell: [l.lstmCell({ units: 3 }), l.gruCell({ units: 2 }), l.simpleRNNCell({ units: 2 })] })],
  ],
  bidirectional: [
    [4, 3],
    () => [l.bidirectional({ layer: l.lstm({ units: 3, returnSequences: true }), mergeMode: "concat" })],
  ],
  "time distributed": [[3, 4], () => [l.timeDistributed({ layer: l.dense({ units: 2 }) })]],
  "convolutional lstm": [[3, 4, 4, 1], () => [l.convLstm2d({ filters: 2, kernelSize: 2 })]],
  rescaling: [[4], () => [l.rescaling({ scale: 0.5, offset: 1 }), l.dense({ units: 3 })]],
  regularisers: [
    [3],
    () => [
      l.dense({ units: 4, kernelRegularizer: tf.regularizers.l2({ l2: 0.1 }), activation: "tanh" }),
      l.dense({ units: 3, kernelRegularizer: tf.regularizers.l1l2({ l1: 0.02, l2: 0.05 }) }),
    ],
  ],
};

function regression(shape: number[], layers: Layers): tf.LayersModel {
  const [first, ...rest] = layers();
  const input = tf.input({ shape });
  let output = (first as tf.layers.Layer).apply(input) as tf.SymbolicTensor;
  for (const layer of rest) output = layer.apply(output) as tf.SymbolicTensor;
  if (output.rank > 2) output = l.flatten().apply(output) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: l.dense({ units: 2 }).apply(output) as tf.SymbolicTensor });
}

const compile = (model: tf.LayersModel): void =>
  model.compile({ optimizer: tf.train.sgd(0.05), loss: "meanSquaredError", metrics: ["mse"] });

const uniform = (shape: number[], seed: number): tf.Tensor => tf.randomUniform(shape, -1, 1, "float32", seed);

describe("the compiled step on every layer", () => {
  for (const [name, [shape, layers]] of Object.entries(networks)) {
    it(`trains ${name} as tfjs does`, async () => {
      const [model, twin] = twins(() => regression(shape, layers), compile);
      const batches = [1, 2].map((seed) => [uniform([BATCH, ...shape], seed), uniform([BATCH, 2], seed + 10)] as const);
      await assertSameTraining(model, twin, batches, { steps: 8 });
      tf.dispose(batches as unknown as tf.TensorContainer);
    });
  }

  it("trains embeddings, with and without masks, as tfjs does", async () => {
    for (const maskZero of [false, true]) {
      const [model, twin] = twins(
        () =>
          tf.sequential({
            layers: [
              l.embedding({ inputDim: 7, outputDim: 3, inputLength: 5, maskZero }),
              l.gru({ units: 4 }),
              l.dense({ units: 2 }),
            ],
          }),
        compile,
      );
      const batches = [
        [tf.tensor2d([1, 2, 0, 0, 0, 3, 4, 5, 6, 0, 1, 1, 1, 1, 1], [3, 5]), uniform([3, 2], 3)] as const,
      ];
      await assertSameTraining(model, twin, batches, { steps: 8 });
      tf.dispose(batches as unknown as tf.TensorContainer);
    }
  });

  it("trains recurrent layers behind a masking layer as tfjs does", async () => {
    const [model, twin] = twins(
      () => regression([4, 2], () => [l.masking({ maskValue: 0 }), l.lstm({ units: 3 })]),
      compile,
    );
    // At times that are left out both features are 0: first, in the middle, last.
    const seen = tf.tensor3d([0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1], [BATCH, 4, 1]);
    const batches = [[tf.tidy(() => uniform([BATCH, 4, 2], 1).mul(seen)), uniform([BATCH, 2], 2)] as const];
    await assertSameTraining(model, twin, batches, { steps: 8 });
    tf.dispose([seen, ...batches] as unknown as tf.TensorContainer);
  });

  it("trains recurrent layers of each kind right after an embedding as tfjs does", async () => {
    const vocabulary = 5; // fewer than the 3 · 4 characters of a batch
    for (const layer of [
      () => l.simpleRNN({ units: 3, goBackwards: true }),
      () => l.lstm({ units: 3, recurrentActivation: "sigmoid" }),
      () => l.gru({ units: 3, useBias: false }),
      () => new Gru({ units: 3 }),
      () => l.bidirectional({ layer: l.gru({ units: 2 }), mergeMode: "concat" }),
    ]) {
      const embedding = () => l.embedding({ inputDim: vocabulary, outputDim: 4, inputLength: 4 });
      const [model, twin] = twins(
        () => tf.sequential({ layers: [embedding(), layer() as tf.layers.Layer, l.dense({ units: 2 })] }),
        compile,
      );
      const batches = [[tf.tensor2d([0, 1, 2, 0, 3, 4, 4, 1, 2, 2, 0, 3], [3, 4]), uniform([3, 2], 3)] as const];
      await assertSameTraining(model, twin, batches, { steps: 8 });
      tf.dispose(batches as unknown as tf.TensorContainer);
    }
  });

  for (const batch of [32, 33]) {
    it(`trains recurrent layers as tfjs does on ${batch} examples, ${batch === 32 ? "which run as two halves" : "which do not halve"}`, async () => {
      const options = { units: 3, returnSequences: true } as const;
      for (const layer of [
        () => l.simpleRNN({ ...options, goBackwards: true }),
        () => l.lstm(options),
        () => l.gru({ ...options, recurrentActivation: "sigmoid" }),
      ]) {
        const build = (): tf.LayersModel => {
          const [text, numbers] = [tf.input({ shape: [4] }), tf.input({ shape: [4, 2] })];
          const embedded = l.embedding({ inputDim: 5, outputDim: 4 }).apply(text) as tf.SymbolicTensor;
          const first = layer().apply(embedded);
          const second = l.lstm({ units: 3, returnState: true, recurrentActivation: "sigmoid" }).apply(numbers);
          const [, ...states] = second as tf.SymbolicTensor[];
          const decoder = l.lstm({ units: 3, recurrentActivation: "sigmoid" });
          const decoded = decoder.apply([first as tf.SymbolicTensor, ...states]) as tf.SymbolicTensor;
          return tf.model({
            inputs: [text, numbers],
            outputs: l.dense({ units: 2 }).apply(decoded) as tf.SymbolicTensor,
          });
        };
        const [model, twin] = twins(build, compile);
        const text = tf.tidy(() => uniform([batch, 4], 5).abs().mul(10).floor().mod(5));
        const batches = [[[text, uniform([batch, 4, 2], 1)], uniform([batch, 2], 3)]] as [tf.Tensor[], tf.Tensor][];
        await assertSameTraining(model, twin, batches, { steps: 6 });
        tf.dispose(batches as unknown as tf.TensorContainer);
      }
    });
  }

  it("trains merging layers with several inputs and outputs as tfjs does", async () => {
    const build = (): tf.LayersModel => {
      const [a, b] = [tf.input({ shape: [4], name: "a" }), tf.input({ shape: [4], name: "b" })];
      const shared = l.dense({ units: 4, activation: "tanh" });
      const [left, right] = [shared.apply(a), shared.apply(b)] as tf.SymbolicTensor[];
      const pair = [left, right] as tf.SymbolicTensor[];
      const merged = [
        l.add().apply(pair),
        l.multiply().apply(pair),
        l.average().apply(pair),
        l.maximum().apply(pair),
        l.minimum().apply(pair),
        l.dot({ axes: 1 }).apply(pair),
      ] as tf.SymbolicTensor[];
      const joined = l.concatenate().apply(merged) as tf.SymbolicTensor;
      return tf.model({
        inputs: [a, b],
        outputs: [
          l.dense({ units: 2, name: "number" }).apply(joined) as tf.SymbolicTensor,
          l.dense({ units: 3, activation: "softmax", name: "kind" }).apply(joined) as tf.SymbolicTensor,
        ],
      });
    };
    const [model, twin] = twins(build, (one) =>
      one.compile({
        optimizer: tf.train.momentum(0.02, 0.9),
        loss: ["meanSquaredError", "categoricalCrossentropy"],
        metrics: ["accuracy"],
      }),
    );
    const kinds = tf.oneHot(tf.tensor1d([0, 1, 2, 1], "int32"), 3).toFloat();
    const batches = [
      [
        [uniform([BATCH, 4], 1), uniform([BATCH, 4], 2)],
        [uniform([BATCH, 2], 3), kinds],
      ] as [tf.Tensor[], tf.Tensor[]],
    ];
    await assertSameTraining(model, twin, batches, { steps: 8 });
    tf.dispose(batches as unknown as tf.TensorContainer);
  });

  it("trains an encoder and a decoder that takes over its states as tfjs does", async () => {
    const build = (): tf.LayersModel => {
      const [source, target] = [tf.input({ shape: [4, 2] }), tf.input({ shape: [3, 2] })];
      const encoded = l
        .lstm({ units: 3, returnState: true, recurrentActivation: "sigmoid" })
        .apply(source) as tf.SymbolicTensor[];
      const decoder = l.lstm({ units: 3, returnSequences: true, recurrentActivation: "sigmoid" });
      const decoded = decoder.apply([target, ...encoded.slice(1)] as tf.SymbolicTensor[]) as tf.SymbolicTensor;
      const outputs = l.dense({ units: 2 }).apply(l.flatten().apply(decoded)) as tf.SymbolicTensor;
      return tf.model({ inputs: [source, target], outputs });
    };
    const [model, twin] = twins(build, compile);
    const batches = [[[uniform([BATCH, 4, 2], 1), uniform([BATCH, 3, 2], 2)], uniform([BATCH, 2], 3)]] as [
      tf.Tensor[],
      tf.Tensor,
    ][];
    await assertSameTraining(model, twin, batches, { steps: 8 });
    tf.dispose(batches as unknown as tf.TensorContainer);
  });

  it("moves the averages of batch normalisation", () => {
    const model = regression([3], () => [l.batchNormalization({ momentum: 0.5 })]);
    compile(model);
    const x = tf.tensor2d([
      [1, 10, -2],
      [3, 20, -4],
    ]);
    const y = tf.zeros([2, 2]);
    const step = compiledStep(model);
    step.run([x], [y]);
    step.dispose();
    const named = (part: string) =>
      model.weights
        .find(({ name }) => name.includes(part))
        ?.read()
        .dataSync();
    // Half of the old average (0, 1), half of the batch's: means 2, 15, −3; variances 1, 25, 1 (tfjs's are the biased ones).
    assert.deepEqual([...(named("moving_mean") ?? [])], [1, 7.5, -1.5]);
    assert.deepEqual([...(named("moving_variance") ?? [])], [1, 13, 1]);
    tf.dispose([x, y]);
  });

  it("applies weight constraints after each step", () => {
    const model = tf.sequential({
      layers: [
        l.dense({ units: 4, inputShape: [3], kernelConstraint: tf.constraints.maxNorm({ maxValue: 0.5, axis: 0 }) }),
        l.dense({ units: 2, kernelConstraint: tf.constraints.nonNeg() }),
      ],
    });
    model.compile({ optimizer: tf.train.adam(0.1), loss: "meanSquaredError" });
    const [x, y] = [uniform([4, 3], 1), uniform([4, 2], 2)];
    const step = compiledStep(model);
    for (let i = 0; i < 5; i++) step.run([x], [y]);
    step.dispose();
    const [first, , second] = model.getWeights() as [tf.Tensor, tf.Tensor, tf.Tensor];
    const norms = tf.tidy(() => first.square().sum(0).sqrt().dataSync());
    assert.ok(
      norms.every((norm) => norm <= 0.5 + 1e-5),
      `norms ${norms}`,
    );
    assert.ok(
      second.dataSync().every((weight) => weight >= 0),
      `weights ${second.dataSync()}`,
    );
    tf.dispose([x, y]);
  });

  it("leaves a frozen layer alone, and sees when it is set by hand", async () => {
    const [model, twin] = twins(() => {
      const frozen = l.dense({ units: 3, inputShape: [3], trainable: false });
      return tf.sequential({ layers: [frozen, l.dense({ units: 2 })] });
    }, compile);
    const ones = tf.ones([3, 3]);
    const batches = [[uniform([BATCH, 3], 1), uniform([BATCH, 2], 2)] as const];
    await assertSameTraining(model, twin, batches, {
      steps: 6,
      before: (step, one) => {
        if (step === 3) one.layers[0]?.setWeights([ones, tf.zeros([3])]);
      },
    });
    tf.dispose([batches, ones] as unknown as tf.TensorContainer);
  });

  for (const wrapped of [false, true]) {
    it(`refuses a stateful layer by name${wrapped ? ", inside a model inside a model" : ""}`, () => {
      const inner = tf.sequential({
        layers: [
          l.lstm({ units: 2, stateful: true, batchInputShape: [2, 3, 1], name: `memory${wrapped ? 2 : 1}` }),
          l.dense({ units: 1 }),
        ],
      });
      const model = wrapped ? tf.sequential({ layers: [inner] }) : inner;
      compile(model);
      const [x, y] = [tf.ones([2, 3, 1]), tf.ones([2, 1])];
      const step = compiledStep(model);
      assert.throws(
        () => step.run([x], [y]),
        (error) => error instanceof UncompilableError && /"memory\d" carries state/.test(error.message),
      );
      step.dispose();
      tf.dispose([x, y]);
    });
  }
});
