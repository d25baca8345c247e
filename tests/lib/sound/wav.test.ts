import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWav, type Sound, writeWav } from "cellwise";

const folder = mkdtempSync(join(tmpdir(), "wav-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "sound.wav");

/** By the specification, byte by byte: two channels, 22,050 samples a second, the samples 0, 1; −32,768, 32,767. */
const STEREO = Buffer.from(
  "52494646 2c000000 57415645 666d7420 10000000 0100 0200 22560000 88580100 0400 1000 64617461 08000000 00000100 0080ff7f".replaceAll(
    " ",
    "",
  ),
  "hex",
);
const stereo: Sound = {
  sampleRate: 22_050,
  channels: [Float32Array.of(0, -1), Float32Array.of(1 / 32_768, 32_767 / 32_768)],
};
const changed = (place: number, ...bytes: number[]): Buffer => {
  const copy = Buffer.from(STEREO);
  copy.set(bytes, place);
  return copy;
};
const reading = (bytes: Buffer): Promise<Sound> => {
  writeFileSync(path, bytes);
  return readWav(path);
};

describe("readWav", () => {
  it("reads channels and the sampling rate", async () => assert.deepEqual(await reading(STEREO), stereo));

  it("reads what has other parts between, at odd places too, and what is written as extensible", async () => {
    const part = Buffer.from("LIST\x03\0\0\0abc\0", "latin1");
    assert.deepEqual(await reading(Buffer.concat([STEREO.subarray(0, 36), part, STEREO.subarray(36)])), stereo);
    const format = changed(20, 0xfe, 0xff).subarray(20, 36);
    const more = Buffer.from("1600 1000 03000000 0100 000000001000800000aa00389b71".replaceAll(" ", ""), "hex");
    const length = Buffer.from([40, 0, 0, 0]);
    const bytes = [STEREO.subarray(0, 16), length, format, more, STEREO.subarray(36)];
    assert.deepEqual(await reading(Buffer.concat(bytes)), stereo);
  });

  const codings: Record<string, [coding: number, bits: number, samples: string]> = {
    "8 bits, which have no sign": [1, 8, "00 40 80 c0"],
    "24 bits": [1, 24, "000080 0000c0 000000 000040"],
    "32 bits": [1, 32, "00000080 000000c0 00000000 00000040"],
    "floating-point numbers": [3, 32, "000080bf 000000bf 00000000 0000003f"],
    "floating-point numbers of 64 bits": [3, 64, "000000000000f0bf 000000000000e0bf 0000000000000000 000000000000e03f"],
  };
  for (const [name, [coding, bits, samples]] of Object.entries(codings))
    it(`reads ${name}`, async () => {
      const data = Buffer.from(samples.replaceAll(" ", ""), "hex");
      const head = changed(34, bits).subarray(0, 44);
      head[20] = coding;
      head[40] = data.length;
      const { channels } = await reading(Buffer.concat([head, data]));
      assert.deepEqual(channels, [Float32Array.of(-1, 0), Float32Array.of(-0.5, 0.5)]);
    });

  const wrong: Record<string, [bytes: Buffer, message: RegExp]> = {
    "another file": [
      Buffer.from("ID3 an mp3"),
      /sound\.wav" is no WAV file: it begins with "ID3 an mp3".*Save the sound as WAV/,
    ],
    "an empty file": [Buffer.alloc(0), /is no WAV file: it begins with ""/],
    "a cut file": [STEREO.subarray(0, -3), /is cut: its part "data" must have 8 bytes, and 5 are there/],
    "a file without samples": [STEREO.subarray(0, 36), /is damaged: it has no samples/],
    "12 bits": [changed(34, 12), /coding 1 and 12 bits, .* 8, 16, 24 or 32 bits .* are read/],
    "floating-point numbers of 16 bits": [changed(20, 3), /coding 3 and 16 bits/],
    "no channel": [changed(22, 0), /in 0 channels/],
  };
  for (const [name, [bytes, message]] of Object.entries(wrong))
    it(`says what is wrong with ${name}`, () => assert.rejects(reading(bytes), message));

  it("says that there is no such file", async () => {
    await assert.rejects(readWav(join(folder, "none.wav")), /none\.wav" is not there/);
    await assert.rejects(readWav(folder), /cannot be read/);
  });
});

describe("writeWav", () => {
  it("writes the specification's bytes", async () => {
    await writeWav(path, stereo);
    assert.deepEqual(readFileSync(path), STEREO);
  });

  it("cuts off what is louder than 1", async () => {
    await writeWav(path, { sampleRate: 8000, channels: [Float32Array.of(1, -1.5, 0.5)] });
    const { sampleRate, channels } = await readWav(path);
    assert.equal(sampleRate, 8000);
    assert.deepEqual(channels, [Float32Array.of(32_767 / 32_768, -1, 0.5)]);
  });

  it("says what a sound needs", async () => {
    const [one, two] = [new Float32Array(1), new Float32Array(2)];
    await assert.rejects(
      writeWav(path, { sampleRate: 8000, channels: [one, two] }),
      /2 channels of 1, 2 samples.*one length/,
    );
    await assert.rejects(writeWav(path, { sampleRate: 8000, channels: [] }), /0 channels/);
    await assert.rejects(writeWav(path, { sampleRate: 0, channels: [one] }), /sampleRate is 0/);
    await assert.rejects(writeWav(join(folder, "none", "a.wav"), stereo), /a\.wav" cannot be written/);
  });
});
