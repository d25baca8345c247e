// tfjs-layers' losses that have a faster form while a step is recorded.

import { crossEntropyOfLogits, logitsOf } from "../ops/softmax-cross-entropy";
import type { CompiledModel } from "../tfjs/compiled-model";
import { givenLoss } from "../tfjs/compiled-model";
import { Replacements } from "../tfjs/replacements";
import { tf } from "../tfjs/tf";
import type { Measure } from "./declarations";

/** Runs a function with a compiled model's losses in their faster forms. */
export function withFastLosses<Result>(compiled: CompiledModel, run: () => Result): Result {
  const { lossFunctions } = compiled;
  const replacements = new Replacements();
  for (const i of lossFunctions.keys()) {
    const fast = FAST.get(givenLoss(compiled, i));
    if (fast) replacements.replace(lossFunctions, i, fast);
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

const FAST: ReadonlyMap<unknown, (original: Measure) => Measure> = new Map([
  ["sparseCategoricalCrossentropy", sparseCategoricalCrossentropy],
]);
