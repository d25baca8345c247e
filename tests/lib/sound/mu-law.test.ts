// µ-law against its formula, and sounds with another number of samples a second against tones that are computed anew.
import { strict as assert } from "node:assert";
import { muLawDecode, muLawEncode, resample } from "cellwise";
import { close } from "../small-models";

const tone = (hertz: number, sampleRate: number, seconds = 0.5) => ({
  sampleRate,
  channels: [
    Float32Array.from({ length: sampleRate * seconds }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / sampleRate)),
  ],
});

describe("µ-law", () => {
  it("is sign(x) ln(1 + µ|x|) / ln(1 + µ), in equal steps", () => {
    for (const levels of [256, 16])
      for (let x = -1; x <= 1; x += 1 / 64) {
        const µ = levels - 1;
        const companded = (Math.sign(x) * Math.log(1 + µ * Math.abs(x))) / Math.log(1 + µ);
        const [code = Number.NaN] = muLawEncode([x], { levels });
        assert.ok(Math.abs((code / µ) * 2 - 1 - companded) <= 1 / µ + 1e-9, `${x} is code ${code} of ${levels}`);
      }
    assert.deepEqual(Array.from(muLawEncode([-2, -1, 0, 1, 2])), [0, 0, 128, 255, 255]); // cut off at the ends
  });

  it("turns codes back into what they stand for, and these into the same codes", () => {
    const codes = Int32Array.from({ length: 256 }, (_, code) => code);
    const samples = muLawDecode(codes);
    assert.deepEqual(muLawEncode(samples), codes);
    // The inverse, written the other way round: |x| = ((1 + µ)^|y| − 1) / µ.
    for (const code of codes) {
      const y = (2 * code) / 255 - 1;
      close(samples[code], (Math.sign(y) * (256 ** Math.abs(y) - 1)) / 255, 1e-6);
    }
  });

  it("is finer where it is quiet", () => {
    const samples = muLawDecode([128, 129, 254, 255]);
    const [a = 0, b = 0, c = 0, d = 0] = samples;
    assert.ok(d - c > 100 * (b - a));
  });

  it("says what is no code", () => {
    assert.throws(() => muLawDecode([256]), /codes\[0\] is 256; it is a whole number from 0 to 255/);
    assert.throws(() => muLawEncode([Number.NaN]), /samples\[0\] is NaN/);
    assert.throws(() => muLawEncode([0], { levels: 1 }), /levels is 1/);
  });
});

describe("resample", () => {
  for (const [from, to] of [
    [44_100, 8000],
    [8000, 16_000],
  ] as const)
    it(`a tone stays the same tone: ${from} to ${to} a second`, () => {
      const [samples] = resample(tone(1000, from), to).channels;
      const [expected] = tone(1000, to).channels;
      assert.equal(samples?.length, expected?.length);
      // At both ends the tone's own samples are missing.
      for (let i = 200; i < (expected?.length ?? 0) - 200; i++) close(samples?.[i], expected?.[i] as number, 2e-3);
    });

  it("takes out what fewer samples cannot hold", () => {
    const [samples = new Float32Array(0)] = resample(tone(6000, 44_100), 8000).channels;
    const middle = samples.subarray(200, -200);
    assert.ok(middle.every((sample) => Math.abs(sample) < 2e-3));
    const same = tone(100, 8000);
    assert.equal(resample(same, 8000), same);
  });
});
