// Images changed by rule: every form that a small one can take, written down by hand.
import { strict as assert } from "node:assert";
import { type AugmentOptions, augment, buildCnn, Dataset, fit, tf } from "cellwise";

/** Grey images of one size, from rows of numbers. */
function images(...pictures: number[][][]): Dataset {
  const [first = [[]]] = pictures;
  return new Dataset({
    name: "images",
    inputs: [
      {
        values: Float32Array.from(pictures.flat(2)),
        shape: [first.length, first[0]?.length ?? 0, 1],
        dtype: "float32",
      },
    ],
    targets: [{ values: Int32Array.from(pictures, (_, i) => i % 2), shape: [], dtype: "int32" }],
  });
}

/** How often each form of an image comes in many draws. */
function forms(dataset: Dataset, options: AugmentOptions, draws = 400): Map<string, number> {
  const augmented = augment(dataset, options);
  const seen = new Map<string, number>();
  for (let i = 0; i < draws; i++) {
    const form = Array.from(augmented.example(0).values).join(" ");
    seen.set(form, (seen.get(form) ?? 0) + 1);
  }
  return seen;
}

/** All forms come, no others, and each about equally often. */
function assertForms(found: Map<string, number>, expected: readonly string[]): void {
  assert.deepEqual([...found.keys()].sort(), [...expected].sort());
  const total = [...found.values()].reduce((sum, count) => sum + count, 0);
  for (const [form, count] of found) assert.ok(count > total / expected.length / 2, `${form}: ${count} of ${total}`);
}

const SQUARE = images([
  [1, 2],
  [3, 4],
]);

describe("augment", () => {
  it("mirrors half of the images, left to right or top to bottom, or each by itself", () => {
    assertForms(forms(SQUARE, { flip: "horizontal" }), ["1 2 3 4", "2 1 4 3"]);
    assertForms(forms(SQUARE, { flip: "vertical" }), ["1 2 3 4", "3 4 1 2"]);
    assertForms(forms(SQUARE, { flip: "both" }), ["1 2 3 4", "2 1 4 3", "3 4 1 2", "4 3 2 1"]);
  });

  it("moves images by up to so many pixels each way, and fills what they leave", () => {
    assertForms(forms(SQUARE, { shift: 1, fill: 9 }), [
      ...["4 9 9 9", "3 4 9 9", "9 3 9 9"], // up: left, not, right
      ...["2 9 4 9", "1 2 3 4", "9 1 9 3"],
      ...["9 9 2 9", "9 9 1 2", "9 9 9 1"],
    ]);
  });

  it("stretches a crop to the whole, between the middles of pixels", () => {
    // Of 4 pixels 2 become 4, each at ¼ and ¾ of the way between the middles: [a, ¾a + ¼b, ¼a + ¾b, b]; 3 become 4 at ⅛, ⅞, 1⅛ + ½, ….
    const row = images([[0, 8, 16, 24]]);
    assertForms(forms(row, { crop: 0.99 }), ["0 8 16 24"]); // 3.96 pixels are 4
    const found = forms(row, { crop: 0.4 });
    const pairs = ["0 2 6 8", "8 10 14 16", "16 18 22 24"];
    const triples = ["0 5 11 16", "8 13 19 24"];
    assert.deepEqual([...found.keys()].sort(), [...pairs, ...triples, "0 8 16 24"].sort());
  });

  it("erases a square whose middle is anywhere, and what of it lies in the image", () => {
    assertForms(forms(images([[1, 2, 3]]), { erase: 0 }), ["1 2 3"]);
    assertForms(forms(SQUARE, { erase: 1, fill: 9 }), ["9 2 3 4", "1 9 3 4", "1 2 9 4", "1 2 3 9"]);
    const nine = images([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    // Two by two, the middle at its lower right: from rows −1, 0, 1 and columns −1, 0, 1.
    assertForms(forms(nine, { erase: 2 }, 900), [
      ...["0 2 3 4 5 6 7 8 9", "0 0 3 4 5 6 7 8 9", "1 0 0 4 5 6 7 8 9"],
      ...["0 2 3 0 5 6 7 8 9", "0 0 3 0 0 6 7 8 9", "1 0 0 4 0 0 7 8 9"],
      ...["1 2 3 0 5 6 0 8 9", "1 2 3 0 0 6 0 0 9", "1 2 3 4 0 0 7 0 0"],
    ]);
  });

  it("keeps the colours of a pixel together", () => {
    const colours = new Dataset({
      name: "colours",
      inputs: [{ values: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [1, 2, 3], dtype: "float32", scale: 2 }],
      targets: [],
    });
    assertForms(forms(colours, { flip: "horizontal" }), ["2 4 6 8 10 12", "8 10 12 2 4 6"]);
    assert.deepEqual([...(forms(colours, { crop: 0.4 }).keys() as Iterable<string>)].sort(), [
      "2 4 6 2 4 6", // the left pixel
      "2 4 6 8 10 12",
      "8 10 12 8 10 12",
    ]);
  });

  it("draws anew each time, by seed, image and draw alone: neither order nor batches matter", () => {
    const three = () => images(...[1, 2, 3].map((n) => [[n, 10 * n, 100 * n, 1000 * n, 0, 0, 0, 0]]));
    const drawn = (order: number[][], seed = 1): Record<number, string[]> => {
      const augmented = augment(three(), { seed, shift: 0, flip: "horizontal", crop: 0.5 });
      const seen: Record<number, string[]> = { 0: [], 1: [], 2: [] };
      for (const positions of order) {
        const batch = augmented.batch(positions);
        const rows = (batch.inputs[0] as tf.Tensor4D).squeeze<tf.Tensor2D>([1, 3]);
        for (const [i, row] of rows.arraySync().entries()) seen[positions[i] as number]?.push(row.join());
        tf.dispose(rows);
        batch.dispose();
      }
      return seen;
    };
    const one = drawn([
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2],
    ]);
    assert.deepEqual(drawn([[2], [1, 0], [0, 0], [2, 1, 1], [2]]), one);
    assert.notDeepEqual(
      drawn(
        [
          [0, 1, 2],
          [0, 1, 2],
          [0, 1, 2],
        ],
        2,
      ),
      one,
    );
    assert.equal(new Set(Object.values(one).flat()).size > 6, true);
  });

  it("is kept by parts and orders of the data set, whose own images and labels stay as they are", () => {
    const two = images([[1, 2]], [[3, 4]]);
    const part = augment(two, { flip: "horizontal" }).subset([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    const batch = part.batch([...Array(10).keys()]);
    const rows = (batch.inputs[0] as tf.Tensor).reshape([10, 2]).arraySync() as number[][];
    assert.deepEqual([...new Set(rows.map((row) => row.join()))].sort(), ["3,4", "4,3"]);
    assert.deepEqual([...part.labels()], Array(10).fill(1));
    batch.dispose();
    assert.deepEqual([...two.example(1).values], [3, 4]);
    const last = augment(two.subset([1]), { flip: "horizontal" });
    assert.equal([...last.example(0).values].sort().join(), "3,4");
    assert.equal(last.size, 1);
  });

  it("can be done twice", () => {
    assertForms(forms(augment(SQUARE, { flip: "horizontal" }), { flip: "vertical", seed: 2 }), [
      ...["1 2 3 4", "2 1 4 3", "3 4 1 2", "4 3 2 1"],
    ]);
  });

  it("runs within fit, new in each epoch, with the same losses for the same seed", async () => {
    const picture = (bright: number) =>
      Array.from({ length: 8 }, (_, y) => Array.from({ length: 8 }, (_, x) => ((3 * x + y + bright) % 5) / 4));
    const data = () => augment(images(picture(0), picture(1), picture(2), picture(4)), { shift: 2, flip: "both" });
    const train = async (): Promise<number[]> => {
      const model = buildCnn({ preset: "tiny", inputShape: [8, 8, 1], classes: 2 });
      const { epochs } = await fit(model, data(), { epochs: 3, batchSize: 2, verbose: false });
      model.optimizer.dispose();
      model.dispose();
      return (epochs.loss ?? []).map((loss) => Number(loss.toFixed(4)));
    };
    assert.deepEqual(await train(), await train());
    const augmented = data();
    const epochs = [1, 2, 3].map(() =>
      [...augmented.batches(4)].map(({ inputs }) => (inputs[0]?.isDisposed ? "gone" : "there")).join(),
    );
    assert.deepEqual(epochs, ["gone", "gone", "gone"]);
  });

  it("says what does not fit", () => {
    const table = new Dataset({
      name: "table",
      inputs: [{ values: new Float32Array(4), shape: [2], dtype: "float32" }],
      targets: [],
    });
    assert.throws(
      () => augment(table),
      /the inputs of table are \[2\] \(float32\); images have the shape \[height, width, channels\]/,
    );
    assert.throws(() => augment(SQUARE, { shift: 2 }), /shift is 2 pixels; images of 2 × 2 allow at most 1/);
    assert.throws(() => augment(SQUARE, { crop: 0 }), /crop is 0; it is a share above 0, at most 1/);
    assert.throws(() => augment(SQUARE, { flip: "left" as "both" }), /flip is "left"; it is one of "horizontal"/);
    assert.throws(() => augment(SQUARE, { erase: 1.5 }), /erase is 1.5; it is a whole number from 0/);
    assert.throws(() => augment(SQUARE, { rotate: 3 } as AugmentOptions), /has a field "rotate"/);
  });
});
