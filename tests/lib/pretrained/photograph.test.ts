// Pictures of a reader's own: PNG and JPEG in every form, and what else lies in a folder.
import { strict as assert } from "node:assert";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { loadPhotograph, picturesIn, tf } from "cellwise";

describe("loadPhotograph", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "cellwise photos é-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const file = (name: string, bytes: Uint8Array | string): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  /** Pixels as bytes, in rows. */
  const png = async (pixels: number[][][]): Promise<Uint8Array> => {
    const image = tf.tensor3d(pixels, undefined, "int32");
    try {
      return await tf.node.encodePng(image);
    } finally {
      image.dispose();
    }
  };
  const loaded = async (path: string): Promise<{ shape: number[]; bytes: number[] }> => {
    const before = tf.memory().numTensors;
    const photograph = await loadPhotograph(path);
    const found = {
      shape: photograph.shape,
      bytes: Array.from(photograph.dataSync(), (value) => Math.round(value * 255)),
    };
    assert.equal(photograph.dtype, "float32");
    photograph.dispose();
    assert.equal(tf.memory().numTensors, before);
    return found;
  };

  it("gives the colours of a PNG, and grey as three equal ones", async () => {
    const colours = await png([
      [
        [255, 0, 10],
        [1, 2, 3],
      ],
    ]);
    assert.deepEqual(await loaded(file("colours.png", colours)), { shape: [1, 2, 3], bytes: [255, 0, 10, 1, 2, 3] });
    const grey = await png([[[7]], [[200]]]);
    assert.deepEqual(await loaded(file("grey.png", grey)), { shape: [2, 1, 3], bytes: [7, 7, 7, 200, 200, 200] });
  });

  it("lays what is transparent on white", async () => {
    const clear = await png([
      [
        [10, 20, 30, 255],
        [10, 20, 30, 0],
        [0, 100, 255, 51],
      ],
    ]);
    // A fifth of [0, 100, 255] and four fifths of 255.
    assert.deepEqual((await loaded(file("clear.png", clear))).bytes, [10, 20, 30, 255, 255, 255, 204, 224, 255]);
  });

  /** Sixteen pixels a side, the corners black, red, green and blue, as a JPEG that notes how its camera was held. */
  async function jpeg(orientation?: number, order: "II" | "MM" = "II"): Promise<Uint8Array> {
    const corner = [
      [0, 0, 0],
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ];
    const pixels = Array.from({ length: 16 }, (_, y) =>
      Array.from({ length: 32 }, (_, x) => corner[2 * (y >> 3) + (x >> 4)] as number[]),
    );
    const image = tf.tensor3d(pixels, undefined, "int32");
    const bytes = Buffer.from(await tf.node.encodeJpeg(image, "rgb", 100));
    image.dispose();
    if (orientation === undefined) return bytes;
    const tiff = Buffer.alloc(26);
    tiff.write(order, "latin1");
    const low = order === "II";
    const short = (value: number, at: number) => (low ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at));
    const long = (value: number, at: number) => (low ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at));
    short(42, 2);
    long(8, 4);
    short(1, 8); // one entry: the tag, a short, one of them, the value
    short(0x0112, 10);
    short(3, 12);
    long(1, 14);
    short(orientation, 18);
    const content = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
    const head = Buffer.from([0xff, 0xe1, 0, content.length + 2]);
    return Buffer.concat([bytes.subarray(0, 2), head, content, bytes.subarray(2)]);
  }
  /** The colours of the corners: upper left, upper right, lower left, lower right. */
  async function corners(path: string): Promise<string> {
    const { shape, bytes } = await loaded(path);
    const [height = 0, width = 0] = shape;
    const colour = (y: number, x: number): string => {
      const [red, green, blue] = bytes.slice((y * width + x) * 3).map((part) => part > 128);
      return red ? "R" : green ? "G" : blue ? "B" : "K";
    };
    const [bottom, right] = [height - 2, width - 2];
    return `${height}×${width} ${colour(1, 1)}${colour(1, right)}${colour(bottom, 1)}${colour(bottom, right)}`;
  }

  it("reads a JPEG, and turns it upright by the eight orientations of Exif", async () => {
    assert.equal(await corners(file("plain.jpg", await jpeg())), "16×32 KRGB");
    // From the standard: where row 0 and column 0 are to be seen. 6: row 0 on the right, column 0 at the top.
    const upright = [
      ...["16×32 KRGB", "16×32 RKBG", "16×32 BGRK", "16×32 GBKR"],
      ...["32×16 KGRB", "32×16 GKBR", "32×16 BRGK", "32×16 RBKG"],
    ];
    for (const [i, expected] of upright.entries()) {
      assert.equal(await corners(file(`${i + 1}.jpg`, await jpeg(i + 1))), expected, `orientation ${i + 1}`);
      assert.equal(await corners(file("other.jpg", await jpeg(i + 1, "MM"))), expected, `orientation ${i + 1}, MM`);
    }
    assert.equal(await corners(file("odd.jpg", await jpeg(77))), "16×32 KRGB");
  });

  it("says of another file what it is, and what to do", async () => {
    const rejects = (path: string, words: RegExp) => assert.rejects(loadPhotograph(path), words);
    await rejects(join(folder, "nowhere.png"), /There is no file .*nowhere\.png\. Check its name/);
    mkdirSync(join(folder, "album"));
    await rejects(join(folder, "album"), /album is a folder\. Give the path of a picture in it/);
    await rejects(
      file("text.png", "a shopping list"),
      /text\.png is no picture that is known here; a PNG or JPEG file is needed/,
    );
    await rejects(file("empty.jpg", ""), /empty\.jpg is no picture that is known here/);
    await rejects(
      file("a.webp", "RIFF\0\0\0\0WEBPVP8 "),
      /a\.webp is a WebP file; a PNG or JPEG file is needed\. Open it in a program/,
    );
    await rejects(file("phone.jpg", "\0\0\0\x18ftypheic"), /phone\.jpg is a HEIC file/);
    await rejects(file("moving.gif", "GIF89a"), /is a GIF file/);
    await assert.rejects(loadPhotograph(3 as unknown as string), /path is 3; it is the path of a picture/);
  });

  it("says of a cut or huge one that it is", async () => {
    const whole = await png(
      Array.from({ length: 40 }, (_, y) => Array.from({ length: 40 }, (_, x) => [(x * y * 7) % 256, x, y])),
    );
    await assert.rejects(
      loadPhotograph(file("cut.png", whole.subarray(0, 200))),
      /cut\.png begins as a PNG file, but .* cut or damaged/,
    );
    const picture = await jpeg();
    await assert.rejects(
      loadPhotograph(file("cut.jpg", picture.subarray(0, 300))),
      /cut\.jpg begins as a JPEG file, but .* cut or damaged/,
    );
    await assert.rejects(loadPhotograph(file("head.png", whole.subarray(0, 10))), /head\.png begins as a PNG file/);
    const huge = Buffer.from(whole);
    huge.writeUInt32BE(50_000, 16);
    await assert.rejects(loadPhotograph(file("huge.png", huge)), /huge\.png has 50000 × 40 pixels|cut or damaged/);
    huge.writeUInt32BE(50_000, 20);
    await assert.rejects(
      loadPhotograph(file("huge.png", huge)),
      /huge\.png has 50000 × 50000 pixels; at most 100,000,000 are taken/,
    );
  });
});

describe("picturesIn", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "cellwise album-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("lists what ends as pictures do, those too that have to be saved as others, by name, and nothing else", async () => {
    assert.deepEqual(await picturesIn(folder), []);
    for (const name of ["b.JPG", "a.png", "c.jpeg", "phone.HEIC", "1.3.1-vision.ipynb", "png", "notes.png.txt"])
      writeFileSync(join(folder, name), "");
    const found = await picturesIn(folder);
    assert.deepEqual(
      found.map((path) => basename(path)),
      ["a.png", "b.JPG", "c.jpeg", "phone.HEIC"],
    );
    for (const path of found)
      await assert.rejects(loadPhotograph(path), /is no picture that is known here; a PNG or JPEG/);
  });

  it("says so where there is no such folder", async () => {
    await assert.rejects(picturesIn(join(folder, "none")), /There is no folder .*none\. Make it first/);
    await assert.rejects(picturesIn(join(folder, "a.png")), /The pictures in .*a\.png cannot be listed: .* a folder\./);
  });
});
