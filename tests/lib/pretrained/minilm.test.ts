// A BERT that others trained: the same numbers as Hugging Face's transformers with the same weights (golden/make_minilm.py), those of a small
// one by a formula and, where they are there, the published ones.
import { strict as assert } from "node:assert";
import {
  buildBert,
  buildBertClassifier,
  loadMiniLm,
  type SentenceEncoder,
  sentenceEmbeddings,
  tf,
  WordPieceTokenizer,
} from "cellwise";
import { fillBert } from "cellwise/dist/models/pretrained/minilm";
import { readSafetensors, type SafeTensor } from "cellwise/dist/models/pretrained/safetensors";
import { readFixture, wave } from "../../golden/golden";
import { refusesDamage } from "../data/damaged";
import { describeWithWeights } from "./larger-weights";

const COMMAND = "npm run models -- minilm";

function assertClose(found: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  assert.equal(found.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs((found[i] as number) - value) < tolerance, `${i}: ${found[i]} instead of ${value}`);
}

function dispose(model: tf.LayersModel): void {
  model.optimizer.dispose();
  model.dispose();
}

describe("a BERT of Hugging Face's", () => {
  const golden = readFixture<{
    readonly weights: readonly [name: string, shape: number[]][];
    readonly tokens: number[][];
    readonly segments: number[][];
    readonly vectors: number[];
    readonly sentences: number[];
  }>("bert-transformers");
  const sizes = { vocabulary: 7, length: 5, segments: 2, width: 8, heads: 2, blocks: 2, feedForward: 12 };
  const weights = (): Map<string, SafeTensor> => {
    const values = (shape: number[], number: number) =>
      tf.tidy(() => wave(shape, number).mul(0.3).dataSync<"float32">());
    return new Map(golden.weights.map(([name, shape], number) => [name, { shape, values: values(shape, number) }]));
  };

  it("gives transformers' vectors and sentence-transformers' sentences", async () => {
    const model = buildBert({ ...sizes, head: "none" });
    fillBert(model, weights());
    const vectors = tf.tidy(() => {
      const [tokens, segments] = [golden.tokens, golden.segments].map((rows) => tf.tensor2d(rows, [2, 5], "int32"));
      return (model.predict([tokens, segments] as tf.Tensor[]) as tf.Tensor).dataSync();
    });
    // Where there is padding, nobody looks: transformers' are left out.
    const seen = golden.tokens.flat().flatMap((token, place) => (token === 0 ? [] : [place]));
    const at = (values: ArrayLike<number>) =>
      seen.flatMap((place) => Array.from({ length: 8 }, (_, i) => values[8 * place + i] as number));
    assertClose(at(vectors), at(golden.vectors), 1e-5);

    const tokenizer = new WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "##c"]);
    const sentences = await sentenceEmbeddings({ model, tokenizer }, ["bc !", "a"], { batchSize: 2 });
    assertClose(sentences.dataSync(), golden.sentences, 1e-5);
    const swapped = await sentenceEmbeddings({ model, tokenizer }, ["a", "bc !"], { batchSize: 1 });
    assertClose(swapped.reverse(0).dataSync(), golden.sentences, 1e-5);
    tf.dispose([sentences, swapped]);
    dispose(model);
  });

  it("is refused where a weight is missing or has another shape", () => {
    const model = buildBert({ ...sizes, head: "none" });
    const some = weights();
    some.delete("encoder.layer.1.output.dense.bias");
    assert.throws(() => fillBert(model, some), /no weights encoder\.layer\.1\.output\.dense\.bias/);
    const other = weights().set("embeddings.word_embeddings.weight", { shape: [6, 8], values: new Float32Array(48) });
    assert.throws(
      () => fillBert(model, other),
      /has the shape \[7, 8\], embeddings\.word_embeddings\.weight of the file \[6, 8\]/,
    );
    dispose(model);
  });
});

describe("buildBert without a head", () => {
  it("has MiniLM's published size, its pooler left out", () => {
    const { parameters, pooler } = readFixture<{ readonly parameters: number; readonly pooler: number }>("minilm");
    // 22,713,728 by the publisher, of which 512 are the numbers of the positions
    assert.equal(parameters, 22_713_728 - 512);
    const model = buildBert({ preset: "miniLm", head: "none" });
    assert.equal(model.countParams(), parameters - pooler);
    assert.deepEqual(model.outputShape, [null, null, 384]);
    dispose(model);
  });

  it("keeps the same weights as with one, and hands them to a classifier", () => {
    const [bare, whole] = [buildBert({ preset: "tiny", head: "none" }), buildBert({ preset: "tiny" })];
    const classifier = buildBertClassifier({ preset: "tiny", seed: 2, pretrained: bare });
    const table = (model: tf.LayersModel) => Array.from(model.getLayer("embedding").getWeights()[0]?.dataSync() ?? []);
    assert.deepEqual(table(bare), table(whole));
    assert.deepEqual(table(classifier), table(bare));
    for (const model of [bare, whole, classifier]) dispose(model);
  });

  it("knows no other head", () => {
    assert.throws(() => buildBert({ head: "pooler" as "none" }), /head is "pooler"; it is one of "tokens", "none"/);
    assert.throws(() => buildBertClassifier({ head: "none" } as object), /field "head"/);
  });
});

describe("sentenceEmbeddings", () => {
  const tokenizer = new WordPieceTokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b"]);
  let encoder: SentenceEncoder;
  before(() => {
    encoder = { model: buildBert({ preset: "tiny", vocabulary: 6, head: "none" }), tokenizer };
  });
  after(() => dispose(encoder.model));

  it("gives vectors of length 1, in the order of the sentences, whatever the batches", async () => {
    const sentences = ["a b a b", "a", "", "b b b", "b"];
    const vectors = await sentenceEmbeddings(encoder, sentences);
    assert.deepEqual(vectors.shape, [5, 32]);
    assertClose(vectors.square().sum(1).dataSync(), [1, 1, 1, 1, 1], 1e-5);
    for (const [place, sentence] of sentences.entries()) {
      const alone = await sentenceEmbeddings(encoder, [sentence]);
      assertClose(alone.dataSync(), [...vectors.slice([place], [1]).dataSync()], 1e-5);
      alone.dispose();
    }
    const byTwos = await sentenceEmbeddings(encoder, sentences, { batchSize: 2 });
    assertClose(byTwos.dataSync(), [...vectors.dataSync()], 1e-5);
    tf.dispose([vectors, byTwos]);
  });

  it("refuses a text that is too long, none at all, and what is no text; it cuts where it is told to", async () => {
    const long = Array.from({ length: 31 }, () => "a").join(" ");
    await assert.rejects(
      sentenceEmbeddings(encoder, ["a", long]),
      /sentences\[1\] has 33 tokens, \[CLS\] and \[SEP\] included; bert reads 32 at most.*\{ cut: 32 \}/,
    );
    const [cut, same] = [
      await sentenceEmbeddings(encoder, [long], { cut: 5 }),
      await sentenceEmbeddings(encoder, ["a a a"]),
    ];
    assertClose(cut.dataSync(), [...same.dataSync()], 1e-6);
    tf.dispose([cut, same]);
    await assert.rejects(sentenceEmbeddings(encoder, []), /given 0 sentences; it needs at least 1/);
    await assert.rejects(sentenceEmbeddings(encoder, [7 as unknown as string]), /sentences\[0\] is 7; it is a text/);
    await assert.rejects(sentenceEmbeddings(encoder, ["a"], { cut: 1 }), /cut is 1; it is a whole number from 2/);
  });

  it("refuses a model that gives no vector for each token, and a tokenizer of another kind", async () => {
    const model = buildBertClassifier({ preset: "tiny", vocabulary: 6 });
    await assert.rejects(
      sentenceEmbeddings({ model, tokenizer }, ["a"]),
      /gives \[batch, 2\]; one is expected .*head: "none"/,
    );
    dispose(model);
    const other = { ...encoder, tokenizer: { encode() {} } } as unknown as SentenceEncoder;
    await assert.rejects(sentenceEmbeddings(other, ["a"]), /tokenizer is .*; it is a WordPieceTokenizer/);
  });

  it("ends when it is asked to, and leaves nothing", async () => {
    const before = tf.memory().numTensors;
    await assert.rejects(sentenceEmbeddings(encoder, ["a"], { signal: AbortSignal.abort() }), { name: "AbortError" });
    assert.equal(tf.memory().numTensors, before);
  });
});

describe("a safetensors file", () => {
  const { file } = readFixture<{ readonly file: string }>("safetensors");
  const bytes = Buffer.from(file, "base64");

  /** A file as the form is defined: the header's length, the header, the numbers. */
  function fileOf(header: unknown, numbers: Float32Array = new Float32Array(0)): Buffer {
    const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text, Buffer.from(numbers.buffer)]);
  }

  it("is read as the library has written it; what are no floating-point numbers is left out", () => {
    const tensors = readSafetensors(bytes);
    assert.deepEqual([...tensors.keys()].sort(), ["a.weight", "b", "one"]);
    for (const [name, shape, number] of [
      ["b", [2, 3], 1],
      ["a.weight", [3], 2],
    ] as const) {
      const found = tensors.get(name);
      assert.deepEqual(found?.shape, shape);
      assertClose(found?.values ?? [], [...tf.tidy(() => wave([...shape], number).dataSync())], 1e-6);
    }
    assert.deepEqual(tensors.get("one"), { shape: [], values: Float32Array.of(0.5) });
    assert.deepEqual(readSafetensors(Buffer.concat([Buffer.alloc(1), bytes]).subarray(1)), tensors, "wherever it lies");
  });

  it("is refused where it is cut, or none", () => {
    assert.throws(() => readSafetensors(bytes.subarray(0, 5)), /it has 5 bytes/);
    assert.throws(
      () => readSafetensors(bytes.subarray(0, 40)),
      /its header would end at byte \d+, and the file ends at 40/,
    );
    assert.throws(
      () => readSafetensors(bytes.subarray(0, -1)),
      new RegExp(`ends at byte ${bytes.length}, and the file at ${bytes.length - 1}`),
    );
    assert.throws(() => readSafetensors(Buffer.concat([bytes, Buffer.of(0)])), /its tensors end at/);
    assert.throws(() => readSafetensors(Buffer.alloc(8)), /its header is no JSON/);
    assert.throws(() => readSafetensors(fileOf("[]")), /no list of tensors/);
    assert.throws(() => readSafetensors(fileOf({ a: { dtype: "F32" } })), /does not say what the tensor a is/);
    const a = { dtype: "F32", shape: [2], data_offsets: [0, 4] };
    assert.throws(
      () => readSafetensors(fileOf({ a }, new Float32Array(1))),
      /tensor a \[2\] has 4 bytes, and such a shape takes 8/,
    );
    const b = { ...a, data_offsets: [4, 0] };
    assert.throws(() => readSafetensors(fileOf({ b }, new Float32Array(1))), /begins at 4 and ends at 0/);
  });
});

describe("loadMiniLm", () => {
  it("says what to run where the weights are not there", async () => {
    await assert.rejects(loadMiniLm("/no/such/folder"), new RegExp(`MiniLM: .* is missing\\. .*run \`${COMMAND}\``));
    await assert.rejects(loadMiniLm(7 as unknown as string), /folder is 7; it is a text/);
  });
});

describeWithWeights("minilm", "MiniLM", () => {
  const golden = readFixture<{
    readonly sentences: string[];
    readonly tokens: number[][];
    readonly first: number[];
    readonly embeddings: number[][];
    readonly similarities: number[][];
  }>("minilm");
  const words = readFixture<{
    readonly texts: readonly { readonly text: string; readonly tokens: number[] }[];
  }>("word-pieces");
  let miniLm: SentenceEncoder;
  before(async () => {
    miniLm = await loadMiniLm();
  });
  after(() => dispose(miniLm.model));

  it("cuts texts as the published tokenizer does", () => {
    for (const { text, tokens } of words.texts) assert.deepEqual([...miniLm.tokenizer.encode(text)], tokens, text);
    for (const [place, sentence] of golden.sentences.entries())
      assert.deepEqual([...miniLm.tokenizer.frame(sentence).tokens], golden.tokens[place]);
  });

  it("gives transformers' numbers: a token's vector, sentences, and how similar they are", async () => {
    const before = tf.memory().numTensors;
    const vector = tf.tidy(() => {
      const tokens = tf.tensor2d([golden.tokens[0] as number[]], undefined, "int32");
      const vectors = miniLm.model.predict([tokens, tf.zerosLike(tokens)]) as tf.Tensor3D;
      return vectors.slice([0, 1, 0], [1, 1, golden.first.length]).dataSync();
    });
    assertClose(vector, golden.first, 1e-4);
    const vectors = await sentenceEmbeddings(miniLm, golden.sentences);
    const rows = vectors.arraySync();
    for (const [place, expected] of golden.embeddings.entries())
      assertClose((rows[place] as number[]).slice(0, expected.length), expected, 1e-5);
    const similarities = tf.tidy(() => vectors.matMul(vectors, false, true).arraySync() as number[][]);
    for (const [place, expected] of golden.similarities.entries())
      assertClose(similarities[place] as number[], expected, 1e-5);
    vectors.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it("refuses damaged files", async function () {
    this.timeout(900_000);
    const beside = ["model.safetensors", "tokenizer.json"];
    const load = async (folder: string) => {
      const loaded = await loadMiniLm(folder);
      dispose(loaded.model);
    };
    await refusesDamage("minilm", "model.safetensors", load, { beside, at: 50_000_000, command: COMMAND });
    await refusesDamage("minilm", "tokenizer.json", load, { beside, at: 200_000, command: COMMAND });
  });
});
