// Figures that look into a convolutional network: filters, feature maps, saliency and Grad-CAM over the images.
import { strict as assert } from "node:assert";
import { buildBlockCnn, buildCnn, type Figure, featureMaps, filters, gradCam, saliency, tf } from "cellwise";
import { resizeBilinear } from "cellwise/dist/plots/images/bilinear";
import { problems } from "../plotly";
import { close } from "../small-models";

type Cells = (number | null)[][];
type Trace = { z: Cells; x: number[]; y: number[]; x0: number; dx: number; text: string[]; zmin: number; zmax: number };
const traces = (figure: Figure): Trace[] => figure.data as unknown as Trace[];
const titles = (figure: Figure): unknown[] => figure.layout.annotations?.map(({ text }) => text) ?? [];
const titleOf = (figure: Figure): string => JSON.stringify(figure.layout.title).replaceAll("<br>", "");
const filled = (cells: Cells | undefined): number[] => cells?.flat().filter((value) => value !== null) as number[];
/** The tile whose upper left corner has this place. */
const part = (cells: Cells | undefined, [top, left]: [number, number], [height, width]: [number, number]): Cells =>
  cells?.slice(top, top + height).map((row) => row.slice(left, left + width)) ?? [];
const digits = (count: number, side = 28): tf.Tensor4D => tf.randomUniform([count, side, side, 1], 0, 1, "float32", 1);

/** A convolution of two channels with two filters of 2 × 2, after one that makes the channels x and −x. */
function twoConvolutions(): tf.Sequential {
  const model = tf.sequential({ name: "two" });
  const linear = { useBias: false, activation: "linear" } as const;
  model.add(tf.layers.conv2d({ name: "sign", filters: 2, kernelSize: 1, inputShape: [3, 3, 1], ...linear }));
  model.add(tf.layers.conv2d({ name: "edges", filters: 2, kernelSize: 2, ...linear }));
  model.add(tf.layers.globalAveragePooling2d({ name: "average" }));
  model.add(tf.layers.dense({ name: "output", units: 2, useBias: false }));
  // For each place of the kernel: channel 0 to filter 0 and 1, channel 1 to filter 0 and 1.
  const edges = [1, 0.5, -1, 0, -1, 0.25, 3, 0, 2, 0, 0, 0, 0, -4, 0, 0];
  const weights = [tf.tensor4d([1, -1], [1, 1, 1, 2]), tf.tensor4d(edges, [2, 2, 2, 2]), tf.eye(2)];
  model.setWeights(weights);
  tf.dispose(weights);
  return model;
}

describe("bilinear enlargement", () => {
  it("interpolates between the middles of cells, and keeps the nearest value beyond", () => {
    // Middles of 4 places on 2 cells: −0.25 (taken as 0), 0.25, 0.75, 1.25 (taken as 1).
    assert.deepEqual([...resizeBilinear([0, 8], [1, 2], [1, 4])], [0, 2, 6, 8]);
    const square = [0, 2, 6, 8].flatMap((y) => [0, 4, 12, 16].map((x) => x + y));
    assert.deepEqual([...resizeBilinear([0, 16, 8, 24], [2, 2], [4, 4])], square);
  });

  it("is TensorFlow's with half-pixel centres, and changes nothing at the same size", () => {
    const values = tf.randomUniform([1, 3, 5, 1], 0, 1, "float32", 1) as tf.Tensor4D;
    const resized = tf.image.resizeBilinear(values, [7, 13], false, true);
    const wanted = resized.dataSync();
    const own = values.dataSync();
    for (const [i, value] of resizeBilinear(own, [3, 5], [7, 13]).entries()) close(value, wanted[i] as number, 1e-6);
    assert.deepEqual(resizeBilinear(own, [3, 5], [3, 5]), own);
    tf.dispose([values, resized]);
  });
});

describe("filters", () => {
  it("draws each kernel in reading order under its number, 0 in the middle of the colours", () => {
    const model = twoConvolutions();
    const figure = filters(model, { layer: "edges", channel: 0 });
    const [trace] = traces(figure);
    const tile = figure.layout.annotations?.[0];
    const top = Number(tile?.y) + 1;
    assert.deepEqual(part(trace?.z, [top, 0], [2, 2]), [
      [1, -1],
      [2, 0],
    ]);
    assert.deepEqual(part(trace?.z, [top, 3], [2, 2]), [
      [0.5, 0.25],
      [0, -4],
    ]);
    assert.equal(filled(trace?.z).length, 8);
    assert.deepEqual([trace?.zmin, trace?.zmax], [-4, 4]);
    assert.deepEqual(titles(figure), ["0", "1"]);
    assert.match(titleOf(figure), /edges: 2 kernels of 2 × 2, channel 0/);
    model.dispose();
  });

  it("draws the mean over the channels of the input, and the first layer, by default", () => {
    const model = twoConvolutions();
    const figure = filters(model, { layer: 1, most: 1 });
    // Filter 0 has 1, −1, 2, 0 for channel 0 and −1, 3, 0, 0 for channel 1.
    assert.deepEqual(filled(traces(figure)[0]?.z), [0, 1, 1, 0]);
    assert.match(titleOf(figure), /edges: the first 1 of 2 kernels of 2 × 2, mean of 2 channels/);
    assert.deepEqual(filled(traces(filters(model))[0]?.z), [1, -1]);
    assert.match(titleOf(filters(model, { title: "Kernels" })), /"Kernels"/);
    model.dispose();
  });

  it("refuses layers and channels that are not there", () => {
    const model = twoConvolutions();
    assert.throws(() => filters(model, { layer: "conv1" }), /no layer "conv1"\. Its convolutions are "sign", "edges"/);
    assert.throws(() => filters(model, { layer: "average" }), /"average" gives \[batch, 2\]; .* "sign", "edges"/);
    assert.throws(
      () => filters(model, { layer: 1, channel: 2 }),
      /channel is 2; .* "edges" has 2, numbered from 0 to 1/,
    );
    assert.throws(() => filters(model, { most: 0 }), /most is 0/);
    model.dispose();
    const depthwise = tf.sequential();
    depthwise.add(tf.layers.depthwiseConv2d({ name: "deep", kernelSize: 2, inputShape: [4, 4, 1] }));
    assert.throws(() => filters(depthwise), /"deep" is a DepthwiseConv2D; a Conv2D is needed/);
    depthwise.dispose();
  });
});

describe("featureMaps", () => {
  it("draws the image and every channel of a layer", () => {
    const model = twoConvolutions();
    const image = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 3, 1]);
    const figure = featureMaps(model, image, { layer: "sign" });
    const [picture, maps, numbers, heading] = traces(figure);
    assert.deepEqual(filled(picture?.z), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // All of the image is on the page, though it is higher than the maps.
    assert.ok((picture?.z.length ?? 0) * (picture?.dx ?? 0) <= Number(figure.layout.yaxis?.range?.[0]) + 1);
    // Row by row, the channel and its negative side by side.
    assert.deepEqual(filled(maps?.z), [1, 2, 3, -1, -2, -3, 4, 5, 6, -4, -5, -6, 7, 8, 9, -7, -8, -9]);
    assert.deepEqual([maps?.zmin, maps?.zmax], [-9, 9]);
    assert.deepEqual(numbers?.text, ["0", "1"]);
    assert.match(String(heading?.text), /sign<\/b>: 2 channels of 3 × 3; blue: −9, white: 0, orange: 9/);
    assert.equal(figure.layout.sliders, undefined);
    image.dispose();
    model.dispose();
  });

  it("goes through all convolutions and poolings by a slider, the first to begin with", () => {
    const model = buildCnn();
    const image = digits(1);
    const figure = featureMaps(model, image);
    const names = ["conv1", "pool1", "conv2", "pool2", "conv3"];
    const { steps, active } = figure.layout.sliders?.[0] ?? {};
    assert.deepEqual([steps?.map(({ label }) => label), active], [names, 0]);
    const all = traces(figure).slice(1);
    const seen = (figure.data as { visible?: boolean }[]).map(({ visible }) => visible !== false);
    assert.deepEqual(seen, [true, ...all.map((_, trace) => trace < 3)]);
    const [{ visible = [] } = {}] = (steps?.[2]?.args ?? []) as { visible?: boolean[] }[];
    assert.deepEqual(visible, [true, ...all.map((_, trace) => trace >= 6 && trace < 9)]);
    const maps = names.map((_, layer) => all[3 * layer] as Trace);
    assert.deepEqual(
      maps.map(({ z }) => filled(z).length),
      [32 * 26 * 26, 32 * 13 * 13, 32 * 11 * 11, 32 * 5 * 5, 32 * 3 * 3],
    );
    assert.match(String(all[8]?.text), /conv2<\/b>: the first 32 of 64 channels of 11 × 11; white: 0, black: /);
    // Every layer has the same place on the page, and stays in it.
    const [right, bottom] = [figure.layout.xaxis?.range?.[1], figure.layout.yaxis?.range?.[0]] as [number, number];
    for (const { z, x0, dx } of maps) {
      assert.ok(x0 + (z[0]?.length ?? 0) * dx <= right + dx);
      assert.ok(z.length * dx <= bottom + 1);
    }
    assert.ok(JSON.stringify(figure).length < 300_000);
    tf.dispose(image);
    model.dispose();
  });

  it("refuses several images, other shapes and layers without images", () => {
    const model = twoConvolutions();
    const [two, colours, other, one] = [digits(2, 3), tf.ones([1, 3, 3, 3]), digits(1, 4), digits(1, 3)];
    const before = tf.memory().numTensors;
    assert.throws(() => featureMaps(model, two), /featureMaps draws 1 image; 2 were given/);
    assert.throws(
      () => featureMaps(model, colours),
      /\[1, 3, 3, 3\], .* \[batch, 3, 3, 1\]\. The images are in colour, .* for grey images/,
    );
    assert.throws(
      () => featureMaps(model, other),
      /featureMaps: input 0 has the shape \[1, 4, 4, 1\], .* \[batch, 3, 3, 1\]/,
    );
    assert.throws(() => featureMaps(model, one, { layer: 3 }), /"output" gives \[batch, 2\]; .* "sign", "edges"/);
    assert.throws(() => featureMaps(model, one, { most: 1.5 }), /most is 1.5/);
    assert.equal(tf.memory().numTensors, before);
    tf.dispose([two, colours, other, one]);
    model.dispose();
  });
});

describe("saliency and gradCam", () => {
  it("draw each image, and again under its map, which ends at 1", () => {
    const model = twoConvolutions();
    const images = tf.tensor4d([0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], [2, 3, 3, 1]);
    for (const draw of [saliency, gradCam]) {
      const figure = draw(model, images, { classes: [0, 1], classNames: ["even", "odd"] });
      const [pictures, under, maps] = traces(figure);
      for (const trace of [pictures, under])
        assert.deepEqual(filled(trace?.z), [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
      assert.equal(filled(maps?.z).length, 2 * 9);
      assert.equal(Math.max(...filled(maps?.z)), 1);
      // The maps lie over the lower images, place by place.
      const places = (trace: Trace | undefined) => trace?.z.map((row) => row.map((value) => value !== null));
      assert.deepEqual(places(maps), places(under));
      const lower = under?.z.findIndex((row) => row.length > 0);
      assert.equal(pictures?.z.slice(lower).flat().length, 0);
      assert.deepEqual(titles(figure), ["even", "odd"]);
    }
    images.dispose();
    model.dispose();
  });

  it("say which class, and how probable it is", () => {
    const model = buildCnn({ preset: "tiny" });
    const images = digits(7);
    const probabilities = (model.predict(images) as tf.Tensor2D).arraySync().map((row) => row[3] as number);
    const figure = gradCam(model, images, { classes: 3, layer: "conv1" });
    assert.deepEqual(
      titles(figure),
      probabilities.map((share) => `3: ${(100 * share).toFixed(1)} %`),
    );
    assert.match(titleOf(figure), /Grad-CAM of conv1/);
    for (const { z } of traces(figure)) assert.equal(filled(z).length, 7 * 28 * 28);
    tf.dispose(images);
    model.dispose();
  });

  it("refuse no images, more than 10 and images of other channels than the model takes", () => {
    const model = buildCnn({ preset: "tiny" });
    const [many, none, colours] = [digits(11), digits(0), tf.ones([2, 28, 28, 3])];
    assert.throws(() => saliency(model, many), /saliency draws 1 to 10 images; 11 were given/);
    assert.throws(() => gradCam(model, none), /1 to 10 images; 0 were given/);
    assert.throws(() => saliency(model, colours), /has the shape \[2, 28, 28, 3\], .* \[batch, 28, 28, 1\]/);
    tf.dispose([many, none, colours]);
    model.dispose();
  });
});

describe("figures of convolutional networks", () => {
  it("pass Plotly's validation and stay small", () => {
    const models = [buildCnn(), buildBlockCnn({ filters: [16, 32] })] as const;
    const second = ["conv2", "block2-conv1"];
    const images = digits(10); // noise: real digits are mostly 0, and half as large
    const image = images.slice([0], [1]);
    for (const [number, model] of models.entries())
      for (const [figure, kilobytes] of [
        [filters(model), 10],
        [filters(model, { layer: second[number] as string, channel: 0 }), 20],
        [featureMaps(model, image), 300],
        [featureMaps(model, image, { layer: 1 }), 200],
        [saliency(model, images), 200],
        [gradCam(model, images, { title: "CAM" }), 200],
      ] as const) {
        assert.deepEqual(problems(figure), []);
        const size = JSON.stringify(figure).length / 1024;
        assert.ok(size < kilobytes, `${titleOf(figure)}: ${size.toFixed(0)} kB`);
      }
    tf.dispose([images, image]);
    for (const model of models) model.dispose();
  });
});
