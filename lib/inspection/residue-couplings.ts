// Which positions of a protein family a model has found to depend on each other.

import { checkArguments, MODEL } from "../arguments";
import { at } from "../indexing";
import { FactoredAttention } from "../layers/attention/factored-attention";
import { bringNewestWeights } from "../layers/model-layers";
import type { tf } from "../tfjs/tf";

/**
 * How strongly the positions of a protein family depend on each other, as a model of {@link buildResidueAttention} has learned it: the
 * Frobenius norm of the table that says, for each residue at one position, how likely it makes each residue at the other. The table
 * is the sum of the heads' values, each weighted by its attention, in both directions; without gaps, and with rows and columns
 * of mean 0, so that nothing counts in it that a position's own preferences could say.
 *
 * @returns a row for each position, with a number of at least 0 for each; symmetric, 0 on the diagonal. There is nothing to dispose.
 * @throws RangeError for another model.
 * @see Bhattacharya et al. 2020, section 3.4; Ekeberg et al. 2013, "Improved contact prediction in proteins", section II.E
 *
 * @example
 * ```ts
 * const model = buildResidueAttention({ preset: "tiny", length: 50 })
 * residueCouplings(model).length // => 50
 * ```
 */
export function residueCouplings(model: tf.LayersModel): number[][] {
  checkArguments("residueCouplings", { model }, { model: MODEL });
  const layer = model.layers.find((each): each is FactoredAttention => each instanceof FactoredAttention);
  if (!layer)
    throw new RangeError(
      `residueCouplings: the model ${model.name} has no attention between positions; give one of buildResidueAttention.`,
    );
  bringNewestWeights(model);
  const tensor = layer.attention();
  const [heads, length] = tensor.shape;
  const attention = tensor.dataSync<"float32">();
  tensor.dispose();
  const [, vocabulary] = layer.values().shape;
  const tables = layer.values().dataSync<"float32">();
  const size = vocabulary * vocabulary;
  const centred = Array.from({ length: heads }, (_, head) =>
    centredTable(tables.subarray(head * size, (head + 1) * size), vocabulary),
  );
  const weights = (from: number, to: number): number[] =>
    centred.map((_, head) => at(attention, (head * length + from) * length + to));
  // The sum of both tables is never made: its norm is known from the products of the heads' tables.
  const [alike, across] = [false, true].map((turned) =>
    centred.map((one) => centred.map((other) => product(one, other, vocabulary - 1, turned))),
  );
  const form = (left: number[], table: number[][] | undefined, right: number[]): number =>
    left.reduce((sum, weight, row) => sum + weight * dot(at(table ?? [], row), right), 0);
  const couplings = Array.from({ length }, () => new Array<number>(length).fill(0));
  for (let i = 0; i < length; i++)
    for (let j = 0; j < i; j++) {
      const [there, back] = [weights(i, j), weights(j, i)];
      const square = form(there, alike, there) + form(back, alike, back) + 2 * form(there, across, back);
      at(couplings, i)[j] = Math.sqrt(Math.max(0, square));
      at(couplings, j)[i] = at(at(couplings, i), j);
    }
  return couplings;
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * at(b, i), 0);

/** A table without the row and the column of the gap, less the means of its rows and columns. */
function centredTable(table: Float32Array, vocabulary: number): number[] {
  const side = vocabulary - 1;
  const value = (row: number, column: number): number => at(table, (row + 1) * vocabulary + column + 1);
  const places = Array.from({ length: side }, (_, place) => place);
  const mean = (each: (place: number) => number): number => places.reduce((sum, place) => sum + each(place), 0) / side;
  const rows = places.map((row) => mean((column) => value(row, column)));
  const columns = places.map((column) => mean((row) => value(row, column)));
  const all = mean((row) => at(rows, row));
  return places.flatMap((row) =>
    places.map((column) => value(row, column) - at(rows, row) - at(columns, column) + all),
  );
}

/** The sum of the products of two tables' numbers, maybe of one with the other's rows as columns. */
function product(a: readonly number[], b: readonly number[], side: number, turned: boolean): number {
  let sum = 0;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      sum += at(a, row * side + column) * at(b, turned ? column * side + row : row * side + column);
  return sum;
}
