// One engine of ours in a process of its own: reads "row times" lines, answers each with what it took (bench/side.ts).
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { tf } from "cellwise";
import { type Job, jobFor } from "./jobs";
import { processorTime } from "./processor-time";
import type { Answer } from "./side";
import type { Row } from "./work";

async function timed(job: Job, times: number): Promise<Answer> {
  let [spent, loss] = [0, 0];
  for (let time = 0; time < times; time++) {
    const start = processorTime();
    const done = await job.run();
    spent += done.milliseconds ?? processorTime() - start;
    loss = done.loss;
  }
  return { milliseconds: spent / times, loss, parameters: job.parameters, peak: peak() };
}

/** The most memory that this process has ever had, in MB. */
function peak(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1000;
  } catch {
    return process.resourceUsage().maxRSS / 1000;
  }
}

async function main(): Promise<void> {
  const compiled = process.argv[2] === "compiled";
  const say = (answer: object): boolean => process.stdout.write(`${JSON.stringify(answer)}\n`);
  // The library has settled it by now, where set-up has measured it.
  const onednn = { 0: false, 1: true }[process.env.TF_ENABLE_ONEDNN_OPTS ?? ""];
  say({ version: `TensorFlow.js ${tf.version["tfjs-core"]}, Node ${process.version}`, onednn });
  let current: { row: string; job: Job } | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    const [row, times] = line.split(" ") as [Row, string];
    try {
      if (current?.row !== row) {
        current?.job.dispose();
        current = undefined;
        current = { row, job: await jobFor(row, compiled) };
      }
      say(await timed(current.job, Number(times)));
    } catch (problem) {
      say({ problem: problem instanceof Error ? problem.message : String(problem) });
    }
  }
}

void main();
