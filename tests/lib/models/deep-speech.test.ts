// Deep Speech: its size by formula, and what it makes of a voice that it has never heard.
import { strict as assert } from "node:assert";
import { buildDeepSpeech, decodeCtc, fit, loadSpokenDigits, predict, tf, wordErrorRate } from "cellwise";
import { compiledStep } from "cellwise/dist/training/loop/model-trainee";
import { quiet } from "../small-models";
import { withModel } from "../with-model";

const normed = (inputs: number, filters: number): number => 5 * inputs * filters + filters + 4 * filters;
/** Of a GRU that resets after the product, in both directions: three kernels of inputs and of states, six biases. */
const bothWays = (inputs: number, units: number): number => 2 * 3 * (inputs + units + 2) * units;

describe("buildDeepSpeech", () => {
  it("has the parameters that follow from its layers, and halves the frames twice", () => {
    const tiny = normed(32, 64) + normed(64, 64) + bothWays(64, 64) + (128 + 1) * 11;
    const wide = normed(40, 128) + normed(128, 128) + bothWays(128, 128) + bothWays(256, 128) + (256 + 1) * 29;
    withModel(
      () => buildDeepSpeech({ preset: "tiny", frames: 150 }),
      (model) => {
        assert.equal(model.countParams(), tiny);
        assert.deepEqual(model.outputShape, [null, 38, 11]);
      },
    );
    withModel(
      () => buildDeepSpeech({ features: 40, classes: 29 }),
      (model) => {
        assert.equal(model.countParams(), wide);
        assert.deepEqual(model.outputShape, [null, null, 29]);
      },
    );
  });

  it("says what cannot be", () => {
    assert.throws(() => buildDeepSpeech({ classes: 1 }), /classes is 1; it needs at least 2/);
    assert.throws(() => buildDeepSpeech({ units: [] }), /units is \[\]/);
    assert.throws(() => buildDeepSpeech({ dropout: 1 }), /dropout is 1/);
    assert.throws(() => buildDeepSpeech({ cell: "rnn" as "gru" }), /cell is "rnn"/);
  });

  it("trains in the compiled step, leaving nothing behind", () => {
    const before = tf.memory().numTensors;
    withModel(
      () => buildDeepSpeech({ preset: "tiny", frames: 16, features: 4, classes: 3 }),
      (model) => {
        const batch = tf.tidy(() => [
          tf.randomNormal([2, 16, 4], 0, 1, "float32", 1),
          tf.tensor2d([1, 2, 1, 0], [2, 2], "int32"),
        ]) as [tf.Tensor, tf.Tensor];
        const step = compiledStep(model, { seed: 1 });
        const losses = Array.from({ length: 30 }, () => step.run([batch[0]], [batch[1]]).values[0] as number);
        step.dispose();
        assert.ok((losses.at(-1) as number) < 0.5 * (losses[0] as number), `${losses}`);
        tf.dispose(batch);
      },
    );
    assert.equal(tf.memory().numTensors, before);
  });

  // By how much, over several seeds, notebook 1.3.3 holds itself to.
  it("understands a voice that it has never heard", async () => {
    const { train, test, texts } = await loadSpokenDigits();
    const [frames = 0] = train.inputs[0]?.shape ?? [];
    const model = buildDeepSpeech({ preset: "tiny", frames, seed: 1 });
    await fit(model, train, { epochs: 16, batchSize: 16, seed: 1, engine: "compiled", ...quiet });
    const words = train.classNames ?? [];
    const guesses = decodeCtc(await predict(model, test), { beams: 8 }).map(({ labels }) =>
      labels.map((label) => words[label]).join(" "),
    );
    model.optimizer.dispose();
    model.dispose();
    const rate = wordErrorRate(texts.test, guesses);
    assert.ok(rate <= 0.15, `a word error rate of ${rate}`);
  });
});
