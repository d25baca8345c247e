// Where the boxes of a directed graph stand: rows by the longest path (Sugiyama, Tagawa and Toda 1981, "Methods for visual
// understanding of hierarchical system structures"), and in each row lanes, as on a road. The longest path keeps to one lane,
// what is beside it takes others, and an arrow over several rows has a lane to go down in: so nothing covers anything.
import { at, lastOf } from "../../indexing";

/** An arrow from box to box. */
export interface Arrow {
  readonly from: number;
  readonly to: number;
  /** The lane in which it passes the rows between; `undefined` where there are none. */
  readonly via: number | undefined;
}

/** Rows count from the top, lanes from the left. */
export interface Placement {
  /** The row of each box. */
  readonly rows: readonly number[];
  /** The lane of each box. */
  readonly lanes: readonly number[];
  /** For each lane, whether boxes stand in it, not only arrows. */
  readonly wide: readonly boolean[];
  readonly arrows: readonly Arrow[];
}

/** Which box, or whose arrow, is in each row. */
type Lane = Map<number, number>;
/** Lanes that are joined in the gap under a row. */
type Crossing = readonly [lane: number, other: number, row: number];

/**
 * Places the boxes of a graph.
 *
 * @param sources for each box the boxes from which arrows lead to it, all of them earlier ones.
 */
export function assignLanes(sources: readonly (readonly number[])[]): Placement {
  const rows = rowOfEachBox(sources);
  const row = (box: number) => at(rows, box);
  const lanes: Lane[] = [];
  const laneOf: number[] = [];
  const after: (number | undefined)[] = []; // in the same lane

  const targetsOf = (from: number) => Array.from(sources.keys()).filter((to) => sources[to]?.includes(from));
  const roomIn = (candidates: readonly number[], owner: number, from: number, to: number): number =>
    candidates.find((lane) => {
      for (let r = from; r <= to; r++) if ((lanes[lane]?.get(r) ?? owner) !== owner) return false;
      return true;
    }) ?? lanes.push(new Map()) - 1;
  const all = () => Array.from(lanes.keys());

  for (let chain = longestChain(sources, laneOf); chain.length > 0; chain = longestChain(sources, laneOf)) {
    const [first, last] = [at(chain, 0), lastOf(chain)];
    // Below its last box go this one's arrows.
    const end = Math.max(row(last), ...targetsOf(last).map((to) => row(to) - 1));
    const lane = roomIn(all(), -1, row(first), end);
    for (const [place, box] of chain.entries()) {
      laneOf[box] = lane;
      after[box] = chain[place + 1];
      for (let r = row(box); r < row(chain[place + 1] ?? last); r++) lanes[lane]?.set(r, box);
    }
    for (let r = row(last); r <= end; r++) lanes[lane]?.set(r, last);
  }

  const boxLanes = lanes.length;
  const arrows: Arrow[] = [];
  for (const from of sources.keys()) {
    const targets = targetsOf(from);
    const own = at(laneOf, from);
    const far = targets.filter((to) => to !== after[from] && row(to) > row(from) + 1);
    let via: number | undefined;
    if (far.length > 0) {
      const last = Math.max(...far.map(row)) - 1;
      const others = [...all().slice(boxLanes), ...all().slice(0, boxLanes)];
      via = roomIn([own, ...far.map((to) => at(laneOf, to)), ...others], from, row(from) + 1, last);
      for (let r = row(from) + 1; r <= last; r++) lanes[via]?.set(r, from);
    }
    for (const to of targets)
      arrows.push({ from, to, via: row(to) === row(from) + 1 ? undefined : to === after[from] ? own : via });
  }

  const crossings = arrows.flatMap(({ from, to, via }): Crossing[] => {
    const [start, end] = [at(laneOf, from), at(laneOf, to)];
    return [[start, via ?? end, row(from)], ...(via === undefined ? [] : [[via, end, row(to) - 1] as const])];
  });
  const order = orderLanes(lanes, crossings);
  const fromLeft = (lane: number) => order.indexOf(lane);
  return {
    rows,
    lanes: laneOf.map(fromLeft),
    wide: order.map((lane) => lane < boxLanes),
    arrows: arrows.map(({ via, ...ends }) => ({ ...ends, via: via === undefined ? undefined : fromLeft(via) })),
  };
}

/** One row below the lowest source; then what leads to more boxes than to it comes moves down to where it is needed. */
function rowOfEachBox(sources: readonly (readonly number[])[]): number[] {
  const rows: number[] = [];
  for (const [box, above] of sources.entries()) rows[box] = Math.max(-1, ...above.map((b) => at(rows, b))) + 1;
  for (const box of Array.from(sources.keys()).reverse()) {
    const targets = Array.from(sources.keys()).filter((other) => sources[other]?.includes(box));
    if (targets.length > 0 && targets.length >= (sources[box]?.length ?? 0))
      rows[box] = Math.min(...targets.map((other) => at(rows, other))) - 1;
  }
  return rows;
}

/** The longest path through boxes that have no lane yet. */
function longestChain(sources: readonly (readonly number[])[], laneOf: readonly (number | undefined)[]): number[] {
  const chains: number[][] = [];
  let longest: number[] = [];
  for (const [box, above] of sources.entries()) {
    if (laneOf[box] !== undefined) continue;
    const free = above.flatMap((source) => (chains[source] ? [chains[source]] : []));
    const chain = [...free.reduce((best, other) => (other.length > best.length ? other : best), []), box];
    chains[box] = chain;
    if (chain.length > longest.length) longest = chain;
  }
  return longest;
}

/** The lanes from left to right, each put where arrows pass the fewest others and cross the fewest arrows. */
function orderLanes(lanes: readonly Lane[], crossings: readonly Crossing[]): number[] {
  const costOf = (order: readonly number[]): number => {
    let cost = 0;
    for (const [lane, other, row] of crossings) {
      const [a, b] = [order.indexOf(lane), order.indexOf(other)];
      if (a < 0 || b < 0) continue;
      for (const between of order.slice(Math.min(a, b) + 1, Math.max(a, b)))
        cost += lanes[between]?.has(row) && lanes[between].has(row + 1) ? 2 : 1;
    }
    return cost;
  };
  const disorder = (order: readonly number[]): number =>
    order.reduce((sum, lane, place) => sum + order.slice(place).filter((other) => other < lane).length, 0);
  let order: number[] = [];
  const improve = (tries: readonly (readonly number[])[]): void => {
    const costs = tries.map((one) => costOf(one) + 0.001 * disorder(one));
    order = [...at(tries, costs.indexOf(Math.min(...costs)))];
  };
  // Twice, since the first could not know of the last.
  for (const lane of [...lanes.keys(), ...lanes.keys()]) {
    const others = order.filter((other) => other !== lane);
    improve(Array.from({ length: others.length + 1 }, (_, place) => others.toSpliced(place, 0, lane)));
  }
  // Of equal orders the one in which branches stand as they were made.
  for (const place of order.keys())
    improve(order.map((other, otherPlace) => order.with(place, other).with(otherPlace, at(order, place))));
  return order;
}
