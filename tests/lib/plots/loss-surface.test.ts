// The landscape of a loss, and paths over it.
import { strict as assert } from "node:assert";
import { Dataset, evaluate, type Figure, lossAroundWeights, lossOverPlane, lossSurface, tf } from "cellwise";
import { problems } from "../plotly";

type Trace = { type: string; x: (number | null)[]; y: (number | null)[]; z: (number | null)[] | number[][] };
const traces = (figure: Figure): Trace[] => figure.data as unknown as Trace[];
const bowl = (a: number, b: number): number => a * a + 10 * b * b;
const range = { x: [-2, 2], y: [-1, 1], steps: 5 } as const;

describe("lossOverPlane", () => {
  it("has a row for each second weight and a column for each first", () => {
    const { x, y, loss } = lossOverPlane(bowl, range);
    assert.deepEqual(
      [x, y],
      [
        [-2, -1, 0, 1, 2],
        [-1, -0.5, 0, 0.5, 1],
      ],
    );
    assert.deepEqual(loss[0], [14, 11, 10, 11, 14]);
    assert.deepEqual(loss[2], [4, 1, 0, 1, 4]);
  });
});

describe("lossSurface", () => {
  it("passes Plotly's validation, with paths and without", () => {
    const paths = {
      sgd: [
        [-2, 1],
        [0, 0.25],
        [0, 0],
      ],
      adam: [
        [-2, 1],
        [5, 5],
        [0.5, 0],
      ],
    } as const;
    assert.deepEqual(problems(lossSurface(lossOverPlane(bowl, range))), []);
    assert.deepEqual(problems(lossSurface(lossOverPlane(bowl, range), { paths, title: "Bowl" })), []);
  });

  it("draws paths on the map and on the surface, step by step", () => {
    const figure = lossSurface(lossOverPlane(bowl, range), {
      paths: {
        sgd: [
          [-2, 1],
          [0, 0.25],
          [0, 0],
        ],
      },
    });
    const [, , flat, inSpace] = traces(figure);
    assert.deepEqual(
      [flat?.x, flat?.y],
      [
        [-2, 0, 0],
        [1, 0.25, 0],
      ],
    );
    // Between the grid's rows b = 0 and 0.5, with the losses 0 and 2.5, half of the way is 1.25.
    assert.deepEqual(inSpace?.z, [14, 1.25, 0]);
    assert.deepEqual(
      figure.frames?.map(({ name }) => name),
      ["0", "1", "2"],
    );
    assert.deepEqual(
      figure.frames?.[1]?.data?.map(({ x }) => x),
      [
        [-2, 0],
        [-2, 0],
      ],
    );
  });

  it("leaves a gap where a path is outside", () => {
    const figure = lossSurface(lossOverPlane(bowl, range), {
      paths: {
        sgd: [
          [0, 0],
          [9, 0],
          [1, 0],
        ],
      },
    });
    assert.deepEqual(traces(figure)[2]?.x, [0, null, 1]);
  });

  it("is logarithmic where the loss spans many sizes", () => {
    const steep = lossOverPlane((a) => 10 ** (2 * a), range);
    assert.deepEqual(traces(lossSurface(steep))[0]?.z[0], [-4, -2, 0, 2, 4]);
    assert.equal(lossSurface(steep).layout.annotations?.[0]?.text, "lines of equal log₁₀ loss");
    assert.deepEqual(traces(lossSurface(steep, { logLoss: false }))[0]?.z[0], [0.0001, 0.01, 1, 100, 10000]);
  });

  it("stays small: 61 × 61 points, two paths of 1000 steps", () => {
    const path = Array.from({ length: 1000 }, (_, i): [number, number] => [2 - i / 500, 1 - i / 1000]);
    const figure = lossSurface(lossOverPlane(bowl, { ...range, steps: 61 }), { paths: { a: path, b: path } });
    assert.ok(JSON.stringify(figure).length < 400 * 1024, `${JSON.stringify(figure).length}`);
    assert.equal(figure.frames?.at(-1)?.name, "999");
  });

  it("refuses losses without a number, empty paths and logarithms of zero, with numbers", () => {
    assert.throws(() => lossSurface(lossOverPlane(() => Number.NaN, range)), /none of the 25 losses/);
    assert.throws(() => lossSurface(lossOverPlane(bowl, range), { paths: { sgd: [] } }), /"sgd" has 0 points/);
    assert.throws(() => lossSurface(lossOverPlane(bowl, range), { logLoss: true }), /lowest loss is 0/);
  });
});

describe("lossAroundWeights", () => {
  const weights = [0.5, -1.5, 2];
  /** The unit vectors and what the model itself answers: the loss is the mean square of the change of the weights. */
  const dataset = new Dataset({
    name: "unit vectors",
    inputs: [{ values: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), shape: [3], dtype: "float32" }],
    targets: [{ values: Float32Array.from(weights), shape: [1], dtype: "float32" }],
  });

  function linear(): tf.Sequential {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3], useBias: false })] });
    const kernel = tf.tensor2d(weights, [3, 1]);
    model.setWeights([kernel]);
    kernel.dispose();
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    return model;
  }

  for (const steps of [3, 2])
    it(`goes a filter's own length along each direction, and gives the weights back (${steps} × ${steps} points)`, async () => {
      const model = linear();
      const before = tf.memory().numTensors;
      const { x, y, loss } = await lossAroundWeights(model, dataset, { steps });
      assert.equal(tf.memory().numTensors, before);
      assert.deepEqual([...(model.getWeights()[0]?.dataSync() ?? [])], weights);
      assert.deepEqual(x, y);
      if (steps === 3) {
        const size = weights.reduce((sum, weight) => sum + weight * weight, 0) / 3;
        assert.equal(loss[1]?.[1], (await evaluate(model, dataset)).loss);
        for (const found of [loss[1]?.[0], loss[1]?.[2], loss[0]?.[1], loss[2]?.[1]])
          assert.ok(Math.abs((found as number) - size) < 1e-4, `${found} and ${size}`);
        // On a quadratic the four corners agree with the edges (parallelogram law).
        const corners = [0, 2].flatMap((row) => [0, 2].map((column) => loss[row]?.[column] as number));
        assert.ok(Math.abs(corners.reduce((a, b) => a + b) - 8 * size) < 1e-3);
      }
      model.dispose();
    });

  it("gives the weights back after an interrupt", async () => {
    const model = linear();
    const controller = new AbortController();
    const before = tf.memory().numTensors;
    let asked = 0;
    const { signal } = controller;
    signal.throwIfAborted = () => {
      if (++asked > 4) controller.abort();
      AbortSignal.prototype.throwIfAborted.call(signal);
    };
    await assert.rejects(lossAroundWeights(model, dataset, { steps: 3, signal }), { name: "AbortError" });
    assert.deepEqual([...(model.getWeights()[0]?.dataSync() ?? [])], weights);
    assert.equal(tf.memory().numTensors, before);
    model.dispose();
  });
});
