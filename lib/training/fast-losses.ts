// tfjs-layers' losses that have a faster form while a step is recorded.
import { crossEntropyOfLogits, logitsOf } from "../graph/softmax-cross-entropy";
import { tf } from "../tf";

type Loss = (truth: tf.Tensor, output: tf.Tensor) => tf.Tensor;

/** What tfjs-layers keeps to itself of a compiled model. */
interface Compiled {
  readonly loss: string | (string | Loss)[] | Record<string, string | Loss> | Loss;
  readonly lossFunctions: Loss[];
  readonly outputNames: string[];
}

/** Runs a function with a compiled model's losses in their faster forms. */
export function withFastLosses<Result>(compiled: object, run: () => Result): Result {
  const { loss, lossFunctions, outputNames } = compiled as Compiled;
  const named = (i: number): unknown => {
    if (typeof loss !== "object") return loss;
    return Array.isArray(loss) ? loss[i] : loss[outputNames[i] as string];
  };
  const originals = [...lossFunctions];
  for (const [i, original] of originals.entries()) {
    if (named(i) === "sparseCategoricalCrossentropy") lossFunctions[i] = sparseCategoricalCrossentropy(original);
  }
  try {
    return run();
  } finally {
    for (const [i, original] of originals.entries()) lossFunctions[i] = original;
  }
}

/** From the logits where the output is their softmax; tfjs keeps probabilities within these limits before their logarithm. */
const sparseCategoricalCrossentropy =
  (original: Loss): Loss =>
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
