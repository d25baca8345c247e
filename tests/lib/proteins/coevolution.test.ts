// What an alignment says by counting: hand-made ones, and what follows from the definitions.
import { strict as assert } from "node:assert";
import {
  averageProductCorrection,
  contactPrecision,
  covarianceScores,
  loadProteinFamily,
  mutualInformation,
  Random,
  type Residue,
  sequenceWeights,
  topContacts,
  weightedSample,
} from "cellwise";
import { close, points } from "../small-models";

describe("sequenceWeights", () => {
  it("counts those at least as alike as asked for, itself among them", () => {
    const rows = [
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4, 6], // 4 of 5 the same as the first, and as the third
      [1, 2, 3, 7, 6],
      [9, 9, 9, 9, 9],
    ];
    assert.deepEqual(sequenceWeights(rows), [1 / 2, 1 / 3, 1 / 2, 1]);
    assert.deepEqual(sequenceWeights(rows, { identity: 0.6 }), [1 / 3, 1 / 3, 1 / 3, 1]);
    assert.deepEqual(sequenceWeights(rows, { identity: 1 }), [1, 1, 1, 1]);
    assert.throws(() => sequenceWeights(rows, { identity: 0 }), /identity is 0; it is a share above 0/);
    assert.throws(() => sequenceWeights([[1, 2], [1]]), /number 1 of 1; at least 2 are needed, all of one length/);
  });
});

describe("mutualInformation and covarianceScores", () => {
  const PAIRS = [1, 2, 3, 4].flatMap((a) => [1, 2, 3, 4].map((b) => [a, b, (a % 4) + 1]));

  it("are 0 for what is independent, and the entropy for what is the same", () => {
    const information = mutualInformation(PAIRS);
    close(information[0]?.[1], 0, 1e-12);
    close(information[0]?.[2], Math.log(4), 1e-12);
    const covariance = covarianceScores(PAIRS);
    close(covariance[1]?.[0], 0, 1e-12);
    // Four cells of 1/4 − 1/16 and twelve of −1/16.
    close(covariance[2]?.[0], Math.sqrt(4 * (3 / 16) ** 2 + 12 / 16 ** 2), 1e-12);
    assert.deepEqual([information[1]?.[1], covariance[1]?.[1]], [0, 0]);
  });

  it("take a sequence of weight 2 for two, and leave gaps out", () => {
    const rows = [
      [1, 1],
      [2, 2],
      [1, 2],
      [2, 1],
    ];
    const twice = [...rows, [1, 1], [2, 2]];
    const gapped = [...twice, [0, 1], [2, 0]];
    for (const score of [mutualInformation, covarianceScores]) {
      const expected = score(twice)[0]?.[1] as number;
      assert.ok(expected > 0.05);
      close(score(rows, { weights: [2, 2, 1, 1] })[0]?.[1], expected, 1e-12);
      close(score(gapped)[0]?.[1], expected, 1e-12);
      assert.throws(() => score(rows, { weights: [1] }), /1 weights for 4 sequences/);
    }
    // 2 · 1/3 ln(4/3) + 2 · 1/6 ln(2/3)
    close(mutualInformation(twice)[0]?.[1], (2 / 3) * Math.log(4 / 3) + (1 / 3) * Math.log(2 / 3), 1e-12);
  });
});

describe("averageProductCorrection", () => {
  it("leaves nothing of what is a product of two numbers for all but small tables' rounding, and finds what is more", () => {
    const random = new Random(1);
    const size = 60;
    const own = Array.from({ length: size }, () => 1 + random.uniform());
    const scores = own.map((a, i) => own.map((b, j) => (i === j ? 0 : a * b)));
    for (const [i, j] of [
      [3, 40],
      [40, 3],
    ] as const)
      (scores[i] as number[])[j] = (scores[i]?.[j] as number) + 1;
    const corrected = averageProductCorrection(scores);
    assert.deepEqual(topContacts(corrected, { count: 1 })[0]?.j, 40);
    assert.ok((corrected[3]?.[40] as number) > 0.9);
    const others = corrected.flatMap((row, i) =>
      row.filter((_, j) => i !== j && !(i + j === 43 && Math.abs(i - j) === 37)),
    );
    assert.ok(Math.max(...others.map(Math.abs)) < 0.15);
  });

  it("is Dunn et al.'s formula, written out for three positions", () => {
    const scores = [
      [0, 1, 2],
      [1, 0, 3],
      [2, 3, 0],
    ];
    // Means 1.5, 2 and 2.5, of all 2.
    assert.deepEqual(averageProductCorrection(scores), [
      [0, 1 - 1.5, 2 - 1.875],
      [1 - 1.5, 0, 3 - 2.5],
      [2 - 1.875, 3 - 2.5, 0],
    ]);
    assert.throws(
      () =>
        averageProductCorrection([
          [0, 0],
          [0, 0],
        ]),
      /all scores of 2 positions are 0/,
    );
    assert.throws(() => averageProductCorrection([[0, 1]]), /scores has 1 rows, and row 0 has 2 numbers/);
  });
});

describe("topContacts and contactPrecision", () => {
  const structure = [0, 4, 8, 30].map(
    (x, place): Residue => ({ aminoAcid: "A", place, number: `${place}`, alpha: [x, 0, 0], beta: [x, 0, 0] }),
  );
  const scores = [
    [0, 9, 3, 1],
    [9, 0, 8, 2],
    [3, 8, 0, 7],
    [1, 2, 7, 0],
  ];

  it("are those with the highest scores, far enough apart in the chain", () => {
    assert.deepEqual(
      topContacts(scores, { count: 2, apart: 1 }).map(({ i, j }) => [i, j]),
      [
        [0, 1],
        [1, 2],
      ],
    );
    assert.deepEqual(topContacts(scores, { apart: 2 })[0], { i: 0, j: 2, score: 3 });
    // Residues are missing between the second and the third.
    assert.deepEqual(topContacts(scores, { apart: 2, places: [0, 1, 5, 6] })[0], { i: 1, j: 2, score: 8 });
    assert.throws(() => topContacts(scores, { places: [1] }), /1 places for 4 positions/);
  });

  it("are counted where Cβ is nearer than 8 Å", () => {
    assert.equal(contactPrecision(topContacts(scores, { count: 3, apart: 1 }), structure), 2 / 3);
    assert.equal(contactPrecision([{ i: 0, j: 2, score: 1 }], structure), 0); // 8 Å is not below 8 Å
    assert.equal(contactPrecision([{ i: 0, j: 2, score: 1 }], structure, { below: 8.1 }), 1);
    assert.throws(() => contactPrecision([], structure), /0 contacts were given for 4 residues/);
    assert.throws(() => contactPrecision([{ i: 0, j: 9, score: 1 }], structure), /between positions 0 and 9/);
  });

  it("are found by mutual information in a real family: far more than by chance (Dunn et al. 2008)", async () => {
    const { sequences, structure: crystal, length } = await loadProteinFamily("rhomboids");
    const places = crystal.map(({ place }) => place);
    const information = averageProductCorrection(mutualInformation(sequences));
    const found = contactPrecision(topContacts(information, { count: Math.floor(length / 5), places }), crystal);
    const chance = contactPrecision(topContacts(information, { count: length ** 2, places }), crystal);
    assert.ok(chance < 0.04 && found > 0.3, `${found} ${chance}`);
  });
});

describe("weightedSample", () => {
  const data = points(
    [0, 1, 2, 3].map((x) => [x, x]),
    [0, 1, 0, 1],
  );
  it("draws each example as often as its weight says", () => {
    const drawn = weightedSample(data, [0, 1, 3, 0], { count: 4000, seed: 2 });
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < drawn.size; i++) {
      const x = drawn.example(i).values[0] as number;
      counts[x] = (counts[x] as number) + 1;
    }
    assert.deepEqual([counts[0], counts[3]], [0, 0]);
    // Three standard deviations.
    close(counts[1], 1000, 3 * Math.sqrt(4000 * 0.25 * 0.75));
  });
  it("draws the same with the same seed, and as many as there are", () => {
    const values = (seed: number) => {
      const drawn = weightedSample(data, [1, 1, 1, 1], { seed });
      return Array.from({ length: drawn.size }, (_, i) => drawn.example(i).values[0]);
    };
    assert.deepEqual(values(1), values(1));
    assert.equal(values(1).length, 4);
    assert.throws(() => weightedSample(data, [1, 1]), /2 weights, 2 in all, were given for the 4 examples of points/);
    assert.throws(() => weightedSample(data, [1, 1, -1, 1]), /weight 2 is -1/);
  });
});
