// Each model's tiny preset, from three seeds: it starts at the loss of one who knows nothing, trains in the compiled step,
// reaches the accuracy stated here within seconds, saves and loads with equal outputs, and leaves no tensor.
import assert from "node:assert/strict";
import {
  buildAlexNet,
  buildBert,
  buildBertClassifier,
  buildBlockCnn,
  buildCnn,
  buildDenseNet,
  buildEfficientNet,
  buildGoogLeNet,
  buildGpt,
  buildMlp,
  buildRecurrentCnn,
  buildResNet,
  buildRnnClassifier,
  buildRnnForecaster,
  buildRnnLanguageModel,
  buildSeq2Seq,
  buildTransformer,
  buildVgg,
  type Dataset,
  evaluate,
  fit,
  maskTokens,
  tf,
} from "cellwise";
import { saveAndLoad } from "./saved-model";
import { backwards, counting, countingTexts, firstToken, stripes, waves, xor } from "./small-tasks";

interface Task {
  build(seed: number): tf.LayersModel;
  data(count: number, seed: number): Dataset;
  /** What is told apart; the loss starts at its logarithm. */
  classes: number;
  /** The accuracy on new data, at least. */
  accuracy: number;
  epochs: number;
  count?: number;
}

// Of eight tokens that count by 1 or 2, only the first one's successor has to be guessed: 15 of 16 are known.
const COUNTING = { classes: 10, accuracy: 0.9, data: (n: number, seed: number) => counting(n, 8, 10, seed) };
const BACKWARDS = { classes: 8, accuracy: 0.95, data: backwards, count: 1024 };
const FIRST = { classes: 5, accuracy: 0.95, data: (n: number, seed: number) => firstToken(n, 6, seed) };
const VOCABULARY = 10;

const tasks: Record<string, Task> = {
  "mlp on XOR": {
    build: (seed) => buildMlp({ preset: "tiny", seed }),
    data: xor,
    ...{ classes: 2, accuracy: 0.93, epochs: 25 },
  },
  "the article's cnn on stripes": {
    build: (seed) => buildCnn({ preset: "tiny", inputShape: [12, 12, 1], classes: 3, seed }),
    data: stripes,
    ...{ classes: 3, accuracy: 0.95, epochs: 6 },
  },
  "block cnn on stripes": {
    build: (seed) => buildBlockCnn({ preset: "tiny", inputShape: [12, 12, 1], classes: 3, seed }),
    data: stripes,
    ...{ classes: 3, accuracy: 0.95, epochs: 6 },
  },
  "alexnet on stripes": {
    build: (seed) => buildAlexNet({ preset: "tiny", inputShape: [20, 20, 1], classes: 3, dropout: 0.2, seed }),
    data: (count, seed) => stripes(count, seed, 20),
    ...{ classes: 3, accuracy: 0.95, epochs: 6 },
  },
  ...Object.fromEntries(
    Object.entries({ buildVgg, buildGoogLeNet, buildResNet, buildDenseNet, buildRecurrentCnn, buildEfficientNet }).map(
      ([name, build]) => [
        `${name} on stripes`,
        {
          // Trained for two or three epochs only, in which the averages of the normalisation have to follow.
          build: (seed: number) => build({ preset: "tiny", inputShape: [12, 12, 1], classes: 3, momentum: 0.8, seed }),
          data: stripes,
          ...{ classes: 3, accuracy: 0.95, epochs: 8 },
        },
      ],
    ),
  ),
  ...Object.fromEntries(
    (["simple", "lstm", "gru"] as const).flatMap((cell) => [
      [
        `${cell} classifier on the first token`,
        {
          build: (seed: number) => buildRnnClassifier({ preset: "tiny", cell, vocabulary: 6, classes: 5, seed }),
          ...FIRST,
          epochs: 30,
        },
      ],
      [
        `${cell} language model on counting`,
        {
          build: (seed: number) => buildRnnLanguageModel({ preset: "tiny", cell, vocabulary: VOCABULARY, seed }),
          ...COUNTING,
          epochs: 15,
        },
      ],
    ]),
  ),
  "seq2seq on words backwards": {
    build: (seed) => buildSeq2Seq({ preset: "tiny", sourceVocabulary: 8, targetVocabulary: 8, seed }),
    ...BACKWARDS,
    epochs: 20,
  },
  "transformer on words backwards": {
    build: (seed) => buildTransformer({ preset: "tiny", sourceVocabulary: 8, seed }),
    ...BACKWARDS,
    epochs: 20,
  },
  "gpt on counting": {
    build: (seed) => buildGpt({ preset: "tiny", vocabulary: VOCABULARY, seed }),
    ...COUNTING,
    epochs: 15,
  },
  "bert on masked counting": {
    build: (seed) => buildBert({ preset: "tiny", vocabulary: VOCABULARY, seed }),
    data: (n, seed) =>
      maskTokens(countingTexts(n, 8, VOCABULARY, seed), { maskToken: 1, firstToken: 2, vocabulary: VOCABULARY, seed }),
    ...{ classes: VOCABULARY, accuracy: 0.9, epochs: 20 },
  },
  "bert classifier on the first token": {
    build: (seed) => buildBertClassifier({ preset: "tiny", vocabulary: 6, classes: 5, seed }),
    ...FIRST,
    epochs: 12,
  },
};

/** Saves and loads the model and compares what both say about a batch. */
async function assertSaves(model: tf.LayersModel, data: Dataset): Promise<void> {
  const loaded = await saveAndLoad(model);
  const batch = data.batch([0, 1, 2]);
  const difference = tf.tidy(() => {
    const [expected, actual] = [model, loaded].map((one) => one.predict(batch.inputs) as tf.Tensor);
    return (actual as tf.Tensor)
      .sub(expected as tf.Tensor)
      .abs()
      .max()
      .dataSync()[0];
  });
  assert.equal(difference, 0, "outputs of the loaded model");
  batch.dispose();
  loaded.dispose();
}

describe("tiny presets", () => {
  for (const [name, task] of Object.entries(tasks)) {
    it(name, async () => {
      // Whole batches, so that a step is recorded once.
      const [train, test] = [task.data(task.count ?? 384, 1), task.data(128, 2)];
      for (const seed of [1, 2, 3]) {
        const before = tf.memory().numTensors;
        const model = task.build(seed);
        const start = await evaluate(model, test);
        assert.ok(
          Math.abs((start.loss as number) - Math.log(task.classes)) < 0.1,
          `seed ${seed} starts at ${start.loss} instead of ln(${task.classes}) = ${Math.log(task.classes)}`,
        );
        const history = await fit(model, train, {
          ...{ epochs: task.epochs, seed, verbose: false },
          onEpochEnd: ({ training }) => (training.accuracy as number) < task.accuracy + 0.02,
        });
        assert.equal(history.engine, "compiled");
        const { accuracy } = await evaluate(model, test);
        assert.ok((accuracy as number) >= task.accuracy, `seed ${seed} reaches ${accuracy} of ${task.accuracy}`);
        if (seed === 1) await assertSaves(model, test);
        model.optimizer.dispose();
        model.dispose();
        assert.equal(tf.memory().numTensors, before, `seed ${seed}: tensors left behind`);
      }
    });
  }

  for (const cell of ["simple", "lstm", "gru"] as const) {
    it(`${cell} forecaster on waves`, async () => {
      const [train, test] = [waves(256, 8, 1), waves(100, 8, 2)];
      for (const seed of [1, 2, 3]) {
        const before = tf.memory().numTensors;
        const model = buildRnnForecaster({ preset: "tiny", cell, seed });
        const history = await fit(model, train, { epochs: 8, seed, verbose: false });
        assert.equal(history.engine, "compiled");
        const { loss } = await evaluate(model, test);
        // The variance of a sine is 1/2: to say "zero" would cost that.
        assert.ok((loss as number) < 0.01, `seed ${seed} ends at ${loss}`);
        if (seed === 1) await assertSaves(model, test);
        model.optimizer.dispose();
        model.dispose();
        assert.equal(tf.memory().numTensors, before, `seed ${seed}: tensors left behind`);
      }
    });
  }
});
