// Training by a step of one's own: several networks and optimizers in one, with all that `fit` gives to a model.
import assert from "node:assert/strict";
import { Dataset, fit, minimize, type TrainingTask, tf } from "cellwise";

const { layers: l } = tf;

/** 40 examples of y = 2 x − 1, with a second column that is their square. */
function examples(): Dataset {
  const x = Float32Array.from({ length: 40 }, (_, i) => i / 20 - 1);
  const y = x.map((value) => 2 * value - 1);
  const column = (values: Float32Array) => ({ values, shape: [1], dtype: "float32" as const });
  return new Dataset({
    name: "lines",
    inputs: [column(x)],
    targets: [column(y), column(y.map((value) => value ** 2))],
  });
}

const network = (): tf.LayersModel =>
  tf.sequential({ layers: [l.dense({ units: 1, inputShape: [1], kernelInitializer: "ones", useBias: true })] });

const squares = (model: tf.LayersModel, x: tf.Tensor, y: tf.Tensor): tf.Scalar =>
  tf.losses.meanSquaredError(y, model.apply(x) as tf.Tensor) as tf.Scalar;

const weightsOf = (model: tf.LayersModel): tf.Variable[] => model.weights.map((weight) => weight.read() as tf.Variable);

const numbersOf = (model: tf.LayersModel): number[] =>
  model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));

/** Two networks at once, each for a target of its own. */
function two(change: Partial<TrainingTask> = {}): TrainingTask & { models: [tf.LayersModel, tf.LayersModel] } {
  const models: [tf.LayersModel, tf.LayersModel] = [network(), network()];
  const optimizers: [tf.Optimizer, tf.Optimizer] = [tf.train.adam(0.05), tf.train.sgd(0.1)];
  const losses = ([x]: tf.Tensor[], targets: tf.Tensor[]) =>
    models.map((model, i) => () => squares(model, x as tf.Tensor, targets[i] as tf.Tensor));
  return {
    ...{ name: "two lines", measures: ["loss", "second"], models, optimizers },
    step: (inputs, targets) =>
      losses(inputs, targets).map((loss, i) =>
        minimize(optimizers[i] as tf.Optimizer, loss, weightsOf(models[i] as tf.LayersModel)),
      ),
    measure: (inputs, targets) => losses(inputs, targets).map((loss) => loss()),
    ...change,
  } as TrainingTask & { models: [tf.LayersModel, tf.LayersModel] };
}

const quiet = { verbose: false, epochs: 3, batchSize: 8, seed: 1 };

describe("a training task", () => {
  for (const engine of ["compiled", "eager"] as const)
    it(`trains each network as fit trains it by itself, ${engine}`, async () => {
      const data = examples();
      const task = two();
      const history = await fit(task, data, { ...quiet, engine, validation: data });
      assert.equal(history.engine, engine);
      assert.deepEqual(Object.keys(history.epochs), ["loss", "second"]);
      for (const [i, optimizer] of [tf.train.adam(0.05), tf.train.sgd(0.1)].entries()) {
        const alone = network();
        alone.compile({ optimizer, loss: "meanSquaredError" });
        const target = data.targets[i] as Dataset["targets"][number];
        const own = new Dataset({ name: "one line", inputs: data.inputs, targets: [target] });
        const { epochs, validation } = await fit(alone, own, { ...quiet, engine, validation: own });
        const name = i === 0 ? "loss" : "second";
        const close = (a: readonly number[] = [], b: readonly number[] = []) => {
          assert.equal(a.length, b.length);
          for (const [k, value] of a.entries()) assert.ok(Math.abs(value - (b[k] as number)) < 1e-5, `${a} for ${b}`);
        };
        close(history.epochs[name], epochs.loss);
        close(history.validation?.[name], validation?.loss);
        close(numbersOf(task.models[i] as tf.LayersModel), numbersOf(alone));
      }
    });

  it("draws by its seed, anew in each step", async () => {
    const drawing = (): TrainingTask => {
      const task = two();
      return {
        ...task,
        measures: ["loss", "drawn"],
        step: (x, y) => [task.step(x, y)[0] as tf.Scalar, tf.randomNormal([]) as tf.Scalar],
      };
    };
    const drawn = async (seed: number) =>
      (await fit(drawing(), examples(), { ...quiet, seed })).steps.drawn as number[];
    const [first, again, other] = [await drawn(1), await drawn(1), await drawn(2)];
    assert.deepEqual(first, again);
    assert.notDeepEqual(first, other);
    assert.equal(new Set(first).size, first.length);
  });

  it("ends with whole weights when it is interrupted", async () => {
    const task = two();
    const stop = new AbortController();
    const history = await fit(task, examples(), {
      ...{ ...quiet, signal: stop.signal },
      onBatchEnd: ({ epoch, step }) => {
        if (epoch === 2 && step === 3) stop.abort();
      },
    });
    assert.ok(history.interrupted);
    assert.equal(history.epochs.loss.length, 1);
    assert.equal(history.steps.loss.length, 5 + 3);
    const twin = two();
    await fit(twin, examples(), {
      ...quiet,
      onEpochEnd: () => false,
    });
    assert.notDeepEqual(numbersOf(task.models[0]), numbersOf(twin.models[0]));
  });

  it("goes back to the last good epoch, both networks and optimizers, where the loss is no number any more", async () => {
    const task = two();
    await fit(task, examples(), { ...quiet, epochs: 1, shuffle: false });
    const kept = [...numbersOf(task.models[0]), ...numbersOf(task.models[1])];
    const steps = (optimizer: tf.Optimizer | undefined) =>
      (optimizer as unknown as { iterations_: number }).iterations_;
    const counted = steps(task.optimizers[0]);
    const spoilt = examples();
    (spoilt.targets[0]?.values as Float32Array)[30] = Number.POSITIVE_INFINITY;
    await assert.rejects(fit(task, spoilt, { ...quiet, shuffle: false }), /diverged.*before the training/);
    assert.deepEqual([...numbersOf(task.models[0]), ...numbersOf(task.models[1])], kept);
    assert.equal(steps(task.optimizers[0]), counted);
  });

  it("leaves no tensor behind", async () => {
    const task = two();
    const data = examples();
    await fit(task, data, { ...quiet, validation: data }); // what the optimizers remember is made
    const before = tf.memory().numTensors;
    await fit(task, data, { ...quiet, validation: data });
    await fit(task, data, { ...quiet, validation: data, engine: "eager" });
    assert.equal(tf.memory().numTensors, before);
  });

  const faults: [string, () => Partial<TrainingTask>, object, RegExp][] = [
    [
      "a first measure that is no loss",
      () => ({ measures: ["critic"] }),
      {},
      /measures critic first; the first of measures is "loss"/,
    ],
    ["a measure twice", () => ({ measures: ["loss", "loss"] }), {}, /measures loss twice/],
    ["no optimizer", () => ({ optimizers: [] }), {}, /has no optimizer; list those/],
    ["nothing to train", () => ({ models: [], variables: [] }), {}, /has no models and no variables/],
    [
      "too few numbers",
      () => ({ measures: ["loss", "a", "b"] }),
      {},
      /returned 2 number\(s\) for its 3 measures \(loss, a, b\)/,
    ],
    [
      "validation without a measure",
      () => ({ measure: undefined as never }),
      { validation: examples() },
      /has no measure; validation on lines/,
    ],
    ["one rate for two optimizers", () => ({}), { learningRate: () => 0.1 }, /one optimizer; the task has 2/],
    ["data that its own check refuses", () => ({ check: ({ name }) => assert.fail(`no ${name}`) }), {}, /no lines/],
  ];
  for (const [name, change, options, words] of faults)
    it(`refuses ${name}, and has changed nothing`, async () => {
      const task = two(change());
      const models = [...task.models];
      const before = models.map(numbersOf);
      await assert.rejects(fit(task, examples(), { ...quiet, ...options }), words);
      assert.deepEqual(models.map(numbersOf), before);
    });
});
