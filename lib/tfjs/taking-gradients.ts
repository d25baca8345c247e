// Gradients that cannot be taken: what tfjs says of them names its own functions (y=f(x), variableGrads) and no remedy, and what it
// keeps for gradients it frees only when it has taken them.
import { Replacements } from "./replacements";
import { tf } from "./tf";

interface Fault {
  readonly ofTfjs: RegExp;
  readonly words: (match: RegExpExecArray) => string;
}

const FAULTS: readonly Fault[] = [
  {
    ofTfjs: /^Cannot compute gradient: gradient function not found for (\w+)/,
    words: ([, operation]) =>
      `goes through ${operation}, which has no gradient, so nothing can be learned through it. Take smooth operations in its place: ` +
      "tf.sigmoid for a comparison, tf.softmax for an argMax",
  },
  {
    ofTfjs: /^Cannot (?:find a connection|compute gradient of y=f\(x\))/,
    words: () =>
      "does not depend on anything that a gradient is taken by. Compute it by TensorFlow's operations from the outputs or variables " +
      "themselves, not from numbers that were read out of them (dataSync) or from the targets alone",
  },
  {
    ofTfjs: /must return a scalar, but it returned a rank-(\d+) tensor/,
    words: ([, rank]) => `is a tensor of rank ${rank}; it is one number. Take its mean: .mean()`,
  },
];

/**
 * Takes gradients; where that fails, nothing is left of it.
 *
 * @param what that of which they are taken, as the beginning of a sentence
 * @throws RangeError in place of tfjs's own errors about gradients
 */
export function takingGradients<Result>(what: string, take: () => Result): Result {
  const kept: tf.Tensor[] = [];
  const keeping = new Replacements();
  keeping.replace(tf.engine(), "keep", (keep) => (tensor) => {
    kept.push(tensor);
    keep.call(tf.engine(), tensor);
    return tensor;
  });
  try {
    return take();
  } catch (error) {
    tf.dispose(kept);
    throw inOurWords(what, error);
  } finally {
    keeping.restore();
  }
}

function inOurWords(what: string, error: unknown): unknown {
  if (!(error instanceof Error) || Object.getPrototypeOf(error) !== Error.prototype) return error;
  for (const { ofTfjs, words } of FAULTS) {
    const match = ofTfjs.exec(error.message);
    if (match) return new RangeError(`${what} ${words(match)}.`, { cause: error });
  }
  return error;
}
