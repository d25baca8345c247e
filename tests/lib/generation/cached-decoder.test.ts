import { strict as assert } from "node:assert";
import {
  beamSearch,
  buildGpt,
  buildSeq2Seq,
  buildTransformer,
  CharacterTokenizer,
  generate,
  MultiHeadAttention,
  textProbabilities,
  tf,
} from "cellwise";

const vocabulary = 12;
const tokenizer = new CharacterTokenizer("abcdefghijkl");
const source = [5, 3, 1, 0, 0];

/** Weights at which texts differ from token to token. (A seed of 0 would be none to tfjs.) */
function awake(model: tf.LayersModel): tf.LayersModel {
  tf.tidy(() =>
    model.setWeights(
      model.weights.map((weight, seed) =>
        weight.originalName.endsWith("gamma")
          ? tf.ones(weight.shape as number[])
          : tf.randomNormal(weight.shape as number[], 0, 0.25, "float32", seed + 1),
      ),
    ),
  );
  return model;
}

const sizes = { width: 16, heads: 2, blocks: 2 };
const decoders: Record<string, () => tf.LayersModel> = {
  "GPT-2's form": () => buildGpt({ ...sizes, vocabulary, length: 64 }),
  "GPT-1's form, untied": () => buildGpt({ ...sizes, vocabulary, length: 64, norm: "post", tied: false, dropout: 0.1 }),
  "an encoder–decoder with sines": () =>
    buildTransformer({ ...sizes, sourceVocabulary: 8, targetVocabulary: vocabulary }),
  "an encoder–decoder with learned positions": () =>
    buildTransformer({
      ...sizes,
      sourceVocabulary: 8,
      targetVocabulary: vocabulary,
      positions: "learned",
      length: 64,
      norm: "pre",
    }),
};

/** The same network as a function, which is run over all tokens each time. */
function whole(model: tf.LayersModel): (tokens: tf.Tensor2D) => tf.Tensor {
  return (tokens) => {
    const [rows] = tokens.shape;
    const read = tf.tensor2d(
      Array.from({ length: rows }, () => source),
      undefined,
      "int32",
    );
    return model.apply(model.inputs.length === 1 ? tokens : [read, tokens]) as tf.Tensor;
  };
}

const asked = (model: tf.LayersModel) => (model.inputs.length === 1 ? {} : { source });

/** For each time that attention runs, how many positions ask. */
async function positionsOf(run: () => Promise<unknown>): Promise<number[]> {
  const counts: number[] = [];
  const { call } = MultiHeadAttention.prototype;
  MultiHeadAttention.prototype.call = function (inputs, options) {
    const [x] = [inputs].flat();
    counts.push(x?.shape[1] ?? 0);
    return call.call(this, inputs, options);
  };
  try {
    await run();
  } finally {
    MultiHeadAttention.prototype.call = call;
  }
  return counts;
}

async function read(stream: AsyncIterable<{ token: number; probability: number }>) {
  const tokens: number[] = [];
  const probabilities: number[] = [];
  for await (const { token, probability } of stream) {
    tokens.push(token);
    probabilities.push(probability);
  }
  return { tokens, probabilities };
}

function near(found: readonly number[], expected: readonly number[]): void {
  assert.equal(found.length, expected.length);
  for (const [i, value] of found.entries())
    assert.ok(Math.abs(value - (expected[i] as number)) < 1e-4, `${i}: ${value}, not ${expected[i]}`);
}

describe("a decoder that keeps keys and values", () => {
  let before = 0;
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => assert.equal(tf.memory().numTensors, before, "tensors were left behind"));

  for (const [name, build] of Object.entries(decoders)) {
    it(`writes the same text as one that reads all again: ${name}`, async () => {
      const model = awake(build());
      const options = { prompt: [1, 2, 3], length: 40, seed: 4 };
      const expected = await read(generate(whole(model), tokenizer, options));
      const found = await read(generate(model, tokenizer, { ...options, ...asked(model) }));
      assert.deepEqual(found.tokens, expected.tokens);
      near(found.probabilities, expected.probabilities);
      assert.ok(new Set(found.tokens).size > 4, `a dull text: ${found.tokens}`);
      model.optimizer.dispose();
      model.dispose();
    });

    it(`finds the same beams: ${name}`, async () => {
      const model = awake(build());
      const options = { prompt: [1, 2], beams: 3, length: 12, end: 7 };
      const expected = await beamSearch(whole(model), options);
      const found = await beamSearch(model, { ...options, ...asked(model) });
      assert.deepEqual(
        found.map(({ tokens }) => tokens),
        expected.map(({ tokens }) => tokens),
      );
      near(
        found.map(({ score }) => score),
        expected.map(({ score }) => score),
      );
      model.optimizer.dispose();
      model.dispose();
    });
  }

  it("computes one position for each token after the prompt", async () => {
    const model = awake(buildGpt({ ...sizes, vocabulary, length: 64 }));
    const counts = await positionsOf(() => read(generate(model, tokenizer, { prompt: [1, 2, 3, 4, 5], length: 40 })));
    // Two blocks read the prompt; two are recorded, for the graph that does the rest.
    assert.deepEqual(counts, [5, 5, 1, 1]);
    model.optimizer.dispose();
    model.dispose();
  });

  it("goes on where the text is longer than the context, as a model that reads its last tokens does", async () => {
    const model = awake(buildGpt({ ...sizes, vocabulary, length: 16 }));
    const options = { prompt: [1, 2, 3], length: 30, seed: 2, context: 16 };
    const expected = await read(generate(whole(model), tokenizer, options));
    const found = await read(generate(model, tokenizer, options));
    assert.deepEqual(found.tokens, expected.tokens);
    near(found.probabilities, expected.probabilities);
    model.optimizer.dispose();
    model.dispose();
  });

  it("sees weights that are set while it writes", async () => {
    const model = awake(buildGpt({ ...sizes, vocabulary, length: 64 }));
    const stream = generate(model, tokenizer, { prompt: [1], length: 30 });
    for (let count = 0; count < 10; count++) await stream.next();
    tf.tidy(() => model.setWeights(model.weights.map(({ shape }) => tf.zeros(shape as number[]))));
    const { probabilities } = await read(stream);
    near(
      probabilities,
      probabilities.map(() => 1 / vocabulary),
    ); // of scores that are all 0
    model.optimizer.dispose();
    model.dispose();
  });

  it("is asked for the tokens of a text one after the other, too", () => {
    const model = awake(buildGpt({ ...sizes, vocabulary, length: 64 }));
    const text = "abcdefghijklabcdefghijkl";
    const probability = (one: ReturnType<typeof textProbabilities>) =>
      one.slice(1).map(({ probability }) => probability as number);
    near(
      probability(textProbabilities(model, tokenizer, text)),
      probability(textProbabilities(whole(model), tokenizer, text)),
    );
    model.optimizer.dispose();
    model.dispose();
  });

  it("reads all again where a layer looks at other positions in ways of its own", async () => {
    const tokens = tf.input({ shape: [null], dtype: "int32" });
    const embedded = tf.layers.embedding({ inputDim: vocabulary, outputDim: 8 }).apply(tokens) as tf.SymbolicTensor;
    const attended = new MultiHeadAttention({ heads: 2, causal: true, seed: 1 }).apply(embedded) as tf.SymbolicTensor;
    const back = tf.layers.gru({ units: vocabulary, returnSequences: true }).apply(attended) as tf.SymbolicTensor;
    const model = awake(tf.model({ inputs: tokens, outputs: back }));
    const options = { prompt: [1, 2, 3], length: 12, seed: 4, output: "logits" as const };
    const expected = await read(generate(whole(model), tokenizer, options));
    assert.deepEqual((await read(generate(model, tokenizer, options))).tokens, expected.tokens);
    model.dispose();
  });

  it("lets a recurrent encoder–decoder read its source, too", async () => {
    const model = awake(buildSeq2Seq({ sourceVocabulary: 8, targetVocabulary: vocabulary, units: 8 }));
    const options = { prompt: [1], length: 12, seed: 4 };
    const expected = await read(generate(whole(model), tokenizer, options));
    assert.deepEqual((await read(generate(model, tokenizer, { ...options, source }))).tokens, expected.tokens);
    model.optimizer.dispose();
    model.dispose();
  });

  it("refuses a source that is missing, not asked for, or of another form", async () => {
    const model = buildTransformer({ preset: "tiny", sourceVocabulary: 8, targetVocabulary: vocabulary });
    const gpt = buildGpt({ preset: "tiny", vocabulary });
    const twoRows = tf.zeros([2, 4], "int32");
    const first = (from: Parameters<typeof generate>[0], more: object) =>
      generate(from, tokenizer, { prompt: "a", ...more }).next();
    await assert.rejects(first(model, {}), /has 2 inputs, what it reads and tokens.*source: \[5, 7, 2\]/);
    await assert.rejects(
      first(gpt, { source }),
      /source was given, but the model gpt, which has one input, reads none/,
    );
    await assert.rejects(
      first(() => tf.zeros([1, 12]), { source }),
      /source was given, but a function reads none/,
    );
    await assert.rejects(first(model, { source: twoRows }), /source is .*\[2, 4\].* Give one example/);
    twoRows.dispose();
    for (const each of [model, gpt]) {
      each.optimizer.dispose();
      each.dispose();
    }
  });
});
