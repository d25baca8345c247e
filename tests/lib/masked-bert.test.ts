// BERT asked at its gaps only, and the sizes of the published models.
import { strict as assert } from "node:assert";
import {
  bertParameters,
  buildBert,
  buildBertClassifier,
  ChosenPositions,
  evaluate,
  fit,
  maskTokens,
  tf,
} from "cellwise";
import { countingTexts } from "./small-tasks";
import { withModel } from "./with-model";

const VOCABULARY = 12;
const masking = { maskToken: 1, firstToken: 2, vocabulary: VOCABULARY, share: 0.25, seed: 3 };

describe("the sizes of BERT", () => {
  it("are the paper's 110 and 340 million", () => {
    // As the published checkpoints have them, the pooler included, without the heads of pre-training.
    assert.equal(bertParameters({ preset: "base" }), 109_482_240);
    assert.equal(bertParameters({ preset: "large" }), 335_141_888);
  });

  it("are those of a model that is built", () => {
    for (const options of [
      { preset: "tiny", vocabulary: 7 },
      { vocabulary: 20, length: 10, segments: 2, width: 8, heads: 2, blocks: 3, feedForward: 5 },
    ] as const)
      withModel(
        () => buildBertClassifier({ ...options, classes: 3 }),
        (model) => {
          const { width = 32 } = { width: undefined, ...options };
          assert.equal(model.countParams(), bertParameters(options) + 3 * (width + 1));
        },
      );
  });
});

describe("gaps", () => {
  it("name the places of what was chosen, with what stood there", () => {
    const texts = countingTexts(40, 20, VOCABULARY, 1);
    const [everywhere, asked] = [maskTokens(texts, masking), maskTokens(texts, { ...masking, gaps: 7 })];
    assert.deepEqual(asked.inputs[0]?.values, everywhere.inputs[0]?.values);
    const labels = everywhere.targets[0]?.values as Int32Array;
    for (let text = 0; text < texts.size; text++) {
      const places = asked.example(text, 1).values;
      const targets = asked.positionLabels().subarray(7 * text, 7 * text + 7);
      const own = Array.from(labels.subarray(20 * text, 20 * text + 20));
      const chosen = own.flatMap((label, place) => (label === -1 ? [] : [place]));
      assert.equal(chosen.length, 5);
      assert.deepEqual(Array.from(places), [...chosen, 0, 0]);
      assert.deepEqual(Array.from(targets), [...chosen.map((place) => own[place]), -1, -1]);
    }
  });

  it("are at most as many as asked for, and no more than tokens", () => {
    const texts = countingTexts(4, 20, VOCABULARY, 1);
    const { targets } = maskTokens(texts, { ...masking, gaps: 2 });
    assert.ok(targets[0]?.values.every((label) => label >= 2));
    assert.throws(() => maskTokens(texts, { ...masking, gaps: 21 }), /gaps is 21, and texts have 20 tokens/);
    assert.throws(() => maskTokens(texts, { ...masking, gaps: 0 }), /gaps/);
  });

  it("give BERT the answers and the loss of a model that answers everywhere", async () => {
    const texts = countingTexts(30, 20, VOCABULARY, 1);
    const options = { preset: "tiny", vocabulary: VOCABULARY } as const;
    const losses: number[][] = [];
    for (const gaps of [false, true]) {
      const model = buildBert({ ...options, gaps });
      const data = maskTokens(texts, { ...masking, ...(gaps && { gaps: 7 }) });
      const { loss } = await evaluate(model, data);
      const history = await fit(model, data, { epochs: 3, batchSize: 10, verbose: false });
      losses.push([loss as number, ...(history.epochs.loss ?? [])]);
      model.optimizer.dispose();
      model.dispose();
    }
    const [everywhere, asked] = losses as [number[], number[]];
    assert.ok(Math.abs((everywhere[0] as number) - Math.log(VOCABULARY)) < 0.1, `${everywhere[0]}`);
    for (const [at, loss] of asked.entries())
      assert.ok(Math.abs(loss - (everywhere[at] as number)) < 1e-3, `${asked} and ${everywhere}`);
  });

  it("take vectors out, and their gradients back", () => {
    tf.tidy(() => {
      const layer = new ChosenPositions();
      const x = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [2, 3, 2]);
      const places = tf.tensor2d([2, 2, 0, 1], [2, 2], "int32");
      const chosen = (vectors: tf.Tensor) => layer.apply([vectors, places]) as tf.Tensor;
      assert.deepEqual(chosen(x).arraySync(), [
        [
          [5, 6],
          [5, 6],
        ],
        [
          [7, 8],
          [9, 10],
        ],
      ]);
      // A vector that was taken twice gets twice the gradient, one that was not, none.
      const gradient = tf.grad((vectors) => chosen(vectors).sum())(x);
      assert.deepEqual(Array.from(gradient.dataSync()), [0, 0, 0, 0, 2, 2, 1, 1, 1, 1, 0, 0]);
      assert.throws(() => layer.apply([x, tf.zeros([2])]), /batch, chosen|2 are expected/);
    });
  });

  it("start as widely as asked", () => {
    withModel(
      () => buildBert({ preset: "tiny", vocabulary: 300, deviation: 0.1 }),
      (model) => {
        for (const name of ["embedding/tokens", "block1/attention/queryKernel"]) {
          const weight = model.weights.find(({ originalName }) => originalName === name) as tf.LayerVariable;
          const deviation = tf.tidy(() => tf.moments(weight.read()).variance.sqrt().dataSync()[0] as number);
          assert.ok(Math.abs(deviation / 0.1 - 1) < 0.08, `${name}: ${deviation}`);
        }
      },
    );
  });
});
