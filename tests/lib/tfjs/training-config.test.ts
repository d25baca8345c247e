// A model that is saved with its optimizer is compiled when it is loaded, with the losses and metrics that it had, by their names.
import assert from "node:assert/strict";
import { evaluate, tf } from "cellwise";
import { saveAndLoad } from "../saved-model";
import { numbers } from "../small-models";

function two(compile: object): tf.LayersModel {
  const x = tf.input({ shape: [1] });
  const dense = (name: string) => tf.layers.dense({ units: 1, name }).apply(x) as tf.SymbolicTensor;
  const model = tf.model({ name: "two", inputs: x, outputs: [dense("a"), dense("b")] });
  model.compile({ optimizer: "adam", ...compile } as tf.ModelCompileArgs);
  return model;
}
const metricsOf = (model: tf.LayersModel): string[] => (model as unknown as { metricsNames: string[] }).metricsNames;
const own = (truth: tf.Tensor, output: tf.Tensor): tf.Tensor => truth.sub(output).abs();

describe("a model saved with its optimizer", () => {
  const forms: readonly [what: string, compile: object, ...metrics: string[]][] = [
    [
      "metrics in a list for each output",
      { loss: "mse", metrics: [["mae"], ["mse", "huber"]] },
      "a_mae",
      "b_mse",
      "b_huber",
    ],
    ["metrics by output", { loss: { a: "kld", b: "huber" }, metrics: { b: ["MSE", "auc"] } }, "b_MSE", "b_auc"],
    ["one metric by output", { loss: ["log_cosh", "hinge"], metrics: { a: "recall" } }, "a_recall"],
    ["metrics of tfjs's", { loss: "mse", metrics: [tf.metrics.recall] }, "a_recall", "b_recall"],
    ["no metrics", { loss: "huber" }],
  ];
  for (const [what, compile, ...metrics] of forms)
    it(`has its losses and metrics again: ${what}`, async () => {
      const model = two(compile);
      const loaded = await saveAndLoad(model, { includeOptimizer: true });
      assert.deepEqual(metricsOf(loaded).slice(3), metrics);
      assert.equal(loaded.optimizer.getClassName(), "Adam");
      const losses = [model, loaded].map((each) => (each as unknown as { lossFunctions: unknown }).lossFunctions);
      assert.deepEqual(losses[1], losses[0]);
      for (const each of [model, loaded]) {
        each.optimizer.dispose();
        each.dispose();
      }
    });

  it("measures the same, under the names that were given", async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    model.compile({ optimizer: "sgd", loss: "mean_squared_error", metrics: ["mean_absolute_error", "r2_score"] });
    const data = numbers([1, 2, 3], [2, 1, 5]);
    const loaded = await saveAndLoad(model, { includeOptimizer: true });
    const before = await evaluate(model, data);
    assert.deepEqual(Object.keys(before), ["loss", "mean_absolute_error", "r2_score"]);
    assert.deepEqual(await evaluate(loaded, data), before);
    for (const each of [model, loaded]) each.dispose();
  });

  it("of functions of one's own says that a file holds names alone", async () => {
    for (const [compile, message] of [
      [{ loss: own }, /the loss of two is the function own .*names alone\. Save without includeOptimizer, and compile/],
      [{ loss: { a: "mse", b: own } }, /the loss of two is the function own/],
      [{ loss: "mse", metrics: [["mae"], [own]] }, /a metric of two is the function own/],
    ] as const) {
      const model = two(compile);
      await assert.rejects(saveAndLoad(model, { includeOptimizer: true }), message);
      const loaded = await saveAndLoad(model);
      for (const each of [model, loaded]) each.dispose();
    }
  });
});
