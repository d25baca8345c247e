// SavedModels for other programs. The golden folder holds one that Python's TensorFlow has read, with what it computed; the
// same bytes must be written again. To renew it: CELLWISE_RENEW_GOLDEN=1 npx mocha on this file, with bench/.venv in place.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tf, UncompilableError } from "cellwise";
import { saveSavedModel } from "cellwise/dist/training/export/save-saved-model";

const { layers: l } = tf;
const root = join(__dirname, "..", "..", "..", "..");
const golden = join(root, "tests", "golden", "saved-model");
const python = join(root, "bench", ".venv", "bin", "python");

/** Every kind of layer that the course exports, with weights that are the same each time. */
function network(): tf.LayersModel {
  let seed = 0;
  const kernelInitializer = () => tf.initializers.glorotUniform({ seed: ++seed });
  const start = () => ({ kernelInitializer: kernelInitializer(), recurrentInitializer: kernelInitializer() });
  const image = tf.input({ shape: [6, 6, 1], name: "image" });
  const text = tf.input({ shape: [4], name: "text" });
  const chain = (input: tf.SymbolicTensor, ...layers: tf.layers.Layer[]): tf.SymbolicTensor =>
    layers.reduce((output, layer) => layer.apply(output) as tf.SymbolicTensor, input);
  const seen = chain(
    image,
    l.conv2d({ filters: 2, kernelSize: 3, activation: "relu", kernelInitializer: kernelInitializer() }),
    l.batchNormalization(),
    l.maxPooling2d({ poolSize: 2 }),
    l.flatten(),
    l.dropout({ rate: 0.5 }),
  );
  const read = chain(
    text,
    l.embedding({ inputDim: 5, outputDim: 3, embeddingsInitializer: kernelInitializer() }),
    l.lstm({ units: 3, returnSequences: true, ...start() }),
    l.gru({ units: 2, ...start() }),
    l.layerNormalization(),
  );
  const joined = l.concatenate().apply([seen, read]) as tf.SymbolicTensor;
  const kind = l.dense({ units: 3, activation: "softmax", name: "kind", kernelInitializer: kernelInitializer() });
  const value = l.dense({ units: 1, name: "value", kernelInitializer: kernelInitializer() });
  return tf.model({
    inputs: [image, text],
    outputs: [kind.apply(joined), value.apply(joined)] as tf.SymbolicTensor[],
  });
}

const examples = (batch: number): { image: tf.Tensor; text: tf.Tensor } => ({
  image: tf.randomUniform([batch, 6, 6, 1], 0, 1, "float32", 5),
  text: tf.tidy(() =>
    tf
      .range(0, batch * 4)
      .mod(5)
      .reshape([batch, 4]),
  ),
});

type Numbers = Record<string, unknown>;

function readByPython(folder: string, inputs: Record<string, tf.Tensor>): Numbers {
  const given = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, tensor.arraySync()]));
  const output = execFileSync(python, [join(golden, "read.py"), folder], {
    input: JSON.stringify(given),
    encoding: "utf8",
    stdio: ["pipe", "pipe", "ignore"],
  });
  return JSON.parse(output) as Numbers;
}

function assertClose(actual: tf.Tensor, expected: unknown, what: string): void {
  const difference = tf.tidy(
    () =>
      actual
        .sub(tf.tensor(expected as number[], actual.shape))
        .abs()
        .max()
        .dataSync()[0] as number,
  );
  assert.ok(difference < 1e-5, `${what} differs by ${difference}`);
}

describe("saveSavedModel", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "cellwise-export-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("writes what TensorFlow reads, for batches of any size", async () => {
    const model = network();
    saveSavedModel(model, join(folder, "network"));
    const loaded = await tf.node.loadSavedModel(join(folder, "network"), ["serve"], "serving_default");
    for (const batch of [1, 2, 7]) {
      const inputs = examples(batch);
      const actual = loaded.predict(inputs) as tf.NamedTensorMap;
      const [kind, value] = model.predict([inputs.image, inputs.text]) as [tf.Tensor, tf.Tensor];
      assertClose(actual.kind as tf.Tensor, kind.arraySync(), `kind for ${batch}`);
      assertClose(actual.value as tf.Tensor, value.arraySync(), `value for ${batch}`);
      tf.dispose([inputs, actual, kind, value] as unknown as tf.TensorContainer);
    }
    loaded.dispose();
  });

  it("writes the bytes that Python's TensorFlow has read, and predicts what it computed", () => {
    const model = network();
    const inputs = examples(3);
    const target = join(folder, "golden");
    saveSavedModel(model, target);
    const written = readFileSync(join(target, "saved_model.pb"));
    if (process.env.CELLWISE_RENEW_GOLDEN) {
      mkdirSync(golden, { recursive: true });
      writeFileSync(join(golden, "saved_model.pb"), written);
      writeFileSync(join(golden, "outputs.json"), `${JSON.stringify(readByPython(target, inputs))}\n`);
    }
    const same = written.equals(readFileSync(join(golden, "saved_model.pb")));
    assert.ok(same, "another file than the golden one is written: renew it (see the head of this test)");
    const expected = JSON.parse(readFileSync(join(golden, "outputs.json"), "utf8")) as Numbers;
    const [kind, value] = model.predict([inputs.image, inputs.text]) as [tf.Tensor, tf.Tensor];
    assertClose(kind, expected.kind, "kind");
    assertClose(value, expected.value, "value");
    tf.dispose([inputs, kind, value] as unknown as tf.TensorContainer);
  });

  it("is read by Python's TensorFlow (where bench/.venv is)", function () {
    if (!existsSync(python)) this.skip();
    const model = network();
    const inputs = examples(5);
    saveSavedModel(model, join(folder, "python"));
    const outputs = readByPython(join(folder, "python"), inputs);
    const [kind, value] = model.predict([inputs.image, inputs.text]) as [tf.Tensor, tf.Tensor];
    assertClose(kind, outputs.kind, "kind");
    assertClose(value, outputs.value, "value");
    tf.dispose([inputs, kind, value] as unknown as tf.TensorContainer);
  });

  it("refuses a file and a folder of other things, and says what to give", () => {
    const model = tf.sequential({ layers: [l.dense({ units: 1, inputShape: [2] })] });
    const [file, full] = [join(folder, "file"), join(folder, "full")];
    writeFileSync(file, "text");
    mkdirSync(full);
    writeFileSync(join(full, "notes.txt"), "text");
    assert.throws(() => saveSavedModel(model, file), /file is a file; a SavedModel is a folder\. Give the path/);
    assert.throws(
      () => saveSavedModel(model, full),
      /full holds notes\.txt, which was not written by Cellwise.*new or empty/,
    );
    assert.deepEqual([readFileSync(file, "utf8"), readdirSync(full)], ["text", ["notes.txt"]]);
    model.dispose();
  });

  it("replaces an earlier one whole, and nothing where writing fails", () => {
    const parent = join(folder, "parent");
    const place = join(parent, "model");
    mkdirSync(place, { recursive: true });
    const model = tf.sequential({ layers: [l.dense({ units: 1, inputShape: [2] })] });
    saveSavedModel(model, place);
    const first = readFileSync(join(place, "saved_model.pb"));
    tf.tidy(() => model.setWeights([tf.ones([2, 1]), tf.ones([1])]));
    saveSavedModel(model, place);
    assert.deepEqual(readdirSync(place).sort(), ["saved_model.pb", "written-by-cellwise.txt"]);
    const second = readFileSync(join(place, "saved_model.pb"));
    assert.ok(!second.equals(first));
    chmodSync(place, 0o555);
    try {
      if (process.getuid?.() !== 0) assert.throws(() => saveSavedModel(model, place), /EACCES/);
    } finally {
      chmodSync(place, 0o755);
    }
    const open = tf.sequential({ layers: [l.globalAveragePooling1d({ inputShape: [null as unknown as number, 2] })] });
    assert.throws(() => saveSavedModel(open, place), UncompilableError);
    assert.ok(readFileSync(join(place, "saved_model.pb")).equals(second));
    assert.deepEqual(readdirSync(parent), ["model"]);
    for (const one of [model, open]) one.dispose();
  });

  it("leaves no tensor behind, and names an input of open size", () => {
    const model = network();
    saveSavedModel(model, join(folder, "again"));
    const before = tf.memory().numTensors;
    saveSavedModel(model, join(folder, "again"));
    assert.equal(tf.memory().numTensors, before);
    const open = tf.input({ shape: [null, 2], name: "anything" });
    const summing = tf.model({ inputs: open, outputs: l.globalAveragePooling1d({}).apply(open) as tf.SymbolicTensor });
    assert.throws(
      () => saveSavedModel(summing, join(folder, "open")),
      (error) => error instanceof UncompilableError && /"anything" has an axis of unknown size/.test(error.message),
    );
  });
});
