// Means over sequences of which some positions do not count: whatever the batches, they are what a plain sum over all
// positions gives.
import assert from "node:assert/strict";
import {
  accuracyIgnoring,
  buildSeq2Seq,
  crossentropyIgnoring,
  Dataset,
  evaluate,
  fit,
  type Measures,
  tf,
} from "cellwise";
import { close, quiet } from "../small-models";
import { backwards } from "../small-tasks";

/** Eight pairs of very different lengths; the labels of the last two are padding alone. */
const TEXTS = ["1234", "21", "3", "4321", "13", "2", "43", "1"];
const LABELS = ["2341", "1", "4", "3210", "3", "2", "", ""];
const tokens = (texts: string[]): number[][] => texts.map((text) => [...text.padEnd(4, "0")].map(Number));

function pairs(order = [0, 1, 2, 3, 4, 5, 6, 7]): Dataset {
  const column = (texts: string[]) => {
    const chosen = order.map((i) => tokens(texts)[i] as number[]);
    return { values: Int32Array.from(chosen.flat()), shape: [4], dtype: "int32" } as const;
  };
  return new Dataset({ name: "pairs", inputs: [column(TEXTS)], targets: [column(LABELS)] });
}

const { layers: l } = tf;
/** Reads each token by itself; its optimizer does not move it. */
function reader({ maskZero = false, penalty = 0 } = {}): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      l.embedding({
        inputDim: 5,
        outputDim: 5,
        inputLength: 4,
        maskZero,
        embeddingsInitializer: tf.initializers.randomUniform({ minval: -2, maxval: 2, seed: 3 }),
      }),
      l.dense({
        units: 5,
        activation: "softmax",
        kernelInitializer: tf.initializers.randomUniform({ minval: -1, maxval: 1, seed: 4 }),
        ...(penalty && { kernelRegularizer: tf.regularizers.l2({ l2: penalty }) }),
      }),
    ],
  });
  const ignoring = { loss: crossentropyIgnoring(0), metrics: [accuracyIgnoring(0)] };
  const usual = { loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] };
  model.compile({ optimizer: tf.train.sgd(1e-12), ...(maskZero ? usual : ignoring) });
  return model;
}

/** Loss and accuracy in one sum over the positions that count, from the model's probabilities. */
function plain(model: tf.LayersModel, dataset: Dataset, counts: (input: number, label: number) => boolean): Measures {
  const { inputs, targets, dispose } = dataset.batch(Array.from({ length: dataset.size }, (_, i) => i));
  const probabilities = tf.tidy(() => (model.predict(inputs) as tf.Tensor3D).arraySync());
  const [texts, labels] = [inputs.at(-1), targets[0]].map((tensor) => (tensor as tf.Tensor2D).arraySync());
  dispose();
  let [loss, right, count] = [0, 0, 0];
  for (const [text, row] of probabilities.entries())
    for (const [at, each] of row.entries()) {
      const label = labels?.[text]?.[at] as number;
      if (!counts(texts?.[text]?.[at] as number, label)) continue;
      loss -= Math.log(each[label] as number);
      right += each.indexOf(Math.max(...each)) === label ? 1 : 0;
      count++;
    }
  return { loss: loss / count, accuracy: right / count };
}

async function assertMeans(
  model: tf.LayersModel,
  expected: Measures,
  data: Dataset[],
  tolerance = 1e-5,
): Promise<void> {
  const before = tf.memory().numTensors;
  const same = (found: Measures | undefined): void => {
    for (const [name, value] of Object.entries(expected)) close(found?.[name], value, tolerance);
  };
  for (const dataset of data) {
    // The smallest batches are run as one graph, the others operation by operation.
    for (const batchSize of [1, 3, 8]) same(await evaluate(model, dataset, { batchSize }));
    for (const engine of ["compiled", "eager"] as const)
      for (const batchSize of [1, 3, 8]) {
        const options = { batchSize, engine, validation: dataset, seed: 5, ...quiet };
        let running: Measures | undefined;
        const history = await fit(model, dataset, {
          ...options,
          onBatchEnd: (report) => {
            running = report.running;
          },
        });
        same(running);
        for (const series of [history.epochs, history.validation])
          same({ loss: series?.loss[0] as number, accuracy: series?.accuracy?.[0] as number });
      }
  }
  assert.equal(tf.memory().numTensors, before, "tensors left behind");
}

describe("means over the positions that count", () => {
  const orders = [pairs(), pairs([6, 2, 7, 5, 0, 1, 3, 4])];

  it("do not depend on batches where the loss ignores a label", async () => {
    const model = reader();
    await assertMeans(
      model,
      plain(model, pairs(), (_, label) => label !== 0),
      orders,
    );
    model.dispose();
  });

  it("do not depend on batches where the output is masked", async () => {
    const model = reader({ maskZero: true });
    await assertMeans(
      model,
      plain(model, pairs(), (input) => input !== 0),
      orders,
    );
    model.dispose();
  });

  it("have the penalties of regularizers once", async () => {
    const [model, penalized] = [reader(), reader({ penalty: 0.1 })];
    const squares = tf.tidy(() => penalized.layers[1]?.getWeights()[0]?.square().sum().dataSync()[0] as number);
    const { loss, accuracy } = plain(model, pairs(), (_, label) => label !== 0);
    await assertMeans(penalized, { loss: loss + 0.1 * squares, accuracy: accuracy as number }, [pairs()]);
    model.dispose();
    penalized.dispose();
  });

  it("are those of a model with two outputs, each over its own positions", async () => {
    const x = tf.input({ shape: [4], dtype: "int32" });
    const table = l.embedding({
      inputDim: 5,
      outputDim: 5,
      embeddingsInitializer: tf.initializers.randomUniform({ minval: -2, maxval: 2, seed: 3 }),
    });
    const next = l.activation({ activation: "softmax", name: "next" }).apply(table.apply(x)) as tf.SymbolicTensor;
    const length = l.globalAveragePooling1d({ name: "length" }).apply(next) as tf.SymbolicTensor;
    const model = tf.model({ inputs: x, outputs: [next, length] });
    // tfjs takes names and functions beside each other; its types do not know.
    const loss = { next: crossentropyIgnoring(0) as unknown as string, length: "sparseCategoricalCrossentropy" };
    model.compile({ optimizer: tf.train.sgd(1e-12), loss });
    const [inputs, labels] = [pairs().inputs, pairs().targets].map(
      (columns) => columns[0] as Dataset["inputs"][number],
    );
    const lengths = LABELS.map((text) => text.length);
    const data = new Dataset({
      name: "pairs",
      inputs: inputs ? [inputs] : [],
      targets: [labels as Dataset["inputs"][number], { values: Int32Array.from(lengths), shape: [], dtype: "int32" }],
    });
    const [each, means] = tf.tidy(() => {
      const outputs = model.predict(tf.tensor2d(tokens(TEXTS), [8, 4], "int32")) as [tf.Tensor3D, tf.Tensor2D];
      return [outputs[0].arraySync(), outputs[1].arraySync()];
    });
    const counted = tokens(LABELS).flatMap((row, i) =>
      row.map((label, at) => [label, each[i]?.[at]?.[label]] as const),
    );
    const ofNext = counted.filter(([label]) => label !== 0).map(([, p]) => -Math.log(p as number));
    const ofLength = lengths.map((label, i) => -Math.log(means[i]?.[label] as number));
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value) / values.length;
    const expected = {
      loss: mean(ofNext) + mean(ofLength),
      next_loss: mean(ofNext),
      length_loss: mean(ofLength),
    };
    for (const batchSize of [1, 3, 8]) {
      const found = await evaluate(model, data, { batchSize });
      assert.deepEqual(Object.keys(found), Object.keys(expected));
      for (const [name, value] of Object.entries(expected)) close(found[name], value, 1e-5);
    }
    model.dispose();
  });

  it("are those of sequence to sequence", async () => {
    const model = buildSeq2Seq({ sourceVocabulary: 8, targetVocabulary: 8, embedding: 4, units: 4, seed: 1 });
    const still = tf.train.sgd(1e-12);
    model.compile({ optimizer: still, loss: crossentropyIgnoring(0), metrics: [accuracyIgnoring(0)] });
    const data = backwards(8, 1);
    await assertMeans(
      model,
      plain(model, data, (_, label) => label !== 0),
      [data],
    );
    model.dispose();
  });

  for (const engine of ["compiled", "eager"] as const)
    it(`are 0 where nothing counts, and such a batch moves nothing: ${engine}`, async () => {
      const model = reader();
      model.compile({ optimizer: tf.train.sgd(1), loss: crossentropyIgnoring(0), metrics: [accuracyIgnoring(0)] });
      const nothing = pairs().subset([6, 7]);
      const before = model.getWeights().map((weight) => weight.arraySync());
      const history = await fit(model, nothing, { batchSize: 1, engine, validation: nothing, ...quiet });
      assert.deepEqual(history.steps, { loss: [0, 0], accuracy: [0, 0] });
      assert.deepEqual(history.epochs, { loss: [0], accuracy: [0] });
      assert.deepEqual(history.validation, { loss: [0], accuracy: [0] });
      assert.deepEqual(
        model.getWeights().map((weight) => weight.arraySync()),
        before,
      );
      model.dispose();
    });

  it("are left out by a function of one's own that names an ignored label", async () => {
    const model = reader();
    const values = (truth: tf.Tensor, output: tf.Tensor): tf.Tensor =>
      tf.oneHot(truth.toInt(), 5).mul(output.clipByValue(1e-7, 1).log()).sum(-1).neg();
    const expected = plain(model, pairs(), (_, label) => label !== 0);
    model.compile({ optimizer: tf.train.sgd(1e-12), loss: Object.assign(values, { ignoredLabel: 0 }) });
    for (const batchSize of [1, 3, 8]) close((await evaluate(model, pairs(), { batchSize })).loss, expected.loss, 1e-5);
    model.dispose();
  });
});
