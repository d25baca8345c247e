// Contacts: pairs of residues that touch in the folded protein, as CASP's assessors count them (Schaarschmidt et al. 2018, "Assessment of
// contact predictions in CASP12", Proteins 86, "Contact definition"): their Cβ are less than 8 Å apart. Those within six residues of the chain
// do not count, since they touch in any protein.

import { checkArguments, countFrom, fields, list, NUMBER, settings, WHOLE } from "../arguments";
import { at } from "../indexing";
import { PAIRS, squareSize, symmetric } from "./matrices";
import { distance } from "./points";
import { RESIDUES, type Residue } from "./structure";

/** Two positions, and how sure it is that they touch. */
export interface ResidueContact {
  /** The first position. */
  readonly i: number;
  /** The second, greater one. */
  readonly j: number;
  /** What they were chosen by; more is surer. */
  readonly score: number;
}

/** What {@link topContacts} can be asked for. */
export interface TopContactsOptions {
  /** How many. Default: as many as there are positions. */
  count?: number;
  /** How far apart in the chain they are at least, in residues. Default 6. */
  apart?: number;
  /** The place of each position in the chain. Default: 0, 1, 2 …, no residue being left out. */
  places?: readonly number[];
}

/** What {@link contactPrecision} can be asked for. */
export interface ContactPrecisionOptions {
  /** How near Cβ is to Cβ in a contact, in ångströms. Default 8. */
  below?: number;
}

/** What an argument has to be that is a list of contacts. */
export const CONTACTS = list("contacts, from topContacts", fields({ i: countFrom(0), j: countFrom(0), score: NUMBER }));

/**
 * Takes from the score of each pair what its two positions have with all others, the product of their means divided by the mean of
 * all: what is left is the pair's own. Positions that vary much, and relatives that differ in many positions at once, raise whole rows.
 *
 * @param scores symmetric, a row for each position.
 * @returns a table of the same form, 0 on the diagonal.
 * @throws RangeError unless it is square and symmetric, with numbers of at least 0, not all of them 0.
 * @see Dunn et al. 2008, "Mutual information without the influence of phylogeny or entropy", Bioinformatics 24, section 2.2
 *
 * @example
 * ```ts
 * averageProductCorrection([[0, 1, 1], [1, 0, 1], [1, 1, 0]]) // => [[0, 0, 0], [0, 0, 0], [0, 0, 0]]
 * ```
 */
export function averageProductCorrection(scores: readonly (readonly number[])[]): number[][] {
  checkArguments("averageProductCorrection", { scores }, { scores: PAIRS });
  const size = squareSize("averageProductCorrection", "scores", scores);
  for (const [i, row] of scores.entries())
    for (const [j, score] of row.slice(0, i).entries()) {
      const back = at(at(scores, j), i);
      if (score < 0 || score !== back)
        throw new RangeError(
          `averageProductCorrection: of positions ${i} and ${j} the score is ${score}, of ${j} and ${i} it is ${back}; scores are the same in both ` +
            "directions, and at least 0, as norms and informations are.",
        );
    }
  const means = scores.map((row, i) => (row.reduce((sum, score) => sum + score, 0) - at(row, i)) / (size - 1));
  const all = means.reduce((sum, mean) => sum + mean, 0) / size;
  if (all === 0)
    throw new RangeError(
      `averageProductCorrection: all scores of ${size} positions are 0, and their mean is what it divides by; give at least one above 0.`,
    );
  return symmetric(size, (i, j) => at(at(scores, i), j) - (at(means, i) * at(means, j)) / all);
}

/**
 * The pairs of positions with the highest scores, those with the highest first.
 *
 * @param scores symmetric, a row for each position.
 * @throws RangeError unless it is square, and there is a place for each position.
 *
 * @example
 * ```ts
 * topContacts([[0, 2, 3], [2, 0, 1], [3, 1, 0]], { count: 1, apart: 2 }) // => [{ i: 0, j: 2, score: 3 }]
 * ```
 */
export function topContacts(
  scores: readonly (readonly number[])[],
  options: TopContactsOptions = {},
): ResidueContact[] {
  checkArguments(
    "topContacts",
    { scores, options },
    {
      scores: PAIRS,
      options: settings({ count: countFrom(1, 1e9), apart: countFrom(1), places: list("places in the chain", WHOLE) }),
    },
  );
  const size = squareSize("topContacts", "scores", scores);
  const { count = size, apart = 6, places = scores.map((_, i) => i) } = options;
  if (places.length !== size)
    throw new RangeError(`topContacts: there are ${places.length} places for ${size} positions; give one for each.`);
  const pairs = scores.flatMap((row, j) =>
    row.slice(0, j).flatMap((score, i) => (Math.abs(at(places, j) - at(places, i)) < apart ? [] : [{ i, j, score }])),
  );
  return pairs.sort((a, b) => b.score - a.score).slice(0, count);
}

/**
 * The distance between the Cβ of each two residues, in ångströms.
 *
 * @param structure as `loadProteinFamily` has it.
 * @returns a row for each residue.
 *
 * @example
 * ```ts
 * const { structure } = await loadProteinFamily("DHFR")
 * residueDistances(structure)[0]![1]! // => 5.9
 * ```
 */
export function residueDistances(structure: readonly Residue[]): number[][] {
  checkArguments("residueDistances", { structure }, { structure: RESIDUES });
  if (structure.length === 0)
    throw new RangeError(
      "residueDistances: structure is an empty list; it needs at least one residue, as loadProteinFamily has them.",
    );
  return symmetric(structure.length, (i, j) => distance(at(structure, i).beta, at(structure, j).beta));
}

/**
 * The share of the given contacts that are contacts in the crystal.
 *
 * @param contacts at least one, from {@link topContacts}.
 * @param structure the residue of the crystal at each position.
 * @throws RangeError when there is no contact, or one of a position that the crystal does not have.
 * @see Schaarschmidt et al. 2018, "Assessment of contact predictions in CASP12", Proteins 86
 *
 * @example
 * ```ts
 * const { structure } = await loadProteinFamily("DHFR")
 * const nearest = topContacts(residueDistances(structure).map((row) => row.map((d) => -d)))
 * contactPrecision(nearest, structure) // => 1
 * ```
 */
export function contactPrecision(
  contacts: readonly ResidueContact[],
  structure: readonly Residue[],
  options: ContactPrecisionOptions = {},
): number {
  checkArguments(
    "contactPrecision",
    { contacts, structure, options },
    { contacts: CONTACTS, structure: RESIDUES, options: settings({ below: NUMBER }) },
  );
  const { below = 8 } = options;
  if (!(below > 0))
    throw new RangeError(`contactPrecision: below is ${below}; it is a distance above 0, in ångströms. 8 is usual.`);
  const other = contacts.find(({ i, j }) => i >= structure.length || j >= structure.length);
  if (contacts.length === 0 || other)
    throw new RangeError(
      `contactPrecision: ${contacts.length} contacts were given for ${structure.length} residues` +
        `${other ? `, one of them between positions ${other.i} and ${other.j}` : ""}; give at least one, of positions from 0 to ` +
        `${structure.length - 1}.`,
    );
  const right = contacts.filter(({ i, j }) => distance(at(structure, i).beta, at(structure, j).beta) < below);
  return right.length / contacts.length;
}
