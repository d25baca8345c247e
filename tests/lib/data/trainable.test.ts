// Every form of data can be learned from: `fit` takes it, with whatever the compiled step makes of its types, and a model
// that knows nothing yet has the loss of guessing, the logarithm of the number of classes.
import { strict as assert } from "node:assert";
import {
  copying,
  type Dataset,
  evaluate,
  fit,
  forecastWindows,
  labelledSequences,
  nextTokenWindows,
  sequencePairs,
  sorting,
  tf,
} from "cellwise";

const CLASSES = 5;
const embed = (input: tf.SymbolicTensor) =>
  tf.layers.embedding({ inputDim: CLASSES, outputDim: 8 }).apply(input) as tf.SymbolicTensor;
const head = (units: number) => tf.layers.dense({ units, activation: "softmax", kernelInitializer: "zeros" });

/** Trains an epoch, and returns the losses before and after. */
async function losses(inputs: tf.SymbolicTensor[], output: unknown, dataset: Dataset): Promise<[number, number]> {
  const before = tf.memory().numTensors;
  const model = tf.model({ inputs, outputs: output as tf.SymbolicTensor });
  const optimizer = tf.train.adam(0.05);
  model.compile({ optimizer, loss: "sparseCategoricalCrossentropy" });
  try {
    const { loss: first } = await evaluate(model, dataset);
    await fit(model, dataset, { epochs: 3, batchSize: 16, verbose: false });
    const { loss: last } = await evaluate(model, dataset);
    return [first as number, last as number];
  } finally {
    model.dispose();
    optimizer.dispose();
    assert.ok(tf.memory().numTensors <= before, "tensors were left behind");
  }
}

async function learns(inputs: tf.SymbolicTensor[], output: unknown, dataset: Dataset, classes: number): Promise<void> {
  const [first, last] = await losses(inputs, output, dataset);
  assert.ok(Math.abs(first - Math.log(classes)) < 1e-4, `${first} is not ln ${classes}`);
  assert.ok(last < 0.95 * first, `${last} is hardly below ${first}`);
}

describe("a model learns from", () => {
  it("windows of a text", () => {
    const text = Int32Array.from({ length: 200 }, (_, i) => i % CLASSES);
    const input = tf.input({ shape: [6] });
    return learns([input], head(CLASSES).apply(embed(input)), nextTokenWindows(text, { length: 6 }), CLASSES);
  });

  it("labelled sequences", () => {
    const texts = Array.from({ length: 64 }, (_, i) => new Array<number>(1 + (i % 4)).fill(1 + (i % 2)));
    const dataset = labelledSequences(
      texts,
      texts.map((text) => (text[0] as number) - 1),
      { length: 4, classNames: ["ones", "twos"] },
    );
    const input = tf.input({ shape: [4] });
    const mean = tf.layers.globalAveragePooling1d().apply(embed(input)) as tf.SymbolicTensor;
    return learns([input], head(2).apply(mean), dataset, 2);
  });

  it("pairs, which have two inputs", () => {
    const numbers = Array.from({ length: 64 }, (_, i) => [3 + (i % 2), 3, 4]);
    const dataset = sequencePairs(numbers, numbers, { start: 1, end: 2 });
    const [source, target] = [tf.input({ shape: [3] }), tf.input({ shape: [4] })];
    const state = tf.layers.globalAveragePooling1d().apply(embed(source)) as tf.SymbolicTensor;
    const repeated = tf.layers.repeatVector({ n: 4 }).apply(state) as tf.SymbolicTensor;
    const both = tf.layers.concatenate().apply([embed(target), repeated]);
    return learns([source, target], head(CLASSES).apply(both as tf.SymbolicTensor), dataset, CLASSES);
  });

  it("sorting and copying", async () => {
    for (const dataset of [sorting({ size: 64, symbols: CLASSES }), copying({ size: 64, symbols: 3, delay: 2 })]) {
      const length = dataset.inputs[0]?.shape[0] as number;
      const input = tf.input({ shape: [length] });
      const all = tf.layers.flatten().apply(embed(input)) as tf.SymbolicTensor; // each output sees every input
      const logits = tf.layers.dense({ units: length * CLASSES, kernelInitializer: "zeros" }).apply(all);
      const each = tf.layers.reshape({ targetShape: [length, CLASSES] }).apply(logits as tf.SymbolicTensor);
      const output = tf.layers.activation({ activation: "softmax" }).apply(each as tf.SymbolicTensor);
      await learns([input], output, dataset, CLASSES);
    }
  });

  it("windows of measurements", async () => {
    const frame = { columns: ["a"], values: Array.from({ length: 60 }, (_, row) => [Math.sin(row)]) };
    const { train, test } = forecastWindows(frame, { inputs: ["a"], length: 8, horizon: 2 });
    const model = tf.sequential();
    model.add(tf.layers.flatten({ inputShape: [8, 1] }));
    model.add(tf.layers.dense({ units: 2, kernelInitializer: "zeros" }));
    model.compile({ optimizer: tf.train.adam(0.05), loss: "meanSquaredError" });
    await fit(model, train, { epochs: 40, verbose: false });
    // A sine is a linear function of two values before it, so a linear layer gets arbitrarily near.
    assert.ok(((await evaluate(model, test)).loss as number) < 0.05);
    model.dispose();
  });
});
