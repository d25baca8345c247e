// The multilayer perceptron: dense layers one after another, trained by backpropagation (Rumelhart, Hinton and Williams 1986,
// "Learning representations by back-propagating errors"); dropout: Srivastava et al. 2014.

import { checkCounts, checkRates } from "../../option-checks";
import { tf } from "../../tfjs/tf";
import { CLASS_NUMBERS, compileWithChecks } from "../building/compile-with-checks";
import type { BuilderOptions } from "../building/options";
import { resolveOptions } from "../building/presets";
import { seededGlorotUniform } from "../building/seeds";

/** What {@link buildMlp} can be asked for. */
export interface MlpOptions extends BuilderOptions {
  /** `"tiny"`: points of a plane in two classes, for XOR and the spirals. Default: none. */
  preset?: "tiny";
  /** Shape of an example; more than one axis is flattened first. Default `[28, 28, 1]`, an MNIST digit. */
  inputShape?: number[];
  /** Units of each hidden layer; with none (`[]`) it is a linear classifier. Default `[128, 64]`. */
  units?: number[];
  /** What each hidden layer applies to its sums. Default `"relu"`. */
  activation?: "relu" | "tanh" | "sigmoid" | "gelu" | "linear";
  /** Share of each hidden layer's values dropped in training. Default 0. */
  dropout?: number;
  /** The number of classes told apart. Default 10. */
  classes?: number;
}

const DEFAULTS = {
  inputShape: [28, 28, 1],
  units: [128, 64],
  activation: "relu" as NonNullable<MlpOptions["activation"]>,
  dropout: 0,
  classes: 10,
  learningRate: 1e-3,
  seed: 1,
};
const PRESETS = {
  tiny: { inputShape: [2], units: [16, 16], activation: "tanh" as const, classes: 2, learningRate: 0.02 },
};

/**
 * Builds a multilayer perceptron, compiled and ready to train (Adam, sparse categorical cross-entropy, accuracy).
 *
 * @returns a model from examples `[batch, …inputShape]` to class probabilities `[batch, classes]`.
 * @throws RangeError when an option cannot be.
 * @see Rumelhart, Hinton and Williams 1986, "Learning representations by back-propagating errors"
 *
 * @example
 * ```ts
 * const model = buildMlp({ units: [32], seed: 1 })
 * model.countParams() // => 25_450
 * ```
 */
export function buildMlp(options: MlpOptions = {}): tf.Sequential {
  const { inputShape, units, activation, dropout, classes, learningRate, seed } = resolveOptions(
    "buildMlp",
    DEFAULTS,
    PRESETS,
    options,
  );
  checkCounts("buildMlp", { inputShape, classes, ...(units.length > 0 && { units }) });
  checkRates("buildMlp", { dropout });
  const kernelInitializer = seededGlorotUniform(seed);

  const model = tf.sequential({ name: "mlp" });
  model.add(tf.layers.inputLayer({ inputShape }));
  if (inputShape.length > 1) model.add(tf.layers.flatten({ name: "flatten" }));
  for (const [index, count] of units.entries()) {
    const name = `hidden${index + 1}`;
    model.add(tf.layers.dense({ name, units: count, activation, kernelInitializer: kernelInitializer() }));
    if (dropout > 0) model.add(tf.layers.dropout({ name: `dropout${index + 1}`, rate: dropout }));
  }
  model.add(
    tf.layers.dense({ name: "output", units: classes, activation: "softmax", kernelInitializer: kernelInitializer() }),
  );
  return compileWithChecks(model, {
    learningRate,
    ...CLASS_NUMBERS,
  });
}
