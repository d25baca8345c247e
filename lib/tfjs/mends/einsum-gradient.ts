// The gradient of tf.einsum, which tfjs lacks. An Einstein sum is linear in each operand, so that its gradient by one of them is
// an Einstein sum of the upper gradient with the other.

import type * as tfjs from "@tensorflow/tfjs-node";
import { at } from "../../indexing";

type Tensor = tfjs.Tensor;

/** An equation with a letter for each axis: `...ij` is `ABij` where two axes are left open. */
interface Axes {
  readonly operands: readonly string[];
  readonly output: string;
}

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"];

function axesOf(equation: string, operands: readonly Tensor[]): Axes {
  const [left = "", right = ""] = equation.replace(/\s/g, "").split("->");
  const given = left.split(",");
  const open = given.map((axes, i) =>
    axes.includes("...") ? at(operands, i).rank - axes.replace("...", "").length : 0,
  );
  const letters = LETTERS.filter((letter) => !equation.includes(letter)).slice(0, Math.max(0, ...open));
  const nameOpenAxes = (axes: string, count: number): string =>
    axes.replace("...", letters.slice(letters.length - count).join(""));
  return {
    operands: given.map((axes, i) => nameOpenAxes(axes, at(open, i))),
    output: nameOpenAxes(right, letters.length),
  };
}

/** Mends tfjs, once for all. */
export function mendEinsumGradient(tf: typeof tfjs): void {
  tf.registerGradient({
    kernelName: "Einsum",
    saveAllInputs: true,
    gradFunc: (upper, operands, attributes) => {
      const axes = axesOf((attributes as { equation: string }).equation, operands);
      const gradients = operands.map((_, i) => [i, () => tf.tidy(() => gradient(upper as Tensor, operands, axes, i))]);
      return Object.fromEntries(gradients) as Record<string, () => Tensor>;
    },
  });

  function gradient(upper: Tensor, operands: readonly Tensor[], { operands: names, output }: Axes, i: number): Tensor {
    const sizes = new Map<string, number>();
    for (const [number, axes] of names.entries())
      for (const [axis, letter] of [...axes].entries())
        sizes.set(letter, Math.max(sizes.get(letter) ?? 1, at(at(operands, number).shape, axis)));
    const sizeOfLetter = (letter: string): number => sizes.get(letter) ?? 1;
    const shapeOf = (axes: readonly string[]): number[] => axes.map(sizeOfLetter);

    const own = [...new Set(names[i])];
    const other = names.length === 2 ? at(names, 1 - i) : "";
    const linked = own.filter((letter) => output.includes(letter) || other.includes(letter));
    const others = names.length === 2 ? [at(operands, 1 - i).broadcastTo(shapeOf([...other]))] : [];
    const from = [output, ...(names.length === 2 ? [other] : [])].join(",");
    const summed = tf.einsum(`${from}->${linked.join("")}`, upper, ...others);
    // An axis that only this operand has is summed over: each of its places gets the same.
    const spread = summed
      .reshape(own.map((letter) => (linked.includes(letter) ? sizeOfLetter(letter) : 1)))
      .broadcastTo(shapeOf(own));
    // An axis that is named twice is a diagonal.
    const whole = own.length < (names[i]?.length ?? 0) ? tf.einsum(`${own.join("")}->${names[i]}`, spread) : spread;
    const { shape } = at(operands, i);
    const stretched = shape.flatMap((size, axis) => (size === 1 && whole.shape[axis] !== 1 ? [axis] : []));
    return stretched.length > 0 ? whole.sum(stretched, true) : whole;
  }
}
