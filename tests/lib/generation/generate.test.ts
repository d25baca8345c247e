import { strict as assert } from "node:assert";
import {
  BytePairTokenizer,
  beamSearch,
  buildGpt,
  buildRnnLanguageModel,
  CharacterTokenizer,
  generate,
  generateText,
  streamText,
  tf,
} from "cellwise";
import { inNotebook } from "../notebook-kernel";

const tokenizer = new CharacterTokenizer("abcd");

/** After each token the next letter, with logits that leave no doubt; the tokens it was given are written down. */
function alphabet(seen: number[][] = []) {
  return (tokens: tf.Tensor2D): tf.Tensor => {
    seen.push(...tokens.arraySync());
    return tf.oneHot(tokens.add(1).mod(4).cast("int32"), 4).mul(50);
  };
}

/** The same as layers: a table from a token to the logits of the next. */
function alphabetModel(time: number | null, options: { oneHot?: boolean; lastOnly?: boolean; softmax?: boolean } = {}) {
  const { oneHot = false, lastOnly = false, softmax = false } = options;
  const input = tf.input({ shape: oneHot ? [time, 4] : [time] });
  const activation = softmax ? "softmax" : "linear";
  const layer = tf.layers.dense({ units: 4, useBias: false, activation });
  const embedded = oneHot
    ? input
    : (tf.layers
        .embedding({ inputDim: 4, outputDim: 4, embeddingsInitializer: "identity" })
        .apply(input) as tf.SymbolicTensor);
  let output = layer.apply(embedded) as tf.SymbolicTensor;
  // An average over the last step alone: what a recurrent layer without returnSequences gives.
  if (lastOnly)
    output = tf.layers
      .simpleRNN({ units: 4, recurrentInitializer: "zeros", kernelInitializer: "identity", activation: "linear" })
      .apply(output) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: output });
  tf.tidy(() => layer.setWeights([tf.oneHot(tf.tensor1d([1, 2, 3, 0], "int32"), 4).mul(50)]));
  return model;
}

async function textOf(stream: AsyncIterable<{ piece: string }>): Promise<string> {
  let text = "";
  for await (const { piece } of stream) text += piece;
  return text;
}

describe("generate", () => {
  let before = 0;
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => assert.equal(tf.memory().numTensors, before, "tensors were left behind"));

  it("goes on from a prompt, and shows a model no more than its context", async () => {
    const seen: number[][] = [];
    const found = await textOf(generate(alphabet(seen), tokenizer, { prompt: "ab", length: 5, context: 3 }));
    assert.equal(found, "cdabc");
    assert.deepEqual(seen, [
      [0, 1],
      [0, 1, 2],
      [1, 2, 3],
      [2, 3, 0],
      [3, 0, 1],
    ]);
  });

  for (const time of [null, 6])
    for (const oneHot of [false, true])
      for (const lastOnly of [false, true])
        for (const softmax of [false, true])
          it(`works with layers: input of ${time ?? "any"} ${oneHot ? "one-hot " : ""}tokens, ${softmax ? "probabilities" : "logits"} ${lastOnly ? "after the last" : "after each"}`, async () => {
            const model = alphabetModel(time, { oneHot, lastOnly, softmax });
            try {
              assert.equal(await textOf(generate(model, tokenizer, { prompt: "ab", length: 9 })), "cdabcdabc");
            } finally {
              model.dispose();
            }
          });

  for (const [name, build] of Object.entries({
    gpt: () => buildGpt({ preset: "tiny", vocabulary: 4, length: 8 }),
    "recurrent network": () => buildRnnLanguageModel({ preset: "tiny", cell: "gru", vocabulary: 4 }),
  }))
    it(`writes as one graph what a ${name} writes operation by operation, with one beam too`, async () => {
      const model = build();
      const eager = (tokens: tf.Tensor2D) => model.apply(tokens, { training: false }) as tf.Tensor;
      const options = { prompt: "ab", length: 30, ...(name === "gpt" && { context: 8 }) };
      assert.equal(
        // A GPT's context is that of its positions, without being told.
        await textOf(generate(model, tokenizer, { prompt: "ab", length: 30 })),
        await textOf(generate(eager, tokenizer, options)),
      );
      const search = { prompt: [0, 1], length: 9, beams: 3, ...(name === "gpt" && { context: 8 }) };
      const [found, expected] = [await beamSearch(model, search), await beamSearch(eager, search)];
      assert.deepEqual(
        found.map(({ tokens }) => tokens),
        expected.map(({ tokens }) => tokens),
      );
      model.optimizer.dispose();
      model.dispose();
    });

  it("does not fill up what looks ahead", async () => {
    // The next letter, unless there is an "a" behind: filling up with 0 would put one there.
    const input = tf.input({ shape: [null] });
    class LooksAhead extends tf.layers.Layer {
      static readonly className: string = "LooksAhead";
      override computeOutputShape(shape: tf.Shape): tf.Shape {
        return [shape[0] as number, shape[1] as number, 4];
      }
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        const [tokens] = [inputs].flat() as [tf.Tensor];
        const last = tokens.slice([0, (tokens.shape[1] as number) - 1]).notEqual(tf.scalar(0));
        return tf
          .oneHot(tokens.add(1).mod(tf.scalar(4)).cast("int32"), 4)
          .mul(50)
          .mul(last.cast("float32").expandDims(2));
      }
    }
    const model = tf.model({ inputs: input, outputs: new LooksAhead().apply(input) as tf.SymbolicTensor });
    assert.equal(await textOf(generate(model, tokenizer, { prompt: "b", length: 10, temperature: 0 })), "cdaaaaaaaa");
    model.dispose();
  });

  it("frees its graph when the loop is left", async () => {
    const model = buildGpt({ preset: "tiny", vocabulary: 4 });
    const held = tf.memory().numTensors;
    for await (const { text } of generate(model, tokenizer, { prompt: "a", length: 20 })) if (text.length === 3) break;
    assert.equal(tf.memory().numTensors, held);
    model.optimizer.dispose();
    model.dispose();
  });

  it("stops at the end token and does not write it", async () => {
    const framed = new CharacterTokenizer("ab", { specials: ["<pad>", "<end>"] });
    // a → b → <end>
    const model = (tokens: tf.Tensor2D) =>
      tf.gather(
        tf.tensor2d([
          [0, 0, 0, 0],
          [0, 0, 0, 0],
          [0, 0, 0, 50],
          [0, 50, 0, 0],
        ]),
        tokens.cast("int32"),
      );
    assert.equal(await textOf(generate(model, framed, { prompt: "a", end: framed.special("<end>") })), "b");
  });

  it("draws by seed", async () => {
    const chance = (tokens: tf.Tensor2D) => tf.zeros([1, tokens.shape[1], 4]);
    const text = (seed: number) => textOf(generate(chance, tokenizer, { prompt: "a", length: 40, seed }));
    assert.equal(await text(1), await text(1));
    assert.notEqual(await text(1), await text(2));
    for await (const { probability } of generate(chance, tokenizer, { prompt: "a", length: 3 }))
      assert.equal(probability, 0.25);
  });

  it("holds back characters until all their bytes are there", async () => {
    const bytes = BytePairTokenizer.train("", { vocabularySize: 256 });
    const wanted = [..."a😀é!"].flatMap((character) => [...bytes.encode(character)]);
    const recite = (tokens: tf.Tensor2D) =>
      tf.oneHot(tf.tensor1d([wanted[tokens.shape[1] - 1] as number], "int32"), 256).mul(50);
    const pieces: string[] = [];
    for await (const { piece } of generate(recite, bytes, { prompt: ">", length: wanted.length })) pieces.push(piece);
    assert.deepEqual(pieces, ["a", "", "", "", "😀", "", "é", "!"]);
  });

  it("says what does not fit, with both numbers", async () => {
    const run = (model: Parameters<typeof generate>[0], options: Parameters<typeof generate>[2]) =>
      textOf(generate(model, tokenizer, options));
    await assert.rejects(run(alphabet(), { prompt: "" }), /at least 1 token; the prompt is empty/);
    await assert.rejects(run(alphabet(), { prompt: "x" }), /"x" \(U\+0078\)/);
    await assert.rejects(run(alphabet(), { prompt: "a", length: 0 }), /length is 0/);
    await assert.rejects(run(alphabet(), { prompt: "a", context: 0 }), /context is 0/);
    await assert.rejects(
      run((tokens) => tf.zeros([1, tokens.shape[1], 7]), { prompt: "a" }),
      /model tells 7 tokens apart, the tokenizer has 4/,
    );
    await assert.rejects(
      run(() => tf.fill([1, 4], Number.NaN), { prompt: "a" }),
      /logit of token 0 is NaN/,
    );
    const model = alphabetModel(6);
    await assert.rejects(run(model, { prompt: "a", context: 7 }), /context is 7; it is .* from 1 to 6/);
    model.dispose();
  });

  it("ends when the learner interrupts", async () =>
    inNotebook(async (kernel) => {
      const seen: string[] = [];
      await assert.rejects(
        async () => {
          for await (const { piece } of generate(alphabet(), tokenizer, { prompt: "a" })) {
            seen.push(piece);
            if (seen.length === 3) kernel.interrupt();
          }
        },
        { name: "AbortError" },
      );
      assert.deepEqual(seen, ["b", "c", "d"]);
    }));
});

describe("generateText", () => {
  it("shows the text as it grows, under one name, with the prompt before it", async () =>
    inNotebook(async (kernel) => {
      assert.equal(await generateText(alphabet(), tokenizer, { prompt: "ab", length: 5 }), "cdabc");
      const texts = kernel.shown.map(({ data }) => data["text/plain"] as string);
      assert.equal(texts.at(-1), "abcdabc");
      for (const [i, text] of texts.entries()) assert.ok((texts[i + 1] ?? text).startsWith(text));
      assert.equal(new Set(kernel.shown.map(({ id }) => id)).size, 1);
      assert.ok(kernel.shown[0]?.id);
      assert.match(kernel.shown.at(-1)?.data["text/html"] as string, /<span style="opacity: 0.6">ab<\/span>cdabc/);
    }));

  it("leaves what came before an error on the page", async () =>
    inNotebook(async (kernel) => {
      async function* broken() {
        yield { piece: "<b>" };
        throw new Error("the model broke");
      }
      await assert.rejects(streamText(broken()), /the model broke/);
      assert.match(kernel.shown.at(-1)?.data["text/html"] as string, /&lt;b&gt;/);
    }));
});
