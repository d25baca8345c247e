// The two batches that all engines train on: the first 64 digits of MNIST, and 64 pieces of Moby Dick with the character after
// each. They are written once, as plain numbers, for every process to read.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadMnist, loadMobyDick, type tf } from "cellwise";
import { BATCH, type Network, TIME, VOCABULARY } from "./work";

/** Inputs in reading order, `[64, 28, 28, 1]` or `[64, 64]`, and the labels `[64]` or `[64, 64]`. */
export interface NumberBatch {
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
}

/** What a process finds the folder by. */
export const FOLDER_VARIABLE = "CELLWISE_BENCH_BATCHES";

const FILES = ["digits", "text"] as const;

/** Writes `digits.inputs`, `digits.labels`, `text.inputs` and `text.labels`: float32 and int32, little-endian. */
export async function writeBatches(folder: string): Promise<void> {
  const batches = { digits: await digits(), text: await text() };
  for (const name of FILES) {
    writeFileSync(join(folder, `${name}.inputs`), batches[name].inputs);
    writeFileSync(join(folder, `${name}.labels`), batches[name].labels);
  }
}

/** Reads the batch of a network back. */
export function readBatch(network: Network): NumberBatch {
  const folder = process.env[FOLDER_VARIABLE];
  if (folder === undefined)
    throw new Error(`${FOLDER_VARIABLE} names no folder: this process is started by bench/run.ts.`);
  const name = network === "cnn" ? "digits" : "text";
  const bytes = (part: string): ArrayBuffer => Uint8Array.from(readFileSync(join(folder, `${name}.${part}`))).buffer;
  return { inputs: new Float32Array(bytes("inputs")), labels: new Int32Array(bytes("labels")) };
}

async function digits(): Promise<NumberBatch> {
  const { train } = await loadMnist();
  const batch = train.batch(Array.from({ length: BATCH }, (_, position) => position));
  const [images, labels] = [batch.inputs[0] as tf.Tensor, batch.targets[0] as tf.Tensor];
  const numbers = { inputs: images.dataSync<"float32">().slice(), labels: labels.dataSync<"int32">().slice() };
  batch.dispose();
  return numbers;
}

/** The most frequent characters have numbers of their own, the rest share the last one. */
async function text(): Promise<NumberBatch> {
  const { text } = await loadMobyDick();
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const frequent = [...counts].sort(([, a], [, b]) => b - a).slice(0, VOCABULARY - 1);
  const numbers = new Map(frequent.map(([character], number) => [character, number]));
  const encoded = [...text.slice(0, BATCH * TIME + 1)].map((character) => numbers.get(character) ?? VOCABULARY - 1);
  return { inputs: Float32Array.from(encoded.slice(0, -1)), labels: Int32Array.from(encoded.slice(1)) };
}
