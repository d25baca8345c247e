// What a folded chain should fit, as an energy of the distances of its atoms, and the descent along its gradient (Adam).

import { at } from "../indexing";
import type { ResidueContact } from "./contacts";
import type { Point } from "./points";

/** x, y and z of each residue, one after another. */
export type Coordinates = Float64Array;

/** What is known of a chain. */
export interface Restraints {
  readonly places: readonly number[];
  readonly contacts: readonly ResidueContact[];
}

/** Of Cα atoms, in ångströms: neighbours, next but one at least and at most, no two nearer, contacts within, others beyond. */
const [BOND, NEXT_LEAST, NEXT_MOST, CLASH, TOUCH, BEYOND] = [3.8, 5, 7, 4.5, 7.5, 12];
/** Within so many residues of the chain no contact was asked for. */
const NEAR_IN_CHAIN = 6;
/** What a square ångström costs of each; and from where on a contact that does not fit pulls less and less. */
const [BOND_COST, NEXT_COST, CLASH_COST, BEYOND_COST, TOLERANCE] = [5, 2, 2, 0.04, 2];
const [RATE, DECAY, SQUARE_DECAY] = [0.3, 0.9, 0.99];

/** The energy of a distance, and its slope there. */
type Cost = readonly [energy: number, slope: number];
const NONE: Cost = [0, 0];
const parabola = (off: number, cost: number): Cost => [cost * off * off, 2 * cost * off];

/** @param firmness of what keeps atoms apart: it grows from 0 to 1, so that at first they may pass through each other. */
function costOf(length: number, steps: number, isNext: boolean, isContact: boolean, firmness: number): Cost {
  if (steps === 1) return parabola(length - BOND, BOND_COST);
  if (steps === 2) return parabola(length - Math.min(NEXT_MOST, Math.max(NEXT_LEAST, length)), NEXT_COST);
  if (length < CLASH) return parabola(length - CLASH, CLASH_COST * firmness);
  // Where residues are missing between neighbours, the chain is no longer than they are.
  if (isNext && length > BOND * steps) return parabola(length - BOND * steps, 1);
  if (isContact) {
    if (length <= TOUCH) return NONE;
    const off = (length - TOUCH) / TOLERANCE;
    return [TOLERANCE ** 2 * Math.log1p(off * off), (2 * TOLERANCE * off) / (1 + off * off)];
  }
  return steps >= NEAR_IN_CHAIN && length < BEYOND ? parabola(length - BEYOND, BEYOND_COST) : NONE;
}

/** Moves a chain until it fits as well as it can from where it is. */
export function descend(
  start: Coordinates,
  { places, contacts }: Restraints,
  steps: number,
): { points: Point[]; energy: number } {
  const size = places.length;
  const x = start.slice();
  const touching = new Uint8Array(size * size);
  for (const { i, j } of contacts) touching[j * size + i] = 1;
  const [gradient, mean, square] = [new Float64Array(x.length), new Float64Array(x.length), new Float64Array(x.length)];
  let energy = 0;
  for (let step = 1; step <= steps; step++) {
    const firmness = step / steps;
    gradient.fill(0);
    energy = 0;
    for (let i = 0; i < size; i++)
      for (let j = 0; j < i; j++) {
        const [dx, dy, dz] = difference(x, i, j);
        const length = Math.sqrt(dx * dx + dy * dy + dz * dz) || 1e-9;
        const apart = at(places, i) - at(places, j);
        const [cost, slope] = costOf(length, apart, i === j + 1, touching[i * size + j] === 1, firmness);
        if (cost === 0) continue;
        energy += cost;
        push(gradient, i, j, slope / length, dx, dy, dz);
      }
    if (step === steps) break; // the energy is that of where it is
    const rate = RATE * Math.min(1, 3 * (1 - firmness) + 0.02);
    for (let k = 0; k < x.length; k++) {
      mean[k] = DECAY * at(mean, k) + (1 - DECAY) * at(gradient, k);
      square[k] = SQUARE_DECAY * at(square, k) + (1 - SQUARE_DECAY) * at(gradient, k) ** 2;
      const size = Math.sqrt(at(square, k) / (1 - SQUARE_DECAY ** step)) + 1e-8;
      x[k] = at(x, k) - (rate * at(mean, k)) / (1 - DECAY ** step) / size;
    }
  }
  const points = places.map((_, i): Point => [at(x, 3 * i), at(x, 3 * i + 1), at(x, 3 * i + 2)]);
  return { points, energy };
}

function difference(x: Coordinates, i: number, j: number): Point {
  return [at(x, 3 * i) - at(x, 3 * j), at(x, 3 * i + 1) - at(x, 3 * j + 1), at(x, 3 * i + 2) - at(x, 3 * j + 2)];
}

function push(gradient: Coordinates, i: number, j: number, by: number, dx: number, dy: number, dz: number): void {
  for (const [axis, along] of [dx, dy, dz].entries()) {
    gradient[3 * i + axis] = at(gradient, 3 * i + axis) + by * along;
    gradient[3 * j + axis] = at(gradient, 3 * j + axis) - by * along;
  }
}
