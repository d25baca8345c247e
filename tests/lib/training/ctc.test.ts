// The loss of label sequences: against its definition (all paths, one by one), against the forward variables of Graves et al. 2006 in
// float64, and against Keras (make_ctc.py); its gradient, and that gradient's, by differences.
import assert from "node:assert/strict";
import { compileStep, ctcLoss, Dataset, evaluate, fit, minimize, Random, tf } from "cellwise";
import { trace } from "cellwise/dist/graph/recording/trace";
import { LAYER_REWRITES } from "cellwise/dist/layers/tfjs-forms/layer-rewrites";
import { ctcOfLogits } from "cellwise/dist/ops/ctc";
import { trainOn } from "cellwise/dist/training/steps/train-on";
import { fill, readFixture, wave } from "../../golden/golden";
import { close, quiet, softmax } from "../small-models";

/** What a path of classes is read as: repetitions merged, then blanks left out. */
const read = (path: readonly number[], blank: number): number[] =>
  path.filter((label, i) => label !== blank && label !== path[i - 1]);

/** −ln of the sum over all paths that are read as the labels. */
function byAllPaths(probabilities: readonly number[][], labels: readonly number[], blank: number): number {
  const sum = (path: readonly number[], probability: number): number => {
    const row = probabilities[path.length];
    if (!row) return read(path, blank).join() === labels.join() ? probability : 0;
    return row.reduce((total, p, label) => total + sum([...path, label], probability * p), 0);
  };
  return -Math.log(sum([], 1));
}

/** −ln by the paper's forward variables (equations 6 to 8), each step's scaled to sum to 1. */
function byForwardVariables(probabilities: readonly number[][], labels: readonly number[], blank: number): number {
  const symbols = [blank, ...labels.flatMap((label) => [label, blank])];
  let alpha = symbols.map((_, s) => Number(s === 0)); // before the first step, only the empty prefix
  let first = true;
  let log = 0;
  for (const row of probabilities) {
    const from = (s: number): number => alpha[s] ?? 0;
    const skips = (s: number): boolean => symbols[s] !== blank && symbols[s] !== symbols[s - 2];
    const next = symbols.map((symbol, s) => {
      const ways = first ? Number(s < 2) : from(s) + from(s - 1) + (skips(s) ? from(s - 2) : 0);
      return ways * (row[symbol] as number);
    });
    const total = next.reduce((sum, each) => sum + each, 0);
    log += Math.log(total);
    alpha = next.map((each) => each / total);
    first = false;
  }
  return -(log + Math.log((alpha.at(-1) as number) + (alpha.at(-2) ?? 0)));
}

const randomRows = (random: Random, time: number, classes: number): number[][] =>
  Array.from({ length: time }, () => softmax(Array.from({ length: classes }, () => 2 * random.normal())));
const lossOf = (probabilities: number[][][], labels: number[][], blank = 0): number[] =>
  tf.tidy(() => Array.from(ctcLoss({ blank })(tf.tensor2d(labels), tf.tensor3d(probabilities)).dataSync()));

describe("ctcLoss", () => {
  it("is −ln of the sum over all paths: one label, repeated ones, none, as many as there are steps", () => {
    const random = new Random(1);
    for (const blank of [0, 1, 2]) {
      const [a, b] = [0, 1, 2].filter((label) => label !== blank) as [number, number];
      const sequences = [[a], [a, b], [b, b], [], [a, b, a, b], [b, b, a]];
      const probabilities = sequences.map(() => randomRows(random, 4, 3));
      const padded = sequences.map((labels) => [...labels, ...Array(4 - labels.length).fill(blank)]);
      for (const [i, value] of lossOf(probabilities, padded, blank).entries())
        close(value, byAllPaths(probabilities[i] as number[][], sequences[i] as number[], blank), 1e-5);
    }
  });

  it("is that of the forward variables in float64, 40 steps of 12 classes", () => {
    const random = new Random(2);
    const sequences = Array.from({ length: 8 }, (_, i) => Array.from({ length: i + 3 }, () => 1 + random.below(11)));
    const probabilities = sequences.map(() => randomRows(random, 40, 12));
    const padded = sequences.map((labels) => [...labels, ...Array(10 - labels.length).fill(0)]);
    for (const [i, value] of lossOf(probabilities, padded).entries()) {
      const expected = byForwardVariables(probabilities[i] as number[][], sequences[i] as number[], 0);
      close(value, expected, 1e-5 * expected);
    }
  });

  it("is infinite for what no path is read as, and moves nothing", () => {
    const uniform = tf.zeros([3, 3, 3]);
    // Too many labels; two that are the same without a step for the blank between them; no class.
    const labels = tf.tensor2d([1, 2, 1, 2, 1, 1, 2, 0, 5, 0, 0, 0], [3, 4], "int32");
    const lengths = tf.tensor1d([3, 3, 3], "int32");
    const loss = (logits: tf.Tensor) => ctcOfLogits(logits, labels, lengths, 0);
    const [values, slopes] = tf.tidy(() => [
      loss(uniform).arraySync(),
      tf
        .grad((x) => loss(x).sum())(uniform)
        .abs()
        .max()
        .dataSync()[0],
    ]);
    assert.deepEqual(values, [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    assert.equal(slopes, 0);
    tf.dispose([uniform, labels, lengths]);
  });

  it("has the gradient that differences give, and that one's own gradient too, in both engines", () => {
    const labels = tf.tensor2d([2, 1, 1, 1, 2, 0], [2, 3], "int32");
    const lengths = tf.tensor1d([5, 4], "int32");
    const start = tf.tidy(() => wave([2, 5, 3], 3));
    const direction = tf.tidy(() => wave([2, 5, 3], 7));
    const loss = (x: tf.Tensor): tf.Scalar =>
      ctcOfLogits(x, labels, lengths, 0)
        .mul(tf.tensor1d([1, -2]))
        .sum();
    const along = (x: tf.Tensor): tf.Scalar => tf.grad(loss)(x).mul(direction).sum();
    const second = (x: tf.Tensor): tf.Tensor => tf.grad(along)(x).mul(direction).sum();
    const at = (f: (x: tf.Tensor) => tf.Tensor, distance: number): number =>
      tf.tidy(() => f(start.add(direction.mul(distance))).dataSync()[0] as number);
    const difference = (f: (x: tf.Tensor) => tf.Tensor, h: number): number => (at(f, h) - at(f, -h)) / (2 * h);
    close(at(along, 0), difference(loss, 1e-2), 2e-3);
    close(at(second, 0), difference(along, 1e-2), 2e-3);
    // The same in a compiled step: with a factor of 0 that is learned at rate 1, downhill from here.
    const factor = tf.variable(tf.scalar(0));
    const step = compileStep((x) =>
      minimize(tf.train.sgd(1), () => factor.mul(second(x as tf.Tensor)) as tf.Scalar, [factor]),
    );
    step.run(start);
    step.dispose();
    close(-(factor.dataSync()[0] as number), at(second, 0), 1e-4);
    tf.dispose([labels, lengths, start, direction, factor]);
  });

  it("says what is wrong with labels and probabilities that do not fit together", () => {
    const of = (labels: tf.Tensor, probabilities: tf.Tensor) => () => tf.tidy(() => ctcLoss()(labels, probabilities));
    tf.tidy(() => {
      assert.throws(of(tf.ones([2]), tf.ones([2, 4, 3])), /labels \[2\] and probabilities \[2, 4, 3\]/);
      assert.throws(of(tf.ones([3, 2]), tf.ones([2, 4, 3])), /labels \[3, 2\].*one row of labels/);
      const message = /blank is 3, .* 3 classes, 0 to 2/;
      assert.throws(() => ctcLoss({ blank: 3 })(tf.ones([2, 2]), tf.ones([2, 4, 3])), message);
    });
    assert.throws(() => ctcLoss({ blank: -1 }), /blank is -1/);
  });
});

describe("ctcLoss is Keras's", () => {
  interface Case {
    readonly labels: number[];
    readonly lengths: number[];
    readonly blank: number;
    readonly losses: number[];
    readonly gradient: number[];
  }
  const fixture = readFixture<
    Record<"all steps" | "some steps" | "another blank", Case> & {
      trained: { steps: { loss: number[] }; after: number };
    }
  >("ctc");

  for (const name of ["all steps", "some steps", "another blank"] as const)
    it(`with its gradient: ${name}`, () => {
      const { labels, lengths, blank, losses, gradient } = fixture[name];
      tf.tidy(() => {
        const loss = (x: tf.Tensor): tf.Tensor =>
          ctcOfLogits(x, tf.tensor2d(labels, [4, 5], "int32"), tf.tensor1d(lengths, "int32"), blank);
        const logits = wave([4, 5, 4], 40).mul(2);
        for (const [i, value] of loss(logits).dataSync().entries()) close(value, losses[i] as number, 1e-5);
        const slopes = tf
          .grad((x) =>
            loss(x)
              .mul(wave([4], 50))
              .sum(),
          )(logits)
          .dataSync();
        for (const [i, value] of slopes.entries()) close(value, gradient[i] as number, 1e-5);
      });
    });

  const { layers: l } = tf;
  const recogniser = (): tf.LayersModel => {
    const rnn = l.simpleRNN({ units: 3, returnSequences: true, inputShape: [5, 2] });
    const model = tf.sequential({ layers: [rnn, l.dense({ units: 4, activation: "softmax" })] });
    model.compile({ optimizer: tf.train.sgd(0.5), loss: ctcLoss() });
    fill(model);
    return model;
  };
  const data = (): Dataset =>
    new Dataset({
      name: "sequences",
      inputs: [
        {
          values: tf.tidy(() => wave([4, 5, 2], 41).dataSync<"float32">()),
          ...{ shape: [5, 2], dtype: "float32" },
        },
      ],
      targets: [{ values: Int32Array.from(fixture["all steps"].labels), shape: [5], dtype: "int32" }],
    });

  for (const engine of ["compiled", "eager"] as const)
    it(`in fit and evaluate, ${engine}, and nothing is warned of`, async () => {
      const model = recogniser();
      const before = tf.memory().numTensors;
      const { warn } = console;
      const warnings: unknown[] = [];
      console.warn = (...words) => warnings.push(words);
      try {
        const options = { epochs: 3, batchSize: 4, shuffle: false, engine, ...quiet };
        const { epochs, engine: used } = await fit(model, data(), options);
        assert.equal(used, engine);
        for (const [i, value] of epochs.loss.entries()) close(value, fixture.trained.steps.loss[i] as number, 1e-5);
        close((await evaluate(model, data(), { batchSize: 3 })).loss, fixture.trained.after, 1e-5);
      } finally {
        console.warn = warn;
      }
      assert.deepEqual(warnings, []);
      assert.equal(tf.memory().numTensors, before);
      model.dispose();
    });

  it("as one operation in the compiled step, from the logits of the softmax", () => {
    const model = recogniser();
    const batch = tf.tidy(() => [wave([4, 5, 2], 41), tf.tensor2d(fixture["all steps"].labels, [4, 5], "int32")]);
    const recorded = trace((x, y) => [trainOn(model, [x as tf.Tensor], [y as tf.Tensor])], batch, {
      ...{ seed: 1, step: () => 0, rewrites: LAYER_REWRITES },
    });
    recorded.dispose();
    const ops = recorded.nodes.map(({ op }) => op);
    assert.equal(ops.filter((op) => op === "CTCLoss").length, 1);
    const logarithms = ops.filter((op) => op === "Log").length;
    assert.equal(logarithms, 1, "one for examples without labels, none of the softmax itself");
    model.dispose();
    tf.dispose(batch);
  });
});

describe("ctcLoss in fit", () => {
  const { layers: l } = tf;
  /** The softmax of its inputs; steps of nothing but zeros are masked. */
  const reader = (options: { masked?: boolean; blank?: number } = {}): tf.LayersModel => {
    const mask = options.masked ? [l.masking({ inputShape: [4, 3] })] : [];
    const kernelInitializer = tf.initializers.identity({ gain: 1 });
    const dense = l.dense({ units: 3, kernelInitializer, activation: "softmax", inputShape: [4, 3] });
    const model = tf.sequential({
      name: "reader",
      layers: [...mask, l.timeDistributed({ layer: dense, inputShape: [4, 3] })],
    });
    model.compile({ optimizer: tf.train.sgd(0.1), loss: ctcLoss({ blank: options.blank ?? 0 }) });
    return model;
  };
  const dataOf = (inputs: number[][][], labels: number[][]): Dataset =>
    new Dataset({
      name: "clips",
      inputs: [{ values: Float32Array.from(inputs.flat(2)), shape: [4, 3], dtype: "float32" }],
      targets: [{ values: Int32Array.from(labels.flat()), shape: [labels[0]?.length ?? 1], dtype: "int32" }],
    });
  const rows = (count: number): number[][][] => {
    const random = new Random(3);
    const row = (): number[] => Array.from({ length: 3 }, () => random.normal());
    return Array.from({ length: count }, () => Array.from({ length: 4 }, row));
  };

  it("counts the steps that a mask leaves, and the examples of which it leaves any", async () => {
    const inputs = rows(3);
    const nothing = [0, 0, 0];
    inputs[1] = [...(inputs[1] ?? []).slice(0, 2), nothing, nothing];
    inputs[2] = [nothing, nothing, nothing, nothing];
    const labels = [
      [1, 1, 2],
      [2, 0, 0],
      [0, 0, 0],
    ];
    const model = reader({ masked: true });
    const { loss } = await evaluate(model, dataOf(inputs, labels));
    const probabilities = inputs.map((steps) => steps.map(softmax));
    const expected =
      byAllPaths(probabilities[0] ?? [], [1, 1, 2], 0) + byAllPaths(probabilities[1]?.slice(0, 2) ?? [], [2], 0);
    close(loss, expected / 2, 1e-5);
    model.dispose();
  });

  it("says which example's labels cannot be, before any work", async () => {
    const refuses = async (labels: number[], message: RegExp, blank = 0): Promise<void> => {
      const model = reader({ blank });
      await assert.rejects(fit(model, dataOf(rows(2), [labels.map(() => blank), labels]), quiet), message);
      model.dispose();
    };
    await refuses([1, 2, 1, 2, 1], /Example 1 of clips has the labels \[1, 2, 1, 2, 1\], which take 5 steps.* has 4/);
    await refuses([1, 1, 1, 0], /labels \[1, 1, 1, 0\], which take 5 steps.* between two that are the same.* has 4/);
    await refuses([1, 0, 2], /labels \[1, 0, 2\], with one behind a 0, which is the blank of the loss ctc/);
    await refuses([3, 0], /labels \[3, 0\], and 3 is none of the classes of .* 0 to 2/);
    await refuses([-1, 0], /and -1 is none of the classes/);
    await refuses([1, 3], /The blank of the loss ctc is 3, and .* has 3 classes, 0 to 2/, 3);
  });

  it("says what targets it takes", async () => {
    const model = reader();
    const [input] = dataOf(rows(1), [[1]]).inputs;
    assert.ok(input);
    const targets = [{ values: Float32Array.from({ length: 12 }, () => 0), shape: [4, 3], dtype: "float32" } as const];
    const oneHot = new Dataset({ name: "one-hot", inputs: [input], targets });
    const message = /targets of one-hot have the shape \[4, 3\].*label sequences, of shape \[labels\]/;
    await assert.rejects(fit(model, oneHot, quiet), message);
    model.dispose();
  });
});
