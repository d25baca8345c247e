import { strict as assert } from "node:assert";
import { similarityMap } from "cellwise";
import { problems } from "../plotly";

interface Trace {
  readonly x: string[];
  readonly y: string[];
  readonly z: number[][];
  readonly zmin: number;
  readonly zmax: number;
  readonly colorscale: [number, string][];
}

describe("similarityMap", () => {
  it("has a row for each row, from above, and the same colour for the same similarity whatever the others are", () => {
    const { data, layout } = similarityMap(
      [
        [0.123456, -0.5],
        [0, 1],
        [0.25, 0.75],
      ],
      { rows: ["a", "b", "c"], columns: ["x", "y"], title: "Words" },
    );
    const [trace] = data as unknown as Trace[];
    assert.deepEqual(trace?.y, ["a", "b", "c"]);
    assert.deepEqual(trace?.x, ["x", "y"]);
    assert.deepEqual(trace?.z, [
      [0.1235, -0.5],
      [0, 1],
      [0.25, 0.75],
    ]);
    assert.deepEqual([trace?.zmin, trace?.zmax], [-1, 1]);
    assert.deepEqual(trace?.colorscale[1], [0.5, "#ffffff"]);
    assert.equal(layout.yaxis?.autorange, "reversed");
    assert.deepEqual(layout.title, { ...Object(layout.title), text: "Words" });
  });

  it("passes Plotly's validation", () => {
    for (const names of [["a"], ["a sentence of some length, long enough for two lines", "b", "c"]])
      assert.deepEqual(
        problems(
          similarityMap(
            names.map(() => names.map(() => 0.5)),
            { rows: names },
          ),
        ),
        [],
      );
  });

  it("compares things with themselves, also where two are written alike", () => {
    const [trace] = similarityMap(
      [
        [1, 1],
        [1, 1],
      ],
      { rows: ["a", "a"] },
    ).data as unknown as Trace[];
    assert.deepEqual(trace?.x, trace?.y);
    assert.equal(new Set(trace?.x).size, 2);
  });

  it("takes what rounding makes of 1, and refuses what is no similarity, or not one for each pair", () => {
    similarityMap([[1.0000002]], { rows: ["a"] });
    assert.throws(
      () => similarityMap([[1.5]], { rows: ["a"] }),
      /similarities\[0\]\[0\] is 1\.5; it is a number from −1 to 1/,
    );
    assert.throws(
      () => similarityMap([[1, 0]], { rows: ["a"] }),
      /has 1 rows of 2, and there are names for 1 rows and 1 columns/,
    );
    assert.throws(() => similarityMap([], { rows: [] }), /draws 1 to 2500 pairs; similarities has 0 rows/);
    const many = Array.from({ length: 51 }, () => new Array<number>(51).fill(0));
    assert.throws(() => similarityMap(many, { rows: many.map(String) }), /draws 1 to 2500 pairs/);
  });
});
