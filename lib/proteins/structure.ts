// What a crystal says of a protein: where its residues' atoms are. The format is the Protein Data Bank's, version 3.3, section
// "Coordinate Section": fields have fixed columns.

import { fields, list, STRING, WHOLE } from "../arguments";
import { tuple } from "../indexing";
import { LETTERS } from "./amino-acids";
import { POINT, type Point } from "./points";

/** A residue of a protein: one amino acid of its chain, where the crystal has it. */
export interface Residue {
  /** Its letter: `"G"` for glycine. */
  readonly aminoAcid: string;
  /** Its place in the chain, from 0. Neighbours differ by 1. */
  readonly place: number;
  /** Its number in the file, which authors choose: `"184A"`. */
  readonly number: string;
  /** The carbon atom Cα, through which the chain runs. */
  readonly alpha: Point;
  /** Cβ, the first atom of the side chain; of glycine, which has none, Cα. */
  readonly beta: Point;
}

/** What loadProteinFamily returns as its structure, or a part of it. */
export const RESIDUES = list(
  "residues, as in the structure of loadProteinFamily",
  fields({ aminoAcid: STRING, place: WHOLE, number: STRING, alpha: POINT, beta: POINT }),
);

/** @throws RangeError where the file has no such chain, or a residue of it no Cα. */
export function parsePdb(text: string, chain: string): Residue[] {
  const residues = new Map<string, { name: string; atoms: Map<string, Point> }>();
  for (const line of text.split("\n")) {
    // Where an atom was seen in two places, the first is as good as the other.
    if (!line.startsWith("ATOM") || line[21] !== chain || !" A".includes(line[16] ?? "")) continue;
    const number = line.slice(22, 27).trim();
    const residue = residues.get(number) ?? { name: line.slice(17, 20), atoms: new Map<string, Point>() };
    const point = [30, 38, 46].map((column) => Number(line.slice(column, column + 8)));
    if (!point.every(Number.isFinite)) throw new RangeError(`it has an atom without a place: ${line}`);
    residue.atoms.set(line.slice(12, 16).trim(), tuple(point, 3));
    residues.set(number, residue);
  }
  if (residues.size === 0) throw new RangeError(`it has no atom of chain ${chain}`);
  return [...residues].map(([number, { name, atoms }], place): Residue => {
    const [aminoAcid, alpha] = [LETTERS[name], atoms.get("CA")];
    if (aminoAcid === undefined || alpha === undefined)
      throw new RangeError(`its residue ${name} ${number} is no amino acid, or has no Cα`);
    return { aminoAcid, place, number, alpha, beta: atoms.get("CB") ?? alpha };
  });
}
