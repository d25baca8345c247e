// Protocol buffers on the wire, for writing only: the few forms that TensorFlow's messages need.
// Follows the encoding section of the Protocol Buffers documentation (base-128 varints, tag = field << 3 | wire type).

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** A message, or a part of one: bytes that may be joined with others in any order of fields. */
export type Bytes = Uint8Array;

function varint(value: number): number[] {
  // Negative numbers are written as 64-bit two's complement, which only BigInt holds; they are rare (axis −1).
  if (value < 0 || value > Number.MAX_SAFE_INTEGER) {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    do {
      bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
      rest >>= 7n;
    } while (rest > 0n);
    return bytes;
  }
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push((rest % 128) | (rest > 127 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return bytes;
}

const tag = (field: number, wireType: number): number[] => varint(field * 8 + wireType);

/** Joins fields into one message. */
export function message(...fields: Bytes[]): Bytes {
  return Buffer.concat(fields);
}

/** An integer, boolean or enumeration field. */
export function integerField(field: number, value: number | boolean): Bytes {
  return Uint8Array.from([...tag(field, VARINT), ...varint(Number(value))]);
}

/** A 32-bit float field. */
export function floatField(field: number, value: number): Bytes {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return message(Uint8Array.from(tag(field, FIXED32)), bytes);
}

/** A string, bytes or message field. */
export function bytesField(field: number, value: Bytes | string): Bytes {
  const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
  return message(Uint8Array.from([...tag(field, LENGTH_DELIMITED), ...varint(bytes.length)]), bytes);
}
