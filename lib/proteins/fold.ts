// A chain folded so that it fits contacts: coordinates by gradient descent on distances. It begins with distances along the shortest
// ways through chain and contacts, laid out in space by classical scaling (Torgerson 1952), as FT-COMAR does (Vassura et al. 2008,
// "Reconstruction of 3D structures from protein contact maps").

import { checkArguments, countFrom, list, settings, WHOLE } from "../arguments";
import { at } from "../indexing";
import { dot } from "../linear-algebra";
import { Random } from "../random";
import { CONTACTS, type ResidueContact } from "./contacts";
import { type Coordinates, descend, type Restraints } from "./fold-energy";
import { crossoverHand } from "./handedness";
import type { Point } from "./points";
import { layOn } from "./superposition";

/** What {@link foldContacts} can be asked for. */
export interface FoldContactsOptions {
  /** Steps of gradient descent. Default 250. */
  steps?: number;
  /** Foldings, of which the one with the lowest energy is kept. Default 3. */
  starts?: number;
  /** The same seed gives the same chain. Default 1. */
  seed?: number;
}

/** A chain that was folded. */
export interface FoldedChain {
  /** Where Cα of each residue is, in ångströms. */
  readonly points: Point[];
  /** How far it is from fitting: of all that it should, in arbitrary units. */
  readonly energy: number;
  /** How surely it is this chain and not its mirror image, from 0 (nothing says so) to 1. */
  readonly handedness: number;
}

const [MOST_POSITIONS, FEWEST] = [1000, 4];

/**
 * Folds a chain by gradient descent (Adam) on the distances of its Cα atoms: neighbours 3.8 Å apart, contacts within 7.5 Å, all others
 * farther than a weak push can bring them, up to 12 Å. A contact that does not fit pulls less the farther it is, so that wrong ones do little harm.
 *
 * Distances are the same in a mirror. Of both images that one is taken in which crossovers between parallel strands turn to the
 * right, as they do in nature nearly always; `handedness` says how clearly. Below about 0.2, and where a protein has no parallel strands, it
 * is no better than chance.
 *
 * @param contacts at least one, from {@link topContacts}.
 * @param places the place of each position in the chain, rising.
 * @throws RangeError when there is no contact, when one is between positions that there are not, or when places do not rise.
 * @see Sternberg and Thornton 1977, "On the conformation of proteins: the handedness of the connection between parallel β-strands"
 *
 * @example
 * ```ts
 * const hairpin = [0, 1, 2, 3].map((i) => ({ i, j: 15 - i, score: 1 }))
 * const { points } = foldContacts(hairpin, Array.from({ length: 16 }, (_, place) => place))
 * points.length // => 16
 * ```
 */
export function foldContacts(
  contacts: readonly ResidueContact[],
  places: readonly number[],
  options: FoldContactsOptions = {},
): FoldedChain {
  checkArguments(
    "foldContacts",
    { contacts, places, options },
    {
      contacts: CONTACTS,
      places: list("the place of each position in the chain", WHOLE),
      options: settings({ steps: countFrom(1, 10_000), starts: countFrom(1, 100), seed: WHOLE }),
    },
  );
  const { steps = 250, starts = 3, seed = 1 } = options;
  checkChain(contacts, places);
  const restraints: Restraints = { places, contacts };
  const distances = waysThrough(restraints);
  const random = new Random(seed);
  const chains = Array.from({ length: starts }, () => descend(layOut(distances, random), restraints, steps)).sort(
    (a, b) => a.energy - b.energy,
  );
  const best = at(chains, 0);
  // Each of the foldings may be either image; those that are the best one's count with it, the others against it.
  const votes = chains.map(({ points }) => {
    const hand = crossoverHand(points, contacts, places);
    return layOn(points, best.points).rmsd <= layOn(points.map(mirrored), best.points).rmsd ? hand : -hand;
  });
  const hand = votes.reduce((sum, vote) => sum + vote, 0) / votes.length;
  const points = hand < 0 ? best.points.map(mirrored) : best.points;
  return { points, energy: best.energy, handedness: Math.abs(hand) };
}

function checkChain(contacts: readonly ResidueContact[], places: readonly number[]): void {
  const { length } = places;
  const fallen = places.findIndex((place, i) => i > 0 && place <= at(places, i - 1));
  if (length < FEWEST || length > MOST_POSITIONS || fallen > 0)
    throw new RangeError(
      `foldContacts: ${length} places were given${fallen > 0 ? `, ${places[fallen]} after ${places[fallen - 1]}` : ""}; a chain here has ${FEWEST} to ${MOST_POSITIONS}, each greater than the one before it. Give ` +
        "the places of the residues: structure.map(({ place }) => place).",
    );
  const other = contacts.find(({ i, j }) => i >= length || j >= length || i >= j);
  if (contacts.length === 0 || other)
    throw new RangeError(
      `foldContacts: ${contacts.length} contacts were given for ${length} positions` +
        `${other ? `, one of them between ${other.i} and ${other.j}` : ""}; give at least one, each with i < j < ${length}.`,
    );
}

const mirrored = ([x, y, z]: Point): Point => [x, y, -z];

/** How long a step along the chain is, and one over a contact, in ångströms; farther than two residues a chain is not stretched. */
const [CHAIN_STEP, CONTACT_STEP, STRETCHED] = [3.8, 6.5, 2.5];
/** Long ways have bends: their ends are nearer than the sum of their steps. */
const [BENT, WIDENED] = [0.8, 1.3];

/** How far it is from each position to each other one, about: along the chain and over contacts (Floyd and Warshall). */
function waysThrough({ places, contacts }: Restraints): Float64Array[] {
  const size = places.length;
  const ways = Array.from({ length: size }, () => new Float64Array(size).fill(1e6));
  const link = (i: number, j: number, length: number): void => {
    for (const [from, to] of [
      [i, j],
      [j, i],
    ] as const)
      at(ways, from)[to] = Math.min(at(at(ways, from), to), length);
  };
  for (let i = 0; i < size; i++) {
    at(ways, i)[i] = 0;
    if (i > 0) link(i - 1, i, CHAIN_STEP * Math.min(STRETCHED, at(places, i) - at(places, i - 1)));
  }
  for (const { i, j } of contacts) link(i, j, CONTACT_STEP);
  for (const [middle, onward] of ways.entries())
    for (const row of ways) {
      const there = at(row, middle);
      for (let to = 0; to < size; to++) row[to] = Math.min(at(row, to), there + at(onward, to));
    }
  return ways.map((row) => row.map((way) => WIDENED * way ** BENT));
}

const POWER_STEPS = 60;

/** Places in space with about these distances: the three largest eigenvectors of the centred squares; a little off, at random. */
function layOut(distances: readonly Float64Array[], random: Random): Coordinates {
  const size = distances.length;
  const squares = distances.map((row) => row.map((length) => length * length));
  const means = squares.map((row) => row.reduce((sum, square) => sum + square, 0) / size);
  const all = means.reduce((sum, mean) => sum + mean, 0) / size;
  const centred = squares.map((row, i) => row.map((square, j) => -0.5 * (square - at(means, i) - at(means, j) + all)));
  const axes: Float64Array[] = [];
  const points = new Float64Array(3 * size);
  for (let axis = 0; axis < 3; axis++) {
    let vector = Float64Array.from({ length: size }, () => random.normal());
    let length = 1;
    for (let step = 0; step < POWER_STEPS; step++) {
      const next = Float64Array.from(centred, (row) => dot(row, vector));
      for (const other of axes) {
        const along = dot(next, other);
        for (let i = 0; i < size; i++) next[i] = at(next, i) - along * at(other, i);
      }
      length = Math.sqrt(dot(next, next));
      vector = next.map((value) => value / length);
    }
    axes.push(vector);
    for (let i = 0; i < size; i++) points[3 * i + axis] = at(vector, i) * Math.sqrt(length) + 0.5 * random.normal();
  }
  return points;
}
