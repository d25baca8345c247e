// Weights in the form of Hugging Face's safetensors: the length of a header (8 bytes), the header, which says as JSON what each tensor
// is and where it lies, then the numbers of all of them. Nothing in it can be run.

import { isWholeNumber } from "../../arguments";
import { messageOf } from "../../error-message";
import { tuple } from "../../indexing";

/** A tensor of a file. */
export interface SafeTensor {
  readonly shape: readonly number[];
  /** In reading order. */
  readonly values: Float32Array;
}

const LENGTH_BYTES = 8;
const FLOAT_BYTES = 4;

/**
 * The tensors of 32-bit floating-point numbers in a file, by their names; others, such as counters, are left out.
 *
 * @throws RangeError when it is no such file.
 */
export function readSafetensors(file: Uint8Array): Map<string, SafeTensor> {
  const { entries, start } = headerOf(file);
  const tensors = new Map<string, SafeTensor>();
  let end = start;
  for (const [name, entry] of entries) {
    const { dtype, shape, from, to } = placeOf(name, entry);
    if (start + to > file.byteLength)
      throw new RangeError(`its tensor ${name} ends at byte ${start + to}, and the file at ${file.byteLength}`);
    end = Math.max(end, start + to);
    if (dtype !== "F32") continue;
    const bytes = FLOAT_BYTES * shape.reduce((product, size) => product * size, 1);
    if (to - from !== bytes)
      throw new RangeError(`its tensor ${name} [${shape}] has ${to - from} bytes, and such a shape takes ${bytes}`);
    const copy = new Uint8Array(file.subarray(start + from, start + to)); // numbers have to begin at a multiple of 4
    tensors.set(name, { shape, values: new Float32Array(copy.buffer) });
  }
  if (end !== file.byteLength) throw new RangeError(`it has ${file.byteLength} bytes, and its tensors end at ${end}`);
  return tensors;
}

/** What the header says of each tensor, and where the numbers begin. */
function headerOf(file: Uint8Array): { entries: [string, unknown][]; start: number } {
  if (file.byteLength < LENGTH_BYTES)
    throw new RangeError(`it has ${file.byteLength} bytes, and a safetensors file at least ${LENGTH_BYTES}`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = LENGTH_BYTES + Number(view.getBigUint64(0, true));
  if (start > file.byteLength)
    throw new RangeError(`its header would end at byte ${start}, and the file ends at ${file.byteLength}`);
  let header: unknown;
  try {
    header = JSON.parse(Buffer.from(file.subarray(LENGTH_BYTES, start)).toString("utf8"));
  } catch (cause) {
    throw new RangeError(`its header is no JSON (${messageOf(cause)})`, { cause });
  }
  if (header === null || typeof header !== "object" || Array.isArray(header))
    throw new RangeError("its header is no list of tensors");
  return { entries: Object.entries(header).filter(([name]) => name !== "__metadata__"), start };
}

function placeOf(name: string, entry: unknown): { dtype: string; shape: number[]; from: number; to: number } {
  const { dtype, shape, data_offsets: offsets } = Object(entry) as Record<string, unknown>;
  if (typeof dtype !== "string" || !areSizes(shape) || !areSizes(offsets) || offsets.length !== 2)
    throw new RangeError(`its header does not say what the tensor ${name} is`);
  const [from, to] = tuple(offsets, 2);
  if (from > to) throw new RangeError(`its tensor ${name} begins at ${from} and ends at ${to}`);
  return { dtype, shape, from, to };
}

const areSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => isWholeNumber(size, { least: 0 }));
