// Square tables of numbers, one for each pair of positions.

import { type Kind, list, NUMBER } from "../arguments";
import { at } from "../indexing";

/** For {@link squareSize}: whether they are as many is seen there. */
export const PAIRS: Kind = list("a row of numbers for each position", list("a number for each position", NUMBER));

/** @throws RangeError unless there are at least two rows, each with as many numbers. */
export function squareSize(owner: string, name: string, table: readonly ArrayLike<number>[]): number {
  const uneven = table.findIndex((row) => row.length !== table.length);
  if (table.length < 2 || uneven >= 0)
    throw new RangeError(
      `${owner}: ${name} has ${table.length} rows${uneven < 0 ? "" : `, and row ${uneven} has ${table[uneven]?.length} numbers`}; it ` +
        "needs a row for each position, of at least 2, with a number for each of them.",
    );
  return table.length;
}

/** A table that is the same in both directions, 0 on the diagonal. */
export function symmetric(size: number, value: (row: number, column: number) => number): number[][] {
  const table = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let row = 0; row < size; row++)
    for (let column = 0; column < row; column++) {
      const one = value(row, column);
      at(table, row)[column] = one;
      at(table, column)[row] = one;
    }
  return table;
}
