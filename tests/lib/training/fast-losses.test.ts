// Softmax and cross-entropy in one operation, against tfjs's composition: where probabilities reach tfjs's limits too, and where
// the output is no softmax.
import assert from "node:assert/strict";
import { compileStep, crossentropyIgnoring, Dataset, fit, minimize, tf } from "cellwise";
import { trace } from "cellwise/dist/graph/recording/trace";
import { LAYER_REWRITES } from "cellwise/dist/layers/tfjs-forms/layer-rewrites";
import { crossEntropyOfLogits } from "cellwise/dist/ops/softmax-cross-entropy";
import { compiledStep } from "cellwise/dist/training/loop/model-trainee";
import { trainOn } from "cellwise/dist/training/steps/train-on";
import { assertSameTraining, assertSameWeights, twins } from "../graph/twin";

const { layers: l } = tf;
// The first label is the likeliest by far when these are the logits, the second the least likely.
const points = [
  [1, 0.1, 0],
  [1, 0.2, 0],
  [0.1, 0.3, 0.2],
  [0.6, 0.5, 0.4],
];
const labels = [0, 2, 1, 2];

/** A dense layer whose logits are its inputs times a factor. */
function scaled(factor: number, ...after: tf.layers.Layer[]): () => tf.LayersModel {
  return () => {
    const kernelInitializer = tf.initializers.identity({ gain: factor });
    return tf.sequential({ layers: [l.dense({ units: 3, inputShape: [3], kernelInitializer }), ...after] });
  };
}

const compile = (model: tf.LayersModel): void =>
  model.compile({ optimizer: tf.train.sgd(0.1), loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });

describe("sparse categorical cross-entropy in a compiled step", () => {
  const cases: Record<string, () => tf.LayersModel> = {
    "of a softmax": scaled(1, l.softmax()),
    "of a softmax as activation": scaled(1, l.activation({ activation: "softmax" })),
    "of a softmax that is all but certain, right and wrong": scaled(40, l.softmax()),
    "of a softmax that is shaped anew": scaled(1, l.softmax(), l.reshape({ targetShape: [3] })),
    "of sigmoids": scaled(1, l.activation({ activation: "sigmoid" })),
  };
  for (const [name, build] of Object.entries(cases)) {
    it(`is that of tfjs: ${name}`, async () => {
      const [model, twin] = twins(build, compile);
      const batch = [tf.tensor2d(points), tf.tensor2d(labels, [4, 1])] as const;
      await assertSameTraining(model, twin, [batch], { steps: 5 });
      tf.dispose([...batch]);
    });
  }

  it("stands in for no other loss of a softmax, named or of one's own", async () => {
    const squares = (truth: tf.Tensor, output: tf.Tensor): tf.Tensor => truth.sub(output).square();
    for (const loss of ["categoricalCrossentropy", "meanSquaredError", squares]) {
      const [model, twin] = twins(scaled(1, l.softmax()), (one) => one.compile({ optimizer: tf.train.sgd(0.1), loss }));
      const batch = [tf.tensor2d(points), tf.oneHot(tf.tensor1d(labels, "int32"), 3).toFloat()] as const;
      await assertSameTraining(model, twin, [batch], { steps: 5 });
      tf.dispose([...batch]);
    }
  });

  it("is taken in one operation, with its gradient, where labels are left out too", async () => {
    const kernelInitializer = tf.initializers.identity({ gain: 20 });
    const build = () =>
      tf.sequential({ layers: [l.dense({ units: 3, inputShape: [2, 3], kernelInitializer, activation: "softmax" })] });
    const compileIgnoring = (model: tf.LayersModel): void =>
      model.compile({ optimizer: tf.train.sgd(0.1), loss: crossentropyIgnoring(-1) });
    const data = new Dataset({
      name: "points",
      inputs: [{ values: Float32Array.from(points.flat()), shape: [2, 3], dtype: "float32" }],
      targets: [{ values: Int32Array.from([0, 2, 1, -1]), shape: [2], dtype: "int32" }],
    });
    const [fast, composed] = twins(build, compileIgnoring);
    const options = { epochs: 5, batchSize: 2, verbose: false };
    const { epochs } = await fit(fast, data, { ...options, engine: "compiled" });
    const { epochs: expected } = await fit(composed, data, { ...options, engine: "eager" });
    for (const [i, loss] of epochs.loss.entries())
      assert.ok(Math.abs(loss - (expected.loss[i] as number)) < 1e-4 * loss, `${epochs.loss} for ${expected.loss}`);
    assertSameWeights(fast, composed, 1e-5);
    const batch = [
      tf.tensor3d([points.slice(0, 2), points.slice(2)]),
      tf.tensor2d([
        [0, 2],
        [1, -1],
      ]),
    ];
    const again = build();
    compileIgnoring(again);
    const recorded = trace((x, y) => [trainOn(again, [x as tf.Tensor], [y as tf.Tensor])], batch, {
      ...{ seed: 1, step: () => 0, rewrites: LAYER_REWRITES },
    });
    recorded.dispose();
    const ops = recorded.nodes.map(({ op }) => op);
    assert.equal(ops.filter((op) => op === "SparseSoftmaxCrossEntropyWithLogits").length, 1);
    assert.ok(!ops.includes("OneHot"));
    again.dispose();
    tf.dispose([...batch]);
  });

  it("leaves no tensor behind", () => {
    const model = scaled(1, l.softmax())();
    compile(model);
    const [x, y] = [tf.ones([4, 3]), tf.tensor2d(labels, [4, 1])];
    const before = tf.memory().numTensors;
    const step = compiledStep(model);
    step.run([x], [y]);
    step.dispose();
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([x, y]);
    model.dispose();
  });

  it("has the second derivative p (1 − p) at its label's logit", () => {
    const logits = [0.3, -0.7, 1.1];
    const x = tf.tensor2d([logits]);
    const w = tf.variable(tf.zeros([1, 3]));
    const sum = (x: tf.Tensor) => crossEntropyOfLogits(x, tf.tensor1d([1], "int32")).sum();
    const slopeAtLabel = (x: tf.Tensor) => tf.grad(sum)(x).slice([0, 1], [1, 1]).sum();
    const step = compileStep((x) =>
      minimize(
        tf.train.sgd(-1),
        () =>
          tf
            .grad(slopeAtLabel)(x as tf.Tensor)
            .mul(w)
            .sum() as tf.Scalar,
        [w],
      ),
    );
    step.run(x);
    step.dispose();
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const p = Math.exp(-0.7) / total;
    const at = w.dataSync()[1] as number;
    assert.ok(Math.abs(at - p * (1 - p)) < 1e-6, `${at}, not ${p * (1 - p)}`);
    tf.dispose([x, w]);
  });
});
