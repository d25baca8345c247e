// The compiled training step against tfjs's own `trainOnBatch` on a twin with the same weights, and what it leaves behind.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StepFailedError, tf, UncompilableError } from "cellwise";
import { disposeIdleSessions, Session } from "cellwise/dist/graph/compiled-function";
import { graphMessage } from "cellwise/dist/graph/recording/definition";
import { compiledStep } from "cellwise/dist/training/loop/model-trainee";
import { assertSameTraining, twins } from "../graph/twin";
import { graphsHeld, graphsInUse, watchNativeCalls } from "../native-calls";

/** Section 4's network on 28×28 images, with smaller layers where `width` is below 1. */
function articleCnn(): tf.LayersModel {
  const glorot = (seed: number) => tf.initializers.glorotUniform({ seed });
  const conv = (seed: number, filters: number, first = {}) =>
    tf.layers.conv2d({ ...first, filters, kernelSize: 3, activation: "relu", kernelInitializer: glorot(seed) });
  return tf.sequential({
    layers: [
      conv(1, 32, { inputShape: [28, 28, 1] }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      conv(2, 64),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      conv(3, 64),
      tf.layers.flatten(),
      tf.layers.dense({ units: 64, activation: "relu", kernelInitializer: glorot(4) }),
      tf.layers.dense({ units: 10, activation: "softmax", kernelInitializer: glorot(5) }),
    ],
  });
}

/** Images that a network can tell apart: a bright square whose place is the label, on noise. */
function images(count: number, seed: number): [tf.Tensor, tf.Tensor] {
  return tf.tidy(() => {
    const labels = tf.range(0, count).mod(10);
    const places = tf.oneHot(labels.toInt(), 10).reshape([count, 2, 5, 1]).toFloat() as tf.Tensor4D;
    const squares = tf.image.resizeNearestNeighbor(places, [28, 28]).mul(0.8);
    return [squares.add(tf.randomUniform([count, 28, 28, 1], 0, 0.2, "float32", seed)), labels.expandDims(1)];
  });
}

const compileCnn = (model: tf.LayersModel, optimizer: tf.Optimizer = tf.train.adam()): void =>
  model.compile({ optimizer, loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });

const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("cellwise-step-"));
describe("the compiled training step", () => {
  it("trains the article's network as tfjs does, with Adam, also on a smaller last batch", async () => {
    const [model, twin] = twins(articleCnn, compileCnn);
    const batches = [images(16, 1), images(16, 2), images(16, 3), images(6, 4)];
    await assertSameTraining(model, twin, batches, { steps: 20 });
    tf.dispose(batches);
  });

  it("follows a learning rate that changes between steps", async () => {
    const [model, twin] = twins(articleCnn, (one) => compileCnn(one, tf.train.sgd(0.1)));
    const batches = [images(16, 1)];
    const before = graphsInUse();
    await assertSameTraining(model, twin, batches, {
      steps: 6,
      before: (step, one) => {
        (one.optimizer as tf.SGDOptimizer).setLearningRate(0.1 / (step + 1));
        if (step > 0) assert.equal(graphsInUse(), before + 1, "one recording for all rates");
      },
    });
    tf.dispose(batches);
  });

  it("leaves weights that JavaScript has set between steps as they were set", async () => {
    const [model, twin] = twins(articleCnn, compileCnn);
    const batches = [images(16, 1)];
    const zeros = model.getWeights().map((weight) => tf.zerosLike(weight));
    await assertSameTraining(model, twin, batches, {
      steps: 6,
      before: (step, one) => {
        if (step === 3) one.layers[7]?.setWeights(zeros.slice(-2));
      },
    });
    tf.dispose([batches, zeros] as tf.TensorContainer);
  });

  it("leaves no tensor, no session and no folder behind", () => {
    const model = articleCnn();
    compileCnn(model);
    const [x, y] = images(8, 1);
    const [smallX, smallY] = images(3, 2);
    const before = { sessions: graphsInUse(), folders: folders(), tensors: tf.memory().numTensors };
    const slots = 2 * model.trainableWeights.length;
    const step = compiledStep(model);
    const run = (): void => {
      step.run([x], [y]);
      step.run([smallX], [smallY]);
    };
    run();
    const running = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) run();
    assert.equal(tf.memory().numTensors, running, "tensors after five more steps");
    assert.equal(graphsInUse(), before.sessions + 2, "one session for each shape");
    step.dispose();
    assert.equal(tf.memory().numTensors, before.tensors + slots, "only the optimizer's slots are new");
    assert.equal(graphsInUse(), before.sessions);
    assert.deepEqual(folders(), before.folders);
    tf.dispose([x, y, smallX, smallY]);
  });

  it("loads the graph of a network that is trained again but once, and computes as if it were new", () => {
    disposeIdleSessions();
    let loads = 0;
    const stop = watchNativeCalls(["loadSavedModel"], () => loads++);
    const [batch] = [images(8, 1)];
    const lossesOf = (rate: number): number[] => {
      const model = articleCnn();
      compileCnn(model, tf.train.adam(rate));
      const step = compiledStep(model);
      const losses = Array.from({ length: 4 }, () => step.run([batch[0]], [batch[1]]).values[0] as number);
      step.dispose();
      model.optimizer.dispose();
      model.dispose();
      return losses;
    };
    try {
      const first = lossesOf(0.001);
      assert.notDeepEqual(lossesOf(0.01), first, "the learning rate is handed in at each step");
      assert.deepEqual(lossesOf(0.001), first);
      assert.equal(loads, 1);
      disposeIdleSessions();
      assert.deepEqual(lossesOf(0.001), first);
      assert.equal(loads, 2);
    } finally {
      stop();
      tf.dispose(batch);
    }
  });

  it("keeps four graphs at most for later, and none of large networks", () => {
    disposeIdleSessions();
    const before = graphsHeld();
    const train = (units: number): void => {
      const model = tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [units] })] });
      model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
      const x = tf.ones([1, units]);
      const step = compiledStep(model);
      step.run([x], [x]);
      step.dispose();
      model.dispose();
      x.dispose();
    };
    train(3000); // 36 MB
    assert.equal(graphsHeld(), before);
    for (const units of [1, 2, 3, 4, 5, 6]) train(units);
    assert.equal(graphsHeld(), before + 4);
    train(6);
    assert.equal(graphsHeld(), before + 4, "the newest one was used again");
    disposeIdleSessions();
    assert.equal(graphsHeld(), before);
  });

  it("names the layer that reads a value in JavaScript, and leaves the model as it was", () => {
    class Peeking extends tf.layers.Layer {
      static className = "Peeking";
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        const [input] = Array.isArray(inputs) ? inputs : [inputs];
        return (input as tf.Tensor).mul((input as tf.Tensor).mean().dataSync()[0] as number);
      }
    }
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 4, inputShape: [3] }), new Peeking({ name: "peeking" })],
    });
    model.compile({ optimizer: tf.train.adam(), loss: "meanSquaredError" });
    const before = model.getWeights().map((weight) => weight.dataSync());
    const tensors = tf.memory().numTensors;
    const [x, y] = [tf.ones([2, 3]), tf.ones([2, 4])];
    const step = compiledStep(model);
    assert.throws(
      () => step.run([x], [y]),
      (error) =>
        error instanceof UncompilableError && /"peeking" reads the value of Mean in JavaScript/.test(error.message),
    );
    step.dispose();
    tf.dispose([x, y]);
    assert.deepEqual(
      model.getWeights().map((weight) => weight.dataSync()),
      before,
    );
    assert.equal(tf.memory().numTensors, tensors, "no tensor of the recording is left");
  });

  it("removes its folder when TensorFlow does not load the graph, and says so in one line", () => {
    const before = { sessions: graphsInUse(), folders: folders() };
    assert.throws(
      // Of an Identity without a type TensorFlow's message has three lines.
      () => new Session(graphMessage([{ name: "untyped", op: "Identity", inputs: [], attributes: {} }])),
      (error) =>
        error instanceof UncompilableError &&
        /^This step cannot be compiled: it became a graph that TensorFlow does not load: .*'T'.*untyped.*$/.test(
          error.message,
        ),
    );
    assert.deepEqual({ sessions: graphsInUse(), folders: folders() }, before);
  });

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`removes its folder before ${signal} ends the process`, () => {
      const temporary = mkdtempSync(join(tmpdir(), "cellwise-interrupt-"));
      // The interrupt comes when the graph has just been written, with nobody there to handle it.
      const script = `
      const fs = require("node:fs");
      const write = fs.writeFileSync;
      fs.writeFileSync = (...parameters) => {
        write(...parameters);
        process.kill(process.pid, "${signal}");
      };
      const { compileStep, minimize } = require("cellwise");
      const { tf } = require("cellwise");
      const w = tf.variable(tf.scalar(1));
      const step = compileStep(() => minimize(tf.train.sgd(0.1), () => w.square()));
      fs.rmSync = ((remove) => (...parameters) => {
        console.log(fs.readdirSync(process.env.TMPDIR).length);
        remove(...parameters);
      })(fs.rmSync);
      step.run();
      setTimeout(() => console.log("still running"), 60_000);
    `;
      const env = { ...process.env, TMPDIR: temporary, TF_CPP_MIN_LOG_LEVEL: "3" };
      const child = spawnSync(process.execPath, ["-e", script], { cwd: __dirname, env, encoding: "utf8" });
      assert.equal(child.stdout, "1\n", child.stderr);
      assert.equal(child.signal, signal);
      assert.deepEqual(readdirSync(temporary), []);
      rmSync(temporary, { recursive: true });
    });
  }

  for (const handled of [true, false]) {
    it(`${handled ? "ends a training after a whole step" : "ends the process"} on SIGINT in the middle of fit, its folder gone`, () => {
      const temporary = mkdtempSync(join(tmpdir(), "cellwise-interrupt-"));
      // The signal comes while step 3 is at work; Node hands it over in the next turn of its loop.
      const script = `
        const fs = require("node:fs");
        const { Dataset, fit, tf } = require("cellwise");
        const controller = new AbortController();
        if (${handled}) process.on("SIGINT", () => controller.abort());
        const layers = [tf.layers.dense({ units: 1, useBias: false, inputShape: [1], kernelInitializer: "zeros" })];
        const model = tf.sequential({ layers });
        model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
        const column = { values: new Float32Array(100).fill(1), shape: [1], dtype: "float32" };
        const dataset = new Dataset({ name: "ones", inputs: [column], targets: [column] });
        const onBatchEnd = async ({ step }) => {
          if (step !== 3) return;
          process.kill(process.pid, "SIGINT");
          while (!controller.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1));
        };
        const options = { batchSize: 1, epochs: 3, signal: controller.signal, onBatchEnd };
        fit(model, dataset, options).then(({ interrupted, steps }) => {
          const [weight] = model.getWeights()[0].dataSync();
          console.log(JSON.stringify({ interrupted, steps: steps.loss.length, weight }));
        });
      `;
      const env = { ...process.env, TMPDIR: temporary, TF_CPP_MIN_LOG_LEVEL: "3" };
      const child = spawnSync(process.execPath, ["-e", script], { cwd: __dirname, env, encoding: "utf8" });
      try {
        assert.deepEqual(readdirSync(temporary), []);
        if (!handled) {
          assert.equal(child.signal, "SIGINT", child.stderr);
          return;
        }
        const [headline, result] = child.stdout.trim().split("\n") as [string, string];
        assert.match(headline, /^interrupted: epoch 1\/3, step 3\/100 /, child.stderr);
        const { interrupted, steps, weight } = JSON.parse(result) as Record<string, number>;
        assert.deepEqual([interrupted, steps], [true, 3]);
        assert.ok(Math.abs((weight as number) - (1 - 0.8 ** 3)) < 1e-6, `${weight}`);
      } finally {
        rmSync(temporary, { recursive: true });
      }
    });
  }

  it("keeps the last whole step when one fails", () => {
    const model = tf.sequential({
      layers: [
        tf.layers.embedding({ inputDim: 5, outputDim: 3, inputLength: 4 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 1 }),
      ],
    });
    model.compile({ optimizer: tf.train.adam(), loss: "meanSquaredError" });
    const step = compiledStep(model);
    const good = tf.tensor2d([[0, 1, 2, 3]]);
    const outside = tf.tensor2d([[0, 1, 2, 99]]);
    const y = tf.tensor2d([[1]]);
    step.run([good], [y]);
    step.sync();
    const before = model.getWeights().map((weight) => weight.dataSync());
    assert.throws(
      () => step.run([outside], [y]),
      (error) => error instanceof StepFailedError && error.step === 2 && /after step 1/.test(error.message),
    );
    step.sync();
    assert.deepEqual(
      model.getWeights().map((weight) => weight.dataSync()),
      before,
    );
    step.run([good], [y]);
    step.dispose();
    tf.dispose([good, outside, y]);
  });
});
