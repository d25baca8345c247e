// Every optimizer and loss of tfjs, by the compiled step and by tfjs's own `trainOnBatch`.
import assert from "node:assert/strict";
import { tf } from "cellwise";
import { compiledStep } from "cellwise/dist/training/loop/model-trainee";
import { assertSameTraining, assertSameWeights, twins } from "./twin";

const optimizers: Record<string, () => tf.Optimizer> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.02, 0.9),
  "nesterov momentum": () => tf.train.momentum(0.02, 0.9, true),
  adagrad: () => tf.train.adagrad(0.1, 0.2),
  adadelta: () => tf.train.adadelta(0.5, 0.9, 1e-3),
  adam: () => tf.train.adam(0.01),
  "adam with its own numbers": () => tf.train.adam(0.02, 0.8, 0.99, 1e-3),
  adamax: () => tf.train.adamax(0.01, 0.9, 0.99, 1e-6, 0.05),
  rmsprop: () => tf.train.rmsprop(0.005, 0.9, 0.5),
  "centered rmsprop": () => tf.train.rmsprop(0.005, 0.9, 0.2, 1e-12, true),
};

const build = (): tf.LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: 5, inputShape: [4], activation: "tanh" }),
      tf.layers.dense({ units: 3, activation: "sigmoid" }),
    ],
  });

const data = (): [tf.Tensor, tf.Tensor] => [
  tf.randomUniform([6, 4], -1, 1, "float32", 1),
  tf.randomUniform([6, 3], 0.1, 0.9, "float32", 2),
];

describe("the compiled step with every optimizer", () => {
  for (const [name, optimizer] of Object.entries(optimizers)) {
    it(`updates by ${name} as tfjs does, the learning rate changing`, async () => {
      const [model, twin] = twins(build, (one) => one.compile({ optimizer: optimizer(), loss: "meanSquaredError" }));
      const batch = data();
      await assertSameTraining(model, twin, [batch], {
        steps: 20,
        before: (step, one) => {
          if (step !== 10) return;
          const changing = one.optimizer as tf.Optimizer & {
            learningRate: number;
            setLearningRate?(rate: number): void;
          };
          const rate = changing.learningRate / 2;
          if (changing.setLearningRate) changing.setLearningRate(rate);
          else changing.learningRate = rate;
        },
      });
      tf.dispose(batch);
    });

    it(`hands ${name}'s state over to tfjs in the middle`, async () => {
      const [model, twin] = twins(build, (one) => one.compile({ optimizer: optimizer(), loss: "meanSquaredError" }));
      const [x, y] = data();
      const compiled = compiledStep(model);
      for (let step = 0; step < 12; step++) {
        if (step === 5) compiled.sync();
        if (step >= 5 && step < 8) await model.trainOnBatch(x, y);
        else compiled.run([x], [y]);
        await twin.trainOnBatch(x, y);
      }
      compiled.dispose();
      assertSameWeights(model, twin, 1e-4);
      assert.equal(model.optimizer.iterations, twin.optimizer.iterations);
      tf.dispose([x, y]);
    });
  }

  it("takes a subclass that clips gradients before they are applied", async () => {
    class Clipped extends tf.SGDOptimizer {
      override applyGradients(gradients: { name: string; tensor: tf.Tensor }[]): void {
        const clipped = gradients.map(({ name, tensor }) => ({ name, tensor: tensor.clipByValue(-0.01, 0.01) }));
        super.applyGradients(clipped);
        tf.dispose(clipped.map(({ tensor }) => tensor));
      }
    }
    const [model, twin] = twins(build, (one) => one.compile({ optimizer: new Clipped(1), loss: "meanSquaredError" }));
    const batch = data();
    const before = model.getWeights().map((weight) => weight.clone());
    await assertSameTraining(model, twin, [batch], { steps: 1 });
    for (const [index, weight] of model.getWeights().entries()) {
      const largest = tf.tidy(
        () =>
          weight
            .sub(before[index] as tf.Tensor)
            .abs()
            .max()
            .dataSync()[0] as number,
      );
      assert.ok(largest <= 0.01 + 1e-6, `a weight moved by ${largest}`);
    }
    await assertSameTraining(model, twin, [batch], { steps: 10 });
    tf.dispose([batch, before] as tf.TensorContainer);
  });
});

const kinds = (): tf.Tensor => tf.tidy(() => tf.oneHot(tf.tensor1d([0, 1, 2, 2, 1, 0], "int32"), 3).toFloat());
const targets: Record<string, () => tf.Tensor> = {
  meanSquaredError: () => data()[1],
  meanAbsoluteError: () => data()[1],
  meanAbsolutePercentageError: () => data()[1],
  meanSquaredLogarithmicError: () => data()[1],
  squaredHinge: kinds,
  hinge: kinds,
  categoricalHinge: kinds,
  logcosh: () => data()[1],
  categoricalCrossentropy: kinds,
  sparseCategoricalCrossentropy: () => tf.tensor2d([0, 1, 2, 2, 1, 0], [6, 1]),
  binaryCrossentropy: kinds,
  kullbackLeiblerDivergence: kinds,
  poisson: () => data()[1],
  cosineProximity: () => data()[1],
};

describe("the compiled step with every loss", () => {
  for (const [loss, target] of Object.entries(targets)) {
    it(`minimises ${loss} as tfjs does`, async () => {
      const [model, twin] = twins(build, (one) => one.compile({ optimizer: tf.train.sgd(0.01), loss }));
      const batch = [data()[0], target()] as const;
      await assertSameTraining(model, twin, [batch], { steps: 20 });
      tf.dispose(batch as unknown as tf.TensorContainer);
    });
  }

  it("takes a loss that is a function, and metrics that are functions", async () => {
    const huber = (truth: tf.Tensor, prediction: tf.Tensor) => tf.losses.huberLoss(truth, prediction) as tf.Tensor;
    const largest = (truth: tf.Tensor, prediction: tf.Tensor) => truth.sub(prediction).abs().max();
    const [model, twin] = twins(build, (one) =>
      one.compile({ optimizer: tf.train.sgd(0.05), loss: huber, metrics: [largest, "mse"] }),
    );
    const batch = data();
    await assertSameTraining(model, twin, [batch], { steps: 10 });
    tf.dispose(batch);
  });
});
