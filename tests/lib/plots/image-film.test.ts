// Images that change: a frame for each moment, each drawn as imageGrid draws it.
import { strict as assert } from "node:assert";
import { type Figure, imageFilm, imageGrid } from "cellwise";
import { problems } from "../plotly";

type Drawn = { z?: number[][]; source?: string };
const traces = (data: Figure["data"]): Drawn[] => data as unknown as Drawn[];
const image = (value: number, channels: 1 | 3) => ({
  values: new Float32Array(4 * channels).map((_, i) => (i === 0 ? 1 : value)),
  shape: [2, 2, channels],
});
const moments = (channels: 1 | 3) =>
  [0, 0.25, 0.5].map((value) => ({ label: `at ${value}`, images: [image(value, channels), image(0, channels)] }));

describe("imageFilm", () => {
  for (const channels of [1, 3] as const)
    it(`has a frame for each moment, and shows the last (${channels} channel(s))`, () => {
      const film = imageFilm(moments(channels), { title: "Two", titles: ["a", "b"], prefix: "value " });
      assert.deepEqual(problems(film), []);
      const frames = film.frames ?? [];
      assert.deepEqual(
        frames.map(({ name, traces: changed }) => [name, changed]),
        [
          ["at 0", [0]],
          ["at 0.25", [0]],
          ["at 0.5", [0]],
        ],
      );
      for (const [place, { images }] of moments(channels).entries()) {
        const [alone] = traces(imageGrid(images, { titles: ["a", "b"] }).data);
        const [framed] = traces(frames[place]?.data ?? []);
        assert.deepEqual([framed?.z, framed?.source], [alone?.z, alone?.source]);
      }
      assert.deepEqual(traces(film.data)[0]?.source, traces(frames[2]?.data ?? [])[0]?.source);
      const [slider] = film.layout.sliders ?? [];
      assert.deepEqual([slider?.active, slider?.steps?.length, slider?.currentvalue?.prefix], [2, 3, "value "]);
    });

  it("says what does not fit", () => {
    const [first, second] = moments(1);
    assert.throws(() => imageFilm([]), /none were given/);
    assert.throws(
      () => imageFilm([first, { ...second, label: "b", images: [] }] as Parameters<typeof imageFilm>[0]),
      /moment 1 \(b\) has 0 images, moment 0 has 2/,
    );
    assert.throws(
      () => imageFilm([first, first] as Parameters<typeof imageFilm>[0]),
      /two moments have the label at 0/,
    );
  });
});
