// Spectrograms against numpy's Fourier transform and librosa's formulas (make_sound.py), and against the definition of the transform.
import { strict as assert } from "node:assert";
import { logMelSpectrogram, melFilters, Random, type Sound, spectrogram } from "cellwise";
import { powerSpectrumOf } from "cellwise/dist/sound/power-spectrum";
import { readFixture } from "../../golden/golden";
import { close } from "../small-models";

const fixture = readFixture<{
  shape: number[];
  power: number[];
  filters: number[];
  points: number[];
  logMel: number[];
}>("sound");
const RATE = 8000;
/** A tone that rises, and a weak high one: make_sound.py's. */
const rising: Sound = {
  sampleRate: RATE,
  channels: [
    Float32Array.from(
      { length: 1000 },
      (_, i) => 0.5 * Math.sin((2 * Math.PI * (300 + 0.8 * i) * i) / RATE) + 0.1 * Math.sin(1.7 * i),
    ),
  ],
};
const nearAll = (actual: ArrayLike<number>, expected: ArrayLike<number>, relative: number, absolute: number): void => {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of Array.from(expected).entries())
    close(actual[i], value, absolute + relative * Math.abs(value));
};

describe("the power spectrum", () => {
  for (const size of [2, 8, 64, 9, 13, 40, 60])
    it(`of ${size} samples is that of the definition`, () => {
      const random = new Random(size);
      const frame = Float64Array.from({ length: size }, () => random.normal());
      const expected = Array.from({ length: Math.floor(size / 2) + 1 }, (_, k) => {
        const part = (wave: (angle: number) => number): number =>
          frame.reduce((sum, x, n) => sum + x * wave((-2 * Math.PI * k * n) / size), 0);
        return part(Math.cos) ** 2 + part(Math.sin) ** 2;
      });
      nearAll(powerSpectrumOf(size)(frame), expected, 1e-10, 1e-10);
    });
});

describe("spectrogram", () => {
  it("is numpy's", () => {
    const { values, shape, frequencies, hop } = spectrogram(rising);
    assert.deepEqual(shape, fixture.shape);
    const [frames, bins] = shape;
    const chosen = [0, 5, frames - 1].flatMap((t) => Array.from(values.subarray(t * bins, (t + 1) * bins)));
    nearAll(chosen, fixture.power, 1e-5, 1e-5);
    nearAll(
      frequencies,
      Array.from({ length: 129 }, (_, k) => (k * RATE) / 256),
      0,
      1e-9,
    );
    assert.equal(hop, 0.01);
  });

  it("is highest where a tone is", () => {
    const tone = Float32Array.from({ length: RATE }, (_, i) => Math.sin((2 * Math.PI * 1000 * i) / RATE));
    const { values, shape, frequencies } = spectrogram({ sampleRate: RATE, channels: [tone] });
    const first = values.subarray(0, shape[1]);
    assert.equal(frequencies[first.indexOf(Math.max(...first))], 1000);
  });

  it("takes the mean of the channels", () => {
    const [left] = rising.channels;
    assert.ok(left);
    const stereo = { sampleRate: RATE, channels: [left.map((x) => 2 * x), left.map(() => 0)] };
    nearAll(spectrogram(stereo).values, spectrogram(rising).values, 1e-5, 1e-9);
  });

  it("mirrors the sound at its ends where frames are centred, and takes no zeros where it is asked not to", () => {
    const { values, shape, frequencies } = spectrogram(rising, { centred: true, unpadded: true });
    assert.deepEqual(shape, [13, 101]); // one frame for each 80 samples from 0 to 1000; 200 samples have 101 frequencies
    assert.equal(frequencies[100], RATE / 2);
    const [samples] = rising.channels;
    assert.ok(samples);
    const mirrored = Float32Array.from({ length: 1200 }, (_, i) => {
      const place = Math.abs(i - 100);
      return samples[place > 999 ? 1998 - place : place] as number;
    });
    const expected = spectrogram({ sampleRate: RATE, channels: [mirrored] }, { unpadded: true });
    nearAll(values, expected.values, 1e-6, 1e-9);
    // Twice as many samples, of which half are zeros, have every frequency of these and as many between.
    const doubled = new Float32Array(400);
    doubled.set(samples.subarray(0, 200));
    const frame = powerSpectrumOf(400)(
      Float64Array.from(doubled, (x, i) => x * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / 200))),
    );
    const first = spectrogram(rising, { unpadded: true }).values.subarray(0, 101);
    nearAll(
      first,
      frame.filter((_, k) => k % 2 === 0),
      1e-5,
      1e-9,
    );
  });

  it("says what is too short", () => {
    const sound = { sampleRate: RATE, channels: [new Float32Array(199)] };
    assert.throws(
      () => spectrogram(sound),
      /the sound has 199 samples, 8000 a second; a window of 0.025 seconds takes 200/,
    );
    assert.throws(() => spectrogram(rising, { hop: 1e-5 }), /a hop of 0.00001 seconds 0\./);
    assert.throws(() => spectrogram({ sampleRate: RATE, channels: [] }), /has no channel/);
  });
});

describe("mel filters", () => {
  const options = { bands: 24, size: 256, sampleRate: RATE, from: 100 };

  it("are librosa's", () => nearAll(melFilters(options).flat(), fixture.filters, 1e-6, 1e-6));

  it("make numpy's logarithms of the power in each band", () => {
    const { values, shape, frequencies } = logMelSpectrogram(rising, { bands: 24, from: 100 });
    assert.deepEqual(shape, [fixture.shape[0], 24]);
    nearAll(values, fixture.logMel, 1e-4, 1e-3);
    nearAll(frequencies, fixture.points.slice(1, -1), 1e-6, 0);
  });

  it("on Slaney's scale and of equal area are those that OpenAI's Whisper has, by librosa's formulas", () => {
    const { filters } = readFixture<{ filters: { band0: number[]; band40: number[] } }>("whisper-tiny");
    const whisper = melFilters({ bands: 80, size: 400, sampleRate: 16_000, scale: "slaney", equalArea: true });
    assert.deepEqual([whisper.length, whisper[0]?.length], [80, 201]);
    nearAll(whisper[0]?.slice(0, 6) ?? [], filters.band0, 1e-6, 1e-9);
    nearAll(whisper[40]?.slice(40, 60) ?? [], filters.band40, 1e-6, 1e-9);
  });

  it("of silence is the least logarithm", () => {
    const { values } = logMelSpectrogram({ sampleRate: RATE, channels: [new Float32Array(400)] });
    for (const value of values) close(value, Math.log(1e-10), 1e-5);
  });

  it("say which frequencies there are", () => {
    assert.throws(() => melFilters({ ...options, to: 4001 }), /from is 100 and to is 4001; .* 4000 hertz/);
    assert.throws(() => melFilters({ ...options, from: 4000 }), /from is 4000/);
    assert.throws(() => melFilters({ ...options, size: 1 }), /size is 1; it is a whole number from 2 to 65,536/);
  });
});
