// Whether TensorFlow uses oneDNN's kernels, where its user has not said: what is faster on this machine. It is measured once, in
// processor time, so that other work beside it does not decide, and kept for the library (lib/tfjs/tf.ts).
import { cpus } from "node:os";
import { join } from "node:path";
import { CommandFailed, run } from "./command.mjs";
import { root, setupFolder, setupState, tfjsNode, userNode } from "./places.mjs";
import { digest, readStamp, writeStamp } from "./stamp.mjs";

/** Its first line is the value of TF_ENABLE_ONEDNN_OPTS, its second the ratio of times, its third what it was measured on. */
const decision = join(setupState, "onednn");
const trial = join(setupFolder, "onednn-trial.cjs");
const ROUNDS = 3;
/** @type {ReadonlySet<NodeJS.Signals | null>} */
const ENDED = new Set(["SIGTERM", "SIGKILL", "SIGINT", "SIGHUP"]);

const machine = () =>
  digest({
    files: [trial, join(root, "kernel-setup", "setup", "wheels.mjs"), join(tfjsNode, "package.json")],
    values: [cpus()[0]?.model, process.arch],
  });

/** @returns {{ enabled: boolean, ratio: number, machine: string } | undefined} */
function readDecision() {
  const [enabled, ratio, measuredOn] = readStamp(decision)?.split("\n") ?? [];
  if (measuredOn === undefined) return undefined;
  return { enabled: enabled === "1", ratio: Number(ratio), machine: measuredOn };
}

/** What was decided, in words. */
export function describeOneDnn() {
  const asked = process.env.TF_ENABLE_ONEDNN_OPTS;
  if (asked !== undefined) return `${asked === "0" ? "off" : "on"}, as TF_ENABLE_ONEDNN_OPTS=${asked} asks`;
  const decided = readDecision();
  if (decided === undefined) return "not measured";
  const { enabled, ratio } = decided;
  if (Number.isNaN(ratio)) return "off: it does not run on this processor";
  return `${enabled ? "on" : "off"}: a training step takes ${ratio.toFixed(2)} of the time without it`;
}

/** @param {"0" | "1"} value @returns {Promise<number>} processor time, in milliseconds */
async function measure(value) {
  const env = { TF_ENABLE_ONEDNN_OPTS: value, TF_NUM_INTRAOP_THREADS: "1", TF_CPP_MIN_LOG_LEVEL: "2" };
  const text = await run(userNode, [trial, tfjsNode], { log: "onednn", name: "the trial of oneDNN", env });
  return Number(/^[\d.]+$/m.exec(text)?.[0]); // TensorFlow may print lines of its own
}

/** @type {import("./steps.mjs").Step} */
export const oneDnn = {
  name: "TensorFlow's kernels for this processor",
  megabytes: 1,
  isDone: () => readDecision()?.machine === machine(),
  async run() {
    const [off, on] = [[Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY]];
    let ratio;
    for (let round = 0; round < ROUNDS; round++) {
      off.push(await measure("0"));
      try {
        on.push(await measure("1"));
      } catch (error) {
        // Ended from outside, as by an interrupted set-up, it says nothing of the processor.
        if (error instanceof CommandFailed && ENDED.has(error.signal)) throw error;
        ratio = Number.NaN; // an instruction that this processor lacks
        break;
      }
    }
    ratio ??= Math.min(...on) / Math.min(...off);
    writeStamp(decision, `${ratio < 1 ? 1 : 0}\n${ratio}\n${machine()}`);
    return `oneDNN ${describeOneDnn()}`;
  },
};
