// Heads that are taken away, against attention computed by hand from the heads that are left.
import assert from "node:assert/strict";
import { buildGpt, buildMlp, buildTransformer, MultiHeadAttention, tf, withoutHeads } from "cellwise";

const numbers = (output: unknown): number[] => Array.from((output as tf.Tensor).dataSync());

describe("withoutHeads", () => {
  it("leaves what the other heads give: their context times their rows of the output's kernel", async () => {
    const x = tf.input({ shape: [3, 6] });
    const layer = new MultiHeadAttention({ heads: 3, seed: 1, returnWeights: true });
    const [output, weights] = layer.apply(x) as [tf.SymbolicTensor, tf.SymbolicTensor];
    const model = tf.model({ inputs: x, outputs: [output, weights] });
    const before = tf.memory().numTensors;
    const input = tf.randomNormal([1, 3, 6], 0, 1, "float32", 1);
    const run = () =>
      (model.predict(input) as tf.Tensor[]).map((tensor) => {
        const values = numbers(tensor);
        tensor.dispose();
        return values;
      });
    const whole = run();
    const less = await withoutHeads(model, [{ layer: layer.path, head: 1 }], run);
    assert.deepEqual(less[1], whole[1], "what the heads look at stays");
    const expected = tf.tidy(() => {
      const kernels = Object.fromEntries(
        layer.weights.map((weight) => [weight.originalName.split("/").at(-1), weight.read()]),
      );
      const values = input.reshape([3, 6]).matMul(kernels.valueKernel as tf.Tensor2D) as tf.Tensor2D;
      const attended = tf.tensor(whole[1] ?? [], [3, 3, 3]); // [heads, queries, keys]
      const parts = [0, 2].map((head) => {
        const context = attended
          .slice([head], [1])
          .reshape([3, 3])
          .matMul(values.slice([0, 2 * head], [3, 2]));
        return context.matMul((kernels.outputKernel as tf.Tensor2D).slice([2 * head, 0], [2, 6]));
      });
      return numbers(tf.addN(parts)); // the biases are zero
    });
    for (const [i, value] of expected.entries()) assert.ok(Math.abs((less[0]?.[i] ?? Number.NaN) - value) < 1e-5);
    assert.deepEqual(run(), whole, "afterwards all is as before");
    const none = await withoutHeads(
      model,
      [0, 1, 2].map((head) => ({ layer: layer.path, head })),
      run,
    );
    assert.ok(
      none[0]?.every((value) => value === 0),
      "of no head nothing is left",
    );
    input.dispose();
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });

  it("gives the weights back when the function fails, and its result where it does not", async () => {
    const model = buildTransformer({ preset: "tiny", sourceVocabulary: 5 });
    const kernels = () => model.weights.map((weight) => Array.from(weight.read().dataSync()));
    const before = kernels();
    const head = { layer: "decoder1/cross", head: 1 };
    await assert.rejects(
      withoutHeads(model, [head], () => {
        assert.notDeepEqual(kernels(), before);
        throw new Error("own");
      }),
      /own/,
    );
    assert.deepEqual(kernels(), before);
    assert.equal(await withoutHeads(model, [], async () => 7), 7);
    model.dispose();
  });

  it("says which heads there are", async () => {
    const [gpt, mlp] = [buildGpt({ preset: "tiny" }), buildMlp()];
    const taking = (layer: string, head: number, model = gpt) => withoutHeads(model, [{ layer, head }], () => 1);
    await assert.rejects(taking("block3/attention", 0), {
      name: "RangeError",
      message: /no attention with heads named "block3\/attention"; it has "block1\/attention", "block2\/attention"/,
    });
    await assert.rejects(taking("block1/attention", 2), { name: "RangeError", message: /is 2; .*1/ });
    await assert.rejects(taking("dense1", 0, mlp), { name: "RangeError", message: /it has none/ });
    for (const model of [gpt, mlp]) model.dispose();
  });
});
