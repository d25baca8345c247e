// The published Whisper: CTranslate2's numbers and tokens from the same file (golden/make_whisper.py), and few wrong words of texts that
// are known: sentences for testing telephones (IEEE 1969) by four synthetic voices, and a recording of a person.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  loadWhisper,
  Random,
  type Sound,
  say,
  tf,
  transcribe,
  type Voice,
  type Whisper,
  wordErrorRate,
} from "cellwise";
import { encode, write } from "cellwise/dist/models/pretrained/whisper-decoding";
import { heardSamples, whisperInput } from "cellwise/dist/models/pretrained/whisper-input";
import { decodeFlac } from "cellwise/dist/sound/flac";
import { readFixture } from "../../golden/golden";
import { refusesDamage } from "../data/damaged";
import { close } from "../small-models";
import { describeWithWeights } from "./larger-weights";

interface Golden {
  /** Of frames 0, 100, 249, 251 and 1499 every eighth value. */
  readonly encoded: number[];
  readonly spoken: Record<string, { tokens: number[]; score: number; noSpeech: number }>;
}

const SENTENCES =
  "The birch canoe slid on the smooth planks. Glue the sheet to the dark blue background. It is easy to tell the depth of a well. " +
  "These days a chicken leg is a rare dish. Rice is often served in round bowls.";
/** Jane Austen, "Sense and Sensibility", chapter 1: what is read in the recording. */
const AUSTEN =
  "And Mr. John Dashwood had then leisure to consider how much there might be prudently in his power to do for them. He was not an " +
  "ill-disposed young man. Unless to be rather cold-hearted and rather selfish is to be ill-disposed. Had he married a more amiable woman he " +
  "might have been made still more respectable than he was. He might even have been made amiable himself.";
const VOICES: readonly Voice[] = ["awb", "kal16", "rms", "slt"];

/** Words alone: small letters, no punctuation. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll("-", " ")
    .replace(/[^a-z0-9' ]/g, "");
const sound = (samples: Float32Array): Sound => ({ sampleRate: 16_000, channels: [samples] });

async function recording(): Promise<Sound> {
  const [read] = await decodeFlac([
    readFileSync(join(__dirname, "../../../golden/fixtures/sense-and-sensibility.flac")),
  ]);
  assert.ok(read);
  return read;
}

describeWithWeights("whisper", "Whisper tiny.en", () => {
  const golden = readFixture<Golden>("whisper-tiny-en");
  let whisper: Whisper;
  before(async () => {
    whisper = await loadWhisper();
  });
  after(() => {
    whisper.dispose();
  });

  it("has the published number of parameters, beside the biases of its keys, which are zeros", () => {
    assert.equal(whisper.model.countParams() - 12 * 384, 37_184_256);
    assert.deepEqual(whisper.model.outputShape, [null, null, 51_864]);
  });

  it("encodes as CTranslate2 does", async () => {
    const tone = Float32Array.from({ length: 80_000 }, (_, i) => {
      const loud = Math.sin((2 * Math.PI * i) / 4000) > -0.5 ? 0.3 : 0;
      return loud * Math.sin((2 * Math.PI * (200 + 0.02 * i) * i) / 16_000);
    });
    const input = whisperInput(tone, 3000, 80);
    const encoded = await encode(whisper.model, input);
    const values = encoded.dataSync();
    tf.dispose([input, encoded]);
    for (const [row, step] of [0, 100, 249, 251, 1499].entries())
      for (let i = 0; i < 48; i++) close(values[step * 384 + 8 * i], golden.encoded[row * 48 + i] as number, 0.02);
  });

  it("writes CTranslate2's tokens: of a person without a wrong word, of four synthetic voices with one in five wrong", async () => {
    const written = async (name: string, spoken: Sound): Promise<string> => {
      const expected = golden.spoken[name];
      assert.ok(expected);
      const input = whisperInput(heardSamples(spoken), 3000, 80);
      const encoded = await encode(whisper.model, input);
      const { tokens, noSpeech, logProbability } = await write(whisper.model, encoded, whisper.tokens);
      tf.dispose([input, encoded]);
      assert.deepEqual(tokens, expected.tokens, name);
      close(noSpeech, expected.noSpeech, 2e-3);
      close(logProbability, expected.score, 1e-2);
      return plain(whisper.tokens.decode(tokens));
    };
    // 26 seconds, 68 words of another century.
    assert.equal(wordErrorRate([plain(AUSTEN)], [await written("sense-and-sensibility", await recording())]), 0);
    const texts: string[] = [];
    for (const voice of VOICES) texts.push(await written(voice, await say(SENTENCES, { voice })));
    const right = VOICES.map(() => plain(SENTENCES));
    assert.ok(wordErrorRate(right, texts) < 0.2, texts.join(" | ")); // 26 of 168
  });

  it("hears what is longer than 30 seconds in windows, at any sampling rate", async () => {
    const spoken = heardSamples(await recording());
    const other = heardSamples(await say(SENTENCES, { voice: "rms" }));
    const { text, parts } = await transcribe(whisper, sound(Float32Array.from([...spoken, ...other])));
    assert.equal(parts.length, 2);
    const words = [plain(AUSTEN), plain(SENTENCES)].join(" ");
    assert.ok(wordErrorRate([words], [plain(text)]) < 0.15, text);
  });

  it("does not take silence or noise for speech", async () => {
    const random = new Random(1);
    for (const level of [0, 0.01, 0.2]) {
      const noise = Float32Array.from({ length: 32_000 }, () => level * random.normal());
      const { parts } = await transcribe(whisper, sound(noise));
      assert.ok((parts[0]?.noSpeech ?? 0) > 0.5, `${level}: ${JSON.stringify(parts)}`);
    }
  });

  it("refuses damaged files", async () => {
    const files = ["config.json", "tokenizer.json", "model.bin"];
    const load = async (folder: string) => {
      const loaded = await loadWhisper(folder);
      loaded.dispose();
    };
    await refusesDamage("whisper", "tokenizer.json", load, { beside: files, command: "npm run models -- whisper" });
    await refusesDamage("whisper", "model.bin", load, { beside: files, command: "npm run models -- whisper" });
  });
});
