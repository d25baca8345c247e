// Layers that a layer of one's own keeps to itself, and the class that hands them over.
import assert from "node:assert/strict";
import { CompositeLayer, fit, type Shapes, tf } from "cellwise";
import { close, INPUTS, LABELS, points, weightsOf } from "../small-models";

const data = points(INPUTS, LABELS);

/** Keeps a layer in a private field, where nobody can look. */
class Keeping extends tf.layers.Layer {
  static readonly className: string = "Keeping";
  readonly #inner: tf.layers.Layer;
  constructor(readonly how: "in build" | "in call" | "by hand" | "frozen") {
    super({});
    this.#inner = tf.layers.dense({ units: 2, name: `kept${how.replaceAll(" ", "")}` });
    if (how === "frozen") this.#inner.trainable = false;
  }
  override build(shape: Shapes): void {
    if (this.how !== "in call") this.#inner.build(shape);
    if (this.how !== "in call") this.#inner.built = true;
    super.build(shape);
  }
  override computeOutputShape(shape: Shapes): Shapes {
    return this.#inner.computeOutputShape(shape);
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return (this.how === "by hand" ? this.#inner.call(inputs, {}) : this.#inner.apply(inputs)) as tf.Tensor;
  }
}

/** Hands its parts over. */
class Handing extends CompositeLayer {
  static readonly className: string = "Handing";
  readonly #inner = tf.layers.dense({ units: 2, name: "dense", kernelInitializer: "identity" });
  readonly #normal = tf.layers.batchNormalization({ name: "normal" });
  override build(shape: Shapes): void {
    this.buildPart(this.#inner, shape as tf.Shape);
    this.buildPart(this.#normal, shape as tf.Shape);
    super.build(shape);
  }
  override call(inputs: tf.Tensor | tf.Tensor[], options: Record<string, unknown>): tf.Tensor {
    return this.run(this.#normal, this.run(this.#inner, inputs, options), options);
  }
}
tf.serialization.registerClass(Handing);

function withLayer(layer: tf.layers.Layer): tf.LayersModel {
  const input = tf.input({ shape: [2] });
  const middle = layer.apply(tf.layers.dense({ units: 2 }).apply(input)) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: tf.layers.softmax().apply(middle) as tf.SymbolicTensor });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: "sparseCategoricalCrossentropy" });
  return model;
}

for (const engine of ["eager", "compiled"] as const) {
  const train = (model: tf.LayersModel) => fit(model, data, { verbose: false, engine });
  describe(`a layer that keeps layers to itself, ${engine}`, () => {
    for (const how of ["in build", "in call", "by hand"] as const)
      it(`is named before anything is trained: ${how}`, async () => {
        const layer = new Keeping(how);
        const model = withLayer(layer);
        const before = weightsOf(model);
        const whose = how === "by hand" ? "another layer" : `the layer kept${how.replaceAll(" ", "")}`;
        const message = new RegExp(
          `The layer ${layer.name} of the model.*computes with .*/kernel, a weight of ${whose} .*CompositeLayer.*buildPart`,
        );
        await assert.rejects(train(model), message);
        assert.deepEqual(weightsOf(model), before);
        model.dispose();
      });

    it("is named inside a model inside a model", async () => {
      const layer = new Keeping("in build");
      const inner = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] }), layer] });
      const model = withLayer(inner);
      await assert.rejects(train(model), new RegExp(`The layer ${layer.name} of the model`));
      model.dispose();
    });

    it("goes on where they are frozen on purpose", async () => {
      const model = withLayer(new Keeping("frozen"));
      await train(model);
      model.dispose();
    });
  });

  describe(`a CompositeLayer, ${engine}`, () => {
    it("trains its parts, has their averages, and freezes and thaws them", async () => {
      const layer = new Handing({});
      const model = withLayer(layer);
      const dense = layer.parts[0] as tf.layers.Layer;
      assert.deepEqual([layer.trainableWeights.length, layer.nonTrainableWeights.length], [4, 2]);
      const before = layer.getWeights().map((weight) => Array.from(weight.dataSync()));
      const changed = () =>
        layer.getWeights().map((weight, i) => String(Array.from(weight.dataSync())) !== String(before[i]));
      layer.trainable = false;
      await train(model);
      assert.deepEqual(changed(), [false, false, false, false, false, false]);
      layer.trainable = true;
      dense.trainable = false;
      assert.deepEqual([layer.trainableWeights.length, layer.nonTrainableWeights.length], [2, 4]);
      dense.trainable = true;
      await train(model);
      assert.ok(
        changed().every((each, i) => each || i === 1),
        "all but a bias before a normalisation",
      );
      model.dispose();
    });
  });
}

describe("a frozen layer that a layer keeps to itself", () => {
  const warnings: string[] = [];
  const { warn } = console;
  beforeEach(() => {
    warnings.length = 0;
    console.warn = (line: string) => void warnings.push(line);
  });
  afterEach(() => {
    console.warn = warn;
  });
  const save = (model: tf.LayersModel) =>
    model.save(
      tf.io.withSaveHandler(async () => ({
        modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: "JSON" },
      })),
    );
  for (const when of ["after a training", "as it was made"])
    it(`is named when the model is saved, ${when}`, async () => {
      const layer = new Keeping("frozen");
      const model = withLayer(layer);
      if (when === "after a training") await fit(model, data, { verbose: false });
      await save(model);
      assert.equal(warnings.length, 1);
      assert.match(
        warnings[0] ?? "",
        new RegExp(
          `is saved without (kernel|bias) of the layer keptfrozen: ${layer.name} computes with it.*CompositeLayer.*buildPart`,
        ),
      );
      model.dispose();
    });

  it("is named inside a model inside a model", async () => {
    const layer = new Keeping("frozen");
    const model = withLayer(tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] }), layer] }));
    await fit(model, data, { verbose: false });
    await save(model);
    assert.match(warnings[0] ?? "", new RegExp(`of the layer keptfrozen: ${layer.name} computes with it`));
    model.dispose();
  });

  it("is not spoken of where the model has all its weights: wrappers, parts and shared layers", async () => {
    const shared = tf.layers.dense({ units: 2, name: "shared" });
    const input = tf.input({ shape: [2] });
    const twice = shared.apply(shared.apply(input)) as tf.SymbolicTensor;
    const composed = new Handing({}).apply(twice) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: tf.layers.softmax().apply(composed) as tf.SymbolicTensor });
    model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    await fit(model, data, { verbose: false });
    const both = tf.layers.bidirectional({ layer: tf.layers.lstm({ units: 1 }) as tf.RNN, inputShape: [2, 2] });
    const sequences = tf.sequential({ layers: [both] });
    tf.tidy(() => sequences.predict(tf.ones([1, 2, 2])));
    for (const each of [model, sequences]) {
      each.layers[0]?.getWeights();
      await save(each);
      each.dispose();
    }
    assert.deepEqual(warnings, []);
  });
});

describe("a CompositeLayer", () => {
  it("comes back from a file as it was", async () => {
    const model = withLayer(new Handing({}));
    await fit(model, data, { verbose: false });
    type Artifacts = Parameters<Parameters<typeof tf.io.withSaveHandler>[0]>[0];
    const saved: Artifacts[] = [];
    const info = { dateSaved: new Date(0), modelTopologyType: "JSON" } as const;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved.push(artifacts);
        return { modelArtifactsInfo: info };
      }),
    );
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved[0] as Artifacts));
    const outputs = tf.tidy(() =>
      [model, loaded].map((each) => Array.from((each.predict(tf.tensor2d(INPUTS)) as tf.Tensor).dataSync())),
    );
    for (const [i, value] of (outputs[0] as number[]).entries()) close(value, outputs[1]?.[i] as number);
    for (const each of [model, loaded]) each.dispose();
  });
});
