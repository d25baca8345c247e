import { strict as assert } from "node:assert";
import {
  confusionCounts,
  confusionMatrix,
  Dataset,
  type Figure,
  type History,
  imageGrid,
  learningCurves,
  Random,
  summary,
  type Table,
  tf,
} from "cellwise";
import { tableHtml, tableText } from "cellwise/dist/plots/figure/table";
import { problems } from "./plotly";

const KILOBYTE = 1024;
const size = (figure: Figure): number => JSON.stringify(figure).length;

function history(epochs: number, stepsPerEpoch: number): History {
  const falling = (count: number): number[] => Array.from({ length: count }, (_, i) => 2.3 / (1 + i / 3));
  const series = (count: number) => ({ loss: falling(count), accuracy: falling(count).map((loss) => 1 - loss / 3) });
  return {
    engine: "eager",
    batchSize: 64,
    stepsPerEpoch,
    epochs: series(epochs),
    validation: series(epochs),
    steps: series(epochs * stepsPerEpoch),
    secondsPerEpoch: falling(epochs),
    interrupted: false,
  };
}

function squares(count: number): Dataset {
  const values = Float32Array.from({ length: count * 4 * 4 }, (_, i) => (i % 16) / 15);
  return new Dataset({
    name: "squares",
    inputs: [{ values, shape: [4, 4, 1], dtype: "float32" }],
    targets: [{ values: Int32Array.from({ length: count }, (_, i) => i % 2), shape: [], dtype: "int32" }],
    classNames: ["even", "odd"],
  });
}

describe("figures", () => {
  it("would be caught by Plotly's validation if they were wrong", () => {
    const figure = { data: [{ type: "scatter", x: [1], lime: 1 }], layout: { width: 300, height: 300, gird: {} } };
    const found = problems(figure as unknown as Figure);
    assert.equal(found.length, 2);
    assert.match(found.join(), /lime.*gird/);
  });

  it("pass Plotly's validation", () => {
    const figures: Record<string, Figure> = {
      "curves with validation": learningCurves(history(10, 938)),
      "curves without validation": learningCurves({ ...history(3, 10), validation: undefined }),
      "curves of an interrupted first epoch": learningCurves({
        ...history(0, 10),
        validation: undefined,
        steps: { loss: [2.3, 2.1], accuracy: [0.1, 0.2] },
        interrupted: true,
      }),
      images: imageGrid(squares(12), { title: "Squares" }),
      "images with titles": imageGrid([squares(1).example(0)], { titles: ["one<br>two"] }),
      confusion: confusionMatrix([0, 1, 2, 2], [0, 1, 1, 2], ["a", "b", "c"]),
    };
    for (const [name, figure] of Object.entries(figures)) assert.deepEqual(problems(figure), [], name);
  });

  it("have axis titles and a background through which the page is seen", () => {
    for (const figure of [learningCurves(history(2, 5)), confusionMatrix([0, 1], [0, 1], ["a", "b"])]) {
      assert.ok(figure.layout.xaxis?.title && figure.layout.yaxis?.title);
      assert.match(String(figure.layout.paper_bgcolor), /, 0\)$/);
      assert.match(String(figure.layout.plot_bgcolor), /, 0\)$/);
    }
  });

  it("stay small: 10,000 predictions, 100 epochs of 938 steps, 20 digits", () => {
    const random = new Random(1);
    const labels = Int32Array.from({ length: 10_000 }, () => random.below(10));
    assert.ok(size(confusionMatrix(labels, labels, [..."0123456789"])) < 8 * KILOBYTE);
    assert.ok(size(learningCurves(history(100, 938))) < 40 * KILOBYTE);
    const noise = new Dataset({
      name: "noise",
      inputs: [
        {
          values: Float32Array.from({ length: 20 * 784 }, () => random.uniform()),
          shape: [28, 28, 1],
          dtype: "float32",
        },
      ],
      targets: [],
    });
    assert.ok(size(imageGrid(noise)) < 150 * KILOBYTE);
  });
});

describe("learningCurves", () => {
  it("places training values at the middle of their epoch and validation values at its end", () => {
    const { data } = learningCurves(history(2, 4));
    const traces = data as { name: string; x: number[]; y: number[] }[];
    const [steps, training, validation] = traces;
    assert.deepEqual(training?.x, [0.5, 1.5]);
    assert.deepEqual(validation?.x, [1, 2]);
    assert.equal(steps?.x.length, 8);
    assert.equal(traces.length, 6);
  });

  it("averages neighbouring steps", () => {
    const many = { ...history(1, 400), steps: { loss: Array.from({ length: 400 }, (_, i) => i) } };
    const [steps] = learningCurves(many).data as { x: number[]; y: number[] }[];
    assert.equal(steps?.y.length, 200);
    assert.deepEqual(steps?.y.slice(0, 2), [0.5, 2.5]);
    assert.equal(steps?.x[0], 1 / 400);
  });
});

describe("learningCurves of a training that never began", () => {
  it("says so", () => assert.throws(() => learningCurves(history(0, 10)), /0 steps/));
});

describe("imageGrid", () => {
  it("keeps every pixel and leaves the space between images empty", () => {
    const { data } = imageGrid(squares(3), { columns: 2 });
    const [trace] = data as { z: (number | null)[][] }[];
    const values = trace?.z.flat().filter((value): value is number => value !== null) ?? [];
    assert.equal(values.length, 3 * 16);
    assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) - 3 * 8) < 0.05); // 0/15 + … + 15/15 = 8
  });

  it("names the classes of a data set over its images", () => {
    const titles = imageGrid(squares(3)).layout.annotations?.map((annotation) => annotation.text);
    assert.deepEqual(titles, ["even", "odd", "even"]);
  });

  it("refuses too many images and what has other channels than 1 or 3, with numbers", () => {
    assert.throws(() => imageGrid(squares(201)), /1 to 200 images; 201/);
    assert.throws(() => imageGrid([{ values: new Float32Array(8), shape: [2, 2, 2] }]), /\[2, 2, 2\]/);
    const other = { values: new Float32Array(4), shape: [2, 2] };
    assert.throws(() => imageGrid([squares(1).example(0), other]), /\[4, 4, 1\], number 1 \[2, 2\]/);
  });
});

describe("confusionMatrix", () => {
  it("counts truth by row and prediction by column", () => {
    assert.deepEqual(confusionCounts([0, 0, 0, 1, 2], [0, 1, 1, 1, 0], 3), [
      [1, 2, 0],
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });

  it("colours by the share of the true class and leaves cells without a case empty", () => {
    const { data, layout } = confusionMatrix([0, 0, 0, 0, 1], [0, 1, 0, 0, 1], ["a", "b"]);
    const [trace] = data as { z: (number | null)[][]; text: string[][] }[];
    assert.deepEqual(trace?.z, [
      [0.75, 0.25],
      [null, 1],
    ]);
    assert.deepEqual(trace?.text, [
      ["3", "1"],
      ["", "1"],
    ]);
    assert.match(JSON.stringify(layout.title), /4 of 5 right/);
  });

  it("refuses lengths that differ and labels without a class", () => {
    assert.throws(() => confusionMatrix([0, 1], [0], ["a", "b"]), /list of 2 true labels and a list of 1 predicted/);
    assert.throws(() => confusionMatrix([0, 2], [0, 1], ["a", "b"]), /Example 1 .* 2 .* 0 to 1/);
  });
});

describe("tables", () => {
  it("show a model layer by layer", () => {
    const model = tf.sequential({
      name: "small",
      layers: [
        tf.layers.dense({ name: "first", units: 3, inputShape: [4] }),
        tf.layers.dense({ name: "last", units: 2 }),
      ],
    });
    const table = summary(model);
    assert.deepEqual(table.rows, [
      ["first", "Dense", "[batch, 3]", 4 * 3 + 3],
      ["last", "Dense", "[batch, 2]", 3 * 2 + 2],
    ]);
    assert.equal(table.total?.at(-1), 15 + 8);
    model.dispose();
  });

  const table: Table = { columns: ["name", "count"], rows: [["<a & b>", 1234567]], total: ["all", 5] };

  it("are aligned text in a terminal", () => {
    assert.deepEqual(tableText(table).split("\n"), [
      "name         count",
      "──────────────────",
      "<a & b>  1,234,567",
      "──────────────────",
      "all              5",
    ]);
  });

  it("are HTML in a notebook, with their text escaped", () => {
    const html = tableHtml(table);
    assert.match(html, /&lt;a &amp; b&gt;/);
    assert.match(html, /text-align: right">1,234,567</);
    assert.match(html, /<tfoot>.*all.*<\/tfoot>/);
  });
});
