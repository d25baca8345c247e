// The strokes of a tabla: each FLAC file says itself how many samples it has, and what their MD5 is.
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadTabla } from "cellwise";
import { decodeFlac } from "cellwise/dist/sound/flac";
import { dataFolder, refusesDamage } from "./damaged";

const PACKAGE = "supersonic-scsynth-samples";
const files = readdirSync(dataFolder(PACKAGE)).filter((name) => name.endsWith(".flac"));
const bytesOf = (file: string): Buffer => readFileSync(join(dataFolder(PACKAGE), file));
/** Of the first part of a FLAC file, STREAMINFO (RFC 9639, section 8.2). */
const informationOf = (bytes: Buffer) => ({
  sampleRate: bytes.readUIntBE(18, 3) >> 4,
  samples: bytes.readUInt32BE(22), // and four bits before, which are 0 of anything that lasts less than a day
  md5: bytes.toString("hex", 26, 42),
});

describe("loadTabla", () => {
  it("decodes every sample: the MD5 in the files is that of the sound", async () => {
    assert.equal(files.length, 26);
    const sounds = await decodeFlac(files.map(bytesOf));
    for (const [i, file] of files.entries()) {
      const { sampleRate, samples, md5 } = informationOf(bytesOf(file));
      const [channel = new Float32Array(0)] = sounds[i]?.channels ?? [];
      assert.deepEqual([sounds[i]?.sampleRate, channel.length], [sampleRate, samples]);
      const whole = Buffer.alloc(2 * samples);
      for (const [place, sample] of channel.entries()) whole.writeInt16LE(Math.round(sample * 32_767), 2 * place);
      assert.equal(createHash("md5").update(whole).digest("hex"), md5, file);
    }
  });

  it("parts the strokes: 19 to learn from, 7 others, 8,000 samples a second", async () => {
    const { train, test } = await loadTabla();
    assert.deepEqual([train.length, test.length], [19, 7]);
    const names = [...train, ...test].map(({ name }) => `tabla_${name}.flac`);
    assert.deepEqual(names.sort(), files.sort());
    for (const { name, sound } of [...train, ...test]) {
      const { samples } = informationOf(bytesOf(`tabla_${name}.flac`));
      assert.equal(sound.sampleRate, 8000);
      assert.equal(sound.channels[0]?.length, Math.round((samples * 8000) / 44_100));
    }
    const seconds = (part: typeof train) =>
      part.reduce((sum, { sound }) => sum + (sound.channels[0]?.length ?? 0) / 8000, 0);
    assert.deepEqual(
      [train, test].map((part) => Math.round(seconds(part))),
      [24, 8],
    );
  });

  it("refuses a changed, a cut and a missing file", () =>
    refusesDamage(PACKAGE, "tabla_ke1.flac", (folder) => loadTabla({ folder }), { beside: files }));

  it("what is no FLAC file is said to be none", async () => {
    await assert.rejects(decodeFlac([Buffer.from("no sound at all")]), /FLAC file 0 cannot be decoded/);
  });
});
