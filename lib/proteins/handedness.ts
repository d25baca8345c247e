// Left or right: distances do not tell a chain from its mirror image, but nature is not the same in a mirror. From one strand of a
// β-sheet the chain comes to a parallel one by a crossover, and this turns to the right nearly always (Richardson 1976; Sternberg and
// Thornton 1977).

import { at } from "../indexing";
import type { ResidueContact } from "./contacts";
import { middleOf, minus, type Point } from "./points";

/** How far apart in the chain two strands are that one crossover connects, and two contacts of the same strands. */
const [LEAST_CROSSOVER, MOST_CROSSOVER, MOST_ALONG] = [15, 60, 6];
/** Of a crossover the ends belong to the strands. */
const END = 3;

/**
 * From −1, all crossovers turn to the left, to 1, all to the right; 0 where contacts speak of no parallel strands.
 *
 * @param places the place of each point in the chain; residues may be missing in between
 */
export function crossoverHand(
  points: readonly Point[],
  contacts: readonly ResidueContact[],
  places: readonly number[],
): number {
  let [sum, most] = [0, 0];
  const crossing = contacts.filter(({ i, j }) => {
    const apart = at(places, j) - at(places, i);
    return apart >= LEAST_CROSSOVER && apart <= MOST_CROSSOVER;
  });
  for (const a of crossing)
    for (const b of crossing) {
      // Both strands go the same way: from one contact to the other both places grow, by about as much.
      const [here, there] = [b.i - a.i, b.j - a.j];
      if (here < 1 || here > MOST_ALONG || there < 1 || Math.abs(here - there) > 1) continue;
      const between = points.slice(b.i + END, a.j - END + 1);
      if (between.length === 0) continue;
      const middle = (...places: number[]): Point => middleOf(places.map((place) => at(points, place)));
      const along = minus(middle(b.i, b.j), middle(a.i, a.j));
      const across = minus(middle(a.j, b.j), middle(a.i, b.i));
      const out = minus(middleOf(between), middle(a.i, a.j, b.i, b.j));
      const size = norm(along) * norm(across) * norm(out);
      // From the first strand over the crossover, which is out, to the second: a screw that goes along is right-handed.
      const turn = size === 0 ? 0 : -triple(along, across, out) / size;
      sum += turn;
      most += Math.abs(turn);
    }
  return most === 0 ? 0 : sum / most;
}

const norm = ([x, y, z]: Point): number => Math.hypot(x, y, z);

function triple(a: Point, b: Point, c: Point): number {
  return a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
}
