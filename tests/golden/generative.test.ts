// Fréchet distances against scipy, noise schedules against the papers' formulas by numpy (make_generative.py).
import assert from "node:assert/strict";
import { frechetDistance, noiseSchedule, tf } from "cellwise";
import { close } from "../lib/small-models";
import { readFixture } from "./golden";

interface Schedule {
  readonly steps: number;
  readonly places: readonly number[];
  readonly alphaBars: readonly number[];
}

const fixture = readFixture<{
  distances: readonly { pictures: number; features: number; shift: number; scale: number; distance: number }[];
  cosine: readonly Schedule[];
  linear: readonly Schedule[];
}>("generative");

/** Rows of the fixture's numbers. */
function rows(pictures: number, features: number, number: number, change = (x: number) => x): Float64Array[] {
  return Array.from({ length: pictures }, (_, row) =>
    Float64Array.from({ length: features }, (_, axis) =>
      change(Math.sin(1.7 * (row * features + axis) ** 1.1 + 0.9 * number + 0.5)),
    ),
  );
}

describe("frechetDistance", () => {
  for (const { pictures, features, shift, scale, distance } of fixture.distances)
    it(`is scipy's for ${pictures} pictures of ${features} features, and the same from the other side`, () => {
      const first = rows(pictures, features, 1);
      const second = rows(pictures + 3, features, 2, (x) => shift + scale * x);
      const tolerance = 1e-6 * Math.max(1, distance);
      close(frechetDistance(first, second), distance, tolerance);
      close(frechetDistance(second, first), distance, tolerance);
    });

  it("is 0 for a set and itself, and the squared shift for one that is only shifted", () => {
    const first = rows(30, 6, 3);
    close(frechetDistance(first, first), 0, 1e-9);
    const shifted = first.map((row) => row.map((x, axis) => x + axis));
    close(frechetDistance(first, shifted), 0 + 1 + 4 + 9 + 16 + 25, 1e-8);
  });

  it("is that of two normal distributions along one axis: (μ₁ − μ₂)² + (σ₁ − σ₂)²", () => {
    const [a, b] = [
      [[0], [2]],
      [[5], [11]],
    ];
    close(frechetDistance(a ?? [], b ?? []), (1 - 8) ** 2 + (Math.SQRT2 - 3 * Math.SQRT2) ** 2, 1e-9);
  });

  it("takes tensors, which stay the caller's, and says what does not fit", () => {
    const tensor = tf.tensor2d([0, 1, 2, 3], [2, 2]);
    close(frechetDistance(tensor, tensor), 0, 1e-9);
    assert.throws(() => frechetDistance(tensor, [[1], [2]]), /first has 2 features, second 1/);
    assert.throws(() => frechetDistance(tensor, [[1, 2]]), /1 picture\(s\) of 2 features; it needs at least 2/);
    assert.throws(
      () => frechetDistance([[1, 2], [3]], tensor),
      /row 1 of first is the list \[3\], of 1 features, row 0 has 2/,
    );
    assert.throws(() => frechetDistance(tensor, [[1], [Number.NaN]]), /row 1 of second holds NaN/);
    tensor.dispose();
  });
});

describe("noiseSchedule", () => {
  for (const kind of ["cosine", "linear"] as const)
    for (const { steps, places, alphaBars } of fixture[kind])
      it(`${kind}, ${steps} steps: is the paper's`, () => {
        const found = noiseSchedule({ steps, kind });
        assert.equal(found.alphaBars.length, steps + 1);
        for (const [i, place] of places.entries()) {
          const expected = alphaBars[i] as number;
          close(found.alphaBars[place] as number, expected, 1e-6 * expected);
        }
      });

  it("is the cosine with 1,000 steps unless told otherwise, and says what cannot be", () => {
    assert.deepEqual(noiseSchedule(), noiseSchedule({ steps: 1000, kind: "cosine" }));
    assert.throws(() => noiseSchedule({ steps: 1 }), /steps is 1; it is a whole number from 2/);
    assert.throws(() => noiseSchedule({ steps: 20, kind: "linear" }), /at most 0.999 can be. Take at least 21 steps/);
  });
});
