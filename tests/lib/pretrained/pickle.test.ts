// Pickles are read, never run; files of PyTorch's older form. The bytes are those that Python's pickletools shows.
import { strict as assert } from "node:assert";
import { Called, Named, PickleReader } from "cellwise/dist/models/pretrained/pickle";
import { inOrder, readTorchFile } from "cellwise/dist/models/pretrained/torch-file";

const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))));
const read = (...parts: (string | number[])[]): unknown => new PickleReader(bytes(...parts)).next();
const PROTOCOL = [0x80, 2];
/** BINUNICODE */
const text = (value: string): Buffer => bytes("X", [value.length, 0, 0, 0], value);

describe("PickleReader", () => {
  it("reads plain data as Python writes it", () => {
    // pickle.dumps([None, True, False, 7, 300, -2, (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)], 2), without the memo
    const list = read(
      PROTOCOL,
      "](",
      "N",
      [0x88, 0x89],
      "K\x07",
      "M\x2c\x01",
      "J",
      [0xfe, 255, 255, 255],
      "K\x01",
      [0x85],
      "K\x01K\x02",
      [0x86],
      "K\x01K\x02K\x03",
      [0x87],
      "(K\x01K\x02K\x03K\x04t",
      "e.",
    );
    assert.deepEqual(list, [null, true, false, 7, 300, -2, [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]);
    assert.deepEqual(
      read(PROTOCOL, "}(X\x01\0\0\0aK\x01X\x01\0\0\0bK\x02u", "X\x01\0\0\0cK\x03s."),
      new Map([
        ["a", 1],
        ["b", 2],
        ["c", 3],
      ]),
    );
    assert.equal(
      read(PROTOCOL, [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19], "."),
      0x1950a86a20f9469cfc6cn,
    );
    assert.equal(read(PROTOCOL, [0x8a, 1, 0xff], "."), -1n);
    const itself: unknown[] = [];
    itself.push(itself, 5, 5);
    assert.deepEqual(read(PROTOCOL, "]q\x00(h\x00K\x05r\x00\x01\0\0j\x00\x01\0\0e."), itself);
  });

  it("writes a call down instead of calling", () => {
    // class Evil: __reduce__ = lambda self: (os.system, ("rm -rf /",))
    const called = read(PROTOCOL, "cposix\nsystem\n", "X\x08\0\0\0rm -rf /", [0x85], "R.") as Called;
    assert.ok(called instanceof Called && called.callee instanceof Named);
    assert.deepEqual([called.callee.module, called.callee.name, called.parameters], ["posix", "system", ["rm -rf /"]]);
  });

  it("refuses what it does not know, and bytes that end too early", () => {
    assert.throws(
      () => read(PROTOCOL, "S'old text'\n."),
      /its byte 2 is 0x53, no instruction of a pickle of plain data/,
    );
    assert.throws(() => read(PROTOCOL, "X\xff\0\0\0a"), /it ends within a pickle, at byte 8/);
    assert.throws(() => read(PROTOCOL, "cposix"), /it ends within a pickle/);
    assert.throws(() => read(), /it ends within a pickle, at byte 0/);
  });
});

describe("readTorchFile", () => {
  /** A file with one tensor [2, 3] of six numbers whose strides are given, and a count beside it. */
  function file(strides: [number, number], more: number[] = []): Buffer {
    const tensor = (name: string, kind: string, memory: string, length: number, shape: string, steps: string): Buffer =>
      bytes(
        text(name).toString("latin1"),
        "ctorch._utils\n_rebuild_tensor_v2\n(",
        "(",
        text("storage").toString("latin1"),
        `ctorch\n${kind}\n`,
        text(memory).toString("latin1"),
        text("cpu").toString("latin1"),
        `K${String.fromCharCode(length)}N`,
        "tQ",
        "K\0",
        shape,
        steps,
        [0x89],
        "ccollections\nOrderedDict\n)R",
        "tR",
      );
    const two = (a: number, b: number): string => `K${String.fromCharCode(a)}K${String.fromCharCode(b)}\x86`;
    const numbers = Buffer.alloc(24);
    for (let i = 0; i < 6; i++) numbers.writeFloatLE(i + 0.5, 4 * i);
    const count = (value: number): Buffer => bytes([value, 0, 0, 0, 0, 0, 0, 0]);
    return Buffer.concat([
      bytes(PROTOCOL, [0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19], "."),
      bytes(PROTOCOL, "M\xe9\x03."),
      bytes(PROTOCOL, "}."),
      bytes(PROTOCOL, "ccollections\nOrderedDict\n)R("),
      tensor("weight", "FloatStorage", "12", 6, two(2, 3), two(...strides)),
      tensor("count", "LongStorage", "34", 1, ")", ")"),
      bytes("u}", text("_metadata").toString("latin1"), "Nsb."),
      bytes(PROTOCOL, "](", text("12").toString("latin1"), text("34").toString("latin1"), "e."),
      ...[count(6), numbers, count(1), count(9), Buffer.from(more)],
    ]);
  }

  it("finds the numbers, by name, wherever in memory they begin, and leaves counts out", () => {
    const tensors = readTorchFile(file([3, 1]));
    assert.deepEqual([...tensors.keys()], ["weight"]);
    const weight = tensors.get("weight");
    assert.deepEqual(weight?.shape, [2, 3]);
    assert.ok(weight);
    assert.deepEqual([...inOrder(weight, [0, 1])], [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]);
    assert.deepEqual([...inOrder(weight, [1, 0])], [0.5, 3.5, 1.5, 4.5, 2.5, 5.5]);
  });

  it("follows strides: of a transposed tensor the memory is the other way round", () => {
    const weight = readTorchFile(file([1, 2])).get("weight");
    assert.ok(weight);
    assert.deepEqual([...inOrder(weight, [0, 1])], [0.5, 2.5, 4.5, 1.5, 3.5, 5.5]);
    assert.deepEqual([...inOrder(weight, [1, 0])], [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]);
  });

  it("refuses what is longer, shorter or something else", () => {
    const whole = file([3, 1]);
    assert.throws(() => readTorchFile(file([3, 1], [0])), /and its tensors end at \d+/);
    assert.throws(() => readTorchFile(whole.subarray(0, -1)), /and its tensors end at \d+/);
    assert.throws(() => readTorchFile(bytes("PK\x03\x04")), /no instruction of a pickle/);
    assert.throws(
      () => readTorchFile(bytes(PROTOCOL, "N.", PROTOCOL, "N.", PROTOCOL, "N.", PROTOCOL, "N.", PROTOCOL, "N.")),
      /not a file of PyTorch's older form/,
    );
  });
});
