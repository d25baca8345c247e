// The batches that all engines train on: the first 64 digits of MNIST; 64 pieces of Moby Dick with the character after each, the
// same padded to their length, or as a series of numbers; 64 pairs of pieces that follow each other; and 16,000 digits to go
// through. They are written once, as plain numbers, for every process to read.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadMnist, loadMobyDick, type tf } from "cellwise";
import { BATCH, BATCH_OF, IMAGES, type Network, TIME, VOCABULARY, WORD } from "./work";

/** Inputs in reading order, `[64, 28, 28, 1]`, `[64, 64]` or `[2, 64, 16]`, and the labels `[64]`, `[64, 64]` or `[64, 16]`. */
export interface NumberBatch {
  readonly inputs: Float32Array;
  readonly labels: Int32Array;
}

/** What a process finds the folder by. */
export const FOLDER_VARIABLE = "CELLWISE_BENCH_BATCHES";

/** Writes `digits.inputs`, `digits.labels` and so on for each kind of batch: float32 and int32, little-endian. */
export async function writeBatches(folder: string): Promise<void> {
  const characters = await mobyDickNumbers();
  const batches = {
    digits: await digits(BATCH),
    images: await digits(IMAGES),
    text: text(characters),
    padded: padded(characters),
    series: series(characters),
    pairs: pairs(characters),
  };
  for (const [name, { inputs, labels }] of Object.entries(batches)) {
    writeFileSync(join(folder, `${name}.inputs`), inputs);
    writeFileSync(join(folder, `${name}.labels`), labels);
  }
}

/** Reads the batch of a network back. */
export function readBatch(network: Network): NumberBatch {
  const folder = process.env[FOLDER_VARIABLE];
  if (folder === undefined)
    throw new Error(`${FOLDER_VARIABLE} names no folder: this process is started by bench/run.ts.`);
  const bytes = (part: string): ArrayBuffer =>
    Uint8Array.from(readFileSync(join(folder, `${BATCH_OF[network]}.${part}`))).buffer;
  return { inputs: new Float32Array(bytes("inputs")), labels: new Int32Array(bytes("labels")) };
}

async function digits(count: number): Promise<NumberBatch> {
  const { train } = await loadMnist();
  const batch = train.batch(Array.from({ length: count }, (_, position) => position));
  const [images, labels] = [batch.inputs[0] as tf.Tensor, batch.targets[0] as tf.Tensor];
  const numbers = { inputs: images.dataSync<"float32">().slice(), labels: labels.dataSync<"int32">().slice() };
  batch.dispose();
  return numbers;
}

/** The book as numbers: the most frequent characters have one of their own, the rest share the last. 0 is padding, so none. */
async function mobyDickNumbers(): Promise<number[]> {
  const { text } = await loadMobyDick();
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const frequent = [...counts].sort(([, a], [, b]) => b - a).slice(0, VOCABULARY - 2);
  const numbers = new Map(frequent.map(([character], rank) => [character, rank + 1]));
  return [...text.slice(0, BATCH * TIME + 1)].map((character) => numbers.get(character) ?? VOCABULARY - 1);
}

function text(characters: readonly number[]): NumberBatch {
  return { inputs: Float32Array.from(characters.slice(0, -1)), labels: Int32Array.from(characters.slice(1)) };
}

/** Texts of 33 to 64 characters, with padding after them, in two classes. */
function padded(characters: readonly number[]): NumberBatch {
  const { inputs } = text(characters);
  return {
    inputs: inputs.map((token, place) => (place % TIME < TIME - (Math.floor(place / TIME) % (TIME / 2)) ? token : 0)),
    labels: Int32Array.from({ length: BATCH }, (_, number) => number % 2),
  };
}

/** The pieces as numbers up to 1; what is to be forecast is the next one, of which the label is the character. */
function series(characters: readonly number[]): NumberBatch {
  const { inputs } = text(characters);
  const labels = Array.from({ length: BATCH }, (_, number) => characters[(number + 1) * TIME] as number);
  return { inputs: inputs.map((value) => value / VOCABULARY), labels: Int32Array.from(labels) };
}

/** From 16 characters to the 16 after them, of which the decoder is told those before the one it has to say. */
function pairs(characters: readonly number[]): NumberBatch {
  const starts = Array.from({ length: BATCH }, (_, pair) => pair * 2 * WORD);
  const pieces = (offset: number): number[] =>
    starts.flatMap((start) => characters.slice(start + offset, start + offset + WORD));
  return { inputs: Float32Array.from([...pieces(0), ...pieces(WORD - 1)]), labels: Int32Array.from(pieces(WORD)) };
}
