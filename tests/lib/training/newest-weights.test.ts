// Weights live in a graph while it trains. Whoever looks at them, or trains on, has to see the newest.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  buildResidueAttention,
  buildWaveNet,
  type CompiledStep,
  compileStep,
  Dataset,
  evaluate,
  fit,
  generateSound,
  minimize,
  predict,
  residueCouplings,
  saveSavedModel,
  tf,
} from "cellwise";

const line = (): tf.Sequential => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: "ones" })] });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
  return model;
};
const doubles = (count: number): Dataset => {
  const values = Float32Array.from({ length: count }, (_, i) => i / count);
  return new Dataset({
    name: "doubles",
    inputs: [{ values, shape: [1], dtype: "float32" }],
    targets: [{ values: values.map((value) => 2 * value), shape: [1], dtype: "float32" }],
  });
};

/** A step of one's own on a model, on one batch. */
function ownStep(model: tf.LayersModel): { step: CompiledStep; run(): void } {
  const optimizer = tf.train.sgd(0.1);
  const step = compileStep((x, y) =>
    minimize(
      optimizer,
      () => tf.losses.meanSquaredError(y as tf.Tensor, model.apply(x as tf.Tensor) as tf.Tensor) as tf.Scalar,
    ),
  );
  return {
    step,
    run() {
      const [x, y] = [tf.tensor2d([[1], [2]]), tf.tensor2d([[2], [4]])];
      tf.dispose([step.run(x, y), x, y]);
    },
  };
}

describe("the newest weights", () => {
  it("are what couplings are read from, and sound is made with, while a step of one's own still holds them", async () => {
    const inGraph = async <Found>(
      model: tf.LayersModel,
      shape: [number, number],
      look: () => Found | Promise<Found>,
    ): Promise<[before: Found, during: Found, after: Found]> => {
      const optimizer = tf.train.sgd(1);
      const tokens = tf.tensor2d(
        Array.from({ length: shape[0] * shape[1] }, (_, i) => i % 4),
        shape,
        "int32",
      );
      // As if class 0 were always right.
      const step = compileStep((x) =>
        minimize(optimizer, () => {
          const output = model.apply(x as tf.Tensor) as tf.Tensor3D;
          return output.slice([0, 0, 0], [-1, -1, 1]).add(1e-6).log().mean().neg() as tf.Scalar;
        }),
      );
      const before = await look();
      for (let i = 0; i < 5; i++) tf.dispose(step.run(tokens));
      const during = await look();
      step.sync();
      const after = await look();
      step.dispose();
      tf.dispose(tokens);
      model.dispose();
      return [before, during, after];
    };
    const couplings = buildResidueAttention({ length: 4, vocabulary: 5, heads: 2, keyWidth: 3, seed: 2 });
    const read = await inGraph(couplings, [2, 4], () => residueCouplings(couplings));
    const network = buildWaveNet({ preset: "tiny", levels: 16, seed: 1 });
    const made = await inGraph(network, [2, 8], async () => {
      const { channels } = await generateSound(network, { length: 60, seed: 1 });
      return Array.from(channels[0] as Float32Array);
    });
    for (const [before, during, after] of [read, made]) {
      assert.deepEqual(during, after);
      assert.notDeepEqual(during, before);
    }
  });

  it("are kept when another graph is recorded while they are still in one, also of data shared with another model", async () => {
    const trained = async (shared: boolean): Promise<number> => {
      const [target, online] = [line(), line()];
      const { step, run } = ownStep(online);
      run();
      step.sync();
      if (shared) target.setWeights(online.getWeights());
      for (let i = 0; i < 5; i++) run();
      await evaluate(online, doubles(16), { batchSize: 2 });
      step.sync();
      const weight = (online.getWeights()[0] as tf.Tensor).dataSync()[0] as number;
      step.dispose();
      for (const model of [target, online]) model.dispose();
      return weight;
    };
    assert.equal(await trained(true), await trained(false));
  });

  it("are what few and many batches see, without a sync", async () => {
    const model = line();
    const { step, run } = ownStep(model);
    for (let i = 0; i < 5; i++) run();
    const few = await predict(model, doubles(16));
    for (let i = 0; i < 5; i++) run();
    const many = await predict(model, doubles(16), { batchSize: 2 });
    const fewAgain = await predict(model, doubles(16));
    assert.notDeepEqual(few.values, many.values);
    const same = line();
    const again = ownStep(same);
    for (let i = 0; i < 5; i++) again.run();
    again.step.dispose(); // which brings the weights back
    assert.deepEqual(few.values, (await predict(same, doubles(16))).values);
    same.dispose();
    assert.ok(many.values.every((value, i) => Math.abs(value - (fewAgain.values[i] as number)) < 1e-6));
    step.dispose();
    model.dispose();
  });

  it("are what an eager training starts from", async () => {
    const model = line();
    const { step, run } = ownStep(model);
    for (let i = 0; i < 5; i++) run();
    const { loss } = await evaluate(model, doubles(16));
    assert.ok(loss < 0.2, `${loss}`); // the slope was 1 at first: a loss of 0.3, the mean of x²
    const history = await fit(model, doubles(16), { engine: "eager", batchSize: 16, verbose: false });
    assert.ok(Math.abs((history.steps.loss[0] as number) - loss) < 1e-6);
    for (let i = 0; i < 50; i++) run();
    const later = await fit(model, doubles(16), { engine: "eager", batchSize: 16, verbose: false });
    assert.ok((later.steps.loss[0] as number) < loss / 2, `${later.steps.loss[0]} after ${loss}`);
    step.dispose();
    model.dispose();
  });
});

describe("both engines", () => {
  it("keep weights within their constraints", async () => {
    const weights: number[] = [];
    for (const engine of ["compiled", "eager"] as const) {
      const kernelConstraint = tf.constraints.maxNorm({ maxValue: 0.5 });
      const layers = [tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: "ones", kernelConstraint })];
      const model = tf.sequential({ layers });
      model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
      const before = tf.memory().numTensors;
      await fit(model, doubles(16), { engine, batchSize: 4, verbose: false });
      assert.equal(tf.memory().numTensors, before);
      weights.push((model.getWeights()[0] as tf.Tensor).dataSync()[0] as number);
      model.dispose();
    }
    const [compiled, eager] = weights as [number, number];
    assert.ok(Math.abs(compiled - 0.5) < 1e-5, `${compiled}`); // the slope is drawn to 2 and held at 0.5
    assert.ok(Math.abs(eager - compiled) < 1e-6, `${eager} and ${compiled}`);
  });
});

class Noise extends tf.layers.Layer {
  static className = "NoiseAtInference";
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = [inputs].flat() as [tf.Tensor];
    return tf.tidy(() => x.add(tf.randomNormal(x.shape)));
  }
}

describe("saveSavedModel", () => {
  it("writes the newest weights, those that are still in a graph", () => {
    const parent = mkdtempSync(join(tmpdir(), "cellwise-newest-"));
    const model = line();
    const { step, run } = ownStep(model);
    const written = (name: string): Buffer => {
      saveSavedModel(model, join(parent, name));
      return readFileSync(join(parent, name, "saved_model.pb"));
    };
    try {
      run();
      const first = written("first");
      run();
      const second = written("second");
      step.dispose(); // which brings the weights back
      assert.ok(!second.equals(first));
      assert.ok(second.equals(written("after")));
    } finally {
      rmSync(parent, { recursive: true });
      model.dispose();
    }
  });

  it("refuses a model that draws random numbers, before it writes anything", () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] }), new Noise({})] });
    const parent = mkdtempSync(join(tmpdir(), "cellwise-noise-"));
    try {
      assert.throws(() => saveSavedModel(model, join(parent, "model")), /draws random numbers/);
      assert.equal(existsSync(join(parent, "model")), false);
    } finally {
      rmSync(parent, { recursive: true });
      model.dispose();
    }
  });
});
