// What a row asks of Cellwise, compiled or by tfjs alone.
import { CharacterTokenizer, type Dataset, fit, generate, loadMnist, predict, type tf } from "cellwise";
import { compiledStep, eagerStep } from "cellwise/dist/training/loop/model-trainee";
import { batchFor, buildBlocks, buildForDigits, buildNetwork } from "./networks";
import { processorTime } from "./processor-time";
import { BATCH, IMAGES, isNetwork, type Network, PREDICTED, ROWS, type Row, TIME, VOCABULARY } from "./work";

/** What is done again and again. */
export interface Job {
  /** @returns the loss or any number that must be one, and the milliseconds where not all of it is meant */
  run(): Promise<{ loss: number; milliseconds?: number }>;
  readonly parameters: number;
  dispose(): void;
}

/** @throws Error when there is nothing of this for tfjs alone */
export async function jobFor(row: Row, compiled: boolean): Promise<Job> {
  if (isNetwork(row)) return steps(buildNetwork(row), row, compiled);
  const [kind, what] = row.split(":");
  if (kind === "memory") return steps(buildBlocks(Number(what)), "gpt", compiled);
  if (!ROWS.includes(row)) throw new Error(`there is no row ${row}`);
  if (!compiled) throw new Error("tfjs alone has no such function");
  const model = what === "gpt" ? buildNetwork("gpt") : buildForDigits(what === "cnn");
  const job = (run: Job["run"]): Job => ({ run, parameters: weights(model), dispose: () => model.dispose() });
  if (kind === "write" || kind === "first") return job(() => write(model, kind));
  const digits = (await loadMnist()).train.take(IMAGES);
  if (kind === "epoch") return job(() => epoch(model, digits));
  const some = digits.take(PREDICTED);
  return job(async () => ({ loss: (await predict(model, some)).values[0] ?? Number.NaN }));
}

const weights = (model: tf.LayersModel): number =>
  model.trainableWeights.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((size, side) => size * (side ?? 1), 1),
    0,
  );

function steps(model: tf.LayersModel, network: Network, compiled: boolean): Job {
  const [inputs, targets] = batchFor(network);
  // tfjs's own trainOnBatch refuses class numbers as targets of losses that it does not know.
  const step = compiled ? compiledStep(model) : eagerStep(model);
  return {
    run: async () => ({ loss: step.run(inputs, [targets]).values[0] ?? Number.NaN }),
    parameters: weights(model),
    dispose() {
      step.dispose();
      model.dispose();
      for (const tensor of [...inputs, targets]) tensor.dispose();
    },
  };
}

/** The second of two epochs: recording belongs to the first. */
async function epoch(model: tf.LayersModel, digits: Dataset): Promise<{ loss: number; milliseconds: number }> {
  const ends: number[] = [];
  const onEpochEnd = (): void => void ends.push(processorTime());
  const { epochs } = await fit(model, digits, { epochs: 2, batchSize: BATCH, verbose: false, onEpochEnd });
  const [first, second] = ends as [number, number];
  return { loss: epochs.loss[1] ?? Number.NaN, milliseconds: second - first };
}

/** A text as long as the context. */
async function write(model: tf.LayersModel, part: "write" | "first"): Promise<{ loss: number; milliseconds: number }> {
  const letters = Array.from({ length: VOCABULARY }, (_, number) => String.fromCharCode(0x4e00 + number)).join("");
  const length = TIME - 1;
  const start = processorTime();
  const ends: number[] = [];
  for await (const _ of generate(model, new CharacterTokenizer(letters), { prompt: letters.slice(0, 1), length }))
    ends.push(processorTime());
  const [first = Number.NaN] = ends;
  const later = ((ends.at(-1) ?? Number.NaN) - first) / (length - 1);
  return { loss: 0, milliseconds: part === "first" ? first - start : later };
}
