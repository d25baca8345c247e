// The builders: sizes known from the papers, seeds, what each refuses, and what data are refused before training.
import assert from "node:assert/strict";
import {
  attentionMaps,
  buildBert,
  buildBertClassifier,
  buildBlockCnn,
  buildCnn,
  buildGpt,
  buildMlp,
  buildRnnClassifier,
  buildRnnForecaster,
  buildRnnLanguageModel,
  buildSeq2Seq,
  buildTransformer,
  Dataset,
  evaluate,
  fit,
  gptParameters,
  maskTokens,
  recurrent,
  summary,
  tf,
} from "cellwise";
import { builders } from "./builders";
import { saveAndLoad } from "./saved-model";
import { backwards, counting, countingTexts, firstToken, stripes, xor } from "./small-tasks";
import { withModel } from "./with-model";

const parameters = (build: () => tf.LayersModel): number => withModel(build, (model) => model.countParams());

describe("model builders", () => {
  for (const [name, build] of Object.entries(builders)) {
    it(`${name}: the same seed gives the same weights, another one others; nothing is left`, () => {
      const before = tf.memory().numTensors;
      const values = (seed: number) =>
        withModel(
          () => build(seed),
          (model) => model.getWeights().map((weight) => Array.from(weight.dataSync())),
        );
      const first = values(5);
      assert.deepEqual(values(5), first);
      assert.notDeepEqual(values(6), first);
      // No two kernels that start at random start the same.
      const random = first.filter((weight) => new Set(weight).size > 2).map(String);
      assert.equal(new Set(random).size, random.length);
      assert.equal(tf.memory().numTensors, before);
    });
  }

  for (const [name, build] of Object.entries({
    ...builders,
    "the article's network": (seed: number) => buildCnn({ seed }),
  }))
    it(`${name}: an optimizer that a new one takes the place of is freed`, () => {
      const before = tf.memory().numTensors;
      for (const freedByHand of [false, true])
        withModel(
          () => build(3),
          (model) => {
            const { optimizer } = model;
            const [sgd, adam] = [tf.train.sgd(0.1), tf.train.adam()];
            const start = tf.memory().numTensors;
            model.compile({ optimizer, loss: "meanSquaredError" });
            assert.equal(tf.memory().numTensors, start); // it is still in use
            if (freedByHand) optimizer.dispose();
            model.compile({ optimizer: sgd, loss: "meanSquaredError" });
            assert.equal(tf.memory().numTensors, start - 2);
            // One of the caller's own stays the caller's.
            model.compile({ optimizer: adam, loss: "meanSquaredError" });
            model.compile({ optimizer: sgd, loss: "meanSquaredError" });
            assert.equal(tf.memory().numTensors, start - 2);
            adam.dispose();
          },
        );
      assert.equal(tf.memory().numTensors, before);
    });

  for (const [name, build] of Object.entries(builders))
    it(`${name}: saves and loads with equal outputs`, async () => {
      const model = build(3);
      const loaded = await saveAndLoad(model);
      tf.tidy(() => {
        const inputs = model.inputs.map(({ shape, dtype }, i) => {
          const sizes = [2, ...shape.slice(1).map((size) => size ?? 4)];
          return dtype === "int32"
            ? tf.randomUniform(sizes, 0, 2, "int32", i + 1)
            : tf.randomUniform(sizes, 0, 1, "float32", 1);
        });
        const [expected, actual] = [model, loaded].map((one) => (one.predict(inputs) as tf.Tensor).dataSync());
        assert.deepEqual(actual, expected);
      });
      loaded.dispose();
      model.optimizer.dispose();
      model.dispose();
    });

  it("GPT-2 has 124,439,808 parameters, counted without building it", () => {
    assert.equal(gptParameters({ preset: "gpt2" }), 124_439_808);
    for (const options of [
      { preset: "tiny" },
      { preset: "tiny", vocabulary: 7, norm: "post", tied: false, feedForward: 12, blocks: 3 },
    ] as const)
      assert.equal(
        gptParameters(options),
        parameters(() => buildGpt(options)),
      );
  });

  it("BERT's encoder has the parameters of the paper's formula", () => {
    // Base: 30,522 × 768 + 512 × 768 + 2 × 768 + 2 × 768 and 12 blocks of 7,087,872; with the pooler 109,482,240.
    const block = (width: number) => 4 * (width * width + width) + 8 * width * width + 5 * width + 4 * width;
    const encoder = (width: number, blocks: number, vocabulary: number, length: number) =>
      (vocabulary + length + 2 + 2) * width + blocks * block(width) + width * width + width;
    assert.equal(encoder(768, 12, 30_522, 512), 109_482_240);
    const sizes = { width: 8, heads: 2, blocks: 3, vocabulary: 20, length: 10, segments: 2 };
    assert.equal(
      parameters(() => buildBertClassifier({ ...sizes, classes: 3 })),
      encoder(8, 3, 20, 10) + (8 + 1) * 3,
    );
  });

  it("VGG's blocks: sizes halved, filters as asked", () => {
    withModel(
      () => buildBlockCnn({ inputShape: [32, 32, 3], filters: [4, 8], convolutions: 2, batchNorm: false }),
      (model) => {
        assert.deepEqual(
          model.layers.filter((layer) => layer.name.endsWith("pool")).map((layer) => layer.outputShape),
          [
            [null, 16, 16, 4],
            [null, 8, 8, 8],
          ],
        );
        const convolution = (from: number, to: number) => 9 * from * to + to;
        const expected = convolution(3, 4) + convolution(4, 4) + convolution(4, 8) + convolution(8, 8) + 9 * 10;
        assert.equal(model.countParams(), expected);
      },
    );
  });

  it("recurrent kernels start orthogonal, forget gates open, and the gates are logistic", () => {
    const layer = recurrent("lstm", { units: 6, seed: 1 });
    tf.tidy(() => {
      layer.apply(tf.zeros([1, 2, 3]));
      const [, kernel, bias] = layer.getWeights() as [tf.Tensor, tf.Tensor2D, tf.Tensor1D];
      assert.deepEqual(kernel.shape, [6, 24]);
      const difference = kernel.matMul(kernel, false, true).sub(tf.eye(6)).abs().max().dataSync()[0] as number;
      assert.ok(difference < 1e-5, `rows differ from orthogonal ones by ${difference}`);
      assert.deepEqual([...bias.dataSync()], [...Array(6).fill(0), ...Array(6).fill(1), ...Array(12).fill(0)]);
    });
    assert.equal(layer.getConfig().recurrentActivation, "sigmoid");
    layer.dispose();
  });

  for (const [asked, expected] of [
    [{}, 0.02],
    [{ deviation: 0.15 }, 0.15],
  ] as const)
    it(`GPT starts with weights of deviation ${expected}, smaller where blocks write into the residual path`, () => {
      withModel(
        () => buildGpt({ width: 64, heads: 4, blocks: 8, vocabulary: 300, ...asked }),
        (model) => {
          const deviation = (name: string) => {
            const weight = model.weights.find(({ originalName }) => originalName === name) as tf.LayerVariable;
            return tf.tidy(() => tf.moments(weight.read()).variance.sqrt().dataSync()[0] as number);
          };
          for (const name of ["embedding/tokens", "block3/attention/queryKernel", "block3/hidden/kernel"])
            assert.ok(Math.abs(deviation(name) / expected - 1) < 0.05, `${name}: ${deviation(name)}`);
          for (const name of ["block3/attention/outputKernel", "block8/output/kernel"])
            assert.ok(Math.abs(deviation(name) / (expected / 4) - 1) < 0.05, `${name}: ${deviation(name)}`); // √(2 · 8) = 4
        },
      );
    });

  it("GPT's answers do not depend on later tokens; BERT's depend on both sides", () => {
    const changes = (model: tf.LayersModel) =>
      tf.tidy(() => {
        const [before, after] = [4, 7].map((token) => {
          const tokens = tf.tensor2d([[1, 2, token, 5, 6]], [1, 5], "int32");
          return model.predict(tokens) as tf.Tensor;
        }) as [tf.Tensor, tf.Tensor];
        return Array.from(before.sub(after).abs().max(2).dataSync());
      });
    for (const norm of ["pre", "post"] as const)
      withModel(
        () => buildGpt({ preset: "tiny", vocabulary: 9, norm }),
        (model) => {
          const [first, second, ...rest] = changes(model);
          assert.deepEqual([first, second], [0, 0]);
          assert.ok(
            rest.every((change) => change > 1e-6),
            `${rest}`,
          );
        },
      );
    withModel(
      () => buildBert({ preset: "tiny", vocabulary: 9 }),
      (model) => assert.ok(changes(model).every((change) => change > 1e-7)),
    );
  });

  it("a pretrained BERT hands its encoder on; one of other sizes is refused", () => {
    const before = tf.memory().numTensors;
    const sizes = { preset: "tiny", vocabulary: 9, blocks: 1 } as const;
    withModel(
      () => buildBert({ ...sizes, seed: 1 }),
      (pretrained) => {
        withModel(
          () => buildBertClassifier({ ...sizes, seed: 2, pretrained }),
          (model) => {
            for (const name of ["embedding", "positions", "block1"]) {
              const [from, to] = [pretrained, model].map((one) => one.getLayer(name).getWeights());
              assert.deepEqual(
                to?.map((weight) => [...weight.dataSync()]),
                from?.map((weight) => [...weight.dataSync()]),
              );
            }
          },
        );
        assert.throws(
          () => buildBertClassifier({ ...sizes, vocabulary: 8, pretrained }),
          /\[8,32\].*\[9,32\].*same options/,
        );
      },
    );
    assert.equal(tf.memory().numTensors, before);
  });

  it("the table of an embedding's two uses shows both shapes", () => {
    withModel(
      () => buildGpt({ preset: "tiny", vocabulary: 9 }),
      (model) => {
        const row = summary(model).rows.find(([name]) => name === "embedding");
        assert.deepEqual(row, ["embedding", "TokenEmbedding", "[batch, any, 32], [batch, any, 9]", 9 * 32]);
      },
    );
  });

  it("seq2seq's attention can be looked at", () => {
    withModel(builders.seq2seq as () => tf.LayersModel, (model) => {
      const inputs = [tf.tensor2d([[1, 2, 3, 0]], [1, 4], "int32"), tf.tensor2d([[1, 4]], [1, 2], "int32")];
      const [map] = attentionMaps(model, inputs);
      assert.deepEqual(map?.shape, [1, 1, 2, 4]);
      assert.equal(map?.values[3], 0, "padding");
      tf.dispose(inputs);
    });
  });

  it("refuses what cannot be, with both numbers, and leaves nothing", () => {
    const before = tf.memory().numTensors;
    const refusals: [() => unknown, RegExp][] = [
      [() => buildMlp({ units: [8, 0] }), /buildMlp: units is \[8, 0\]/],
      [() => buildMlp({ preset: "huge" as "tiny" }), /preset is "huge"; it is one of "tiny"/],
      [() => buildMlp({ dropout: 1 }), /dropout is 1/],
      [() => buildMlp({ learningRate: Number.NaN }), /buildMlp: learningRate is NaN; it needs a number above 0/],
      [() => buildBert({ learningRate: 0 }), /buildBert: learningRate is 0/],
      [() => buildRnnLanguageModel({ vocabulary: 4, learningRate: -1 }), /learningRate is -1/],
      [
        () => buildCnn({ inputShape: [28, 28] as unknown as [number, number, number] }),
        /buildCnn: inputShape is \[28, 28\], of 2 numbers; an image has 3.*\[28, 28, 1\]/,
      ],
      [
        () => buildBlockCnn({ inputShape: [28, 28] as unknown as [number, number, number] }),
        /buildBlockCnn: inputShape is \[28, 28\], of 2 numbers/,
      ],
      [
        () => buildBlockCnn({ inputShape: [12, 28, 1], filters: [1, 2, 3, 4] }),
        /12 × 28 can be halved 3 times; 4 blocks/,
      ],
      [() => buildBlockCnn({ momentum: 1 }), /momentum is 1/],
      [() => buildBlockCnn({ pooling: "min" as "max" }), /pooling is "min"/],
      [() => buildRnnClassifier({}), /vocabulary is undefined and features is undefined/],
      [() => buildRnnClassifier({ vocabulary: 3, features: 2 }), /vocabulary is 3 and features is 2/],
      [() => buildRnnClassifier({ vocabulary: 3, cell: "rnn" as "simple" }), /cell is "rnn"/],
      [() => buildRnnForecaster({ horizon: 0 }), /horizon is 0/],
      [() => buildRnnLanguageModel({ vocabulary: 0 }), /vocabulary is 0/],
      [() => buildSeq2Seq({ sourceVocabulary: 0, targetVocabulary: 4 }), /sourceVocabulary is 0/],
      [
        () => buildGpt({ width: 30, heads: 4 }),
        /buildGpt: a width of 30 .* 4 heads .*Take 3 or 5 heads, or a width of 32/,
      ],
      [() => buildGpt({ blocks: 1.5 }), /blocks is 1.5/],
      [() => buildBert({ width: 10, heads: 3 }), /buildBert: a width of 10 .* 3 heads/],
      [() => buildBertClassifier({ classes: 0 }), /classes is 0/],
      [() => buildTransformer({ sourceVocabulary: 5, width: 9, heads: 2 }), /a width of 9 .* 2 heads/],
      [() => buildTransformer({ sourceVocabulary: 5, norm: "none" as "pre" }), /norm is "none"/],
    ];
    for (const [build, message] of refusals) assert.throws(build, { name: "RangeError", message });
    assert.equal(tf.memory().numTensors, before);
  });
});

describe("models with dropout", () => {
  const models: Record<string, [build: () => tf.LayersModel, data: () => Dataset]> = {
    mlp: [() => buildMlp({ preset: "tiny", dropout: 0.3 }), () => xor(32, 1)],
    "block cnn": [
      () => buildBlockCnn({ preset: "tiny", inputShape: [12, 12, 1], classes: 3, dropout: 0.3 }),
      () => stripes(32, 1),
    ],
    rnn: [
      () => buildRnnClassifier({ preset: "tiny", vocabulary: 6, classes: 5, dropout: 0.3 }),
      () => firstToken(32, 5, 1),
    ],
    gpt: [() => buildGpt({ preset: "tiny", vocabulary: 10, blocks: 1, dropout: 0.3 }), () => counting(32, 5, 10, 1)],
    transformer: [
      () => buildTransformer({ preset: "tiny", sourceVocabulary: 8, dropout: 0.3 }),
      () => backwards(32, 1),
    ],
  };
  for (const [name, [build, data]] of Object.entries(models)) {
    it(`${name}: train in the compiled step, and repeat themselves with the same seed`, async () => {
      const losses = async (seed: number) => {
        const model = build();
        const history = await fit(model, data(), { epochs: 3, seed, shuffle: false, verbose: false });
        assert.equal(history.engine, "compiled");
        model.optimizer.dispose();
        model.dispose();
        return (history.steps.loss as number[]).map((loss) => loss.toFixed(4));
      };
      const first = await losses(1);
      assert.deepEqual(await losses(1), first);
      assert.notDeepEqual(await losses(2), first);
    });
  }
});

describe("data that a model cannot take", () => {
  it("tokens without a row, refused with both numbers before training", async () => {
    const model = buildRnnClassifier({ preset: "tiny", vocabulary: 4, classes: 5 });
    await assert.rejects(fit(model, firstToken(8, 6, 1), { verbose: false }), {
      name: "RangeError",
      message: /Token [45] in first tokens .* none of the 4 tokens of the model's layer embedding, 0 to 3/,
    });
    model.optimizer.dispose();
    model.dispose();
  });

  it("texts longer than the positions, and labels that are neither a class nor left out", async () => {
    const before = tf.memory().numTensors;
    const gpt = buildGpt({ preset: "tiny", vocabulary: 10, length: 4 });
    await assert.rejects(evaluate(gpt, backwardsWithoutTarget()), /sequence of 5 is longer than the 4 positions/);
    await assert.rejects(fit(gpt, backwardsWithoutTarget(), { verbose: false }), {
      name: "RangeError",
      message: /sequence of 5 is longer than the 4 positions/,
    });
    gpt.optimizer.dispose();
    gpt.dispose();
    const transformer = buildTransformer({ preset: "tiny", sourceVocabulary: 8, targetVocabulary: 5 });
    await assert.rejects(evaluate(transformer, backwards(20, 1)), /Token [567] in backwards .* none of the 5 tokens/);
    transformer.optimizer.dispose();
    transformer.dispose();
    const bert = buildBert({ preset: "tiny", vocabulary: 6 });
    const wrong = labelled(-2);
    await assert.rejects(evaluate(bert, wrong), /Label -2 in labelled .* 6 classes/);
    await evaluate(bert, labelled(-1));
    bert.optimizer.dispose();
    bert.dispose();
    assert.equal(tf.memory().numTensors, before);
  });
});

function backwardsWithoutTarget(): Dataset {
  const { inputs, targets } = backwards(4, 1);
  return new Dataset({ name: "backwards", inputs: inputs.slice(0, 1), targets });
}

function labelled(label: number): Dataset {
  const column = (values: number[]) => ({ values: Int32Array.from(values), shape: [3], dtype: "int32" }) as const;
  return new Dataset({ name: "labelled", inputs: [column([1, 2, 3])], targets: [column([-1, label, 4])] });
}

describe("masked tokens", () => {
  it("hides 15 % of the tokens: of these 80 % behind the mask, 10 % behind another token", () => {
    const texts = countingTexts(500, 20, 12, 1);
    const masked = maskTokens(texts, { maskToken: 1, firstToken: 2, vocabulary: 12, seed: 1 });
    let [chosen, hidden, same] = [0, 0, 0];
    const labels = masked.targets[0]?.values as Int32Array;
    for (let text = 0; text < texts.size; text++) {
      const [before, after] = [texts.example(text).values, masked.example(text).values];
      for (let at = 0; at < 20; at++) {
        const label = labels[text * 20 + at] as number;
        if (label === -1) {
          assert.equal(after[at], before[at]);
          continue;
        }
        assert.equal(label, before[at]);
        chosen++;
        if (after[at] === 1) hidden++;
        else if (after[at] === before[at]) same++;
        assert.ok((after[at] as number) >= 1 && (after[at] as number) < 12);
      }
    }
    assert.equal(chosen, 500 * 3);
    assert.ok(Math.abs(hidden / chosen - 0.8) < 0.04, `${hidden / chosen}`);
    // One in ten stays; of those exchanged, one in ten happens to be the same.
    assert.ok(Math.abs(same / chosen - 0.11) < 0.03, `${same / chosen}`);
  });

  it("leaves padding alone, keeps further inputs, and takes part of a data set", () => {
    const texts = firstToken(30, 8, 1);
    const both = new Dataset({ name: "both", inputs: [...texts.inputs, ...texts.inputs], targets: texts.targets });
    const masked = maskTokens(both.take(10), { maskToken: 5, vocabulary: 6 });
    assert.equal(masked.size, 10);
    for (let text = 0; text < 10; text++) {
      const [before, after] = [texts.example(text).values, masked.example(text).values];
      assert.deepEqual(masked.example(text, 1).values, before);
      for (const [at, token] of before.entries()) if (token === 0) assert.equal(after[at], 0);
    }
  });

  it("refuses tokens and shares that cannot be", () => {
    const texts = firstToken(4, 8, 1);
    assert.throws(() => maskTokens(texts, { maskToken: 6, vocabulary: 6 }), /maskToken is 6, and there are 6 tokens/);
    assert.throws(
      () => maskTokens(texts, { maskToken: 1, vocabulary: 3, share: 1 }),
      /token [345] of text .* none of the 3/,
    );
    assert.throws(() => maskTokens(texts, { maskToken: 1, vocabulary: 6, share: 0 }), /share is 0/);
  });
});
