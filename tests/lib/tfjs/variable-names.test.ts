// What a cell makes by name is made again when the cell is run again.
import assert from "node:assert/strict";
import { compileStep, minimize, tf } from "cellwise";
import { close } from "../small-models";

const named = (value: number): tf.Variable => tf.tidy(() => tf.variable(tf.scalar(value), true, "again"));

describe("a cell that is run again", () => {
  it("makes its named variable again: the newest has the name, the one before goes on", () => {
    const [first, second, third] = [named(1), named(2), named(3)] as [tf.Variable, tf.Variable, tf.Variable];
    assert.equal(third.name, "again");
    assert.equal(new Set([first.name, second.name, third.name]).size, 3);
    const { value, grads } = tf.variableGrads(() => third.mul(second).mul(first) as tf.Scalar);
    assert.deepEqual(Object.keys(grads).length, 3);
    close(grads.again?.dataSync()[0], 2);
    close(grads[first.name]?.dataSync()[0], 6);
    tf.dispose([value, grads]);
    second.dispose();
    first.assign(tf.tidy(() => tf.scalar(5)));
    close(first.dataSync()[0], 5);
    const registered = tf.engine().registeredVariables;
    assert.equal(registered.again, third);
    tf.dispose([first, third]);
    assert.ok(!Object.keys(registered).some((name) => name.startsWith("again")));
  });

  it("trains the new variable, in both engines, and one optimizer may go on", () => {
    const optimizer = tf.train.momentum(1, 0.5);
    for (let run = 0; run < 3; run++) {
      const weight = named(0);
      minimize(optimizer, () => weight.mul(1) as tf.Scalar, [weight]).dispose();
      close(weight.dataSync()[0], -1); // no velocity of an earlier run's
      const step = compileStep(() => minimize(optimizer, () => weight.mul(1) as tf.Scalar, [weight]));
      step.run();
      step.dispose();
      close(weight.dataSync()[0], -2.5);
      if (run === 1) weight.dispose();
    }
    tf.dispose(Object.values(tf.engine().registeredVariables).filter(({ name }) => name.startsWith("again")));
    optimizer.dispose();
  });

  it("may make a variable by the name of a layer's weight, and the layer's again", () => {
    const layer = tf.layers.dense({ units: 1, name: "rerun", inputShape: [1] });
    const model = tf.sequential({ layers: [layer] });
    const [kernel] = model.trainableWeights as [tf.LayerVariable];
    const own = tf.tidy(() => tf.variable(tf.scalar(1), true, kernel.name));
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    const again = tf.sequential({ layers: [tf.layers.dense({ units: 1, name: "rerun", inputShape: [1] })] });
    assert.equal((model.predict(tf.ones([1, 1])) as tf.Tensor).shape[1], 1);
    own.dispose();
    for (const each of [model, again]) each.dispose();
  });

  for (const [what, run] of Object.entries<() => unknown>({
    "registers a layer's class": () => {
      class Twice extends tf.layers.Layer {
        static readonly className = "Twice";
      }
      tf.serialization.registerClass(Twice);
      const config = { name: "m", layers: [{ className: "Twice", config: { batchInputShape: [null, 1], name: "t" } }] };
      const model = tf.Sequential.fromConfig(tf.Sequential, config.layers as unknown as tf.serialization.ConfigDict);
      assert.ok((model as tf.Sequential).layers[0] instanceof Twice, "the newest class");
    },
    "registers a gradient": () => tf.registerGradient({ kernelName: "OfMyOwn", gradFunc: () => ({}) }),
    "registers a converter's operation": () => tf.registerOp("OfMyOwn", () => tf.scalar(1)),
    "registers a flag": () => tf.env().registerFlag("OF_MY_OWN", () => 1),
    "puts layers of an earlier cell into a model": ((base, head) => () => {
      const model = tf.sequential({ layers: [base, head] });
      model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
      assert.deepEqual(model.outputs[0]?.shape, [null, 1]);
      assert.equal(model.weights.length, 4);
    })(tf.layers.dense({ units: 2, inputShape: [2] }), tf.layers.dense({ units: 1 })),
    "puts a model of an earlier cell into a model": ((base) => () => {
      const model = tf.sequential({ layers: [base, tf.layers.dense({ units: 1 })] });
      model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
      assert.equal(model.weights.length, 4);
    })(tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] })),
  }))
    it(what, () => {
      for (let time = 0; time < 3; time++) run();
    });
});
