// A chain folded from contacts: of a crystal's own contacts comes the crystal, and its hand.
import { strict as assert } from "node:assert";
import {
  contactMap,
  type FoldedChain,
  foldContacts,
  foldedChains,
  loadProteinFamily,
  type Point,
  type ProteinFamily,
  residueDistances,
  rmsd,
  tmScore,
  topContacts,
} from "cellwise";
import { crossoverHand } from "cellwise/dist/proteins/handedness";
import { problems } from "../plotly";

const apart = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
const mirrored = ([x, y, z]: Point): Point => [x, -y, z];

describe("foldContacts", () => {
  let family: ProteinFamily;
  let folded: FoldedChain;
  let places: number[];
  let truth: Point[];
  let contacts: ReturnType<typeof topContacts>;
  before(async () => {
    family = await loadProteinFamily("DHFR");
    places = family.structure.map(({ place }) => place);
    truth = family.structure.map(({ alpha }) => alpha);
    const nearness = residueDistances(family.structure).map((row) => row.map((distance) => -distance));
    contacts = topContacts(nearness, { count: 348, places });
    folded = foldContacts(contacts, places, { starts: 2 });
  });

  it("makes the crystal out of its contacts, and not its mirror image", () => {
    assert.ok(tmScore(folded.points, truth) > 0.8 && rmsd(folded.points, truth) < 3);
    assert.ok(tmScore(folded.points.map(mirrored), truth) < 0.5);
    assert.ok(folded.handedness > 0.5);
  });

  it("keeps neighbours 3.8 Å apart, contacts near, and no two in one place", () => {
    const { points } = folded;
    const at = (i: number): Point => points[i] as Point;
    for (let i = 1; i < points.length; i++)
      if (places[i] === (places[i - 1] as number) + 1) assert.ok(Math.abs(apart(at(i), at(i - 1)) - 3.8) < 0.5);
    const touching = contacts.filter(({ i, j }) => apart(at(i), at(j)) < 8.5);
    assert.ok(touching.length > 0.95 * contacts.length);
    for (let i = 0; i < points.length; i++) for (let j = 0; j < i - 2; j++) assert.ok(apart(at(i), at(j)) > 3);
  });

  it("tells the hand of a crystal by its crossovers, of its mirror image the other", () => {
    const hand = crossoverHand(truth, contacts, places);
    assert.ok(hand > 0.5, `${hand}`);
    assert.ok(Math.abs(crossoverHand(truth.map(mirrored), contacts, places) + hand) < 1e-9);
    assert.equal(crossoverHand(truth, contacts.slice(0, 1), places), 0);
  });

  it("is the same with the same seed, and refuses what is no chain", () => {
    const hairpin = [0, 1, 2].map((i) => ({ i, j: 15 - i, score: 1 }));
    const chain = Array.from({ length: 16 }, (_, place) => place);
    const fold = (seed: number) => foldContacts(hairpin, chain, { steps: 20, seed }).points;
    assert.deepEqual(fold(1), fold(1));
    assert.notDeepEqual(fold(1), fold(2));
    assert.throws(() => foldContacts([], chain), /0 contacts were given for 16 positions/);
    assert.throws(
      () => foldContacts(hairpin, [0, 2, 1, 3]),
      /4 places were given, 1 after 2; a chain here has 4 to 1000, each greater/,
    );
    assert.throws(() => foldContacts([{ i: 3, j: 3, score: 1 }], chain), /one of them between 3 and 3/);
  });

  it("is drawn: the map of its contacts, and the chains as they turn", () => {
    const map = contactMap([...contacts.slice(0, 50), { i: 0, j: 40, score: 0 }], family.structure);
    assert.deepEqual(problems(map), []);
    const dots = map.data.map((trace) => (trace as { x: number[] }).x.length);
    assert.deepEqual(dots, [348, 50, 1]);
    const [crystal, predicted] = map.data as { x: number[]; y: number[] }[];
    assert.ok(crystal?.x.every((x, i) => x > (crystal.y[i] as number)));
    assert.ok(predicted?.x.every((x, i) => x < (predicted.y[i] as number)));
    assert.throws(() => contactMap([{ i: 0, j: 500, score: 1 }], family.structure), /between positions 0 and 500/);

    const figure = foldedChains({ crystal: truth, folded: folded.points }, { title: "<b>" });
    assert.deepEqual(problems(figure), []);
    assert.equal(figure.frames?.length, 25);
    // Turning changes no distance, and a whole turn nothing.
    type Line = { x: number[]; y: number[]; z: number[] };
    const lines = figure.frames?.map(({ data }) => data?.[0] as unknown as Line) as Line[];
    const pointOf = ({ x, y, z }: Line, i: number): Point => [x[i] as number, y[i] as number, z[i] as number];
    for (const line of lines)
      assert.ok(
        Math.abs(apart(pointOf(line, 0), pointOf(line, 90)) - apart(truth[0] as Point, truth[90] as Point)) < 0.1,
      );
    assert.deepEqual(lines[0], lines.at(-1));
    assert.throws(() => foldedChains({}), /draws 1 to 4 chains of 2 to 1000 residues/);
    assert.throws(() => foldedChains({ a: truth, b: truth.slice(1) }), /the first of 158, b of 157/);
  });
});
