// Losses, metrics and optimizers of one's own that keep numbers in JavaScript, where no graph sees them change.
import assert from "node:assert/strict";
import { type FitOptions, fit, type History, tf } from "cellwise";
import { graphsInUse } from "../native-calls";
import { close, numbers, quiet } from "../small-models";

/** y = w x from w = 0, trained on x = 1, y = 1: four steps an epoch; also what was said on the console. */
async function trained(
  optimizer: tf.Optimizer,
  loss: (truth: tf.Tensor, output: tf.Tensor) => tf.Tensor,
  options: FitOptions = {},
): Promise<{ history: History; weight: number; said: string[] }> {
  const layer = tf.layers.dense({ units: 1, useBias: false, inputShape: [1], kernelInitializer: "zeros" });
  const model = tf.sequential({ layers: [layer] });
  model.compile({ optimizer, loss });
  const before = [tf.memory().numTensors, graphsInUse()];
  const said: string[] = [];
  const { warn } = console;
  console.warn = (line: string) => said.push(line);
  try {
    const history = await fit(model, numbers([1, 1, 1, 1], [1, 1, 1, 1]), { batchSize: 1, ...quiet, ...options });
    return { history, weight: (model.getWeights()[0] as tf.Tensor).dataSync()[0] as number, said };
  } finally {
    console.warn = warn;
    assert.deepEqual([tf.memory().numTensors, graphsInUse()], before);
    model.dispose();
  }
}

const squares = (truth: tf.Tensor, output: tf.Tensor): tf.Tensor => truth.sub(output).square();

describe("JavaScript's own numbers in a compiled step", () => {
  it("do not matter in a loss that has none that change", async () => {
    const { history, said } = await trained(tf.train.sgd(0.1), squares, { epochs: 2 });
    assert.equal(history.engine, "compiled");
    assert.deepEqual(said, []);
  });

  it("are noticed in a loss that counts its calls, which is named", async () => {
    let calls = 0;
    const counting = (truth: tf.Tensor, output: tf.Tensor) => squares(truth, output).mul(++calls);
    const { history, said } = await trained(tf.train.sgd(0.1), counting);
    assert.equal(history.engine, "eager");
    assert.match(
      said.join("\n"),
      /^[^\n]*"counting" takes numbers from JavaScript that have changed[^\n]*\(eager\)\.$/,
    );
  });

  it("are noticed in a metric", async () => {
    let calls = 0;
    const layer = tf.layers.dense({ units: 1, inputShape: [1] });
    const model = tf.sequential({ layers: [layer] });
    const counted = (truth: tf.Tensor, output: tf.Tensor) => squares(truth, output).add(++calls);
    model.compile({ optimizer: "sgd", loss: "meanSquaredError", metrics: [counted] });
    await assert.rejects(
      fit(model, numbers([1, 1], [1, 1]), { batchSize: 1, engine: "compiled", ...quiet }),
      /"counted" takes numbers from JavaScript/,
    );
    model.dispose();
  });

  it("are noticed in a loss whose weight a callback changes, from the next epoch on", async () => {
    let factor = 1;
    const weighted = (truth: tf.Tensor, output: tf.Tensor) => squares(truth, output).mul(factor);
    const onEpochEnd = ({ epoch }: { epoch: number }) => {
      if (epoch === 2) factor = 0;
    };
    let after2 = 0;
    const { history, weight, said } = await trained(tf.train.sgd(0.1), weighted, {
      epochs: 4,
      onEpochEnd,
      onBatchEnd: ({ epoch, running }) => {
        if (epoch === 3) after2 = running.loss;
      },
    });
    assert.equal(history.engine, "eager");
    assert.equal(said.length, 1);
    assert.equal(after2, 0);
    close(weight, 1 - 0.8 ** 8, 1e-5); // each step takes a fifth of what is left, for two epochs of four
  });

  it("may change in a variable", async () => {
    const factor = tf.variable(tf.scalar(1));
    const weighted = (truth: tf.Tensor, output: tf.Tensor) => squares(truth, output).mul(factor);
    const onEpochEnd = ({ epoch }: { epoch: number }) => {
      if (epoch === 2) tf.tidy(() => factor.assign(tf.scalar(0)));
    };
    const { history, weight } = await trained(tf.train.sgd(0.1), weighted, { epochs: 4, onEpochEnd });
    assert.equal(history.engine, "compiled");
    close(weight, 1 - 0.8 ** 8, 1e-5);
    factor.dispose();
  });

  it("are noticed in an optimizer's field, which is named and set back", async () => {
    class Decaying extends tf.SGDOptimizer {
      steps = 0;
      override applyGradients(gradients: { name: string; tensor: tf.Tensor }[]): void {
        this.steps++;
        const slowed = gradients.map(({ name, tensor }) => ({ name, tensor: tensor.div(this.steps) }));
        super.applyGradients(slowed);
        tf.dispose(slowed.map(({ tensor }) => tensor));
      }
    }
    const optimizer = new Decaying(0.25);
    const { history, weight, said } = await trained(optimizer, squares);
    assert.equal(history.engine, "eager");
    assert.match(said.join("\n"), /^[^\n]*"Decaying" changes its field "steps" within a step, from 0 to 1\. [^\n]*$/);
    assert.equal(optimizer.steps, 4);
    close(weight, 1 - (1 - 1 / 2) * (1 - 1 / 4) * (1 - 1 / 6) * (1 - 1 / 8), 1e-6);
  });
});
