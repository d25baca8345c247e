// Enlarging a small map to the size of the image that it belongs to.

/** Height and width. */
type Size = readonly [height: number, width: number];

/**
 * Bilinear interpolation between the middles of the cells; at the rim, beyond the outermost middles, the nearest value.
 *
 * @param values in reading order, as many as `from` has places.
 * @returns as many as `to` has places.
 */
export function resizeBilinear(values: ArrayLike<number>, from: Size, to: Size): Float32Array {
  const rows = neighbours(from[0], to[0]);
  const columns = neighbours(from[1], to[1]);
  const valueAt = (row: number, column: number): number => values[row * from[1] + column] as number;
  const result = new Float32Array(to[0] * to[1]);
  for (const [y, [above, below, down]] of rows.entries())
    for (const [x, [left, right, across]] of columns.entries()) {
      const upper = valueAt(above, left) * (1 - across) + valueAt(above, right) * across;
      const lower = valueAt(below, left) * (1 - across) + valueAt(below, right) * across;
      result[y * to[1] + x] = upper * (1 - down) + lower * down;
    }
  return result;
}

/** For each place of the longer side the places of the shorter one that it lies between, and how near it is to the second. */
function neighbours(from: number, to: number): [first: number, second: number, share: number][] {
  return Array.from({ length: to }, (_, place) => {
    const middle = Math.min(from - 1, Math.max(0, ((place + 0.5) * from) / to - 0.5));
    const first = Math.floor(middle);
    return [first, Math.min(from - 1, first + 1), middle - first];
  });
}
