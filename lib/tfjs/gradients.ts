// Gradients that tfjs cannot take, or would take wrongly: an error of ours says so, and what to do.

import { Replacements } from "./replacements";
import { tf } from "./tf";
import { UncompilableError } from "./uncompilable";

// Gradients that cannot be taken: what tfjs says of them names its own functions (y=f(x), variableGrads) and no remedy, and what it
// keeps for gradients it frees only when it has taken them.

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

// Gradients of gradients in a recording. A function with a gradient of its own (`tf.customGrad`) that uses intermediate results
// it kept has no second one: whatever it kept counts as constant. tfjs would go on with a wrong number; a recording refuses.

type GradientOf = (...parameters: unknown[]) => unknown;

/** The part of tfjs's engine that records operations; private there. */
interface Engine {
  readonly state: { readonly gradientDepth: number };
  addTapeNode(
    name: string,
    inputs: tf.NamedTensorMap,
    outputs: tf.Tensor[],
    gradient: GradientOf | null,
    saved: tf.Tensor[],
    attributes: object,
  ): void;
}

const engine = (): Engine => tf.engine() as unknown as Engine;

/** Whether the gradient that is being taken will be differentiated itself. */
export const isDifferentiated = (): boolean => engine().state.gradientDepth > 0;

/** Makes second gradients that would be wrong an error until the replacements are restored. */
export function refuseWrongSecondGradients(replacements: Replacements, where: () => string | undefined): void {
  /** What the gradient that is being taken has kept of intermediate results, if it will be differentiated. */
  let constant: ReadonlySet<tf.Tensor> = new Set();
  replacements.replace(engine(), "addTapeNode", (original) => (name, inputs, outputs, gradient, saved, attributes) => {
    if (Object.values(inputs).some((input) => constant.has(input)))
      throw new UncompilableError(
        "takes the gradient of a gradient through a function (tf.customGrad) whose gradient uses results that it kept",
        where(),
      );
    const followed = new Set([...Object.values(inputs), ...outputs].map(({ dataId }) => dataId));
    // Whole numbers, such as labels, have no gradient anyway.
    const floats = saved.filter(({ dtype }) => dtype === "float32");
    const intermediate = new Set(floats.filter(({ dataId }) => !followed.has(dataId)));
    const watched: GradientOf | null =
      gradient === null || intermediate.size === 0
        ? gradient
        : (...parameters) => {
            if (!isDifferentiated()) return gradient(...parameters);
            const before = constant;
            constant = intermediate;
            try {
              return gradient(...parameters);
            } finally {
              constant = before;
            }
          };
    original.call(engine(), name, inputs, outputs, watched, saved, attributes);
  });
}
