import { strict as assert } from "node:assert";
import {
  type Dataset,
  Dataset as DatasetClass,
  labelledSequences,
  nextTokenSequences,
  nextTokenWindows,
  sequencePairs,
  type tf,
} from "cellwise";

/** All inputs and targets of a data set, as nested arrays. */
function rows(dataset: Dataset): { inputs: unknown[]; targets: unknown[] } {
  const batch = dataset.batch(Array.from({ length: dataset.size }, (_, i) => i));
  const arrays = (tensors: tf.Tensor[]): unknown[] => tensors.map((tensor) => tensor.arraySync());
  const found = { inputs: arrays(batch.inputs), targets: arrays(batch.targets) };
  batch.dispose();
  return found;
}
const FRAME = { start: 1, end: 2 };

describe("nextTokenWindows", () => {
  it("targets are the windows one token later", () => {
    assert.deepEqual(rows(nextTokenWindows(Int32Array.of(5, 6, 7, 8, 9), { length: 2 })), {
      inputs: [
        [
          [5, 6],
          [6, 7],
          [7, 8],
        ],
      ],
      targets: [
        [
          [6, 7],
          [7, 8],
          [8, 9],
        ],
      ],
    });
  });

  it("takes any list of tokens, as the other functions do", () => {
    const expected = { inputs: [[[5, 6]]], targets: [[[6, 7]]] };
    for (const tokens of [[5, 6, 7], Uint8Array.of(5, 6, 7), Float32Array.of(5, 6, 7)])
      assert.deepEqual(rows(nextTokenWindows(tokens, { length: 2 })), expected);
  });

  it("leaves out what is left after the last whole window of a stride", () => {
    const windows = nextTokenWindows(Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7), { length: 3, stride: 3 });
    assert.deepEqual(rows(windows).inputs, [
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ]);
    assert.deepEqual(rows(windows.subset([1])).targets, [[[4, 5, 6]]]);
  });

  it("shares the tokens, however many windows there are", () => {
    const tokens = new Int32Array(100_000);
    const windows = nextTokenWindows(tokens, { length: 256 });
    assert.equal(windows.size, 100_000 - 256);
    assert.equal(windows.inputs[0]?.values.buffer, tokens.buffer);
  });

  it("refuses too few tokens, and a stride of nothing", () => {
    assert.throws(() => nextTokenWindows(new Int32Array(4), { length: 4 }), /4 tokens; windows of 4 .* at least 5/);
    assert.throws(() => nextTokenWindows(new Int32Array(9), { length: 4, stride: 0 }), /stride is 0/);
    assert.throws(() => nextTokenWindows(new Int32Array(9), { length: 0 }), /length is 0/);
  });
});

describe("nextTokenSequences", () => {
  it("frames and fills up", () => {
    assert.deepEqual(rows(nextTokenSequences([[7, 8, 9], [5]], FRAME)), {
      inputs: [
        [
          [1, 7, 8, 9],
          [1, 5, 0, 0],
        ],
      ],
      targets: [
        [
          [7, 8, 9, 2],
          [5, 2, 0, 0],
        ],
      ],
    });
    assert.throws(() => nextTokenSequences([[7, 8, 9]], FRAME, { length: 3 }), /has 4 tokens, more than the length 3/);
  });
});

describe("sequencePairs", () => {
  it("shows the decoder its target one step late", () => {
    assert.deepEqual(rows(sequencePairs([[7], [8, 9]], [[4, 5], [6]], { ...FRAME, pad: 3 }, { targetLength: 4 })), {
      inputs: [
        [
          [7, 3],
          [8, 9],
        ],
        [
          [1, 4, 5, 3],
          [1, 6, 3, 3],
        ],
      ],
      targets: [
        [
          [4, 5, 2, 3],
          [6, 2, 3, 3],
        ],
      ],
    });
    assert.throws(() => sequencePairs([[1]], [], FRAME), /1 sources and 0 targets/);
    assert.throws(() => sequencePairs([], [], FRAME), /0 sources and 0 targets; a data set needs at least 1 pair/);
  });
});

describe("labelledSequences", () => {
  it("keeps the beginnings of long texts", () => {
    const dataset = labelledSequences([[7, 8, 9], [5]], [1, 0], { length: 2, classNames: ["ham", "spam"] });
    assert.deepEqual(rows(dataset), {
      inputs: [
        [
          [7, 8],
          [5, 0],
        ],
      ],
      targets: [[1, 0]],
    });
    assert.deepEqual(dataset.classCounts(), [1, 1]);
  });

  it("refuses labels that do not fit", () => {
    const options = { length: 2, classNames: ["ham", "spam"] };
    assert.throws(() => labelledSequences([[1]], [2], options), /Label 0 of texts is 2; with 2 class names .* 0 to 1/);
    assert.throws(() => labelledSequences([[1]], [], options), /list of 1 texts and one of 0 labels/);
  });
});

describe("Dataset with strides", () => {
  it("wants as many windows in each column", () => {
    const column = (length: number) =>
      ({ values: new Int32Array(9), shape: [length], stride: 1, dtype: "int32" }) as const;
    assert.throws(
      () => new DatasetClass({ name: "windows", inputs: [column(3)], targets: [column(2)] }),
      /windows hold 7, 8 examples/,
    );
  });
});
