import { strict as assert } from "node:assert";
import { getEventListeners } from "node:events";
import { buildCnn, Dataset, evaluate, type FitOptions, fit, loadMnist, predict, tf } from "cellwise";
import { inNotebook } from "./notebook-kernel";
import { close, INPUTS, LABELS, line, numbers, points, quiet, softmaxModel, weightsOf } from "./small-models";

describe("fit", () => {
  it("takes the step of gradient descent that one computes by hand", async () => {
    // Loss ((2·1 − 5)² + (2·3 − 7)²) / 2 = 5; its gradient 2·((2·1 − 5)·1 + (2·3 − 7)·3) / 2 = −6.
    const model = line(0.1);
    const history = await fit(model, numbers([1, 3], [5, 7]), quiet);
    close(history.steps.loss[0], 5);
    close(weightsOf(model)[0] as number, 2 + 0.1 * 6);
    model.dispose();
  });

  it("learns from penalties too", async () => {
    // At a loss of zero only the penalty 0.5·w² is left: gradient 2·0.5·2 = 2.
    const model = line(0.1, 0.5);
    const history = await fit(model, numbers([1, 3], [2, 6]), quiet);
    close(history.steps.loss[0], 0.5 * 4);
    close(weightsOf(model)[0] as number, 2 - 0.1 * 2);
    model.dispose();
  });

  it("takes the same steps as tfjs's own fit, Adam included", async () => {
    const [ours, theirs] = [softmaxModel(tf.train.adam(0.05)), softmaxModel(tf.train.adam(0.05))];
    const history = await fit(ours, points(INPUTS, LABELS), { epochs: 3, batchSize: 2, shuffle: false, ...quiet });
    const [x, y] = [tf.tensor2d(INPUTS), tf.tensor1d(LABELS)];
    const expected = await theirs.fit(x, y, { epochs: 3, batchSize: 2, shuffle: false, verbose: 0 });
    for (const [i, weight] of weightsOf(theirs).entries()) close(weightsOf(ours)[i], weight);
    for (const [i, loss] of (expected.history.loss as number[]).entries()) close(history.epochs.loss[i], loss);
    for (const [i, accuracy] of (expected.history.acc as number[]).entries())
      close(history.epochs.accuracy?.[i], accuracy);
    tf.dispose([x, y]);
    ours.dispose();
    theirs.dispose();
  });

  it("keeps every number: by epoch, by step, on the validation set", async () => {
    const model = softmaxModel();
    const validation = points(INPUTS.slice(0, 2), LABELS.slice(0, 2));
    const reports: number[][] = [];
    const epochs: unknown[] = [];
    const history = await fit(model, points(INPUTS, LABELS), {
      epochs: 2,
      batchSize: 2,
      validation,
      ...quiet,
      onBatchEnd: ({ epoch, step, batch }) => void reports.push([epoch, step, batch.loss]),
      onEpochEnd: (report) => void epochs.push(report),
    });
    assert.equal(history.engine, "compiled");
    assert.deepEqual([history.batchSize, history.stepsPerEpoch, history.interrupted], [2, 3, false]);
    assert.deepEqual(
      reports.map(([epoch, step]) => [epoch, step]),
      [
        [1, 1],
        [1, 2],
        [1, 3],
        [2, 1],
        [2, 2],
        [2, 3],
      ],
    );
    assert.deepEqual(
      reports.map(([, , loss]) => loss),
      history.steps.loss,
    );
    assert.equal(history.epochs.accuracy?.length, 2);
    assert.equal(history.secondsPerEpoch.length, 2);
    // An epoch's mean is over examples: batches of 2, 2 and 1.
    const [a, b, c] = history.steps.loss as [number, number, number];
    close(history.epochs.loss[0], (2 * a + 2 * b + c) / 5);
    const measured = await evaluate(model, validation);
    close(history.validation?.loss[1], measured.loss);
    assert.deepEqual(epochs[1], {
      epoch: 2,
      training: { loss: history.epochs.loss[1], accuracy: history.epochs.accuracy?.[1] },
      validation: { loss: history.validation?.loss[1], accuracy: history.validation?.accuracy?.[1] },
    });
    model.dispose();
  });

  it("goes through every example once an epoch, in an order that the seed decides", async () => {
    const orders = async (options: FitOptions): Promise<number[]> => {
      const model = line(0); // learns nothing, so that each step's loss tells which example it was
      const dataset = numbers([0, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6]);
      const history = await fit(model, dataset, { epochs: 2, batchSize: 1, ...quiet, ...options });
      model.dispose();
      return history.steps.loss.map((loss) => Math.round(Math.sqrt(loss)));
    };
    const [one, again, other] = [await orders({ seed: 1 }), await orders({ seed: 1 }), await orders({ seed: 2 })];
    assert.deepEqual(one, again);
    assert.notDeepEqual(one, other);
    const [first, second] = [one.slice(0, 6), one.slice(6)];
    assert.notDeepEqual(first, second);
    for (const epoch of [first, second]) assert.deepEqual([...epoch].sort(), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(await orders({ shuffle: false }), [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
  });

  it("goes on in new orders when a model is trained on, and does the same when it is built again", async () => {
    const orders = async (): Promise<number[][]> => {
      const model = line(0);
      const dataset = numbers([0, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6]);
      const trainings: number[][] = [];
      for (let i = 0; i < 3; i++) {
        const { steps } = await fit(model, dataset, { batchSize: 1, ...quiet });
        trainings.push(steps.loss.map((loss) => Math.round(Math.sqrt(loss))));
      }
      model.dispose();
      return trainings;
    };
    const trainings = await orders();
    assert.equal(new Set(trainings.map((order) => order.join())).size, 3);
    assert.deepEqual(await orders(), trainings);
  });

  it("ends when onEpochEnd returns false", async () => {
    const model = line(0.01);
    const history = await fit(model, numbers([1], [1]), {
      epochs: 9,
      ...quiet,
      onEpochEnd: ({ epoch }) => epoch < 3,
    });
    assert.deepEqual([history.epochs.loss.length, history.interrupted], [3, false]);
    model.dispose();
  });

  for (const engine of ["compiled", "eager"] as const) {
    it(`says which engine ran: ${engine}`, async () => {
      const model = softmaxModel();
      const history = await fit(model, points(INPUTS, LABELS), { engine, ...quiet });
      assert.equal(history.engine, engine);
      model.dispose();
    });
  }

  for (const [name, make] of Object.entries({ adam: () => tf.train.adam(0.5), sgd: () => tf.train.sgd(0.5) })) {
    it(`takes each epoch's steps at the rate it is given, and gives ${name} its own back`, async () => {
      for (const engine of ["compiled", "eager"] as const) {
        const model = softmaxModel();
        const optimizer = make();
        model.compile({ optimizer, loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
        const weights: number[][] = [weightsOf(model).map(Number)];
        const rates = [1e-30, 0.1, 1e-30];
        await fit(model, points(INPUTS, LABELS), {
          epochs: 3,
          engine,
          learningRate: (epoch) => rates[epoch - 1] as number,
          onEpochEnd: () => void weights.push(weightsOf(model).map(Number)),
          ...quiet,
        });
        const moved = [1, 2, 3].map((epoch) =>
          Math.max(
            ...(weights[epoch] as number[]).map((weight, i) => Math.abs(weight - (weights[epoch - 1]?.[i] as number))),
          ),
        );
        assert.ok(
          (moved[0] as number) < 1e-20 && (moved[1] as number) > 0.01 && (moved[2] as number) < 1e-20,
          String(moved),
        );
        assert.equal((optimizer as unknown as { learningRate: number }).learningRate, 0.5);
        model.dispose();
        optimizer.dispose();
      }
    });
  }

  it("refuses a rate that is no positive number before it changes anything", async () => {
    const model = softmaxModel();
    const before = weightsOf(model);
    await assert.rejects(
      fit(model, points(INPUTS, LABELS), { learningRate: () => Number.NaN, ...quiet }),
      /function learningRate returned for epoch 1 is NaN; it needs a number above 0/,
    );
    assert.deepEqual(weightsOf(model), before);
    model.dispose();
  });

  it("goes on operation by operation, and says why, when the step cannot be compiled", async () => {
    const model = softmaxModel();
    const peek = (_truth: tf.Tensor, output: tf.Tensor) => tf.scalar(output.mean().dataSync()[0] as number);
    model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy", metrics: [peek as never] });
    const said: string[] = [];
    const { warn } = console;
    console.warn = (line: string) => said.push(line);
    try {
      const history = await fit(model, points(INPUTS, LABELS), quiet);
      assert.equal(history.engine, "eager");
      assert.equal(said.length, 1);
      // A metric is no layer's: the operation alone is named.
      const line = "This step cannot be compiled: it reads the value of Mean in JavaScript.";
      assert.equal(said[0], `${line} Training goes on operation by operation (eager).`);
    } finally {
      console.warn = warn;
      model.dispose();
    }
  });

  it("goes on operation by operation with a layer that carries state, which it names", async () => {
    const layer = tf.layers.simpleRNN({ units: 1, stateful: true, batchInputShape: [1, 1, 1], name: "memory" });
    const model = tf.sequential({ layers: [layer] });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const inputs = [{ values: new Float32Array(3), shape: [1, 1], dtype: "float32" as const }];
    const targets = [{ values: new Float32Array(3), shape: [1], dtype: "float32" as const }];
    const said: string[] = [];
    const { warn } = console;
    console.warn = (line: string) => said.push(line);
    try {
      const dataset = new Dataset({ name: "zeros", inputs, targets });
      assert.equal((await fit(model, dataset, { batchSize: 1, ...quiet })).engine, "eager");
    } finally {
      console.warn = warn;
      model.dispose();
    }
    assert.deepEqual(said, [
      'This step cannot be compiled: "memory" carries state from batch to batch. Training goes on operation by operation (eager).',
    ]);
  });

  it("ends after the running step when the learner interrupts, and keeps what was learned", async () => {
    const model = line(0.01);
    const before = tf.memory().numTensors;
    let kept: number[] = [];
    await inNotebook(async (kernel) => {
      const history = await fit(model, numbers([1, 2, 3, 4], [2, 1, 5, 3]), {
        epochs: 5,
        batchSize: 1,
        validation: numbers([1], [1]),
        onBatchEnd({ epoch, step, sync }) {
          if (epoch !== 2 || step !== 3) return;
          sync();
          kept = weightsOf(model);
          kernel.interrupt();
        },
      });
      assert.equal(history.interrupted, true);
      assert.equal(history.steps.loss.length, 4 + 3);
      assert.deepEqual([history.epochs.loss.length, history.validation?.loss.length], [1, 1]);
      const { data } = kernel.shown.at(-1) ?? {};
      assert.match(String(data?.["text/html"]), /interrupted in epoch 2\/5, after step 3\/4/);
    });
    assert.deepEqual(weightsOf(model), kept);
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it("hears an interrupt that comes through the event loop, even if a kernel has cleared the cell's own timers", async () => {
    const model = line(0);
    const immediate = globalThis.setImmediate;
    await inNotebook(async (kernel) => {
      immediate(() => kernel.interrupt());
      // What a kernel leaves of the global timers when it interrupts a cell: nothing that fires.
      globalThis.setImmediate = (() => ({})) as unknown as typeof setImmediate;
      try {
        const history = await fit(model, numbers([1], [1]), { epochs: 1_000_000 });
        assert.equal(history.interrupted, true);
      } finally {
        globalThis.setImmediate = immediate;
      }
    });
    model.dispose();
  });

  describe("whose loss is no longer a number", () => {
    const data = numbers([1, 2, 3, 4], [5, 7, 9, 11]);
    const optimizers = {
      sgd: () => tf.train.sgd(0.01),
      adam: () => tf.train.adam(0.01),
      adamax: () => tf.train.adamax(0.01),
      rmsprop: () => tf.train.rmsprop(0.01),
      momentum: () => tf.train.momentum(0.01, 0.9),
    };
    const build = (optimizer: tf.Optimizer): tf.LayersModel => {
      const model = line(0);
      model.compile({ optimizer, loss: "meanSquaredError" });
      return model;
    };

    for (const engine of ["compiled", "eager"] as const) {
      for (const [name, make] of Object.entries(optimizers))
        it(`goes back to the last epoch, and on from there as if nothing had been: ${engine}, ${name}`, async () => {
          const [model, twin] = [build(make()), build(make())];
          const options = { batchSize: 1, engine, ...quiet };
          for (const each of [model, twin]) await fit(each, data, { ...options, epochs: 2, seed: 5 });
          const before = tf.memory().numTensors;
          const weights = weightsOf(model);
          let after: number[] = [];
          await assert.rejects(
            fit(model, data, {
              ...options,
              epochs: 3,
              seed: 6,
              learningRate: (epoch) => (epoch === 1 ? 0.01 : 1e30),
              onEpochEnd: () => {
                after = weightsOf(model);
              },
            }),
            /loss became (Infinity|NaN) in step [2-4] of epoch 2: .*diverged.* had after epoch 1, .*smaller learning rate/,
          );
          assert.notDeepEqual(after, weights);
          assert.deepEqual(weightsOf(model), after);
          await fit(twin, data, { ...options, seed: 6 });
          for (const each of [model, twin]) await fit(each, data, { ...options, seed: 7 });
          for (const [i, weight] of weightsOf(twin).entries()) close(weightsOf(model)[i], weight);
          assert.equal(tf.memory().numTensors, before);
          for (const each of [model, twin]) {
            each.optimizer.dispose();
            each.dispose();
          }
        });

      it(`goes back to the beginning when no epoch ended well, and leaves no tensors: ${engine}`, async () => {
        const [model, twin] = [build(tf.train.adam(0.01)), build(tf.train.adam(0.01))];
        const [before, weights] = [tf.memory().numTensors, weightsOf(model)];
        const options = { batchSize: 1, engine, ...quiet };
        await assert.rejects(
          fit(model, data, { ...options, epochs: 9, learningRate: () => 1e30 }),
          /in step \d of epoch 1: .* had before the training, /,
        );
        assert.deepEqual(weightsOf(model), weights);
        assert.equal(tf.memory().numTensors, before);
        for (const each of [model, twin]) await fit(each, data, { ...options, seed: 7 });
        for (const [i, weight] of weightsOf(twin).entries()) close(weightsOf(model)[i], weight);
        for (const each of [model, twin]) {
          each.optimizer.dispose();
          each.dispose();
        }
      });

      it(`does not go back to weights that the last step of an epoch made infinite: ${engine}`, async () => {
        const model = build(tf.train.sgd(3e38));
        const weights = weightsOf(model);
        // One step an epoch: the loss of the first is still a number.
        await assert.rejects(
          fit(model, data, { epochs: 9, batchSize: 4, engine, ...quiet }),
          /in step 1 of epoch 2: .* had before the training, /,
        );
        assert.deepEqual(weightsOf(model), weights);
        model.optimizer.dispose();
        model.dispose();
      });
    }
  });

  it("leaves no tensors behind: the second training ends with as many as it began with", async () => {
    const model = softmaxModel(tf.train.adam());
    const dataset = points(INPUTS, LABELS);
    const options = { epochs: 2, batchSize: 2, validation: dataset, ...quiet };
    await fit(model, dataset, options); // makes Adam's moments
    const before = tf.memory().numTensors;
    await fit(model, dataset, options);
    await evaluate(model, dataset);
    await predict(model, dataset);
    const failing = { ...options, onBatchEnd: () => Promise.reject(new Error("from the callback")) };
    await assert.rejects(fit(model, dataset, failing), /from the callback/);
    assert.equal(tf.memory().numTensors, before);
    const { signal } = new AbortController();
    await fit(model, dataset, { ...options, signal });
    assert.deepEqual(getEventListeners(signal, "abort"), []);
    model.dispose();
  });
});

describe("the article's network on MNIST", () => {
  it("starts at a loss of ln 10, learns from a few hundred digits, and does the same again from the same seed", async () => {
    const mnist = await loadMnist();
    const train = mnist.train.take(512);
    const run = async (): Promise<number[]> => {
      const model = buildCnn({ seed: 3 });
      const start = await evaluate(model, train);
      close(start.loss, Math.log(10), 0.1);
      const history = await fit(model, train, { epochs: 5, batchSize: 64, seed: 3, ...quiet });
      const end = await evaluate(model, mnist.test.take(512));
      assert.ok((end.accuracy as number) > 0.7, `accuracy ${end.accuracy}`);
      model.optimizer.dispose();
      model.dispose();
      return history.steps.loss;
    };
    const before = tf.memory().numTensors;
    const [first, second] = [await run(), await run()];
    assert.equal(first.length, 40);
    for (const [i, loss] of first.entries()) close(second[i], loss, 1e-3);
    assert.equal(tf.memory().numTensors, before);
  });
});
