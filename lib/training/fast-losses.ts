// tfjs-layers' losses that have a faster form while a step is recorded.

import { Replacements } from "../graph/replacement";
import { crossEntropyOfLogits, logitsOf } from "../graph/softmax-cross-entropy";
import { tf } from "../tf";
import type { CompiledModel, Measure } from "./objective";

/** Runs a function with a compiled model's losses in their faster forms. */
export function withFastLosses<Result>(compiled: CompiledModel, run: () => Result): Result {
  const { loss, lossFunctions, outputNames } = compiled;
  const named = (i: number): unknown => {
    if (typeof loss !== "object") return loss;
    return Array.isArray(loss) ? loss[i] : loss[outputNames[i] as string];
  };
  const replacements = new Replacements();
  for (const i of lossFunctions.keys()) {
    if (named(i) === "sparseCategoricalCrossentropy")
      replacements.replace(lossFunctions, i, sparseCategoricalCrossentropy);
  }
  try {
    return run();
  } finally {
    replacements.restore();
  }
}

/** From the logits where the output is their softmax; tfjs keeps probabilities within these limits before their logarithm. */
const sparseCategoricalCrossentropy =
  (original: Measure): Measure =>
  (truth, output) => {
    const logits = logitsOf(output);
    if (logits === undefined) return original(truth, output);
    return tf.tidy(() => {
      const epsilon = tf.backend().epsilon();
      const rows = logits.reshape([-1, logits.shape.at(-1) as number]); // [examples, classes]
      const labels = truth.flatten().floor().cast("int32");
      const losses = crossEntropyOfLogits(rows, labels).clipByValue(-Math.log(1 - epsilon), -Math.log(epsilon));
      return losses.reshape(output.shape.slice(0, -1));
    });
  };
