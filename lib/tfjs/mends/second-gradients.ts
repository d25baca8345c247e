// Gradients of gradients, as a gradient penalty needs them. tfjs keeps what a gradient will use as copies, and notes the copy
// of an operation's output before the operation itself. So whoever follows the notes from the input does not know yet that the
// copy depends on it, and takes it for a constant: the second derivative of tanh, sigmoid, exp, softmax is then missing, with an
// error (tensorflow/tfjs #3252) or, next to other terms, without one. Here the operation is put before its copies. Two more are
// mended: a choice (`tf.where`) does not depend on its condition by degrees, so that no gradient is looked for there; and elu's
// gradient has one itself.

import type * as tfjs from "@tensorflow/tfjs-node";
import type { Tensor } from "@tensorflow/tfjs-node";
import { at } from "../../indexing";

/** What tfjs's engine notes of an operation for its gradient. */
interface Note {
  readonly outputs: readonly Tensor[];
}

/** The part of tfjs's engine that is patched; private there. */
interface Engine {
  readonly state: { readonly activeTape: Note[] };
  addTapeNode(
    name: string,
    inputs: Record<string, Tensor>,
    outputs: Tensor[],
    gradient: unknown,
    saved: Tensor[],
    attributes: object,
  ): void;
}

/** Mends tfjs, once for all. */
export function mendSecondGradients(tf: typeof tfjs): void {
  const prototype = Object.getPrototypeOf(tf.engine()) as Engine;
  const { addTapeNode } = prototype;
  prototype.addTapeNode = function (name, inputs, outputs, gradient, saved, attributes) {
    const { condition: _, ...chosen } = inputs;
    addTapeNode.call(this, name, name === "Select" ? chosen : inputs, outputs, gradient, saved, attributes);
    const notes = this.state.activeTape;
    const own = notes.pop() as Note;
    const copies = new Set(saved);
    let first = notes.length;
    for (let i = notes.length - 1; i >= 0 && copies.size > 0; i--) {
      if (copies.delete(at(at(notes, i).outputs, 0))) first = i;
    }
    notes.splice(first, 0, own);
  };
  // elu(x) = eˣ − 1 below zero, so that the gradient there is dy (y + 1).
  tf.registerGradient({
    kernelName: "EluGrad",
    inputsToSave: ["dy", "y"],
    gradFunc: (upper: Tensor | Tensor[], [dy, y]: Tensor[]) => {
      const [given, before, output] = [upper, dy, y] as [Tensor, Tensor, Tensor];
      const below = output.less(0);
      return {
        dy: () => tf.where(below, given.mul(output.add(1)), given),
        y: () => tf.where(below, given.mul(before), tf.zerosLike(output)),
      };
    },
  });
}
