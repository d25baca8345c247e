// A sound to be heard: what the player plays, what is drawn above it, how much room it takes in a notebook, and what is no sound.
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AudioPlayer, audio, readWav, type Sound, show } from "cellwise";
import { inNotebook, printed } from "../notebook-kernel";
import { problems } from "../plotly";

const folder = mkdtempSync(join(tmpdir(), "audio-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const PLOTLY = "application/vnd.plotly.v1+json";
const KILOBYTE = 1024;

/** A tone of so many hertz; `from` which second on it is not silent. */
function tone({ hertz = 1000, seconds = 1, sampleRate = 16_000, from = 0, size = 0.5 } = {}): Sound {
  const samples = Float32Array.from({ length: seconds * sampleRate }, (_, i) =>
    i < from * sampleRate ? 0 : size * Math.sin((2 * Math.PI * hertz * i) / sampleRate),
  );
  return { sampleRate, channels: [samples] };
}
/** Differs from sample to sample: nothing of it is repeated. */
function noise(seconds: number, sampleRate = 16_000): Sound {
  let state = 1;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return (2 * state) / 2_147_483_647 - 1;
  };
  return { sampleRate, channels: [Float32Array.from({ length: seconds * sampleRate }, next)] };
}

/** Both parts of the figure. */
function drawn({ figure }: AudioPlayer) {
  const [wave, power] = figure.data as unknown as [
    { x0: number; dx: number; y: number[] },
    { x0: number; dx: number; y0: number; dy: number; z: number[][] },
  ];
  return { wave, power };
}
const sizeOf = (value: unknown): number => JSON.stringify(value).length;

describe("audio", () => {
  it("plays the sound: its bytes are a WAV file of the same samples", async () => {
    const sound: Sound = {
      sampleRate: 22_050,
      channels: [Float32Array.of(0, -1, 0.5), Float32Array.of(0.25, 0, -0.5)],
    };
    const { source } = audio(sound);
    const [head, base64 = ""] = source.split(",");
    assert.equal(head, "data:audio/wav;base64");
    const path = join(folder, "played.wav");
    writeFileSync(path, Buffer.from(base64, "base64"));
    assert.deepEqual(await readWav(path), sound);
  });

  it("draws a tone at its time and its frequency", () => {
    const { power, wave } = drawn(audio(tone({ hertz: 3000, from: 0.5 })));
    const strongest = power.z.flatMap((row, k) => row.flatMap((value, t) => (value > -3 ? [{ k, t }] : [])));
    assert.ok(strongest.length > 20);
    for (const { k, t } of strongest) {
      const [hertz, seconds] = [power.y0 + k * power.dy, power.x0 + t * power.dx];
      assert.ok(Math.abs(hertz - 3000) <= power.dy, `${hertz} Hz`);
      assert.ok(seconds >= 0.49, `${seconds} s`);
    }
    assert.equal(Math.max(...power.z.flat()), 0);
    assert.equal(Math.min(...power.z.flat()), -60);
    const first = wave.y.findIndex((value) => value !== 0);
    assert.ok(Math.abs(wave.x0 + first * wave.dx - 0.5) <= 2 * wave.dx);
  });

  it("draws all samples of a short sound, and the lowest and highest of each column of a long one", () => {
    const short = drawn(audio({ sampleRate: 8000, channels: [Float32Array.of(0, 0.5, -0.25)] })).wave;
    assert.deepEqual([short.x0, short.dx, short.y], [0, 1 / 8000, [0, 0.5, -0.25]]);
    // A click of one sample is seen, however long the silence is.
    const samples = new Float32Array(160_000);
    samples.set([0.75, -0.5], 80_000);
    const { wave } = drawn(audio({ sampleRate: 16_000, channels: [samples] }));
    assert.deepEqual([Math.min(...wave.y), Math.max(...wave.y)], [-0.5, 0.75]);
    assert.ok(Math.abs(wave.x0 + wave.y.indexOf(-0.5) * wave.dx - 5) <= 2 * wave.dx);
  });

  it("draws the mean of its channels", () => {
    const channels = [Float32Array.of(1, 0, 0.5), Float32Array.of(0, 0, -0.5)];
    assert.deepEqual(drawn(audio({ sampleRate: 8000, channels })).wave.y, [0.5, 0, 0]);
  });

  it("is drawn by Plotly, with seconds and hertz, whatever the sound", () => {
    const silence: Sound = { sampleRate: 8000, channels: [new Float32Array(2)] };
    for (const sound of [tone(), silence, noise(2, 48_000), { ...silence, sampleRate: 3000 }]) {
      const { figure } = audio(sound);
      assert.deepEqual(problems(figure), []);
      assert.match(JSON.stringify(figure.layout), /"time \(s\)".*"frequency \(Hz\)"/);
      assert.deepEqual(figure.layout.yaxis2?.range, [0, sound.sampleRate / 2]);
      for (const value of drawn(audio(sound)).power.z.flat()) assert.ok(value >= -60 && value <= 0);
    }
  });

  it("has the title that it is given, or says how long it is", () => {
    assert.equal(audio(tone({ seconds: 1.5 })).title, "A sound of 1.50 s");
    const named = audio(tone(), { title: "a < b" });
    assert.match(JSON.stringify(named.figure.layout.title), /a &lt; b/);
  });

  it("is small: of three seconds 130 kB to hear, and at most 110 kB to see, however long it is", () => {
    assert.ok(audio(noise(3)).source.length < 126 * KILOBYTE);
    for (const sound of [noise(3), noise(30), noise(10, 48_000)])
      assert.ok(sizeOf(audio(sound).figure) < 110 * KILOBYTE);
  });

  it("is shown as a figure with a player below it; in a terminal as text", async () => {
    const sound = audio(tone(), { title: 'the "A"' });
    const shown = await inNotebook(async (kernel) => {
      show(sound);
      const method = (sound as unknown as { [key: symbol]: () => Record<string, unknown> })[
        Symbol.for("Jupyter.display")
      ];
      return [...kernel.shown.map(({ data }) => data), method?.(), kernel.shown[2]?.data];
    });
    assert.equal(shown[0]?.[PLOTLY], sound.figure);
    const html = String(shown[1]?.["text/html"]);
    assert.match(html, /^<audio controls [^>]*aria-label="the &quot;A&quot;" src="data:audio\/wav;base64,[\w+/=]+"/);
    assert.equal(/ src="([^"]*)"/.exec(html)?.[1], sound.source);
    assert.deepEqual([shown[3], shown[2]], shown.slice(0, 2), "as the last expression it is the same");
    assert.deepEqual(await printed(async () => show(sound)), [
      '[Figure: the "A" (2 traces: scatter, heatmap)]',
      '[Sound: the "A" (1.00 s)]',
    ]);
  });

  it("says what is wrong with what cannot be played", () => {
    const of = (...channels: Float32Array[]) => audio({ sampleRate: 8000, channels });
    assert.throws(() => of(), /audio: the sound has 0 channels of no samples/);
    assert.throws(() => of(new Float32Array(1)), /1 channels of 1 samples; .* at least 2 samples/);
    assert.throws(() => of(new Float32Array(2), new Float32Array(3)), /2 channels of 2, 3 samples; .* one length/);
    assert.throws(() => of(Float32Array.of(0, 0, Number.NaN)), /sample 2 of channel 0 is NaN/);
    assert.throws(
      () => audio({ sampleRate: 1000, channels: [new Float32Array(9)] }),
      /1000 samples a second; .* 3 times/,
    );
    assert.throws(
      () => of(new Float32Array(2 ** 20), new Float32Array(2 ** 20)),
      /1048576 samples in each of 2 channels, 131\.07 s; .* takes 524288 of them, 65\.54 s\. .*subarray\(0, 524288\)/,
    );
  });
});
