// The filter that slides over a picture, number by number.
import { strict as assert } from "node:assert";
import { type Figure, slidingFilter } from "cellwise";
import { problems } from "../plotly";

const picture = [
  [1, 2, 0],
  [0, 3, 1],
  [4, 0, 1],
];
const filter = [
  [1, 2],
  [3, 4],
];

type Grid = (number | null)[][];
const output = (figure: Figure): Grid => (figure.data[3] as unknown as { z: Grid }).z;
type Frame = { data: [window: { x: number[]; y: number[] }, output: { z: Grid }] };
const frame = (figure: Figure, moment: number): Frame => (figure.frames as unknown as Frame[])[moment] as Frame;

describe("slidingFilter", () => {
  it("ends on the cross-correlation, the filter not turned", () => {
    // By hand: 1·1 + 2·2 + 3·0 + 4·3 = 17, and so on.
    assert.deepEqual(output(slidingFilter(picture, filter)), [
      [17, 15],
      [18, 9],
    ]);
  });

  it("fills the output place by place, and moves its window with it", () => {
    const figure = slidingFilter(picture, filter);
    assert.deepEqual(
      [0, 1, 2].map((moment) => frame(figure, moment).data[1].z),
      [
        [
          [17, null],
          [null, null],
        ],
        [
          [17, 15],
          [null, null],
        ],
        [
          [17, 15],
          [18, null],
        ],
      ],
    );
    const [window] = frame(figure, 1).data;
    assert.deepEqual([Math.min(...window.x), Math.max(...window.x)], [0.5, 2.5]);
    assert.deepEqual([Math.min(...window.y), Math.max(...window.y)], [-0.5, 1.5]);
  });

  it("takes padding and stride", () => {
    // A side of 3 + 2 · 1 pixels, a filter of 2, a stride of 3: places 0 and 3. At the corners only one weight meets ink.
    assert.deepEqual(output(slidingFilter(picture, filter, { padding: 1, stride: 3 })), [
      [4, 0],
      [8, 1],
    ]);
  });

  it("passes Plotly's validation", () => {
    assert.deepEqual(problems(slidingFilter(picture, filter)), []);
    assert.deepEqual(problems(slidingFilter(picture, filter, { padding: 1, stride: 3, title: "Two at a time" })), []);
  });

  it("says what does not fit, with both numbers", () => {
    assert.throws(() => slidingFilter([[1, 2]], filter), /filter is 2 × 2, the picture with its padding 1 × 2/);
    assert.throws(() => slidingFilter([[1, 2], [3]], filter), /row 1 of the picture has 1 numbers, row 0 has 2/);
    assert.throws(() => slidingFilter([], filter), /the picture is empty/);
    assert.throws(() => slidingFilter(picture, filter, { stride: 0 }), /stride is 0/);
    const wide = [new Array(20).fill(0), new Array(20).fill(0)];
    assert.throws(() => slidingFilter(wide, filter), /41 columns together; 20 can be drawn/);
  });
});
