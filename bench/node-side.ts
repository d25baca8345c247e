// One engine of ours in a process of its own: reads "network steps" lines, answers each with the milliseconds of its steps.
import { createInterface } from "node:readline";
import { tf } from "cellwise";
import { compiledStep, eagerStep } from "cellwise/dist/training/loop/model-trainee";
import { batchFor, buildNetwork } from "./networks";
import type { Network } from "./work";

type Step = () => Promise<number>;

function prepare(network: Network, compiled: boolean): Step {
  const [x, y] = batchFor(network);
  const model = buildNetwork(network);
  // tfjs's own trainOnBatch refuses class numbers as targets of losses that it does not know.
  const step = compiled ? compiledStep(model) : eagerStep(model);
  return async () => step.run(x, [y]).values[0] as number;
}

async function main(): Promise<void> {
  const compiled = process.argv[2] === "compiled";
  const prepared = new Map<Network, Step>();
  process.stdout.write(
    `${JSON.stringify({ version: `TensorFlow.js ${tf.version["tfjs-core"]}, Node ${process.version}` })}\n`,
  );
  for await (const line of createInterface({ input: process.stdin })) {
    const [network, steps] = line.split(" ") as [Network, string];
    const step = prepared.get(network) ?? prepare(network, compiled);
    prepared.set(network, step);
    const times: number[] = [];
    let loss = 0;
    for (let i = 0; i < Number(steps); i++) {
      const start = performance.now();
      loss = await step();
      times.push(performance.now() - start);
    }
    process.stdout.write(`${JSON.stringify({ times, loss })}\n`);
  }
}

void main();
