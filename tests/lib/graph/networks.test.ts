// Randomly generated small networks: whatever the combination, the compiled step trains as tfjs does.

import { tf } from "cellwise";
import fc from "fast-check";
import { assertSameTraining, twins } from "./twin";

const { layers: l } = tf;

const activation = fc.constantFrom("relu", "tanh", "sigmoid", "elu", "softplus", "linear" as const);
const units = fc.integer({ min: 1, max: 5 });

/** A layer to be made twice, by the rank of the tensors that it takes (without the batch). */
type Maker = () => tf.layers.Layer;

const onVectors: fc.Arbitrary<Maker> = fc.oneof(
  fc.record({ units, activation, useBias: fc.boolean() }).map((o) => () => l.dense(o)),
  fc.constant(() => l.layerNormalization()),
  fc.constant(() => l.batchNormalization()),
  fc
    .record({ units, l2: fc.constantFrom(0.01, 0.1) })
    .map((o) => () => l.dense({ units: o.units, kernelRegularizer: tf.regularizers.l2({ l2: o.l2 }) })),
);
const onSequences: fc.Arbitrary<Maker> = fc.oneof(
  fc.record({ units, returnSequences: fc.constant(true), goBackwards: fc.boolean() }).map((o) => () => l.lstm(o)),
  fc.record({ units, returnSequences: fc.constant(true) }).map((o) => () => l.gru(o)),
  fc.record({ units, returnSequences: fc.constant(true) }).map((o) => () => l.simpleRNN(o)),
  fc
    .record({ filters: units, kernelSize: fc.integer({ min: 1, max: 3 }), activation })
    .map((o) => () => l.conv1d({ ...o, padding: "same" })),
  fc.record({ units, activation }).map((o) => () => l.timeDistributed({ layer: l.dense(o) })),
);
const onImages: fc.Arbitrary<Maker> = fc.oneof(
  fc
    .record({
      filters: units,
      kernelSize: fc.integer({ min: 1, max: 3 }),
      strides: fc.integer({ min: 1, max: 2 }),
      activation,
    })
    .map((o) => () => l.conv2d({ ...o, padding: "same" })),
  fc.constant(() => l.depthwiseConv2d({ kernelSize: 2, padding: "same" })),
  fc.constant(() => l.averagePooling2d({ poolSize: 2, strides: 1, padding: "same" })),
  fc.constant(() => l.maxPooling2d({ poolSize: 2, strides: 1, padding: "same" })),
  fc.constant(() => l.batchNormalization()),
);

const body = fc.oneof(
  fc.record({ shape: fc.constant<number[]>([4]), makers: fc.array(onVectors, { minLength: 1, maxLength: 4 }) }),
  fc.record({ shape: fc.constant<number[]>([4, 3]), makers: fc.array(onSequences, { minLength: 1, maxLength: 2 }) }),
  fc.record({ shape: fc.constant<number[]>([5, 5, 2]), makers: fc.array(onImages, { minLength: 1, maxLength: 3 }) }),
);

const optimizer = fc.constantFrom<() => tf.Optimizer>(
  () => tf.train.sgd(0.02),
  () => tf.train.momentum(0.01, 0.8, true),
  () => tf.train.adam(0.003, 0.9, 0.999, 1e-3),
  () => tf.train.adagrad(0.02),
  () => tf.train.rmsprop(0.002, 0.9, 0, 1e-3),
);

const head = fc.constantFrom(
  { loss: "meanSquaredError", activation: "linear" as const },
  { loss: "categoricalCrossentropy", activation: "softmax" as const },
  { loss: "binaryCrossentropy", activation: "sigmoid" as const },
);

describe("the compiled step on random networks", () => {
  it("trains 24 networks as tfjs does", async () => {
    await fc.assert(
      fc.asyncProperty(
        body,
        optimizer,
        head,
        fc.boolean(),
        fc.integer(),
        async ({ shape, makers }, make, top, residual, seed) => {
          const build = (): tf.LayersModel => {
            const input = tf.input({ shape });
            let output: tf.SymbolicTensor = input;
            for (const maker of makers) output = maker().apply(output) as tf.SymbolicTensor;
            if (output.rank > 2) output = l.flatten().apply(output) as tf.SymbolicTensor;
            if (residual) {
              const straight = l.dense({ units: output.shape[1] as number, activation: "tanh" }).apply(output);
              output = l.add().apply([output, straight as tf.SymbolicTensor]) as tf.SymbolicTensor;
            }
            const outputs = l.dense({ units: 3, activation: top.activation }).apply(output) as tf.SymbolicTensor;
            return tf.model({ inputs: input, outputs });
          };
          const [model, twin] = twins(build, (one) =>
            one.compile({ optimizer: make(), loss: top.loss, metrics: ["mse"] }),
          );
          const batches = [5, 3].map((size) => {
            const classes = tf.oneHot(tf.range(0, size, 1, "int32").mod(3).toInt(), 3).toFloat();
            return [tf.randomUniform([size, ...shape], -1, 1, "float32", seed), classes] as const;
          });
          try {
            await assertSameTraining(model, twin, batches, { steps: 8 });
          } finally {
            tf.dispose(batches as unknown as tf.TensorContainer);
            tf.dispose([model.getWeights(), twin.getWeights()] as tf.TensorContainer);
          }
        },
      ),
      { numRuns: 24, seed: 20180409, endOnFailure: true },
    );
  });
});
