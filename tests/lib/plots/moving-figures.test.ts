// Figures of classifiers in the plane, with and without a slider, and what they are made of.
import { strict as assert } from "node:assert";
import {
  boundaryLine,
  buildPerceptron,
  type DecisionRegions,
  decisionBoundary,
  decisionRegions,
  type Figure,
  spirals,
  tf,
  xor,
} from "cellwise";
import { problems } from "../plotly";

const square = { x: [-1, 2], y: [-1, 2], steps: 7 } as const;
/** Class 1 to the right of x = 0.5. */
const right = (x: number): number => (x > 0.5 ? 1 : 0);
const thirds = (x: number): number[] => (x < 0 ? [1, 0, 0] : x < 1 ? [0, 1, 0] : [0, 0, 1]);

type Trace = { x: number[]; y: number[]; z: number[][]; name: string };
const traces = (figure: Figure): Trace[] => figure.data as unknown as Trace[];

describe("decisionRegions", () => {
  it("asks a model at each point of the grid and leaves no tensor", () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 1, inputShape: [2], activation: "sigmoid" })],
    });
    const weights = [tf.tensor2d([[1.5], [-2]]), tf.tensor1d([0.25])];
    model.setWeights(weights);
    tf.dispose(weights);
    const before = tf.memory().numTensors;
    const { x, y, classes, probabilities } = decisionRegions(model, { x: [-1, 2], y: [0, 1], steps: 3 });
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual([x, y, classes], [[-1, 0.5, 2], [0, 0.5, 1], 2]);
    for (const [row, second] of y.entries())
      for (const [column, first] of x.entries()) {
        const wanted = 1 / (1 + Math.exp(-(1.5 * first - 2 * second + 0.25)));
        const place = 2 * (3 * row + column);
        assert.ok(Math.abs((probabilities[place + 1] as number) - wanted) < 1e-6);
        assert.ok(Math.abs((probabilities[place] as number) - (1 - wanted)) < 1e-6);
      }
    model.dispose();
  });

  it("takes a function of one or of several probabilities", () => {
    assert.equal(decisionRegions(right, square).classes, 2);
    const { classes, probabilities } = decisionRegions(thirds, square);
    assert.equal(classes, 3);
    assert.deepEqual([...probabilities.slice(0, 3)], [1, 0, 0]);
  });

  it("refuses what is no probability, other inputs and ranges that cannot be, with numbers", () => {
    assert.throws(() => decisionRegions(() => 1.7, square), /at \(-1, -1\) the output is 1\.7; .* sigmoid or softmax/s);
    assert.throws(() => decisionRegions(() => [0.7, 0.7], square), /0\.7, 0\.7/);
    assert.throws(() => decisionRegions(right, { x: [2, -1], y: [0, 1] }), /2 to -1/);
    assert.throws(() => decisionRegions(right, { ...square, steps: 1 }), /steps is 1; .* at least 2/);
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
    assert.throws(() => decisionRegions(model, square), /\[3\]; .*\[2\]/s);
    model.dispose();
  });
});

describe("decisionBoundary", () => {
  it("passes Plotly's validation: two classes, three, several moments, without data", () => {
    const two = decisionRegions(right, square);
    const three = decisionRegions(thirds, square);
    const figures = [
      decisionBoundary(two),
      decisionBoundary(two, xor(), { title: "XOR", xTitle: "a", yTitle: "b" }),
      decisionBoundary(three, spirals({ arms: 3 })),
      decisionBoundary({ "epoch 1": two, "epoch 2": two }, xor()),
      decisionBoundary({ "epoch 1": three, "epoch 2": three }, spirals({ arms: 3 })),
    ];
    for (const figure of figures) assert.deepEqual(problems(figure), []);
    assert.deepEqual(
      figures.map(({ frames }) => frames?.length ?? 0),
      [0, 0, 0, 2, 2],
    );
  });

  it("colours by the probability of the second class, or by the most probable one", () => {
    const [area] = traces(decisionBoundary(decisionRegions(right, square)));
    assert.deepEqual(area?.z[0], [0, 0, 0, 0, 1, 1, 1]);
    const [many] = traces(decisionBoundary(decisionRegions(thirds, square)));
    assert.deepEqual(many?.z[0], [0, 0, 1, 1, 2, 2, 2]);
  });

  it("begins with the last moment, and each moment has regions of its own", () => {
    const left = decisionRegions((x) => 1 - right(x), square);
    const figure = decisionBoundary({ before: left, after: decisionRegions(right, square) }, xor());
    assert.deepEqual(traces(figure)[0]?.z[0], [0, 0, 0, 0, 1, 1, 1]);
    assert.deepEqual(
      figure.frames?.map(({ name }) => name),
      ["before", "after"],
    );
    assert.deepEqual(figure.frames?.[0]?.data?.[0].z[0], [1, 1, 1, 1, 0, 0, 0]);
    assert.equal(figure.layout.sliders?.[0]?.active, 1);
  });

  it("draws each point of the data once, by class", () => {
    const points = traces(decisionBoundary(decisionRegions(right, square), xor())).slice(2);
    assert.deepEqual(
      points.map(({ name, x, y }) => ({ name, x, y })),
      [
        { name: "0", x: [0, 1], y: [0, 1] },
        { name: "1", x: [0, 1], y: [1, 0] },
      ],
    );
  });

  it("refuses no regions, grids that differ and data of another shape, with numbers", () => {
    const regions = decisionRegions(right, square);
    assert.throws(() => decisionBoundary({}), /0 regions/);
    const other: DecisionRegions = decisionRegions(right, { ...square, steps: 5 });
    assert.throws(() => decisionBoundary({ a: other, b: regions }), /"a" has 5 × 5 points .* 7 × 7/s);
  });
});

describe("boundaryLine", () => {
  it("draws the points where w·x + b = 0, and the side where it is above", () => {
    const neuron = { weights: [2, 1], bias: -1 };
    const [side, line] = traces(boundaryLine(neuron, xor()));
    assert.equal(line?.x.length, 2);
    for (const [i, x] of (line?.x ?? []).entries()) assert.ok(Math.abs(2 * x + (line?.y[i] as number) - 1) < 1e-4);
    for (const [i, x] of (side?.x ?? []).entries()) assert.ok(2 * x + (side?.y[i] as number) - 1 > -1e-4);
    // The rectangle is −0.25 to 1.25 both ways: 2.25 in area, of which the line cuts off a trapezoid of
    // (0.875 + 0.125) / 2 · 1.5 = 0.75 on the side of class 0.
    assert.ok(Math.abs(area(side as Trace) - 1.5) < 1e-3);
  });

  it("shows a perceptron that learns, mistake by mistake", () => {
    const perceptron = buildPerceptron();
    const moments: Record<string, { weights: number[]; bias: number }> = {};
    const and = xor().subset([0, 1, 2]);
    perceptron.learn(and, {
      epochs: 3,
      onMistake: ({ weights, bias }) => {
        moments[`mistake ${Object.keys(moments).length + 1}`] = { weights: [...weights], bias };
      },
    });
    const figure = boundaryLine(moments, and);
    assert.deepEqual(problems(figure), []);
    assert.equal(figure.frames?.length, Object.keys(moments).length);
  });

  it("takes about 60 of many moments, the first and the last among them", () => {
    const moments = Object.fromEntries(
      Array.from({ length: 1603 }, (_, i) => [`mistake ${i + 1}`, { weights: [1, i], bias: 0 }]),
    );
    const names = boundaryLine(moments, xor()).frames?.map(({ name }) => name) ?? [];
    assert.ok(names.length > 50 && names.length <= 61, `${names.length} moments`);
    assert.deepEqual([names[0], names.at(-1)], ["mistake 1", "mistake 1603"]);
    assert.equal(new Set(names).size, names.length);
  });

  it("draws no line for weights of zero, and refuses another number of inputs", () => {
    const [side, line] = traces(boundaryLine({ weights: [0, 0], bias: 0 }, xor()));
    assert.deepEqual([side?.x, line?.x], [[null], [null]]);
    assert.throws(() => boundaryLine({ weights: [1, 2, 3], bias: 0 }, xor()), /3 weights; it needs 2/);
    assert.throws(() => boundaryLine({}, xor()), /0 neurons/);
  });
});

/** The shoelace formula. */
function area({ x, y }: Trace): number {
  let doubled = 0;
  for (const [i, here] of x.entries()) {
    const next = (i + 1) % x.length;
    doubled += here * (y[next] as number) - (x[next] as number) * (y[i] as number);
  }
  return Math.abs(doubled) / 2;
}
