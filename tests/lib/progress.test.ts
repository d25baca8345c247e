import { strict as assert } from "node:assert";
import { Dataset, fit, show, tf } from "cellwise";
import { clock, type ProgressState, progressHtml } from "cellwise/dist/training/progress-html";
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

describe("clock", () => {
  it("writes durations as one says them", () => {
    assert.deepEqual([0.04, 8.44, 65, 59.99, 3725].map(clock), ["0.0 s", "8.4 s", "1:05 min", "1:00 min", "1:02:05 h"]);
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
