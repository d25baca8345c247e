// The diagram of a model: its boxes, its arrows, and that nothing covers anything.
import { strict as assert } from "node:assert";
import { architecture, buildCnn, buildGpt, type Figure, tf } from "cellwise";
import { assignLanes } from "cellwise/dist/plots/models/lanes";
import { modelGraph } from "cellwise/dist/plots/models/model-graph";
import { builders } from "../builders";
import { problems } from "../plotly";

interface Trace {
  readonly x: number[];
  readonly y: number[];
  readonly text: string;
  readonly fill?: string;
  readonly mode: string;
  readonly name?: string;
}
const traces = (figure: Figure): Trace[] => figure.data as unknown as Trace[];
const boxesOf = (figure: Figure): Trace[] => traces(figure).filter(({ fill }) => fill === "toself");
const textsOf = (figure: Figure): string[] =>
  (figure.data.find((trace) => (trace as Trace).mode === "text") as unknown as { text: string[] }).text;

function using<Result>(model: tf.LayersModel, task: (model: tf.LayersModel) => Result): Result {
  try {
    return task(model);
  } finally {
    model.optimizer?.dispose();
    model.dispose();
  }
}

/** Two inputs, a branch each, one skipping connection, two outputs. */
function twoInputs(): tf.LayersModel {
  const dense = (name: string, x: tf.SymbolicTensor) =>
    tf.layers.dense({ name, units: 4 }).apply(x) as tf.SymbolicTensor;
  const image = tf.input({ shape: [8], name: "image" });
  const age = tf.input({ shape: [1], name: "age" });
  const first = dense("first", image);
  const sum = tf.layers.add({ name: "sum" }).apply([dense("second", first), first]) as tf.SymbolicTensor;
  const both = tf.layers.concatenate({ name: "both" }).apply([sum, dense("years", age)]) as tf.SymbolicTensor;
  return tf.model({ name: "two", inputs: [image, age], outputs: [dense("verdict", both), dense("early", first)] });
}

/** The arrows of a model, as `"from > to"`. */
function arrowsOf(model: tf.LayersModel): string[] {
  const boxes = modelGraph(model);
  const name = (box: number): string => boxes[box]?.layer.name ?? "";
  return assignLanes(boxes.map(({ sources }) => sources)).arrows.map(({ from, to }) => `${name(from)} > ${name(to)}`);
}

type Point = readonly [x: number, y: number];
/** The points along an SVG path of M, L and C, its curves in 20 steps. */
function pointsAlong(path: string): Point[] {
  const points: Point[] = [];
  for (const [, command, numbers = ""] of path.matchAll(/([MLC])([^MLC]*)/g)) {
    const values = numbers.split(/[ ,]/).map(Number);
    const pairs = values.flatMap((x, i): Point[] => (i % 2 === 0 ? [[x, values[i + 1] as number]] : []));
    const end = pairs.at(-1) as Point;
    const start = points.at(-1) ?? end;
    const all = command === "C" ? [start, ...pairs] : [start, start, end, end];
    const [a, b, c, d] = all as [Point, Point, Point, Point];
    const at = (t: number, axis: 0 | 1): number =>
      (1 - t) ** 3 * a[axis] + 3 * (1 - t) ** 2 * t * b[axis] + 3 * (1 - t) * t * t * c[axis] + t ** 3 * d[axis];
    if (command !== "M") for (let step = 1; step < 20; step++) points.push([at(step / 20, 0), at(step / 20, 1)]);
    points.push(end);
  }
  return points;
}

describe("architecture", () => {
  it("has a box for each layer of the article's network, with shape and parameters, from top to bottom", () => {
    const figure = using(buildCnn(), (model) => architecture(model));
    const texts = textsOf(figure);
    assert.equal(figure.layout.title && (figure.layout.title as { text: string }).text, "cnn: 93,322 parameters");
    assert.match(texts[1] as string, /<b>conv1<\/b> {2}Conv2D<br>\[batch, 26, 26, 32\] · 320 parameters/);
    assert.match(texts[2] as string, /<b>pool1<\/b> {2}MaxPooling2D<br>\[batch, 13, 13, 32\]$/);
    assert.equal(texts.length, 9); // the input, 3 convolutions, 2 poolings, flatten, 2 dense layers
    const boxes = boxesOf(figure);
    for (const [number, box] of boxes.entries()) {
      assert.equal(box.x[0], boxes[0]?.x[0]);
      assert.ok(number === 0 || (box.y[0] as number) > (boxes[number - 1]?.y[2] as number));
    }
    assert.match(boxes[1]?.text as string, /kernelSize: 3, 3<br>.*activation: relu/);
    const legend = traces(figure).flatMap(({ name }) => name ?? []);
    assert.deepEqual(legend, ["convolution", "dense", "other"]);
  });

  it("has an arrow for each tensor of a model with two inputs, a skipping connection and two outputs", () => {
    using(twoInputs(), (model) => {
      assert.deepEqual(arrowsOf(model).sort(), [
        "age > years",
        "both > verdict",
        "first > early",
        "first > second",
        "first > sum",
        "image > first",
        "second > sum",
        "sum > both",
        "years > both",
      ]);
      const heads = traces(architecture(model)).find(({ mode, x }) => mode === "markers" && x.length > 1);
      assert.equal(heads?.x.length, 9);
    });
  });

  it("draws a layer that is used twice twice, its parameters once", () => {
    const texts = textsOf(using(buildGpt({ preset: "tiny", vocabulary: 5 }), (model) => architecture(model)));
    const [first, second] = texts.filter((text) => text.startsWith("<b>embedding</b>"));
    assert.match(first as string, /parameters/);
    assert.match(second as string, /shared weights/);
  });

  it("takes a model within a model, and a wrapped layer, as one box", () => {
    const inner = tf.sequential({ name: "inner", layers: [tf.layers.dense({ units: 4, inputShape: [3] })] });
    const sequence = tf.input({ shape: [5, 3] });
    const lstm = tf.layers.lstm({ units: 2 }) as tf.RNN;
    const both = tf.layers.bidirectional({ name: "both", layer: lstm, mergeMode: "concat" }).apply(sequence);
    const vector = tf.input({ shape: [3] });
    const joined = tf.layers.concatenate().apply([both as tf.SymbolicTensor, inner.apply(vector) as tf.SymbolicTensor]);
    using(tf.model({ inputs: [sequence, vector], outputs: joined as tf.SymbolicTensor }), (model) => {
      const figure = architecture(model);
      assert.equal(boxesOf(figure).length, 5);
      assert.ok(textsOf(figure).some((text) => text.includes("inner") && text.includes("16 parameters")));
      const wrapped = boxesOf(figure).find(({ text }) => text.startsWith("both"));
      assert.match(wrapped?.text ?? "", /layer: LSTM<br>.*units: 2/);
      assert.ok(traces(figure).some(({ name }) => name === "recurrent"));
    });
  });

  const models: Record<string, () => tf.LayersModel> = {
    ...Object.fromEntries(Object.entries(builders).map(([name, build]) => [name, () => build(1)])),
    "two inputs": twoInputs,
    "nine branches": () => {
      const input = tf.input({ shape: [4] });
      const branches = Array.from({ length: 9 }, () => tf.layers.dense({ units: 2 }).apply(input) as tf.SymbolicTensor);
      return tf.model({ inputs: input, outputs: tf.layers.average().apply(branches) as tf.SymbolicTensor });
    },
    "each layer to all later ones": () => {
      const outputs = [tf.input({ shape: [2] })];
      for (let number = 1; number <= 6; number++) {
        const all = outputs.length === 1 ? outputs[0] : tf.layers.concatenate().apply(outputs.slice());
        outputs.push(tf.layers.dense({ units: 2 }).apply(all as tf.SymbolicTensor) as tf.SymbolicTensor);
      }
      return tf.model({ inputs: outputs[0] as tf.SymbolicTensor, outputs: outputs.at(-1) as tf.SymbolicTensor });
    },
  };
  for (const [name, build] of Object.entries(models))
    it(`passes Plotly's validation and covers nothing: ${name}`, () => {
      const figure = using(build(), (model) => architecture(model));
      assert.deepEqual(problems(figure), []);
      const { width = 0, height = 0, margin } = figure.layout;
      assert.ok(width <= 820, `${width} pixels wide`);
      const plotHeight = height - (margin?.t ?? 0) - (margin?.b ?? 0);
      const boxes = boxesOf(figure).map(({ x, y, text }) => ({
        ...{ left: Math.min(...x), right: Math.max(...x), top: Math.min(...y), bottom: Math.max(...y), text },
      }));
      for (const [number, a] of boxes.entries()) {
        assert.ok(a.left >= 0 && a.top >= 0 && a.right <= width && a.bottom <= plotHeight);
        for (const b of boxes.slice(number + 1))
          assert.ok(
            a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top,
            `${a.text} covers ${b.text}`,
          );
      }
      const [{ path }] = figure.layout.shapes as [{ path: string }];
      for (const [x, y] of pointsAlong(path))
        for (const { left, right, top, bottom, text } of boxes)
          assert.ok(x < left || x > right || y <= top || y >= bottom, `an arrow goes through ${text}`);
    });

  it("refuses a model without inputs and one with too many layers, with numbers", () => {
    const empty = tf.sequential({ name: "empty" });
    assert.throws(() => architecture(empty), /empty has 0 layers and 0 outputs.*inputShape/);
    const layers = Array.from({ length: 300 }, (_, i) =>
      tf.layers.activation({ activation: "relu", ...(i === 0 && { inputShape: [1] }) }),
    );
    using(tf.sequential({ layers }), (model) => assert.throws(() => architecture(model), /at most 300 boxes.*has 301/));
  });
});
