// A tiny Whisper by chance, whose file, encoder and greedy text are compared with CTranslate2's (golden/make_whisper.py); and what it
// writes token by token, with what the model gives of all at once.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildWhisper, loadWhisper, type Sound, tf, transcribe, type Whisper, writeWav } from "cellwise";
import { readCTranslate2File } from "cellwise/dist/models/pretrained/ctranslate2-file";
import { encode, write } from "cellwise/dist/models/pretrained/whisper-decoding";
import { whisperInput, windowsOf } from "cellwise/dist/models/pretrained/whisper-input";
import { whisperOf } from "cellwise/dist/models/pretrained/whisper-weights";
import { temporaryFolder } from "cellwise/dist/own-folder";
import { readFixture } from "../../golden/golden";
import { close } from "../small-models";
import { TINY_WHISPER, tinyWhisper } from "./tiny-whisper";

interface Golden {
  readonly features: number[];
  readonly encoded: number[];
  readonly written: { tokens: number[]; score: number; noSpeech: number };
}

const [FRAMES, BANDS] = [100, 80];
/** make_whisper.py's tone that rises, with pauses. */
const tone = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => {
    const loud = Math.sin((2 * Math.PI * i) / 4000) > -0.5 ? 0.3 : 0;
    return loud * Math.sin((2 * Math.PI * (200 + 0.02 * i) * i) / 16_000);
  });
const sound = (samples: Float32Array): Sound => ({ sampleRate: 16_000, channels: [samples] });
const file = (): Buffer => readFileSync(join(TINY_WHISPER, "model.bin"));

describe("Whisper", () => {
  let whisper: Whisper;
  const golden = readFixture<Golden>("whisper-tiny");
  before(() => {
    whisper = tinyWhisper();
  });
  after(() => {
    whisper.dispose();
  });

  it("hears OpenAI's log-mel spectrogram", () => {
    const input = whisperInput(tone(12_000), FRAMES, BANDS);
    const values = input.dataSync();
    input.dispose();
    for (const [row, frame] of [0, 10, 50, 74, 75, 76, 99].entries())
      for (let band = 0; band < BANDS; band++)
        close(values[frame * BANDS + band], golden.features[row * BANDS + band] as number, 1e-4);
  });

  it("encodes as CTranslate2 does, from the same file", async () => {
    const input = whisperInput(tone(12_000), FRAMES, BANDS);
    const encoded = await encode(whisper.model, input);
    assert.deepEqual(encoded.shape, [1, 50, 16]);
    // In the file even the positions have 11 bits.
    for (const [i, value] of encoded.dataSync().entries()) close(value, golden.encoded[i] as number, 4e-3);
    tf.dispose([input, encoded]);
  });

  it("writes the tokens that CTranslate2 writes, as sure of them", async () => {
    const input = whisperInput(tone(12_000), FRAMES, BANDS);
    const encoded = await encode(whisper.model, input);
    const { tokens, noSpeech, logProbability } = await write(whisper.model, encoded, whisper.tokens);
    tf.dispose([input, encoded]);
    assert.deepEqual(tokens, golden.written.tokens);
    close(noSpeech, golden.written.noSpeech, 1e-3 * golden.written.noSpeech + 1e-6);
    close(logProbability, golden.written.score, 2e-3);
  });

  it("gives, token by token, the probabilities that the model gives of all at once", async () => {
    const input = whisperInput(tone(12_000), FRAMES, BANDS);
    const encoded = await encode(whisper.model, input);
    const { model, tokens } = whisper;
    const { tokens: written, logProbability } = await write(model, encoded, {
      ...tokens,
      suppressed: [],
      suppressedFirst: [],
    });
    const text = [...tokens.prompt, ...written];
    const ended = written.length < 16;
    const all = tf.tidy(() =>
      (model.predict([input, tf.tensor2d([text], [1, text.length], "int32")]) as tf.Tensor3D)
        .squeeze<tf.Tensor2D>([0])
        .arraySync(),
    );
    tf.dispose([input, encoded]);
    const targets = ended ? [...written, tokens.end] : written;
    let sum = 0;
    for (const [i, token] of targets.entries()) {
      const row = all[i + 1] as number[];
      assert.equal(row.indexOf(Math.max(...row)), token);
      sum += Math.log(row[token] as number);
    }
    close(logProbability, sum / targets.length, 1e-4);
  });

  it("has the tokens of GPT-2, which are bytes", () => {
    const { decode, prompt, end } = whisper.tokens;
    // Piece by piece: " the" is merged, and é, of two bytes, comes as the signs Ã and ©.
    const vocabulary = readFileSync(join(TINY_WHISPER, "vocabulary.txt"), "utf8").split("\n");
    const id = (piece: string): number => vocabulary.indexOf(piece);
    assert.equal(
      decode([id("c"), id("a"), id("f"), id("Ã"), id("©"), id("Ġthe"), id("Ċ"), end, ...prompt]),
      "café the\n",
    );
  });

  it("transcribes a sound, a WAV file and longer ones in windows, cut where it is quiet, and leaves no tensor", async () => {
    const before = tf.memory().numTensors;
    const { text, parts } = await transcribe(whisper, sound(tone(12_000)));
    assert.equal(parts.length, 1);
    assert.equal(parts[0]?.text, whisper.tokens.decode(golden.written.tokens).trim());
    assert.equal(text, parts[0]?.text);
    const folder = temporaryFolder("whisper-test");
    try {
      const path = join(folder.path, "tone.wav");
      await writeWav(path, sound(tone(12_000)));
      assert.equal((await transcribe(whisper, path)).text, text);
    } finally {
      folder.remove();
    }
    const long = tone(40_000).map((x, i) => (i > 14_200 && i < 15_400 ? 0 : x));
    const several = await transcribe(whisper, sound(long));
    assert.equal(several.parts.length, 3);
    const cut = several.parts[0]?.to ?? 0;
    assert.ok(cut > 14_200 / 16_000 && cut < 15_400 / 16_000, `${cut}`);
    assert.deepEqual([several.parts[0]?.from, several.parts[1]?.from, several.parts[2]?.to], [0, cut, 2.5]);
    assert.equal(tf.memory().numTensors, before);
  });

  it("loses no sample between windows", () => {
    const samples = tone(50_000);
    const windows = windowsOf(samples, 16_000);
    assert.deepEqual(Float32Array.from(windows.flatMap((window) => [...window.samples])), samples);
    for (const { samples: own } of windows) assert.ok(own.length <= 16_000);
  });

  it("ends when it is interrupted, and says what is no sound", async () => {
    const before = tf.memory().numTensors;
    const given = sound(tone(12_000));
    await assert.rejects(transcribe(whisper, given, { signal: AbortSignal.abort() }), { name: "AbortError" });
    assert.equal(tf.memory().numTensors, before);
    await assert.rejects(transcribe(whisper, sound(new Float32Array(0))), /0 samples; it needs at least 1/);
    const broken = sound(tone(12_000).map((x, i) => (i === 8000 ? Number.NaN : x)));
    await assert.rejects(transcribe(whisper, broken), /the sound is NaN 0\.50 seconds after its beginning/);
    await assert.rejects(transcribe(whisper, "none.wav"), /none\.wav" is not there/);
  });

  it("says what is wrong with a file of weights", () => {
    const bytes = file();
    assert.throws(() => readCTranslate2File(bytes.subarray(0, -3)), /it ends at byte \d+, within a weight/);
    assert.throws(() => readCTranslate2File(Buffer.concat([bytes, Buffer.alloc(2)])), /its weights end 2 bytes before/);
    assert.throws(
      () => readCTranslate2File(Buffer.from("PK\x03\x04")),
      /it begins with 67324752, where .* its version, 6/,
    );
    const weights = readCTranslate2File(bytes);
    weights.delete("encoder/layer_0/ffn/linear_1/bias");
    assert.throws(() => whisperOf(weights), /it lacks encoder\/layer_0\/ffn\/linear_1\/bias/);
  });

  it("says where the published weights are not", async () => {
    await assert.rejects(
      loadWhisper(TINY_WHISPER),
      /Whisper: .*config\.json is damaged: it has \d+ bytes, expected 2317/,
    );
  });
});

describe("buildWhisper", () => {
  it("has the parameters that OpenAI's program counts in tiny.en, and one bias of the keys more in each attention", () => {
    const model = buildWhisper({ preset: "tiny.en" });
    // sum(p.numel() for p in whisper.load_model("tiny.en").parameters()); OpenAI's keys have no bias, these have one of zeros.
    assert.equal(model.countParams() - 12 * 384, 37_184_256);
    assert.deepEqual(model.inputs[0]?.shape, [null, 3000, 80]);
    model.optimizer.dispose();
    model.dispose();
  });

  it("begins with a loss near ln(vocabulary), from the same seed with the same weights", () => {
    const [model, same] = [buildWhisper({ preset: "tiny" }), buildWhisper({ preset: "tiny" })];
    const input = tf.randomNormal([2, 100, 80], 0, 1, "float32", 1);
    const tokens = tf.tensor2d(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [2, 3],
      "int32",
    ); // prettier-ignore
    const probabilities = model.predict([input, tokens]) as tf.Tensor;
    assert.deepEqual(probabilities.shape, [2, 3, 256]);
    close(probabilities.log().mean().neg().dataSync()[0], Math.log(256), 0.1);
    const other = same.predict([input, tokens]) as tf.Tensor;
    assert.deepEqual(other.dataSync(), probabilities.dataSync());
    tf.dispose([input, tokens, probabilities, other]);
    for (const one of [model, same]) {
      one.optimizer.dispose();
      one.dispose();
    }
  });

  it("says what cannot be", () => {
    assert.throws(() => buildWhisper({ frames: 101 }), /frames is 101; the second convolution takes every second/);
    assert.throws(() => buildWhisper({ width: 10, heads: 4 }), /10.*4/);
  });
});
