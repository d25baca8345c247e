// Figures of series: lines, bars, functions, forecasts, embeddings, histograms.
import { strict as assert } from "node:assert";
import {
  bars,
  curve,
  embedding,
  type Figure,
  forecast,
  functionCurves,
  gelu,
  histograms,
  lines,
  principalComponents,
  tf,
} from "cellwise";
import { problems } from "../plotly";

type Trace = { x: (number | string)[]; y: (number | null)[]; name: string; text: string[]; mode: string };
const traces = (figure: Figure): Trace[] => figure.data as unknown as Trace[];
const titles = { xTitle: "step", yTitle: "loss" };
const close = (a: number | undefined, b: number, within = 1e-5) =>
  assert.ok(Math.abs((a ?? Number.NaN) - b) < within, `${a} and ${b}`);

describe("lines", () => {
  it("pass Plotly's validation, over numbers, names and dates", () => {
    for (const figure of [
      lines({ a: [1, 2, 3] }, titles),
      lines({ a: [1, 2], b: [2, null] }, { ...titles, x: ["one", "two"], title: "Two", draw: "points" }),
      lines({ a: Float32Array.of(1, 10) }, { ...titles, x: [new Date(0), new Date(1e9)], logY: true }),
      lines({ a: [1, 10] }, { ...titles, x: [1, 100], logX: true, draw: "both" }),
    ])
      assert.deepEqual(problems(figure), []);
  });

  it("keep values and places, with gaps for what is no number", () => {
    const [a] = traces(lines({ a: [1, Number.NaN, null, 1 / 3] }, titles));
    assert.deepEqual(a?.y, [1, null, null, 0.33333]);
    assert.deepEqual(a?.x, [1, 2, 3, 4]);
  });

  it("set names apart that occur twice, each with its own value, which looks like the same name", () => {
    const x = ["a", "a", "b", "a"];
    const figures = [
      lines({ v: [1, 2, 3, 4] }, { x, xTitle: "x", yTitle: "y" }),
      bars({ v: [1, 2, 3, 4] }, { x, yTitle: "y" }),
    ];
    for (const { data } of figures) {
      const places = (data[0] as { x: string[] }).x;
      assert.equal(new Set(places).size, 4);
      assert.deepEqual(
        places.map((place) => place.replaceAll("\u200B", "")),
        x,
      );
    }
    // Numbers and dates are places of their own: points at the same one stand above each other.
    const { data } = lines({ v: [1, 2] }, { x: [3, 3], xTitle: "x", yTitle: "y" });
    assert.deepEqual((data[0] as { x: number[] }).x, [3, 3]);
  });

  it("have ticks at 2 and 5 on a logarithmic axis of one or two powers of ten", () => {
    const ticks = (last: number) => lines({ a: [1, last] }, { ...titles, logY: true }).layout.yaxis?.dtick;
    assert.deepEqual([ticks(2), ticks(50), ticks(1e6)], [undefined, "D2", undefined]);
  });

  it("write small numbers on a logarithmic axis as powers of ten, large ones with letters", () => {
    const written = (first: number) =>
      lines({ a: [first, 1e6] }, { ...titles, logY: true }).layout.yaxis?.exponentformat;
    assert.deepEqual([written(1e-6), written(1)], ["power", undefined]);
  });

  it("refuse lengths that differ and nothing to draw, with numbers", () => {
    assert.throws(() => lines({ a: [1, 2], b: [1, 2, 3] }, titles), /"b" is a list of 3 for a list of 2 places/);
    assert.throws(() => lines({}, titles), /0 series/);
    assert.throws(() => lines({ a: [0, -1] }, { ...titles, logY: true }), /none of the 2 .*"loss"/);
  });
});

describe("bars", () => {
  it("pass Plotly's validation, one for each name or in groups", () => {
    const single = bars({ relu: 0.98, tanh: 0.961 }, { yTitle: "accuracy" });
    assert.deepEqual(problems(single), []);
    assert.deepEqual(traces(single)[0]?.x, ["relu", "tanh"]);
    assert.deepEqual(traces(single)[0]?.y, [0.98, 0.961]);
    const groups = bars(
      { train: [1, 2], test: [3, 4] },
      { yTitle: "loss", xTitle: "model", x: ["a", "b"], title: "G" },
    );
    assert.deepEqual(problems(groups), []);
    assert.equal(groups.data.length, 2);
  });

  it("have the ticks of lines on a logarithmic axis", () => {
    assert.equal(bars({ a: 1, b: 50 }, { yTitle: "loss", logY: true }).layout.yaxis?.dtick, "D2");
  });

  it("refuse mixtures and lengths that differ, with numbers", () => {
    const mixed = { a: 1, b: [1, 2] } as unknown as Record<string, number>;
    assert.throws(() => bars(mixed, { yTitle: "loss" }), /1 of 2 values are single/);
    assert.throws(
      () => bars({ a: [1, 2, 3] }, { yTitle: "loss", x: ["a", "b"] }),
      /"a" is a list of 3 for a list of 2 places/,
    );
    assert.throws(() => bars({}, { yTitle: "loss" }), /0 places/);
  });
});

describe("curve and functionCurves", () => {
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

  /** Functions with their derivatives by calculus. Of gelu only the derivative: Φ has no closed form. */
  const known: Record<string, [f: (x: tf.Tensor) => tf.Tensor, derivative: (x: number, y: number) => number]> = {
    sigmoid: [(x) => tf.sigmoid(x), (x) => sigmoid(x) * (1 - sigmoid(x))],
    tanh: [(x) => tf.tanh(x), (x) => 1 - Math.tanh(x) ** 2],
    relu: [(x) => tf.relu(x), (x) => (x > 0 ? 1 : 0)],
    "leaky relu": [(x) => tf.leakyRelu(x, 0.1), (x) => (x > 0 ? 1 : 0.1)],
    gelu: [gelu, (x, y) => (x === 0 ? 0.5 : y / x) + x * density(x)], // Φ(x) = gelu(x) / x
    softplus: [(x) => tf.softplus(x), (x) => sigmoid(x)],
  };

  it("agree with calculus, and leave no tensor", () => {
    const before = tf.memory().numTensors;
    for (const [name, [f, derivative]] of Object.entries(known)) {
      const { x, y, derivative: found } = curve(f, { from: -4, to: 3.9, steps: 80 });
      assert.deepEqual([x.length, y.length, found.length], [80, 80, 80]);
      for (const [i, place] of x.entries())
        close(found[i], derivative(place, y[i] as number), name === "gelu" ? 1e-4 : 1e-5);
    }
    assert.equal(tf.memory().numTensors, before);
    const { y } = curve((x) => tf.sigmoid(x), { from: 0, to: 1, steps: 2 });
    close(y[0], 0.5);
    close(y[1], 0.7310586);
  });

  it("are two plots with the same names, which pass Plotly's validation", () => {
    const figure = functionCurves(Object.fromEntries(Object.entries(known).map(([name, [f]]) => [name, curve(f)])));
    assert.deepEqual(problems(figure), []);
    assert.equal(figure.data.length, 12);
    assert.ok(figure.layout.yaxis2?.title);
  });

  it("refuse functions that change the shape, and no curves", () => {
    const before = tf.memory().numTensors;
    assert.throws(() => curve((x) => tf.sum(x)), /made \[\] of \[201\]/);
    assert.equal(tf.memory().numTensors, before);
    assert.throws(() => functionCurves({}), /0 curves/);
  });
});

describe("forecast", () => {
  const times = ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"];
  const truth = [1, 2, 3, 4];
  const bounds = { values: [null, null, 3.1, 4.2], low: [null, null, 3, 4], high: [null, null, 3.2, 4.4] };

  it("passes Plotly's validation and keeps the series", () => {
    const figure = forecast(
      times,
      truth,
      { LSTM: bounds, last: [null, 1, 2, 3] },
      {
        yTitle: "CO₂ (ppm)",
        testFrom: "2026-03-01",
        title: "Mauna Loa",
      },
    );
    assert.deepEqual(problems(figure), []);
    const [measured, interval, lstm, last] = traces(figure);
    assert.deepEqual(measured?.y, truth);
    assert.deepEqual(lstm?.y, [null, null, 3.1, 4.2]);
    assert.deepEqual(last?.y, [null, 1, 2, 3]);
    assert.deepEqual(interval?.x, ["2026-03-01", "2026-04-01", "2026-04-01", "2026-03-01"]);
    assert.deepEqual(interval?.y, [3.2, 4.4, 4, 3]);
  });

  it("takes dates and numbers too", () => {
    const dates = times.map((time) => new Date(`${time}T00:00:00Z`));
    const figure = forecast(dates, truth, {}, { yTitle: "temperature (°C)", testFrom: dates[2] as Date });
    assert.deepEqual(problems(figure), []);
    assert.equal(traces(figure)[0]?.x[1], "2026-02-01T00:00:00");
    assert.deepEqual(
      problems(forecast([1, 2], [3, 4], { a: [1, 2] }, { yTitle: "y", xTitle: "hour", testFrom: 2 })),
      [],
    );
  });

  it("refuses lengths that differ and a single bound, with numbers", () => {
    const y = { yTitle: "y" };
    assert.throws(() => forecast(times, [1], {}, y), /"truth" is a list of 1 for a list of 4 places/);
    assert.throws(() => forecast(times, truth, { a: [1, 2] }, y), /"a" is a list of 2 for a list of 4 places/);
    assert.throws(() => forecast(times, truth, { a: { values: truth, low: truth } }, y), /low, but no high/);
    assert.throws(
      () => forecast(times, truth, { a: { values: truth, low: truth, high: [1] } }, y),
      /"a, high" is a list of 1/,
    );
  });
});

describe("principalComponents and embedding", () => {
  // numpy.linalg.eigh (numpy 2.4.6) of the centred points' scatter matrix.
  const points = [
    [2.5, 2.4, 0.1],
    [0.5, 0.7, 1.2],
    [2.2, 2.9, -0.3],
    [1.9, 2.2, 0.4],
    [3.1, 3.0, 0.0],
    [2.3, 2.7, 0.9],
  ];
  const components = [
    [0.66741258, 0.6507556, -0.36204641],
    [0.35868443, 0.14514576, 0.9221053],
  ];
  const projected = [
    [0.43489802, -0.09971585],
    [-2.4044627, -0.04951665],
    [0.70487061, -0.50359042],
    [-0.20431457, -0.06732406],
    [1.26200357, 0.11037173],
    [0.20700506, 0.60977524],
  ];

  it("agree with numpy, from rows and from a tensor", () => {
    const before = tf.memory().numTensors;
    const tensor = tf.tensor2d(points);
    for (const found of [principalComponents(points), principalComponents(tensor, 2)]) {
      for (const [i, share] of [0.90245632, 0.07252507].entries()) close(found.shares[i], share);
      for (const [i, row] of components.entries())
        for (const [axis, value] of row.entries()) close(found.components[i]?.[axis], value, 1e-4);
      for (const [i, row] of projected.entries())
        for (const [axis, value] of row.entries()) close(found.points[i]?.[axis], value, 1e-4);
    }
    tensor.dispose();
    assert.equal(tf.memory().numTensors, before);
    close(
      principalComponents(points, 3).shares.reduce((a, b) => a + b),
      1,
    );
  });

  it("cope with fewer points than dimensions, and with points on a line", () => {
    const line = principalComponents([
      [0, 0, 0, 0],
      [3, 4, 0, 0],
    ]);
    close(line.shares[0], 1);
    close(line.shares[1], 0);
    close(line.components[0]?.[1], 0.8);
    close((line.points[1]?.[0] as number) - (line.points[0]?.[0] as number), 5);
  });

  it("refuse rows that differ, too few points, no finite numbers, with numbers", () => {
    assert.throws(() => principalComponents([[1, 2]]), /1 points, .*; it needs at least 2/);
    assert.throws(() => principalComponents([[1, 2], [1]]), /point 1 is a list of 1 numbers, the first one of 2/);
    assert.throws(() => principalComponents(points, 4), /4 components .* list of 3 numbers; ask for 1 to 3/);
    assert.throws(
      () =>
        principalComponents([
          [1, 2],
          [1, Number.NaN],
        ]),
      /value 1 of point 1 is NaN/,
    );
    assert.throws(
      () =>
        principalComponents([
          [1, 2],
          [1, 2],
        ]),
      /all 2 points of .* are the same/,
    );
  });

  it("write words beside their points, and colour classes", () => {
    const words = embedding(principalComponents(points), ["a", "b", "c", "d", "e", "f"]);
    assert.deepEqual(problems(words), []);
    assert.deepEqual([traces(words).length, traces(words)[0]?.mode], [1, "text+markers"]);
    assert.match(JSON.stringify(words.layout.xaxis?.title), /90 % of the variance/);
    const classes = embedding(projected, [0, 1, 0, 1, 0, 1], { title: "Digits", xTitle: "x", yTitle: "y" });
    assert.deepEqual(problems(classes), []);
    assert.deepEqual(
      traces(classes).map(({ name, mode }) => [name, mode]),
      [
        ["0", "markers"],
        ["1", "markers"],
      ],
    );
    assert.deepEqual(traces(classes)[1]?.x, [-2.4045, -0.20431, 0.20701]);
    const both = embedding(projected, ["a", "b", "c", "d", "e", "f"], { groups: [0, 0, 0, 1, 1, 1] });
    assert.deepEqual([traces(both).length, traces(both)[1]?.text], [2, ["d", "e", "f"]]);
  });

  it("refuse labels of another number, and points of one coordinate", () => {
    assert.throws(() => embedding(projected, ["a"]), /list of 6 points and one of 1 labels/);
    assert.throws(() => embedding([[1], [2]], ["a", "b"]), /point 0 is a list of 1 coordinates; it needs 2/);
  });
});

describe("histograms", () => {
  it("count each value once, over one axis, and pass Plotly's validation", () => {
    const figure = histograms({ first: [0, 1, 2, 3], second: [10, 10, Number.NaN] }, { bins: 10, title: "T" });
    assert.deepEqual(problems(figure), []);
    const [first, second] = traces(figure);
    assert.deepEqual(first?.x, [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5]);
    assert.deepEqual(first?.y, [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual(second?.y, [0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    const texts = figure.layout.annotations?.map(({ text }) => text);
    assert.match(texts?.[0] ?? "", /first.*mean 1\.5, deviation 1\.12, 25 % zeros/); // √(5/4)
    assert.match(texts?.[1] ?? "", /second.*mean 10, deviation 0, 1 not finite/);
  });

  it("show sizes that differ by factors on a logarithmic axis", () => {
    const figure = histograms({ a: [1e-6, -1e-6, 0], b: [1, 1] }, { magnitudes: true, bins: 6, xTitle: "gradient" });
    assert.deepEqual(problems(figure), []);
    assert.deepEqual(traces(figure)[0]?.y, [2, 0, 0, 0, 0, 0]);
    assert.deepEqual(traces(figure)[1]?.y, [0, 0, 0, 0, 0, 2]);
    assert.equal(figure.layout.xaxis?.type, "log");
    assert.match(figure.layout.annotations?.[0]?.text ?? "", /mean 0, deviation 8\.16e−7/); // 1e-6 · √(2/3)
    // Six bins over six powers of ten: each bar begins where the one before ends.
    const [bars] = figure.data as { x: number[]; width: number[] }[];
    for (const [i, x] of (bars?.x ?? []).entries()) {
      close((x - (bars?.width[i] as number) / 2) / 10 ** (i - 6), 1, 1e-4);
      close((x + (bars?.width[i] as number) / 2) / 10 ** (i - 5), 1, 1e-4);
    }
  });

  it("refuse too many rows and nothing to draw, with numbers", () => {
    assert.throws(() => histograms([]), /1 to 16 rows; 0/);
    assert.throws(() => histograms({ a: [Number.NaN] }), /none of the rows \(a: the list \[NaN\]\) has/);
    assert.throws(() => histograms({ a: [1] }, { bins: 1 }), /bins is 1; .* at least 2/);
  });
});
