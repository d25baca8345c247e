// Gradients of gradients, as a gradient penalty needs them. tfjs keeps what a gradient will use as copies, and notes the copy
// of an operation's output before the operation itself. So whoever follows the notes from the input does not know yet that the
// copy depends on it, and takes it for a constant: the second derivative of tanh, sigmoid, exp, softmax is then missing, with an
// error (tensorflow/tfjs #3252) or, next to other terms, without one. Here the operation is put before its copies.
import type { Tensor } from "@tensorflow/tfjs-node";

/** What tfjs's engine notes of an operation for its gradient. */
interface Note {
  readonly outputs: readonly Tensor[];
}

/** The part of tfjs's engine that is mended; its types keep it to itself. */
interface Engine {
  readonly state: { readonly activeTape: Note[] };
  addTapeNode(
    name: string,
    inputs: object,
    outputs: Tensor[],
    gradient: unknown,
    saved: Tensor[],
    attributes: object,
  ): void;
}

/** Mends the engine, once for all. */
export function mendSecondGradients(engine: object): void {
  const prototype = Object.getPrototypeOf(engine) as Engine;
  const { addTapeNode } = prototype;
  prototype.addTapeNode = function (name, inputs, outputs, gradient, saved, attributes) {
    addTapeNode.call(this, name, inputs, outputs, gradient, saved, attributes);
    const notes = this.state.activeTape;
    const own = notes.pop() as Note;
    const copies = new Set(saved);
    let first = notes.length;
    for (let i = notes.length - 1; i >= 0 && copies.size > 0; i--) {
      if (copies.delete((notes[i] as Note).outputs[0] as Tensor)) first = i;
    }
    notes.splice(first, 0, own);
  };
}
