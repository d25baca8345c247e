// Weights as PyTorch wrote them until version 1.6: five pickles (a mark, a version, the machine, the tensors, the names of their
// memories), then each memory, its length before it. What each tensor is stands in the fourth as a call that would rebuild it.

import { isWholeNumber } from "../../arguments";
import { at } from "../../indexing";
import { Called, Named, Outside, PickleReader } from "./pickle";

/** A tensor of a file: a view of a memory. */
export interface TorchTensor {
  readonly shape: readonly number[];
  /** How far apart neighbours along each axis lie in the memory. */
  readonly strides: readonly number[];
  /** The memory, from the tensor's first value on. */
  readonly memory: Float32Array;
}

const MARK = 0x1950a86a20f9469cfc6cn;
const FLOAT = "FloatStorage";
/** The bytes of a value, by the kind of a memory. */
const SIZES: Readonly<Record<string, number>> = { [FLOAT]: 4, LongStorage: 8 };

/** Where a tensor is: the parameters of the call that would rebuild it. */
interface Place {
  readonly kind: string;
  readonly memory: string;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/**
 * The tensors of floating-point numbers in a file, by their names, in its order. Nothing of the file is run.
 *
 * @throws RangeError when it is no such file.
 */
export function readTorchFile(file: Uint8Array): Map<string, TorchTensor> {
  const pickles = new PickleReader(file);
  const [mark, , , dictionary, memories] = Array.from({ length: 5 }, () => pickles.next());
  if (mark !== MARK || !(dictionary instanceof Called) || !Array.isArray(memories))
    throw new RangeError("it is not a file of PyTorch's older form");
  const places = new Map([...dictionary.items].map(([name, call]) => [String(name), placeOf(call)]));
  const kinds = new Map([...places.values()].map(({ memory, kind }) => [memory, kind]));
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const starts = new Map<string, { start: number; length: number }>();
  let position = pickles.position;
  for (const memory of memories.map(String)) {
    const length = Number(view.getBigInt64(position, true));
    starts.set(memory, { start: position + 8, length });
    position += 8 + length * (SIZES[kinds.get(memory) ?? ""] ?? Number.NaN);
  }
  if (position !== file.byteLength)
    throw new RangeError(`it has ${file.byteLength} bytes, and its tensors end at ${position}`);

  const tensors = new Map<string, TorchTensor>();
  for (const [name, { kind, memory, offset, shape, strides }] of places) {
    if (kind !== FLOAT) continue;
    const found = starts.get(memory);
    if (found === undefined) throw new RangeError(`it lacks the memory of ${name}`);
    const { start, length } = found;
    const bytes = new Uint8Array(file.subarray(start + offset * 4, start + length * 4)); // a copy: numbers have to begin at a multiple of 4
    tensors.set(name, { shape, strides, memory: new Float32Array(bytes.buffer) });
  }
  return tensors;
}

function placeOf(call: unknown): Place {
  if (!(call instanceof Called && call.callee instanceof Named && call.callee.name === "_rebuild_tensor_v2"))
    throw new RangeError("it holds something beside tensors");
  const [outside, offset, shape, strides] = listOf(call.parameters);
  const [, kind, memory] = outside instanceof Outside ? listOf(outside.id) : [];
  if (!(kind instanceof Named && typeof memory === "string" && isWholeNumber(offset, { least: 0 })))
    throw new RangeError("it has a tensor whose memory is not known");
  return { kind: kind.name, memory, offset, shape: listOf(shape).map(Number), strides: listOf(strides).map(Number) };
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A tensor's values side by side, after its axes were put into another order. */
export function inOrder({ shape, strides, memory }: TorchTensor, axes: readonly number[]): Float32Array {
  const sizes = axes.map((axis) => at(shape, axis));
  const steps = axes.map((axis) => at(strides, axis));
  const values = new Float32Array(sizes.reduce((product, size) => product * size, 1));
  let to = 0;
  const copy = (axis: number, from: number): void => {
    const [size, step] = [sizes[axis], steps[axis]];
    if (size === undefined || step === undefined) values[to++] = memory[from] ?? 0;
    else for (let i = 0; i < size; i++) copy(axis + 1, from + i * step);
  };
  copy(0, 0);
  return values;
}
