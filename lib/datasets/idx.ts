// The IDX format of the MNIST files: a magic number (two zero bytes, the type of the values, the number of axes), the size
// of each axis as a big-endian 32-bit number, then the values.

const UNSIGNED_BYTE = 0x08;

/**
 * Reads the bytes of an IDX file of unsigned bytes.
 *
 * @param file the whole file.
 * @param shape what its axes must be, the number of examples first.
 * @returns the values (a view into `file`), the last axis changing fastest.
 * @throws RangeError that says what was found and what was expected.
 */
export function parseIdx(file: Uint8Array, shape: readonly number[]): Uint8Array {
  const headerBytes = 4 + 4 * shape.length;
  if (file.length < headerBytes)
    throw new RangeError(`it has ${file.length} bytes, and its header alone takes ${headerBytes}`);
  const header = new DataView(file.buffer, file.byteOffset, headerBytes);

  const magic = header.getUint32(0);
  const expectedMagic = (UNSIGNED_BYTE << 8) | shape.length;
  if (magic !== expectedMagic)
    throw new RangeError(`its magic number is ${hex(magic)}, expected ${hex(expectedMagic)}`);

  const found = shape.map((_, axis) => header.getUint32(4 + 4 * axis));
  if (found.some((side, axis) => side !== shape[axis]))
    throw new RangeError(`its header gives the shape [${found.join(", ")}], expected [${shape.join(", ")}]`);

  const expectedBytes = headerBytes + shape.reduce((product, side) => product * side, 1);
  if (file.length !== expectedBytes) throw new RangeError(`it has ${file.length} bytes, expected ${expectedBytes}`);
  return file.subarray(headerBytes);
}

function hex(magic: number): string {
  return `0x${magic.toString(16).padStart(8, "0")}`;
}
