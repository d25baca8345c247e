// Gradients of gradients in a recording. A function with a gradient of its own (`tf.customGrad`) that uses intermediate results
// it kept has no second one: whatever it kept counts as constant. tfjs would go on with a wrong number; a recording refuses.

import type { Replacements } from "./replacements";
import { tf } from "./tf";
import { UncompilableError } from "./uncompilable";

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
