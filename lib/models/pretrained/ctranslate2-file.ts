// Weights as CTranslate2 writes them (OpenNMT, version 6 of its format): how many there are, and of each its name, its shape, the kind
// of its numbers and these; then second names. All numbers have their lowest byte first.

/** A weight of a file. */
export interface Weight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const VERSION = 6;
/** How numbers are read, by their kind. Settings, such as how many heads there are, are whole numbers. */
const KINDS: Readonly<Record<number, (bytes: ArrayBuffer) => Float32Array>> = {
  0: (bytes) => new Float32Array(bytes),
  1: (bytes) => Float32Array.from(new Int8Array(bytes)),
  2: (bytes) => Float32Array.from(new Int16Array(bytes)),
  3: (bytes) => Float32Array.from(new Int32Array(bytes)),
  4: (bytes) => fromFloat16(new Uint16Array(bytes)),
};

/**
 * The weights in a file, by their names; a weight with two names is there twice. A single number has the shape [].
 *
 * @throws RangeError when it is no such file, or is cut.
 */
export function readCTranslate2File(file: Buffer): Map<string, Weight> {
  const reader = new Reader(file);
  const version = reader.number(4);
  if (version !== VERSION)
    throw new RangeError(`it begins with ${version}, where a file of CTranslate2 has its version, ${VERSION}`);
  reader.text(); // the kind of network
  reader.number(4); // its revision
  const weights = new Map<string, Weight>();
  for (let left = reader.number(4); left > 0; left--) {
    const name = reader.text();
    const shape = Array.from({ length: reader.number(1) }, () => reader.number(4));
    const kind = reader.number(1);
    const bytes = new Uint8Array(reader.bytes(reader.number(4))); // a copy: numbers have to begin at a multiple of their size
    const read = KINDS[kind];
    if (!read) throw new RangeError(`its weight ${name} has numbers of kind ${kind}; kinds 0 to 4 are known`);
    const values = read(bytes.buffer);
    if (values.length !== shape.reduce((product, side) => product * side, 1))
      throw new RangeError(`its weight ${name} has the shape [${shape.join(", ")}] and ${values.length} numbers`);
    weights.set(name, { shape, values });
  }
  for (let left = reader.number(4); left > 0; left--) {
    const [second, first] = [reader.text(), reader.text()];
    const weight = weights.get(first);
    if (weight) weights.set(second, weight);
  }
  if (reader.left > 0) throw new RangeError(`its weights end ${reader.left} bytes before its end`);
  return weights;
}

/** Reads one thing after the other. */
class Reader {
  readonly #file: Buffer;
  #position = 0;

  constructor(file: Buffer) {
    this.#file = file;
  }

  get left(): number {
    return this.#file.length - this.#position;
  }

  bytes(count: number): Buffer {
    if (count > this.left) throw new RangeError(`it ends at byte ${this.#file.length}, within a weight`);
    this.#position += count;
    return this.#file.subarray(this.#position - count, this.#position);
  }

  number(size: 1 | 2 | 4): number {
    return this.bytes(size).readUIntLE(0, size);
  }

  /** Its length, in which the zero at its end is counted, and then the text. */
  text(): string {
    return this.bytes(this.number(2)).toString("utf8").slice(0, -1);
  }
}

function fromFloat16(halves: Uint16Array): Float32Array {
  const table = float16Table();
  const values = new Float32Array(halves.length);
  for (let i = 0; i < values.length; i++) values[i] = table[halves[i] ?? 0] ?? 0;
  return values;
}

let known: Float32Array | undefined;

/**
 * All 65,536 numbers of 16 bits (IEEE 754, binary16): a sign, five bits of an exponent e, ten of a fraction f. They are (1 + f / 1024) 2^(e − 15), with
 * e = 0 instead f / 1024 · 2^−14; with e = 31 infinity and what is no number.
 */
function float16Table(): Float32Array {
  known ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => {
    const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, (bits & 1023) / 1024];
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
  });
  return known;
}
