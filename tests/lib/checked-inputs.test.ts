// Tensors of another shape than a model expects, given to the model itself.
import assert from "node:assert/strict";
import { buildCnn, buildGpt, buildMlp, buildTransformer, buildVgg, checkedInputs, compileStep, tf } from "cellwise";
import { saveAndLoad } from "./saved-model";

describe("models given tensors that do not fit", () => {
  let before = 0;
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => assert.equal(tf.memory().numTensors, before, "tensors were left behind"));

  async function refuses(model: tf.LayersModel, shapes: number[][], message: RegExp): Promise<void> {
    const weights = () => model.getWeights().map((weight) => weight.dataSync().slice());
    const unchanged = weights();
    const tensors = shapes.map((shape) => tf.ones(shape));
    const given = tensors.length === 1 ? (tensors[0] as tf.Tensor) : tensors;
    const labels = tf.zeros([shapes[0]?.[0] ?? 1]);
    for (const name of ["predict", "apply"] as const)
      assert.throws(() => model[name](given), { name: "RangeError", message }, name);
    assert.throws(() => model.predictOnBatch(given), message);
    assert.throws(() => model.evaluate(given, labels), message);
    await assert.rejects(model.fit(given, labels), message);
    await assert.rejects(model.trainOnBatch(given, labels), message);
    assert.deepEqual(weights(), unchanged);
    tf.dispose([tensors, labels]);
  }
  const free = (model: tf.LayersModel): void => {
    model.optimizer.dispose();
    model.dispose();
  };

  it("say that images are grey, in colour, or of another size, and what makes one of the other", async () => {
    const [grey, colour] = [1, 3].map((channels) =>
      buildVgg({ inputShape: [8, 8, channels], filters: [2], convolutions: [1], units: [] }),
    ) as [tf.LayersModel, tf.LayersModel];
    await refuses(
      colour,
      [[2, 8, 8, 1]],
      /grey, the network is for images in colour\. Build the model with inputShape: \[8, 8, 1\], or .*grayscaleToRGB\(images\)/,
    );
    await refuses(
      grey,
      [[2, 8, 8, 3]],
      /in colour, the network is for grey images\. .*inputShape: \[8, 8, 3\], or .* images\.mean\(-1, true\)/,
    );
    await refuses(colour, [[2, 8, 8, 4]], /an alpha channel, .* images\.slice\(\[0, 0, 0, 0\], \[-1, -1, -1, 3\]\)/);
    await refuses(colour, [[2, 9, 8, 3]], /inputShape: \[9, 8, 3\], or .*resizeBilinear\(images, \[8, 8\]\)/);
    // What each remedy makes does fit.
    tf.tidy(() => {
      const [image, photograph] = [tf.ones<tf.Rank.R4>([2, 8, 8, 1]), tf.ones<tf.Rank.R4>([2, 8, 8, 4])];
      const three = tf.image.grayscaleToRGB(image);
      colour.predict(three);
      grey.predict(three.mean(-1, true));
      colour.predict(photograph.slice([0, 0, 0, 0], [-1, -1, -1, 3]));
      colour.predict(tf.image.resizeBilinear(tf.ones<tf.Rank.R4>([2, 9, 8, 3]), [8, 8]));
    });
    for (const model of [grey, colour]) free(model);
  });

  it("say which input it is, both shapes and what to do", async () => {
    const cnn = buildCnn();
    const named = String.raw`conv1_input\S* \[batch, 28, 28, 1\] of the model cnn was given a tensor of shape `;
    const wide = new RegExp(String.raw`${named}\[4, 784\]\. Reshape it: tensor\.reshape\(\[-1, 28, 28, 1\]\)`);
    await refuses(cnn, [[4, 784]], wide);
    await refuses(
      cnn,
      [[28, 28, 1]],
      new RegExp(String.raw`${named}\[28, 28, 1\]\. It lacks the batch axis: .*expandDims`),
    );
    await refuses(cnn, [[4, 32, 32, 3]], new RegExp(String.raw`${named}\[4, 32, 32, 3\]\. Give examples of the shape`));
    free(cnn);
  });

  it("say how many tensors are expected", async () => {
    const model = buildTransformer({ preset: "tiny", sourceVocabulary: 5 });
    const inputs = String.raw`model transformer has 2 inputs \(source\S* \[batch, any\], target\S* \[batch, any\]\); `;
    await refuses(model, [[2, 3]], new RegExp(`${inputs}1 tensor was given. Give all of them as one list`));
    await refuses(
      model,
      [
        [2, 3],
        [2, 3],
        [2, 3],
      ],
      new RegExp(`${inputs}3 tensors were given`),
    );
    await refuses(
      model,
      [
        [2, 3],
        [4, 3],
      ],
      /model transformer were given 2 and 4 examples/,
    );
    free(model);
  });

  /** Also where there is a number too many, each method but apply says so, and the weights stay. */
  async function refusesValues(model: tf.LayersModel, make: () => tf.Tensor, message: RegExp): Promise<void> {
    const weights = () => model.getWeights().map((weight) => weight.dataSync().slice());
    const unchanged = weights();
    const [given, labels] = [make(), tf.zeros([1, 3])];
    for (const name of ["predict", "predictOnBatch"] as const)
      assert.throws(() => model[name](given), { name: "RangeError", message }, name);
    assert.throws(() => model.evaluate(given, labels), message);
    await assert.rejects(model.fit(given, labels), message);
    await assert.rejects(model.trainOnBatch(given, labels), message);
    assert.deepEqual(weights(), unchanged);
    tf.dispose([given, labels]);
  }

  it("say which value is no finite number", async () => {
    const mlp = buildMlp({ preset: "tiny" });
    const value = (x: number) =>
      new RegExp(String.raw`Value 1 of 2 for the input \S* \[batch, 2\] of the model mlp is ${x}; `);
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY])
      await refusesValues(mlp, () => tf.tensor2d([[0, wrong]]), value(wrong));
    free(mlp);
  });

  it("say which token the embedding does not have", async () => {
    const gpt = buildGpt({ preset: "tiny", vocabulary: 5 });
    const message =
      /Token 7 for the input tokens\S* \[batch, any\] of the model gpt \(value 1 of 3\) .* 5 tokens .*, 0 to 4/;
    await refusesValues(gpt, () => tf.tensor2d([[1, 7, 2]], [1, 3], "int32"), message);
    free(gpt);
  });

  it("do not keep a step that calls predict from being one graph", () => {
    const mlp = buildMlp({ preset: "tiny" });
    const largest = (x: tf.Tensor) => (mlp.predict(x) as tf.Tensor).max() as tf.Scalar;
    const step = compileStep(largest);
    tf.tidy(() => {
      const x = tf.tensor2d([[0, 1]]);
      const [found] = step.run(x);
      assert.ok(Math.abs((found as number) - (largest(x).dataSync()[0] as number)) < 1e-6);
    });
    step.dispose();
    free(mlp);
  });

  it("say that they take tensors", () => {
    const model = buildGpt({ preset: "tiny", vocabulary: 5 });
    const list = [[1, 2]] as unknown as tf.Tensor[];
    assert.throws(
      () => model.predict(list),
      /model gpt takes tensors \(tokens\S* \[batch, any\]\); .*tf\.tensor\(list\)/,
    );
    free(model);
  });

  it("take what fits as before, symbolic tensors too", () => {
    const model = buildGpt({ preset: "tiny", vocabulary: 5 });
    tf.tidy(() => {
      const tokens = tf.zeros([2, 3], "int32");
      assert.deepEqual((model.predict(tokens) as tf.Tensor).shape, [2, 3, 5]);
      assert.deepEqual((model.apply([tokens]) as tf.Tensor).shape, [2, 3, 5]);
    });
    const input = tf.input({ shape: [null], dtype: "int32" });
    const outputs = model.apply(input) as tf.SymbolicTensor;
    assert.deepEqual(outputs.shape, [null, null, 5]);
    model.optimizer.dispose();
    tf.model({ inputs: input, outputs }).dispose(); // and with it the model inside
  });

  it("do so after loading when they are asked to", async () => {
    const model = buildGpt({ preset: "tiny", vocabulary: 5 });
    const loaded = checkedInputs(await saveAndLoad(model));
    tf.tidy(() =>
      assert.throws(() => loaded.predict(tf.zeros([3])), /tokens\S* \[batch, any\] .*shape \[3\]\. It lacks the batch/),
    );
    loaded.dispose();
    free(model);
  });
});
