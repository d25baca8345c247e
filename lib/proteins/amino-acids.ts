// The letters of proteins, files of aligned sequences in FASTA's form (Pearson and Lipman 1988), and the alignment of two sequences
// (Needleman and Wunsch 1970).

import { at } from "../indexing";

/** A gap, and the twenty amino acids by their letters: the place of a letter is its token. */
export const ALPHABET = "-ACDEFGHIKLMNPQRSTVWY";
/** The token of a gap, and of a letter that stands for no amino acid in particular. */
export const GAP = 0;

/** The letters of the three-letter names that PDB files use. */
export const LETTERS: Readonly<Record<string, string>> = {
  ...{ ALA: "A", ARG: "R", ASN: "N", ASP: "D", CYS: "C", GLN: "Q", GLU: "E", GLY: "G", HIS: "H", ILE: "I" },
  ...{ LEU: "L", LYS: "K", MET: "M", PHE: "F", PRO: "P", SER: "S", THR: "T", TRP: "W", TYR: "Y", VAL: "V" },
};

/** A sequence of an alignment: its name and its letters, `-` for a gap. */
export interface NamedSequence {
  readonly name: string;
  readonly letters: string;
}

/** @throws RangeError unless all sequences are equally long, as those of an alignment are. */
export function parseAlignment(text: string): NamedSequence[] {
  const sequences = text
    .split(/^>/m)
    .slice(1)
    .map((entry): NamedSequence => {
      const [name = "", ...lines] = entry.split(/\r?\n/);
      return { name, letters: lines.join("").toUpperCase().replaceAll(".", "-") };
    });
  const width = sequences[0]?.letters.length ?? 0;
  const other = sequences.find(({ letters }) => letters.length !== width);
  if (width === 0 || other)
    throw new RangeError(
      `it is no alignment: ${sequences.length} sequences, the first of ${width} letters` +
        `${other ? `, ${other.name} of ${other.letters.length}` : ""}`,
    );
  return sequences;
}

/** Of equal letters; others lose 1, and so does each letter that stands alone. */
const MATCH = 2;

/**
 * The best global alignment of a sequence with a longer one. What the longer one has before and after is free.
 *
 * @returns for each letter of the first the place in the second that it belongs to, or −1.
 */
export function alignSequences(short: string, long: string): Int32Array {
  const [rows, columns] = [short.length, long.length];
  const width = columns + 1;
  const best = new Int32Array((rows + 1) * width);
  for (let row = 1; row <= rows; row++) best[row * width] = -row;
  const matched = (row: number, column: number): number =>
    at(best, (row - 1) * width + column - 1) + (short[row - 1] === long[column - 1] ? MATCH : -1);
  /** What a letter of the longer sequence costs that stands alone: nothing behind the last of the shorter. */
  const alone = (row: number): number => (row === rows ? 0 : 1);
  for (let row = 1; row <= rows; row++)
    for (let column = 1; column <= columns; column++)
      best[row * width + column] = Math.max(
        matched(row, column),
        at(best, (row - 1) * width + column) - 1,
        at(best, row * width + column - 1) - alone(row),
      );
  const places = new Int32Array(rows).fill(-1);
  let [row, column] = [rows, columns];
  while (row > 0 && column > 0) {
    const score = at(best, row * width + column);
    if (score === at(best, row * width + column - 1) - alone(row)) column--;
    else if (score === matched(row, column)) places[--row] = --column;
    else row--;
  }
  return places;
}
