// Images in colour in every figure of images: drawn in their colours, whichever of both ranges their values have.
import { strict as assert } from "node:assert";
import {
  buildCnn,
  Dataset,
  type Figure,
  featureMaps,
  filters,
  gradCam,
  imageGrid,
  mistakes,
  predict,
  saliency,
  slidingFilter,
  tf,
} from "cellwise";
import { problems } from "../plotly";

type Pixel = number[];
type ImageTrace = { type: string; source: string; x0: number; dx: number };
const traces = (figure: Figure): ImageTrace[] => figure.data as unknown as ImageTrace[];

/** The pixels of an image trace that are there, row by row, as TensorFlow reads its PNG: red, green and blue. */
function pixels({ type, source }: ImageTrace): Pixel[] {
  assert.equal(type, "image");
  const [, base64 = ""] = source.split("data:image/png;base64,");
  const image = tf.node.decodePng(Buffer.from(base64, "base64"), 4);
  const all = image.arraySync().flat() as unknown as Pixel[];
  image.dispose();
  return all.filter(([, , , opacity]) => opacity === 255).map((pixel) => pixel.slice(0, 3));
}

const titleOf = (figure: Figure): string => JSON.stringify(figure.layout.title).replaceAll("<br>", "");
const pixelsOf = (figure: Figure, trace = 0): Pixel[] => pixels(traces(figure)[trace] as ImageTrace);

/** Red and green over blue and a grey of 0.2. */
const square = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [0.2, 0.2, 0.2],
];
const SQUARE = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [51, 51, 51],
];
const example = (values: Float32Array | Uint8Array) => ({ values: Float32Array.from(values), shape: [2, 2, 3] });

/** A model of images [side, side, 3] and a batch of such images. */
function ofColours(side: number, count: number): { model: tf.Sequential; images: tf.Tensor4D } {
  const model = buildCnn({ preset: "tiny", inputShape: [side, side, 3], classes: 2 });
  return { model, images: tf.randomUniform([count, side, side, 3], 0, 1, "float32", 1) };
}

describe("imageGrid of images in colour", () => {
  it("draws them in their colours, from 0 to 1 and from 0 to 255", () => {
    const shares = imageGrid([example(Float32Array.from(square.flat()))]);
    const bytes = imageGrid([example(Uint8Array.from(SQUARE.flat()))]);
    assert.deepEqual(pixelsOf(shares), SQUARE);
    assert.deepEqual(pixelsOf(bytes), SQUARE);
    assert.deepEqual([...problems(shares), ...problems(bytes)], []);
  });

  it("stretches what is outside of both", () => {
    const figure = imageGrid([example(Float32Array.of(-1, 0, 1, 1, 1, 1, -1, -1, -1, 0, 0, 0))]);
    assert.deepEqual(pixelsOf(figure), [
      [0, 128, 255],
      [255, 255, 255],
      [0, 0, 0],
      [128, 128, 128],
    ]);
  });

  it("draws the images in reading order under their titles, and nothing between them", () => {
    const white = example(Float32Array.from({ length: 12 }, () => 1));
    const figure = imageGrid([white, example(Float32Array.from(square.flat()))], { titles: ["white", "four"] });
    const light = [255, 255, 255];
    assert.deepEqual(pixelsOf(figure), [light, light, ...SQUARE.slice(0, 2), light, light, ...SQUARE.slice(2)]);
    const grey = { values: new Float32Array(4), shape: [2, 2] };
    const places = (of: Figure) => of.layout.annotations?.map(({ text, x, y }) => [text, x, y]);
    assert.deepEqual(places(figure), places(imageGrid([grey, grey], { titles: ["white", "four"] })));
  });

  it("draws a data set's mistakes", async () => {
    const { model, images } = ofColours(8, 3);
    const classes = (await predict(model, data([0, 0, 0]))).classes();
    function data(labels: number[]): Dataset {
      return new Dataset({
        name: "colours",
        inputs: [{ values: images.dataSync(), shape: [8, 8, 3], dtype: "float32" }],
        targets: [{ values: Int32Array.from(labels), shape: [], dtype: "int32" }],
      });
    }
    const all = data(Array.from(classes, (label) => 1 - label));
    const wrong = mistakes(all, await predict(model, all));
    const figure = imageGrid(all.subset(wrong.map(({ position }) => position)));
    assert.equal(pixelsOf(figure).length, 3 * 64);
    assert.deepEqual(problems(figure), []);
    tf.dispose(images);
    model.dispose();
  });
});

describe("filters that read images in colour", () => {
  it("are grey for no weight, and more or less of each colour as it weighs", () => {
    const model = tf.sequential();
    const options = { name: "first", filters: 1, kernelSize: [1, 2] as [number, number], inputShape: [4, 4, 3] };
    model.add(tf.layers.conv2d({ ...options, useBias: false }));
    model.add(tf.layers.conv2d({ name: "second", filters: 3, kernelSize: 1 }));
    model.add(tf.layers.conv2d({ name: "third", filters: 1, kernelSize: 1 }));
    const [, ...others] = model.getWeights();
    const own = tf.tensor4d([2, -2, 0, 0, 1, -1], [1, 2, 3, 1]);
    model.setWeights([own, ...others]);
    own.dispose();
    // −2 to 2 are 0 to 255.
    assert.deepEqual(pixelsOf(filters(model)), [
      [255, 0, 128],
      [128, 191, 64],
    ]);
    assert.match(titleOf(filters(model)), /1 kernels of 1 × 2; grey: no weight/);
    assert.deepEqual(problems(filters(model)), []);
    // One colour by itself, and the three channels that another layer made, are weights as ever.
    assert.equal(filters(model, { channel: 1 }).data[0]?.type, "heatmap");
    assert.match(titleOf(filters(model, { layer: "third" })), /mean of 3 channels/);
    model.dispose();
  });
});

describe("figures of a model that reads images in colour", () => {
  it("have the image beside the feature maps in its colours", () => {
    const { model, images } = ofColours(8, 1);
    const figure = featureMaps(model, images);
    const wanted = Array.from(images.dataSync(), (value) => Math.round(255 * value));
    assert.deepEqual(pixelsOf(figure).flat(), wanted);
    assert.ok((traces(figure)[0] as ImageTrace).dx > 1);
    assert.deepEqual(problems(figure), []);
    tf.dispose(images);
    model.dispose();
  });

  it("are in their colours over, and in pale grey under, saliency and Grad-CAM", () => {
    const { model, images } = ofColours(8, 2);
    for (const figure of [saliency(model, images), gradCam(model, images)]) {
      const [full, pale, veil] = [pixelsOf(figure, 0), pixelsOf(figure, 1), figure.data[2]];
      assert.equal(full.length, 2 * 64);
      // Black becomes 8c (140), as in grey images, and white stays; how bright a colour is says ITU-R BT.601.
      for (const [place, [red = 0, green = 0, blue = 0]] of full.entries()) {
        const wanted = 140 + (115 / 255) * (0.299 * red + 0.587 * green + 0.114 * blue);
        for (const value of pale[place] ?? []) assert.ok(Math.abs(value - wanted) <= 1, `${value} for ${wanted}`);
      }
      assert.equal(veil?.type, "heatmap");
      assert.deepEqual(problems(figure), []);
    }
    tf.dispose(images);
    model.dispose();
  });

  it("are drawn from their lowest to their highest value where the network reads them from −1 to 1", () => {
    const { model, images } = ofColours(8, 1);
    const centred = tf.tidy(() => images.sub(images.min()).div(images.max().sub(images.min())).mul(2).sub(1));
    const wanted = Array.from(centred.dataSync(), (value) => 127.5 * (value + 1));
    for (const figure of [saliency(model, centred), gradCam(model, centred)])
      for (const [place, value] of pixelsOf(figure).flat().entries())
        assert.ok(Math.abs(value - Number(wanted[place])) <= 0.5 + 1e-3, `${value} for ${wanted[place]}`);
    tf.dispose([images, centred]);
    model.dispose();
  });

  it("have the pictures that they are given in place of the inputs, of their own size, and the same maps", () => {
    const { model, images } = ofColours(8, 2);
    const pictures = tf.randomUniform([2, 12, 16, 3], 0, 1, "float32", 2);
    const wanted = Array.from(pictures.dataSync(), (value) => Math.round(255 * value));
    for (const draw of [saliency, gradCam]) {
      const [own, given] = [draw(model, images), draw(model, images, { pictures })];
      const drawn = pixelsOf(given);
      const rows = Array.from({ length: 12 }, (_, y) =>
        [0, 1].map((k) => wanted.slice(48 * (12 * k + y), 48 * (12 * k + y + 1))),
      );
      assert.deepEqual(drawn.flat(), rows.flat(2));
      const titles = (figure: Figure) => figure.layout.annotations?.map(({ text }) => text);
      assert.deepEqual(titles(given), titles(own));
      const cells = (given.data[2] as unknown as { z: (number | null)[][] }).z.flat().filter((value) => value !== null);
      assert.equal(cells.length, 2 * 12 * 16);
      assert.deepEqual(problems(given), []);
    }
    const one = pictures.slice([0, 0, 0, 0], [1, 12, 16, 3]);
    assert.throws(
      () => gradCam(model, images, { pictures: one }),
      /pictures has the shape \[1, 12, 16, 3\] for inputs of the shape \[2, 8, 8, 3\]\. Give one picture for each/,
    );
    const flat = one.reshape([1, 12, 48]);
    assert.throws(
      () => saliency(model, images, { pictures: flat }),
      /saliency draws .*; pictures has the shape \[1, 12, 48\]/,
    );
    tf.dispose([images, pictures, one, flat]);
    model.dispose();
  });

  it("refuse other channels, with the shape", () => {
    const model = buildCnn({ preset: "tiny", inputShape: [8, 8, 2], classes: 2 });
    const images = tf.zeros([1, 8, 8, 2]);
    assert.throws(() => saliency(model, images), /in colour \[batch, height, width, 3\]; .* \[1, 8, 8, 2\]/);
    images.dispose();
    model.dispose();
  });
});

describe("slidingFilter over a picture in colour", () => {
  const [red, green, blue] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ] as const;

  it("sums over the colours", () => {
    // At 0: 2 · red + 3 · green of (1, 0, 0) = 2, and 5 · blue of (0, 1, 0) = 0. At 1: 3 of (0, 1, 0), and 5 of (0, 0, 1).
    const figure = slidingFilter(
      [[red, green, blue]],
      [
        [
          [2, 3, 0],
          [0, 0, 5],
        ],
      ],
    );
    const output = figure.data.at(-1) as unknown as { z: number[][] };
    assert.deepEqual(output.z, [[2, 8]]);
    assert.deepEqual(pixelsOf(figure), SQUARE.slice(0, 3));
    // The filter's weights for red, green and blue under each other.
    const weights = figure.data.slice(1, 4) as unknown as { z: number[][]; y0: number }[];
    assert.deepEqual(
      weights.map(({ z, y0 }) => [z, y0]),
      [
        [[[2, 0]], 0],
        [[[3, 0]], 2],
        [[[0, 5]], 4],
      ],
    );
    assert.deepEqual(problems(figure), []);
  });

  it("refuses a grey filter, and cells of other sizes", () => {
    assert.throws(() => slidingFilter([[red]], [[1]]), /filter has 1 numbers, one of the picture 3/);
    assert.throws(() => slidingFilter([[[1, 2]]], [[[1, 2]]]), /a cell of the picture has 2 numbers/);
    assert.throws(() => slidingFilter([[[]]], [[red]]), /a cell of the picture has 0 numbers/);
    assert.throws(() => slidingFilter([[red, [1, 0]]], [[red]]), /a cell of the picture has 2 numbers, the first 3/);
  });
});
