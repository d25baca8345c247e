// A custom training loop, compiled: for networks that `fit` does not train (a GAN's two players, a diffusion model).

import { checkArguments, FUNCTION, kind, list, OPTIMIZER, optional, settings, valueText, WHOLE } from "../../arguments";
import { CompiledFunction } from "../../graph/compiled-function";
import { tuple } from "../../indexing";
import { LAYER_REWRITES } from "../../layers/tfjs-forms/layer-rewrites";
import { takingGradients } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";

/** A step of a custom training loop, ready to be run on batch after batch. */
export interface CompiledStep {
  /** Runs one step and returns what its function returned, as numbers. */
  run(...inputs: tf.Tensor[]): number[];
  /** Puts the trained values back into the variables themselves. */
  sync(): void;
  /** Frees what the step holds; the variables keep their values. */
  dispose(): void;
}

/** What {@link compileStep} can be asked for. */
export interface CompileStepOptions {
  /** The seed of the random operations, which draw anew in each step. Default: a new one for each compiled step. */
  readonly seed?: number;
}

/**
 * Compiles a custom training step: a function of tensors that computes losses and updates variables by
 * `optimizer.minimize` or `minimize`. It is recorded at the first inputs of each shape and runs as one TensorFlow graph from
 * then on; several networks and optimizers may take part, one after another.
 *
 * Between steps the variables live in the graph: call `sync` before looking at them. A function that looks at values
 * (`dataSync`, `if` on a tensor's number) cannot be compiled. Numbers that it takes from JavaScript stay as they were when it
 * was recorded, but for the optimizers' learning rates: give those that change as inputs, or keep them in a `tf.variable`.
 *
 * @param step returns the scalars to look at, the losses for example
 * @throws UncompilableError from `run`, when the function cannot be recorded; StepFailedError when TensorFlow stops in the
 * middle of a step, all variables being then as they were before it; DisposedVariableError when a variable is gone
 *
 * @example
 * ```ts
 * const [w, sgd] = [tf.variable(tf.scalar(5)), tf.train.sgd(0.1)]
 * const step = compileStep((x: tf.Tensor) => minimize(sgd, () => x.mul(w).square().asScalar(), [w]))
 * step.run(tf.scalar(1)) // => [25]
 * step.run(tf.scalar(1)) // => [16]
 * step.dispose()
 * ```
 */
export function compileStep(
  step: (...inputs: tf.Tensor[]) => tf.Scalar | tf.Scalar[],
  options: CompileStepOptions = {},
): CompiledStep {
  checkArguments("compileStep", { step, options }, { step: FUNCTION, options: settings({ seed: WHOLE }) });
  const compiled = new CompiledFunction(
    (...inputs) => {
      const values = scalarsOf(step(...inputs));
      const joined = tf.stack(values.map((value) => value.cast("float32")));
      tf.dispose(values);
      return [joined];
    },
    { ...options, rewrites: LAYER_REWRITES },
  );
  let disposed = false;
  return {
    run(...inputs) {
      if (disposed) throw new Error("This compiled step was disposed. Make a new one with compileStep to go on.");
      checkInputs(inputs);
      const [values] = tuple(compiled.run(inputs), 1);
      const numbers = Array.from(values.dataSync());
      values.dispose();
      return numbers;
    },
    sync: () => compiled.sync(),
    dispose() {
      disposed = true;
      compiled.dispose();
    },
  };
}

function checkInputs(inputs: readonly unknown[]): void {
  for (const [position, input] of inputs.entries()) {
    if (!(input instanceof tf.Tensor))
      throw new TypeError(
        `A compiled step takes tensors; input ${position + 1} of ${inputs.length} is ${valueText(input)}. Wrap it: tf.tensor(…).`,
      );
    if (input.isDisposed)
      throw new Error(
        `Input ${position + 1} of ${inputs.length} of the compiled step was disposed before the step ran. Dispose it only afterwards.`,
      );
    if (input.dtype === "string")
      throw new TypeError(
        `Input ${position + 1} of ${inputs.length} of the compiled step is ${valueText(input)}; a step takes numbers. Give their tokens.`,
      );
  }
}

/** What a step has returned, known to be one or more numbers in tensors. */
export function scalarsOf(returned: unknown): tf.Scalar[] {
  const values = [returned].flat();
  if (values.length === 0) throw new TypeError("A step returns at least one scalar, its loss; it returned none.");
  for (const [position, value] of values.entries()) {
    if (value instanceof tf.Tensor && value.size === 1) continue;
    const found =
      value instanceof tf.Tensor
        ? `a tensor of shape [${value.shape.join(", ")}]`
        : typeof value === "number"
          ? `the number ${value}`
          : valueText(value);
    throw new TypeError(
      `A step returns scalars, as tensors; what the function returned as number ${position + 1} of ${values.length} is ${found}. ` +
        "Return tf.mean(…) or tf.sum(…) of it, and no promise: a step is not async.",
    );
  }
  return (values as tf.Tensor[]).map((value) => (value.rank === 0 ? (value as tf.Scalar) : value.asScalar()));
}

/**
 * One update of variables against the gradient of a loss, compiled or not.
 *
 * @param loss a scalar, differentiable in the variables
 * @param variables those to update; every trainable variable that the loss uses by default
 * @returns the loss before the update
 * @throws RangeError when all of the variables are frozen
 *
 * @example
 * ```ts
 * const w = tf.variable(tf.scalar(5))
 * minimize(tf.train.sgd(0.1), () => w.square().asScalar(), [w]).dataSync() // => [25]
 * w.dataSync() // => [4]
 * ```
 */
export function minimize(
  optimizer: tf.Optimizer,
  loss: () => tf.Scalar,
  variables?: readonly tf.Variable[],
): tf.Scalar {
  checkArguments(
    "minimize",
    { optimizer, loss, variables },
    {
      optimizer: OPTIMIZER,
      loss: FUNCTION,
      variables: optional(
        list(
          "variables",
          kind("a variable", (value) => value instanceof tf.Variable),
        ),
      ),
    },
  );
  const all = variables ?? Object.values(tf.engine().registeredVariables);
  if ((variables !== undefined || all.length > 0) && !all.some(({ trainable }) => trainable))
    throw new RangeError(
      `minimize was given ${all.length} variable(s), none of them to be trained: there is nothing to update. Thaw what is to be trained ` +
        "(layer.trainable = true), or make variables with tf.variable(value, true).",
    );
  const checkedLoss = (): tf.Scalar => {
    const measured: unknown = loss();
    if (measured instanceof tf.Tensor) return measured as tf.Scalar;
    throw new RangeError(
      `minimize: the function given as loss returned ${valueText(measured)}; it returns a scalar, a tensor.`,
    );
  };
  const update = (): tf.Scalar => {
    const value = optimizer.minimize(checkedLoss, true, variables === undefined ? undefined : [...variables]);
    if (value === null) throw new Error("The optimizer returned no loss although it was asked to.");
    return value;
  };
  return tf.tidy(() => takingGradients("minimize: the loss", update));
}
