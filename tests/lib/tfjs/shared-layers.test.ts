// A layer used several times is freed with its model, built or loaded, and with a model around that.
import assert from "node:assert/strict";
import { tf } from "cellwise";
import { saveAndLoad } from "../saved-model";

/** A dense layer applied three times. */
function threefold(): tf.LayersModel {
  const input = tf.input({ shape: [2] });
  const layer = tf.layers.dense({ units: 2 });
  let output: tf.SymbolicTensor = input;
  for (let use = 0; use < 3; use++) output = layer.apply(output) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: output });
}

describe("a layer that a model uses three times", () => {
  it("is freed with the model", () => {
    const before = tf.memory().numTensors;
    const model = threefold();
    assert.equal(tf.memory().numTensors, before + 2);
    assert.equal(model.dispose().numDisposedVariables, 2);
    assert.equal(tf.memory().numTensors, before);
    assert.throws(() => model.dispose(), /already disposed/);
  });

  it("is freed with a loaded model, and with one that it is a part of", async () => {
    const before = tf.memory().numTensors;
    const model = threefold();
    (await saveAndLoad(model)).dispose();
    const input = tf.input({ shape: [2] });
    const around = tf.model({ inputs: input, outputs: model.apply(input) as tf.SymbolicTensor });
    around.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});
