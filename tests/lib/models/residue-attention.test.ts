// A masked language model of a protein family: its parameters, that it is a Potts model of pairs (Bhattacharya et al. 2020), that no
// position sees itself, and what it learns of a family made by rule and of a real one.
import { strict as assert } from "node:assert";
import {
  attentionMaps,
  averageProductCorrection,
  buildMlp,
  buildResidueAttention,
  contactPrecision,
  Dataset,
  fit,
  loadProteinFamily,
  Random,
  residueCouplings,
  sequenceWeights,
  tf,
  topContacts,
  weightedSample,
} from "cellwise";
import { close, quiet, softmax } from "../small-models";
import { withModel } from "../with-model";

const SMALL = { length: 4, vocabulary: 5, heads: 2, keyWidth: 3, seed: 2 } as const;

/** The weights by name, as nested lists. */
const weightsOf = (model: tf.LayersModel) =>
  Object.fromEntries(
    model.weights.map((weight) => [weight.originalName.split("/").at(-1), weight.read().arraySync()]),
  ) as { queries: number[][][]; keys: number[][][]; values: number[][][]; bias: number[][] };

describe("buildResidueAttention", () => {
  it("has two vectors for each position and head, a table for each head, and a bias", () => {
    withModel(
      () => buildResidueAttention(),
      (model) => assert.equal(model.countParams(), 32 * (2 * 158 * 32 + 21 * 21) + 158 * 21),
    );
    // Table 1 of the paper has L = 185 for its example; here it is counted for 256 heads of 32.
    withModel(
      () => buildResidueAttention({ preset: "paper", length: 100 }),
      (model) => assert.equal(model.countParams(), 256 * (2 * 100 * 32 + 21 * 21) + 100 * 21),
    );
    assert.throws(() => buildResidueAttention({ length: 1 }), /length is 1; a residue is filled in from others/);
    assert.throws(() => buildResidueAttention({ heads: 0 }), /heads is 0/);
  });

  it("is the Potts model that its weights say: written out position by position", () => {
    withModel(
      () => buildResidueAttention(SMALL),
      (model) => {
        tf.tidy(() => {
          for (const [number, weight] of model.weights.entries())
            weight.write(tf.randomNormal(weight.shape as number[], 0, 1, "float32", number + 1));
        });
        const { queries, keys, values, bias } = weightsOf(model);
        const x = [
          [3, 0, 4, 1],
          [2, 2, 1, 0],
        ];
        const output = tf.tidy(() => (model.predict(tf.tensor2d(x, [2, 4], "int32")) as tf.Tensor3D).arraySync());
        for (const [row, seen] of x.entries())
          for (let i = 0; i < 4; i++) {
            const scores = [...(bias[i] as number[])];
            for (let head = 0; head < 2; head++) {
              const others = [0, 1, 2, 3].filter((j) => j !== i);
              const match = (j: number): number =>
                (queries[head]?.[i] ?? []).reduce((sum, q, k) => sum + q * (keys[head]?.[j]?.[k] as number), 0) /
                Math.sqrt(3);
              const attention = softmax(others.map(match));
              for (const [place, j] of others.entries())
                for (let b = 0; b < 5; b++)
                  scores[b] =
                    (scores[b] as number) +
                    (attention[place] as number) * (values[head]?.[seen[j] as number]?.[b] as number);
            }
            for (const [b, probability] of softmax(scores).entries()) close(output[row]?.[i]?.[b], probability, 1e-5);
          }
        // What the couplings are, out of the tables themselves: both directions, without gaps, centred.
        const tokens = tf.tensor2d(x, [2, 4], "int32");
        const maps = attentionMaps(model, tokens);
        tokens.dispose();
        assert.deepEqual(maps[0]?.shape, [1, 2, 4, 4]);
        const weight = (head: number, i: number, j: number): number =>
          maps[0]?.values[(head * 4 + i) * 4 + j] as number;
        const couplings = residueCouplings(model);
        for (const [i, j] of [
          [0, 1],
          [3, 1],
          [2, 0],
        ] as const) {
          const table = [1, 2, 3, 4].map((a) =>
            [1, 2, 3, 4].map((b) =>
              [0, 1].reduce(
                (sum, head) =>
                  sum +
                  weight(head, i, j) * (values[head]?.[a]?.[b] as number) +
                  weight(head, j, i) * (values[head]?.[b]?.[a] as number),
                0,
              ),
            ),
          );
          const mean = (numbers: number[]): number => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
          const rows = table.map(mean);
          const columns = [0, 1, 2, 3].map((b) => mean(table.map((row) => row[b] as number)));
          const centred = table.flatMap((row, a) =>
            row.map((value, b) => value - (rows[a] as number) - (columns[b] as number) + mean(rows)),
          );
          close(couplings[i]?.[j], Math.hypot(...centred), 1e-4);
          assert.equal(couplings[i]?.[j], couplings[j]?.[i]);
        }
        assert.equal(couplings[2]?.[2], 0);
      },
    );
  });

  it("fills a position in without seeing it", () => {
    withModel(
      () => buildResidueAttention(SMALL),
      (model) => {
        const [one, other] = [
          [1, 2, 3, 4],
          [1, 2, 4, 4],
        ].map((row) =>
          tf.tidy(() => (model.predict(tf.tensor2d([row], [1, 4], "int32")) as tf.Tensor3D).arraySync()[0]),
        ) as [number[][], number[][]];
        assert.deepEqual(one[2], other[2]);
        assert.notDeepEqual(one[0], other[0]);
      },
    );
  });

  it("finds which positions depend on each other, in sequences made by rule", async () => {
    const random = new Random(1);
    const values = Int32Array.from({ length: 512 * 12 }, () => 1 + random.below(4));
    // The residue at position 9 follows from that at position 2, but for one of ten.
    for (let row = 0; row < 512; row++)
      if (random.uniform() < 0.9) values[12 * row + 9] = 5 - (values[12 * row + 2] as number);
    const column = { values, shape: [12], dtype: "int32" } as const;
    const data = new Dataset({ name: "by rule", inputs: [column], targets: [column] });
    for (const seed of [1, 2, 3]) {
      const model = buildResidueAttention({ preset: "tiny", length: 12, vocabulary: 5, seed });
      await fit(model, data, { epochs: 12, batchSize: 64, seed, ...quiet });
      const [first] = topContacts(averageProductCorrection(residueCouplings(model)));
      assert.deepEqual([first?.i, first?.j], [2, 9]);
      model.optimizer.dispose();
      model.dispose();
    }
  });

  it("finds contacts of rhomboids, far more than by chance", async () => {
    const { dataset, sequences, structure, length } = await loadProteinFamily("rhomboids");
    const drawn = weightedSample(dataset, sequenceWeights(sequences), { count: 32 * 150 });
    const model = buildResidueAttention({ length, heads: 8 });
    const history = await fit(model, drawn, { epochs: 1, batchSize: 32, ...quiet });
    assert.equal(history.engine, "compiled");
    const places = structure.map(({ place }) => place);
    const scores = averageProductCorrection(residueCouplings(model));
    const found = contactPrecision(topContacts(scores, { count: Math.floor(length / 5), places }), structure);
    assert.ok(found > 0.15, `${found} of the top ${Math.floor(length / 5)}; chance is 0.02`);
    model.optimizer.dispose();
    model.dispose();
  });

  it("has couplings where it has attention between positions only", () => {
    withModel(
      () => buildMlp({ preset: "tiny" }),
      (model) =>
        assert.throws(
          () => residueCouplings(model),
          /has no attention between positions; give one of buildResidueAttention/,
        ),
    );
  });
});
