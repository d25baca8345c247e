import { strict as assert } from "node:assert";
import { Dataset, fit, learningCurves, show, tf } from "cellwise";
import { clock, LossCurve, type ProgressState, progressHtml } from "cellwise/dist/training/progress";
import { bundle } from "cellwise-kernel/dist/kernel/bundle";
import { inNotebook, printed } from "./notebook-kernel";

const column = (...values: number[]) => ({ values: Float32Array.from(values), shape: [1], dtype: "float32" }) as const;
const dataset = new Dataset({ name: "numbers", inputs: [column(1, 2, 3)], targets: [column(2, 4, 6)] });

function model(): tf.Sequential {
  const line = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  line.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  return line;
}

const state: ProgressState = {
  phase: "training",
  epoch: 2,
  epochs: 10,
  step: 469,
  stepsPerEpoch: 938,
  running: { loss: 0.04321, accuracy: 0.98765 },
  millisecondsPerStep: 20,
  batchSize: 64,
  engine: "eager",
  seconds: 30,
  secondsLeft: 170,
  curve: "",
  finished: [
    { epoch: 1, training: { loss: 0.2, accuracy: 0.9 }, validation: { loss: 0.1, accuracy: 0.95 }, seconds: 20 },
  ],
};

describe("progress in a notebook", () => {
  it("is one output, updated in place, with HTML and text, and ends with all epochs in a table", async () => {
    const line = model();
    await inNotebook(async (kernel) => {
      const lines = await printed(() => fit(line, dataset, { epochs: 3, batchSize: 2, validation: dataset }));
      assert.deepEqual(lines, []);
      const ids = new Set(kernel.shown.map(({ id }) => id));
      assert.equal(ids.size, 1);
      assert.ok(![...ids].includes(undefined));
      const last = kernel.shown.at(-1)?.data ?? {};
      const html = String(last["text/html"]);
      assert.match(html, /<progress max="6" value="6"/);
      assert.match(html, /3 epochs in [\d.]+ s/);
      assert.match(html, /validation loss/);
      assert.equal(html.match(/<tr>/g)?.length, 1 + 3);
      assert.match(String(last["text/plain"]), /^done: epoch 3\/3, step 2\/2 · loss \d/);
    });
    line.dispose();
  });

  it("gives each training an output of its own", async () => {
    const line = model();
    await inNotebook(async (kernel) => {
      await fit(line, dataset);
      await fit(line, dataset);
      assert.equal(new Set(kernel.shown.map(({ id }) => id)).size, 2);
    });
    line.dispose();
  });

  it("shows epoch, step, running values, rate and time left", () => {
    const html = progressHtml(state);
    assert.match(html, /<progress max="9380" value="1407"/);
    assert.match(html, /epoch 2\/10, step 469\/938 · loss 0\.0432 · accuracy 0\.9877/);
    assert.match(html, /3200 examples\/s \(20\.0 ms\/step, eager\) · 2:50 min left/); // 64 examples in 20 ms
    assert.match(html, />0\.9500</);
  });

  it("says when it measures the validation set, and how a training ended", () => {
    assert.match(progressHtml({ ...state, phase: "validating" }), /measuring the validation set/);
    assert.match(progressHtml({ ...state, phase: "done", seconds: 203 }), /10 epochs in 3:23 min/);
    assert.match(progressHtml({ ...state, phase: "stopped" }), /stopped in epoch 2\/10, after step 469\/938/);
  });

  it("stays small in a long training", () => {
    const finished = Array.from({ length: 500 }, (_, i) => ({ ...state.finished[0], epoch: i + 1 }));
    const html = progressHtml({ ...state, finished: finished as ProgressState["finished"] });
    assert.match(html, /the last 20 of 500 epochs/);
    assert.equal(html.match(/<tr>/g)?.length, 1 + 20);
  });

  it("is not shown when not wanted", async () => {
    const line = model();
    await inNotebook(async (kernel) => {
      await fit(line, dataset, { verbose: false });
      assert.deepEqual(kernel.shown, []);
    });
    line.dispose();
  });
});

describe("progress in a terminal", () => {
  it("is a line an epoch", async () => {
    const line = model();
    const lines = await printed(() => fit(line, dataset, { epochs: 2, batchSize: 2, validation: dataset }));
    assert.equal(lines.length, 2);
    assert.match(lines[0] as string, /^epoch 1\/2 · loss [\d.]+ · validation loss [\d.]+ · [\d.]+ s · [\d.]+ ms\/step/);
    line.dispose();
  });

  it("says how a training ended early", async () => {
    const line = model();
    const lines = await printed(() => fit(line, dataset, { epochs: 5, onEpochEnd: () => false }));
    assert.match(lines.at(-1) as string, /^stopped: epoch 1\/5/);
    line.dispose();
  });
});

describe("the curve of the loss", () => {
  const polylines = (svg: string): number[][][] =>
    [...svg.matchAll(/<polyline points="([^"]+)"/g)].map(([, points = ""]) =>
      points.split(" ").map((point) => point.split(",").map(Number)),
    );

  it("falls from the upper left to the lower right, in powers of ten", () => {
    const curve = new LossCurve(1, 3);
    for (const loss of [100, 10, 1]) curve.step(loss);
    const [[first, second, third] = []] = polylines(curve.svg());
    const [[x1 = 0, y1 = 0], [x2 = 0, y2 = 0], [x3 = 0, y3 = 0]] = [first ?? [], second ?? [], third ?? []];
    assert.ok(x1 < x2 && x2 < x3 && y1 < y2 && y2 < y3, "y grows downwards");
    assert.ok(Math.abs(y2 - y1 - (y3 - y2)) < 0.2, "equal factors are equal heights");
    assert.match(curve.svg(), />1<.*>100</s);
  });

  it("has a line for epochs and a dashed one for validation", () => {
    const curve = new LossCurve(2, 2);
    for (const loss of [4, 3, 2, 1]) curve.step(loss);
    curve.epoch(3.5, 3);
    curve.epoch(1.5, 2);
    assert.equal(polylines(curve.svg()).length, 3);
    assert.match(curve.svg(), /stroke-dasharray.*validation/s);
  });

  it("averages neighbours, so that a long training stays small", () => {
    const curve = new LossCurve(1000, 100);
    for (let step = 0; step < 100_000; step++) curve.step(step % 2 === 0 ? 3 : 1);
    const svg = curve.svg();
    const [points = []] = polylines(svg);
    assert.ok(points.length >= 128 && points.length < 256, `${points.length} points`);
    assert.equal(new Set(points.map(([, y]) => y)).size, 1); // all means are 2
    assert.ok((points.at(-1)?.[0] ?? 0) > 0.98 * 600, "the line reaches the end");
    assert.ok(svg.length < 8 * 1024, `${svg.length} bytes`);
  });

  it("draws what is below zero, what stays the same, and nothing from nothing", () => {
    const curve = new LossCurve(1, 2);
    assert.equal(curve.svg(), "");
    curve.step(-1);
    assert.equal(curve.svg(), "");
    curve.step(-1);
    assert.doesNotMatch(curve.svg(), /NaN|Infinity/);
  });

  it("is there while a model trains; at the end the history draws it, unless the training failed", async () => {
    const line = model();
    await inNotebook(async (kernel) => {
      await fit(line, dataset, { epochs: 2, batchSize: 1, validation: dataset });
      const drawn = kernel.shown.map(({ data }) => /<svg/.test(String(data["text/html"])));
      assert.ok(drawn.includes(true));
      assert.equal(drawn.at(-1), false);
      const failing = fit(line, dataset, { epochs: 2, batchSize: 1, learningRate: () => 1e38 });
      await assert.rejects(failing, /diverged/);
      assert.match(String(kernel.shown.at(-1)?.data["text/html"]), /failed in epoch/);
    });
    line.dispose();
  });
});

describe("a history as the last expression of a cell", () => {
  it("is its learning curves; all its numbers are its own", async () => {
    const line = model();
    const history = await fit(line, dataset, { epochs: 2, batchSize: 2, validation: dataset, verbose: false });
    const shown = (await bundle(history)) as Record<string, unknown>;
    assert.deepEqual(shown["application/vnd.plotly.v1+json"], learningCurves(history));
    assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(history))), [
      ...["engine", "batchSize", "stepsPerEpoch", "epochs", "validation", "steps", "secondsPerEpoch", "interrupted"],
    ]);
    line.dispose();
  });

  it("says so when a training never began", async () => {
    const line = model();
    const history = await fit(line, dataset, { verbose: false, signal: AbortSignal.abort() });
    assert.match(String(((await bundle(history)) as Record<string, unknown>)["text/plain"]), /before its first step/);
    line.dispose();
  });
});

describe("clock", () => {
  it("writes durations as one says them", () => {
    assert.deepEqual([0.04, 8.44, 65, 59.99, 3725].map(clock), [
      "0.04 s",
      "8.4 s",
      "1:05 min",
      "1:00 min",
      "1:02:05 h",
    ]);
  });
});

describe("show", () => {
  const figure = { data: [{ type: "bar" as const, y: [1, 2] }], layout: { title: { text: "Bars" } } };

  it("shows a figure in Plotly's MIME type, with a line of text beside it", async () => {
    await inNotebook(async (kernel) => {
      show(figure);
      assert.deepEqual(kernel.shown, [
        {
          id: undefined,
          data: { "application/vnd.plotly.v1+json": figure, "text/plain": "[Figure: Bars (1 trace: bar)]" },
        },
      ]);
    });
  });

  it("shows a table as HTML and text", async () => {
    await inNotebook(async (kernel) => {
      show({ columns: ["a"], rows: [[1]] });
      assert.deepEqual(Object.keys(kernel.shown[0]?.data ?? {}), ["text/html", "text/plain"]);
    });
  });

  it("prints text in a terminal", async () => {
    assert.deepEqual(await printed(async () => show(figure)), ["[Figure: Bars (1 trace: bar)]"]);
  });
});
