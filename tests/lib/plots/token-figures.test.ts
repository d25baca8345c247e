// Figures of tokens: who looks at whom, where they stand, how probable they are.
import { strict as assert } from "node:assert";
import {
  type AttentionMap,
  attentionHeatmap,
  attentionMaps,
  buildGpt,
  type Figure,
  positionalEncoding,
  sinusoidalPositions,
  tf,
} from "cellwise";
import { problems } from "../plotly";

type Trace = { x: string[]; y: string[]; z: number[][]; xaxis: string; yaxis: string };
const traces = (figure: Figure): Trace[] => figure.data as unknown as Trace[];

describe("attentionHeatmap", function () {
  this.timeout(60_000);
  /** Two examples, two heads, two queries, three keys; each weight is its own number in reading order, over 100. */
  const map = (layer: string, plus = 0): AttentionMap => ({
    layer,
    shape: [2, 2, 2, 3],
    values: Float32Array.from({ length: 24 }, (_, i) => (i + plus) / 100),
  });
  const tokens = { queries: ["F", "OW"], keys: ["P", "H", "O"] };

  it("passes Plotly's validation: one layer, several, one head, twelve", () => {
    const wide = { layer: "wide", shape: [1, 12, 1, 1], values: new Float32Array(12) } as const;
    const figures = [
      attentionHeatmap(map("block1/cross"), tokens),
      attentionHeatmap([map("block1/cross"), map("block2/cross")], { ...tokens, example: 1, title: "Looks" }),
      attentionHeatmap({ layer: "", shape: [1, 1, 1, 1], values: Float32Array.of(1) }, { queries: ["a"] }),
      attentionHeatmap(
        Array.from({ length: 12 }, (_, i) => ({ ...wide, layer: `block${i}` })),
        { queries: ["a"] },
      ),
    ];
    for (const figure of figures) assert.deepEqual(problems(figure), []);
    assert.deepEqual(
      figures.map(({ data }) => data.length),
      [2, 2, 1, 12],
    );
    assert.equal(figures[3]?.layout.updatemenus?.length, 2); // twelve buttons are two rows
  });

  it("has a row for each query and a column for each key, of the example that is asked for", () => {
    const [first, second] = traces(attentionHeatmap(map("cross"), tokens));
    assert.deepEqual(first?.x, ["P", "H", "O"]);
    assert.deepEqual(first?.y, ["F", "OW"]);
    assert.deepEqual(first?.z, [
      [0, 0.01, 0.02],
      [0.03, 0.04, 0.05],
    ]);
    assert.deepEqual(second?.z, [
      [0.06, 0.07, 0.08],
      [0.09, 0.1, 0.11],
    ]);
    const [other] = traces(attentionHeatmap(map("cross"), { ...tokens, example: 1 }));
    assert.deepEqual(other?.z[1], [0.15, 0.16, 0.17]);
  });

  it("has buttons that show the other layers, by their own part of the name", () => {
    const figure = attentionHeatmap([map("block1/cross"), map("block2/cross", 50)], { ...tokens, title: "Looks" });
    const [first, second] = figure.layout.updatemenus?.[0]?.buttons ?? [];
    assert.deepEqual([first?.label, second?.label], ["block1", "block2"]);
    const { args } = second as { args: [{ z: number[][][] }, object] };
    const [{ z }, titles] = args;
    assert.deepEqual(z[1]?.[1], [0.59, 0.6, 0.61]);
    assert.deepEqual(titles, { "title.text": "Looks: block2/cross" });
    const mixed = attentionHeatmap([map("block1/self"), map("block1/cross")], tokens);
    assert.equal(mixed.layout.updatemenus?.[0]?.buttons?.[1]?.label, "block1/cross");
  });

  it("keeps repeated tokens apart, and shows blanks, ends of lines and angle brackets", () => {
    const values = new Float32Array(25);
    const queries = [" the", "<b>", "\n", " the", " the"];
    const [trace] = traces(attentionHeatmap({ layer: "self", shape: [1, 1, 5, 5], values }, { queries }));
    assert.equal(new Set(trace?.x).size, 5);
    assert.deepEqual(
      trace?.x.map((token) => token.replaceAll("\u200B", "")),
      ["␣the", "&lt;b&gt;", "⏎", "␣the", "␣the"],
    );
  });

  it("draws what attentionMaps gives of a model: each row sums to 1, nothing looks ahead", () => {
    const model = buildGpt({ preset: "tiny", vocabulary: 4 });
    const ids = tf.tensor2d([[0, 1, 2, 3]], [1, 4], "int32");
    const figure = attentionHeatmap(attentionMaps(model, ids), { queries: [..."abcd"] });
    tf.dispose(ids);
    model.optimizer.dispose();
    model.dispose();
    assert.deepEqual(problems(figure), []);
    for (const { z } of traces(figure))
      for (const [query, row] of z.entries()) {
        assert.ok(Math.abs(row.reduce((sum, weight) => sum + weight, 0) - 1) < 0.005);
        assert.deepEqual(row.slice(query + 1), new Array(3 - query).fill(0));
      }
  });

  it("refuses what cannot be drawn, with numbers", () => {
    assert.throws(() => attentionHeatmap([], tokens), /0 maps/);
    assert.throws(
      () => attentionHeatmap(map("a"), { queries: ["a"], keys: ["a"] }),
      /1 tokens look and 1 .* 2 queries and 3 keys/,
    );
    assert.throws(() => attentionHeatmap(map("a"), { queries: ["F", "OW"] }), /2 tokens look and 2 .* 3 keys/);
    assert.throws(
      () => attentionHeatmap(map("a"), { ...tokens, example: 2 }),
      /example is 2; of a batch of 2 it is 0 to 1/,
    );
    const square: AttentionMap = { layer: "b", shape: [2, 2, 3, 3], values: new Float32Array(36) };
    assert.throws(
      () => attentionHeatmap([map("a"), square], tokens),
      /b has .*\[2, 2, 3, 3\], that of a \[2, 2, 2, 3\]/,
    );
    const long = new Array<string>(500).fill("a");
    const large: AttentionMap = { layer: "c", shape: [1, 1, 500, 500], values: new Float32Array(250_000) };
    assert.throws(() => attentionHeatmap(large, { queries: long }), /1 to 200000 weights; .* are 250000/);
  });
});

describe("positionalEncoding", function () {
  this.timeout(60_000);

  it("passes Plotly's validation, from rows and from one piece, alone and with the similarity", () => {
    for (const figure of [
      positionalEncoding(sinusoidalPositions(5, 4), { width: 4, similarity: true }),
      positionalEncoding([[0.1, -0.2], Float32Array.of(0, 0)], { title: "Learned" }),
      positionalEncoding([[0, 0]], { similarity: true }),
    ])
      assert.deepEqual(problems(figure), []);
  });

  it("has a row for each position and colours around 0, as far as the largest value", () => {
    const [trace] = positionalEncoding([
      [0.5, -2],
      [1, 0],
    ]).data as unknown as { z: number[][]; zmin: number; zmax: number }[];
    assert.deepEqual(trace?.z, [
      [0.5, -2],
      [1, 0],
    ]);
    assert.deepEqual([trace?.zmin, trace?.zmax], [-2, 2]);
    const [sines] = traces(positionalEncoding(sinusoidalPositions(3, 2), { width: 2 }));
    assert.deepEqual(sines?.z, [
      [0, 1],
      [0.841, 0.54], // sin 1, cos 1
      [0.909, -0.416],
    ]);
  });

  it("shows the cosine between positions: 1 with itself, 0 at right angles, and with nothing", () => {
    const [, alike] = traces(
      positionalEncoding(
        [
          [3, 0],
          [0, 2],
          [-3, 4],
          [0, 0],
        ],
        { similarity: true },
      ),
    );
    assert.deepEqual(alike?.z, [
      [1, 0, -0.6, 0],
      [0, 1, 0.8, 0],
      [-0.6, 0.8, 1, 0],
      [0, 0, 0, 0],
    ]);
  });

  it("refuses what is no table, with numbers", () => {
    assert.throws(() => positionalEncoding([]), /0 numbers in one piece|0 positions/);
    assert.throws(() => positionalEncoding(new Float32Array(6)), /6 numbers in one piece and width undefined/);
    assert.throws(() => positionalEncoding(new Float32Array(6), { width: 4 }), /6 numbers in one piece and width 4/);
    assert.throws(() => positionalEncoding([[1, 2], [1]]), /position 1 has 1 dimensions, the first 2/);
    assert.throws(() => positionalEncoding([[1, Number.NaN]]), /dimension 1 of position 0 is NaN/);
    assert.throws(
      () => positionalEncoding(new Float32Array(400_000), { width: 1000 }),
      /400 positions of 1000 .* 400000/,
    );
  });
});
