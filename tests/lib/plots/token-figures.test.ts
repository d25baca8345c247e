// Figures of tokens: who looks at whom, where they stand, how probable they are.
import { strict as assert } from "node:assert";
import {
  type AttentionMap,
  attentionHeatmap,
  attentionMaps,
  buildGpt,
  CharacterTokenizer,
  evaluate,
  type Figure,
  nextTokenWindows,
  positionalEncoding,
  sinusoidalPositions,
  type TokenProbability,
  textProbabilities,
  tf,
  tokenProbabilities,
} from "cellwise";
import { problems } from "../plotly";

type Trace = { x: string[]; y: string[]; z: number[][]; xaxis: string; yaxis: string };
const traces = (figure: Figure): Trace[] => figure.data as unknown as Trace[];

describe("attentionHeatmap", () => {
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
    const values = new Float32Array(36);
    const queries = [" the", "<b>", "\n", " the", " the", '"'];
    const [trace] = traces(attentionHeatmap({ layer: "self", shape: [1, 1, 6, 6], values }, { queries }));
    assert.equal(new Set(trace?.x).size, 6);
    assert.deepEqual(
      trace?.x.map((token) => token.replaceAll("\u200B", "")),
      ["␣the", "&lt;b&gt;", "⏎", "␣the", "␣the", '"'],
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

describe("positionalEncoding", () => {
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

/** After a: b 0.7, c 0.2, d 0.1; after b: c for sure; after c and d: all alike. */
const TABLE = [
  [0, 0.7, 0.2, 0.1],
  [0, 0, 1, 0],
  [0.25, 0.25, 0.25, 0.25],
  [0.25, 0.25, 0.25, 0.25],
];
const letters = new CharacterTokenizer("abcd");
const bigrams = (tokens: tf.Tensor2D): tf.Tensor => tf.gather(tf.tensor2d(TABLE), tokens);

describe("textProbabilities", () => {
  it("gives each token the probability after those before it, and the likeliest in its place", () => {
    const before = tf.memory().numTensors;
    const found = textProbabilities(bigrams, letters, "abcda", { likeliest: 2 });
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(
      found.map(({ token, probability }) => [token, probability === null ? null : Math.round(1e6 * probability) / 1e6]),
      [
        ["a", null],
        ["b", 0.7],
        ["c", 1],
        ["d", 0.25],
        ["a", 0.25],
      ],
    );
    assert.deepEqual(found[0]?.likeliest, []);
    assert.deepEqual(
      found[1]?.likeliest.map(({ token, probability }) => [token, Math.round(1e6 * probability) / 1e6]),
      [
        ["b", 0.7],
        ["c", 0.2],
      ],
    );
  });

  it("has the loss of evaluate as the mean of its negative logarithms", async () => {
    const model = buildGpt({ preset: "tiny", vocabulary: 4, seed: 3 });
    const text = "abcdadcbacbdabcda";
    const found = textProbabilities(model, letters, text);
    const logs = found.slice(1).map(({ probability }) => -Math.log(probability as number));
    const windows = nextTokenWindows(letters.encode(text), { length: text.length - 1 });
    const { loss } = await evaluate(model, windows);
    model.optimizer.dispose();
    model.dispose();
    const mean = logs.reduce((a, b) => a + b) / logs.length;
    assert.ok(Math.abs(mean - loss) < 1e-5, `${mean} and ${loss}`);
  });

  it("takes token numbers, one token, and what a model gives no probability at all", () => {
    assert.equal(textProbabilities(bigrams, letters, Int32Array.of(0, 0))[1]?.probability, 0);
    assert.deepEqual(textProbabilities(bigrams, letters, "c"), [
      { id: 2, token: "c", probability: null, likeliest: [] },
    ]);
  });

  it("refuses no text, too much of it, and a tokenizer of another size, with numbers", () => {
    assert.throws(() => textProbabilities(bigrams, letters, ""), /1 to 1000 tokens; the text is empty/);
    assert.throws(() => textProbabilities(bigrams, letters, "a".repeat(1001)), /the text has 1001/);
    assert.throws(() => textProbabilities(bigrams, letters, [0, 4]), /4 tokens.* 4 was given/);
    assert.throws(() => textProbabilities(bigrams, new CharacterTokenizer("ab"), "ab"), /4 tokens apart, .* has 2/);
    assert.throws(() => textProbabilities(bigrams, letters, "ab", { likeliest: 1.5 }), /likeliest is 1\.5/);
  });
});

describe("tokenProbabilities", () => {
  type Boxes = {
    base: number[];
    x: number[];
    y: number[];
    text: string[];
    hovertext: string[];
    insidetextfont: { color: string[] };
    marker: { color: number[]; colorscale: [number, string][] };
  };
  const boxes = (figure: Figure): Boxes[] => figure.data as unknown as Boxes[];
  const given = (tokens: string[], probability: number | null = 0.5): TokenProbability[] =>
    tokens.map((token, id) => ({ id, token, probability: id === 0 ? null : probability, likeliest: [] }));

  it("passes Plotly's validation and says what the model gave", () => {
    const figure = tokenProbabilities(textProbabilities(bigrams, letters, "abd", { likeliest: 2 }), { title: "T" });
    assert.deepEqual(problems(figure), []);
    const [known, first] = boxes(figure);
    assert.deepEqual(known?.text, ["b", "d"]);
    assert.deepEqual(known?.hovertext, [
      "<b>b</b>: 70.0 %<br><br>likeliest here:<br>70.0 %  b<br>20.0 %  c",
      "<b>d</b>: 0.00 %<br><br>likeliest here:<br>100.0 %  c<br>0.00 %  a",
    ]);
    assert.deepEqual(first?.text, ["a"]);
    assert.match(first?.hovertext[0] ?? "", /nothing comes before it/);
    assert.deepEqual(problems(tokenProbabilities(given(["a"]))), []);
  });

  it("breaks lines between words, and where the text does", () => {
    //              0123456789012345678901234567
    const tokens = ["Call", " me", " Ish", "mael", ".", " So", "me", " years\n", "a", "go"];
    const [known, first] = boxes(tokenProbabilities(given(tokens), { columns: 20 }));
    assert.deepEqual([first?.base, first?.x.map(Math.ceil), first?.y], [[0], [4], [0]]);
    assert.deepEqual(known?.text, [" me", " Ish", "mael", ".", " So", "me", " years⏎", "a", "go"]);
    assert.deepEqual(known?.base, [4, 7, 11, 15, 0, 3, 5, 0, 1]);
    assert.deepEqual(known?.x.map(Math.ceil), [3, 4, 4, 1, 3, 2, 7, 1, 2]); // with a small gap after each
    assert.deepEqual(known?.y, [0, 0, 0, 0, 1, 1, 1, 2, 2]);
  });

  it("breaks a word that is longer than a line, and counts what is written, not its markup", () => {
    const [known] = boxes(tokenProbabilities(given(["a", ...new Array<string>(30).fill("<")]), { columns: 20 }));
    assert.deepEqual(known?.y.slice(17, 21), [0, 0, 1, 1]);
    assert.deepEqual(known?.base.slice(17, 21), [18, 19, 0, 1]);
  });

  it("colours by powers of ten, and each text can be read: a contrast of 4.5 and more", () => {
    const some = [1, 0.1, 0.01, 0.001, 1e-9];
    const tokens = [null, ...some, ...Array.from({ length: 200 }, (_, i) => 10 ** (-i / 60))].map(
      (probability, id) => ({
        ...{ id, token: "x", probability, likeliest: [] },
      }),
    );
    const { marker, insidetextfont } = boxes(tokenProbabilities(tokens))[0] as Boxes;
    assert.deepEqual(marker.color.slice(0, 5), [1, 0.667, 0.333, 0, 0]);
    for (const [i, at] of marker.color.entries()) {
      const right = marker.colorscale.findIndex(([stop]) => stop >= at) || 1;
      const [[from, a], [to, b]] = marker.colorscale.slice(right - 1, right + 1) as [
        [number, string],
        [number, string],
      ];
      const mixed = [1, 3, 5].map((channel) => {
        const [x, y] = [a, b].map((hex) => Number.parseInt(hex.slice(channel, channel + 2), 16)) as [number, number];
        return x + ((at - from) / (to - from)) * (y - x);
      });
      const [low, high] = [luminance(mixed), insidetextfont.color[i] === "#000000" ? 0 : 1].sort() as [number, number];
      assert.ok((high + 0.05) / (low + 0.05) > 4.5, `${mixed} with ${insidetextfont.color[i]}`);
    }
  });

  it("refuses no tokens and lines that are too short, with numbers", () => {
    assert.throws(() => tokenProbabilities([]), /was given an empty list/);
    assert.throws(() => tokenProbabilities(given(["a"]), { columns: 10 }), /columns is 10; .* at least 20/);
  });
});

/** Relative luminance, WCAG 2.2. */
function luminance(channels: number[]): number {
  const [red, green, blue] = channels.map((value) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  ) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
