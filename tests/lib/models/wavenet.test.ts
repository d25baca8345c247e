// WaveNet: its size by formula, how far back it looks, and what it says of a sound when it is told one sample after the other.
import { strict as assert } from "node:assert";
import {
  buildMlp,
  buildWaveNet,
  evaluate,
  fit,
  generate,
  generateSound,
  muLawEncode,
  nextTokenWindows,
  predict,
  type Tokenizer,
  tf,
  waveNetReceptiveField,
} from "cellwise";
import { WaveNetMemory } from "cellwise/dist/generation/wavenet-memory";
import { quiet } from "../small-models";
import { withModel } from "../with-model";

const small = { levels: 16, channels: 6, skips: 5, dilations: [1, 2, 4, 1, 2], kernelSize: 3, seed: 3 };
const free = (model: tf.LayersModel): void => {
  model.optimizer.dispose();
  model.dispose();
};
/** Two tones, one after the other, as codes. */
const tones = (length: number, levels: number): Int32Array =>
  muLawEncode(
    Array.from({ length }, (_, i) => 0.7 * Math.sin(i / (i % 600 < 300 ? 3 : 5))),
    { levels },
  );
/** Codes as `generate` reads and writes them: as characters. */
const characters = (levels: number): Tokenizer => {
  const ids = (text: string) => Int32Array.from(text, (one) => one.charCodeAt(0));
  const token = (id: number) => String.fromCharCode(id);
  const decode = (codes: ArrayLike<number>) => String.fromCharCode(...Array.from(codes));
  return { size: levels, encode: ids, decode, token, special: () => 0 };
};

describe("buildWaveNet", () => {
  it("has the parameters that follow from its layers", () => {
    const expected = (levels: number, channels: number, skips: number, layers: number, size: number): number =>
      levels * channels +
      layers * (size * channels * 2 * channels + 2 * channels) +
      (layers - 1) * (channels + 1) * channels +
      (layers * channels + 1) * skips +
      (skips + 1) * skips +
      (skips + 1) * levels;
    withModel(
      () => buildWaveNet({ preset: "tiny" }),
      (model) => assert.equal(model.countParams(), expected(256, 32, 64, 16, 2)),
    );
    withModel(
      () => buildWaveNet(small),
      (model) => {
        assert.equal(model.countParams(), expected(16, 6, 5, 5, 3));
        assert.deepEqual(model.outputShape, [null, null, 16]);
      },
    );
  });

  it("looks back as far as it says, and not an inch farther or into what is to come", () => {
    // The paper: 1, 2, 4, …, 512 together see 1,024 samples.
    assert.equal(waveNetReceptiveField({ dilations: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] }), 1024);
    const field = waveNetReceptiveField(small);
    assert.equal(field, 1 + 2 * (1 + 2 + 4 + 1 + 2));
    withModel(
      () => buildWaveNet(small),
      (model) =>
        tf.tidy(() => {
          const [length, place] = [40, 5];
          const codes = new Int32Array(length).fill(8);
          const run = (given: Int32Array) =>
            (model.predict(tf.tensor2d(given, [1, length], "int32")) as tf.Tensor3D).arraySync()[0] as number[][];
          const [before, after] = [run(codes), run(codes.with(place, 2))];
          const changed = before.flatMap((row, t) => (row.some((p, code) => p !== after[t]?.[code]) ? [t] : []));
          assert.equal(changed[0], place);
          assert.equal(changed.at(-1), place + field - 1);
        }),
    );
  });

  it("learns what comes next, and leaves nothing behind", async () => {
    const before = tf.memory().numTensors;
    const model = buildWaveNet({ ...small, learningRate: 0.01 });
    const data = nextTokenWindows(tones(4000, 16), { length: 100, stride: 50 });
    const { loss: start } = await evaluate(model, data);
    assert.ok(Math.abs((start as number) - Math.log(16)) < 0.3, `it starts at ${start}, ln 16 is 2.77`);
    await fit(model, data, { epochs: 8, batchSize: 8, engine: "compiled", ...quiet });
    const { loss } = await evaluate(model, data);
    assert.ok((loss as number) < 0.5 * (start as number), `${loss}, after ${start}`);
    free(model);
    assert.equal(tf.memory().numTensors, before);
  });

  it("says what cannot be", () => {
    assert.throws(() => buildWaveNet({ dilations: [] }), /dilations is \[\]/);
    assert.throws(() => buildWaveNet({ levels: 1 }), /levels is 1; it needs at least 2/);
    assert.throws(() => buildWaveNet({ dilations: new Array(201).fill(1) }), /dilations has 201 numbers.*at most 200/);
  });
});

describe("generateSound", () => {
  it("told code by code, the network says what it says of all at once", async () => {
    const model = buildWaveNet(small);
    const codes = tones(60, 16);
    const memory = new WaveNetMemory(model, "test");
    const data = nextTokenWindows(Int32Array.of(...codes, 0), { length: 60 });
    const { values } = await predict(model, data);
    for (const [t, code] of codes.entries()) {
      const weights = Array.from(memory.next(code), Math.exp);
      const sum = weights.reduce((a, b) => a + b);
      for (const [next, weight] of weights.entries())
        assert.ok(Math.abs(weight / sum - (values[t * 16 + next] as number)) < 1e-5, `${t}, ${next}`);
    }
    free(model);
  });

  it("draws the samples that generate draws the slow way", async () => {
    const model = buildWaveNet(small);
    await fit(model, nextTokenWindows(tones(1500, 16), { length: 100, stride: 50 }), { epochs: 2, ...quiet });
    const prompt = Array.from(tones(30, 16));
    for (const options of [{ seed: 1 }, { seed: 2, temperature: 0.7, topK: 5 }]) {
      const slow: number[] = [];
      const tokens = generate(model, characters(16), { prompt, length: 80, ...options });
      for await (const { token } of tokens) slow.push(token);
      const { channels, sampleRate } = await generateSound(model, { prompt, length: 80, sampleRate: 4000, ...options });
      assert.deepEqual(Array.from(muLawEncode(channels[0] as Float32Array, { levels: 16 })), slow);
      assert.equal(sampleRate, 4000);
    }
    free(model);
  });

  it("stops when it is told to, and takes no other model or prompt", async () => {
    const model = buildWaveNet(small);
    await assert.rejects(generateSound(model, { signal: AbortSignal.abort() }), { name: "AbortError" });
    await assert.rejects(
      generateSound(model, { prompt: [16] }),
      /prompt\[0\] is 16; it is a whole number from 0 to 15/,
    );
    await assert.rejects(generateSound(model, { prompt: [] }), /at least one code/);
    free(model);
    const other = buildMlp({ preset: "tiny" });
    await assert.rejects(generateSound(other), /has no layer embedding; it takes a network of buildWaveNet/);
    free(other);
  });
});
