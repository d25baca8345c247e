import { strict as assert } from "node:assert";
import { logMelSpectrogram, Random, type Sound, speechFeatures } from "cellwise";
import { close } from "../small-models";

const noise = (seconds: number, seed: number, sampleRate = 16_000): Sound => {
  const random = new Random(seed);
  return { sampleRate, channels: [Float32Array.from({ length: seconds * sampleRate }, () => 0.1 * random.normal())] };
};

describe("speechFeatures", () => {
  it("are log-mel spectrograms with mean 0 and deviation 1 in each band, filled up with zeros", () => {
    const sounds = [noise(0.5, 1), noise(0.8, 2)];
    const { values, shape, dtype } = speechFeatures(sounds, { bands: 8 });
    const spectrograms = sounds.map((sound) => logMelSpectrogram(sound, { bands: 8, hop: 0.02, from: 60, to: 6000 }));
    const [frames = 0, bands = 0] = shape;
    assert.deepEqual([frames, bands, dtype], [spectrograms[1]?.shape[0], 8, "float32"]);
    for (const [i, spectrogram] of spectrograms.entries()) {
      const own = spectrogram.shape[0];
      for (let band = 0; band < bands; band++) {
        const row = Array.from({ length: own }, (_, t) => spectrogram.values[t * bands + band] as number);
        const mean = row.reduce((sum, value) => sum + value, 0) / own;
        const deviation = Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own);
        for (let t = 0; t < frames; t++) {
          const expected = t < own ? ((row[t] as number) - mean) / deviation : 0;
          close(values[(i * frames + t) * bands + band], expected, 2e-2);
        }
      }
    }
  });

  it("are zeros where there is silence, and as many frames as asked for", () => {
    const { values, shape } = speechFeatures([{ sampleRate: 16_000, channels: [new Float32Array(8000)] }], {
      frames: 50,
    });
    assert.deepEqual(shape, [50, 32]);
    assert.ok(values.every((value) => Math.abs(value) < 1e-6));
  });

  it("say what does not fit", () => {
    assert.throws(() => speechFeatures([]), /0 sounds/);
    assert.throws(() => speechFeatures([noise(1, 1, 8000)]), /sound 0 has 8000 samples a second.*12000/);
    assert.throws(() => speechFeatures([noise(1, 1)], { frames: 10 }), /frames is 10, and the longest sound has 49/);
  });
});
