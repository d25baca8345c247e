// A variable that a step needs and that is gone, by a model's `dispose`, an optimizer's or its own.

import type { Replacements } from "../../tfjs/replacements";
import { tf } from "../../tfjs/tf";

/** A step was run after a variable that it uses had been disposed. */
export class DisposedVariableError extends Error {
  /** @param variables what is gone, in words */
  constructor(variables: readonly string[]) {
    const [first = "", ...others] = variables;
    const more = others.length === 0 ? "" : ` and ${others.length} more`;
    super(
      `${first}${more} was disposed, with its model or optimizer perhaps, and this step uses it. ` +
        "Make a new step for a model and an optimizer that still have their variables, or dispose the step before them.",
    );
    this.name = "DisposedVariableError";
  }
}

/** A variable in words; those without a name of their own are numbered by tfjs. */
function describeVariable(tensor: tf.Tensor): string {
  const name = tensor instanceof tf.Variable && !/^\d+$/.test(tensor.name) ? ` "${tensor.name}"` : "";
  return `The variable${name} of shape [${tensor.shape.join(", ")}]`;
}

/** Makes reading a disposed variable an error that explains it, until the replacements are restored. */
export function explainDisposedVariables(replacements: Replacements): void {
  type Disposable = { throwIfDisposed(): void };
  replacements.replace(
    tf.Variable.prototype as unknown as Disposable,
    "throwIfDisposed",
    () =>
      function (this: unknown) {
        refuseDisposed([this as tf.Variable]);
      },
  );
}

/** @throws DisposedVariableError when one of the variables is gone */
export function refuseDisposed(tensors: readonly tf.Tensor[]): void {
  const gone = tensors.filter(({ isDisposed }) => isDisposed);
  if (gone.length > 0) throw new DisposedVariableError(gone.map(describeVariable));
}
