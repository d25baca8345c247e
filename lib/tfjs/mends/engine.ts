// tfjs's engine, mended: what it calls in Node, the tape that gradients follow, the names of variables, and what optimizers remember
// of them.

import type * as tfjs from "@tensorflow/tfjs-node";
import type { Tensor } from "@tensorflow/tfjs-node";
import { at } from "../../indexing";

/** tfjs-node 4.22 calls two functions that Node 23 removed (tensorflow/tfjs #8609) and Node 22 warns about. */
export const NODE_FUNCTIONS = {
  isNullOrUndefined: (value: unknown): value is null | undefined => value === null || value === undefined,
  isArray: Array.isArray,
};

// ## The tape
// Gradients of gradients, as a gradient penalty needs them. tfjs keeps what a gradient will use as copies, and notes the copy of
// an operation's output before the operation itself. So whoever follows the notes from the input does not know yet that the copy
// depends on it, and takes it for a constant: the second derivative of tanh, sigmoid, exp, softmax is then missing, with an
// error (tensorflow/tfjs #3252) or, next to other terms, without one. Here the operation is put before its copies. Two more are
// mended: a choice (`tf.where`) does not depend on its condition by degrees, so that no gradient is looked for there; and elu's
// gradient has one itself.

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

// ## Names of variables
// A cell that is run again makes its named variables again. tfjs refuses a name that is taken; here the newest variable has it,
// and the one before, which may be in use still, goes on under a name with a number.

/** Mends tfjs, once for all. */
export function mendVariableNames(tf: typeof tfjs): void {
  const prototype = Object.getPrototypeOf(tf.engine()) as ReturnType<typeof tfjs.engine>;
  const { makeVariable } = prototype;
  prototype.makeVariable = function (initialValue, trainable, name, dtype) {
    const { registeredVariables } = this;
    const before = name === undefined ? undefined : registeredVariables[name];
    if (name !== undefined && before !== undefined) {
      let number = 1;
      while (`${name}_${number}` in registeredVariables) number++;
      delete registeredVariables[name];
      before.name = `${name}_${number}`;
      registeredVariables[before.name] = before;
    }
    return makeVariable.call(this, initialValue, trainable, name, dtype);
  };
}

// ## Slots of optimizers
// What an optimizer remembers of a weight (Adam's moments, …) stays with that weight. tfjs keeps it by the weight's place in the
// list that is updated: freeze a layer, and what was remembered of its weights goes to those that follow.

type Variable = tfjs.Variable;

/** What an optimizer remembers of one weight. */
export interface Slot {
  readonly originalName: string;
  readonly variable: Variable;
}

export type Gradients = tfjs.NamedTensorMap | { name: string; tensor: tfjs.Tensor }[];

/** The one method that a step calls. */
export interface AppliesGradients {
  applyGradients(gradients: Gradients): void;
}

const owners = new WeakMap<Slot, Variable>();

/** The fields of an optimizer, those that tfjs's types leave out and a custom one's own included. */
export const fieldsOf = (optimizer: object): Record<string, unknown> => optimizer as Record<string, unknown>;

/** The field in which tfjs counts an optimizer's steps. */
export const STEP_COUNT = "iterations_";

/**
 * Runs an update with the optimizer's slots in the order of the variables that are updated; the slots of others, which are not
 * updated this time, come after them. Slots of disposed variables are freed.
 */
export function withSlotsOf(optimizer: object, variables: readonly (Variable | undefined)[], update: () => void): void {
  const fields = fieldsOf(optimizer);
  const names = Object.keys(fields).filter((name) => name.startsWith("accumulat") && Array.isArray(fields[name]));
  for (const name of names) fields[name] = orderSlots(fields[name] as Slot[], variables);
  update();
  for (const name of names)
    for (const [index, variable] of variables.entries()) {
      const slot = (fields[name] as (Slot | undefined)[])[index];
      if (slot !== undefined && variable !== undefined) owners.set(slot, variable);
    }
}

function orderSlots(slots: Slot[], variables: readonly (Variable | undefined)[]): Slot[] {
  if (slots.length === 0) return slots;
  const owned = new Map(slots.map((slot) => [owners.get(slot), slot]));
  const own = variables.map((variable, index) => owned.get(variable) ?? findLoadedSlot(slots, variable, index));
  if (own.length === slots.length && own.every((slot, index) => slot === slots[index])) return slots;
  const others = slots.filter((slot) => !own.includes(slot));
  const gone = others.filter((slot) => owners.get(slot)?.isDisposed);
  for (const { variable } of gone) variable.dispose();
  // tfjs fills the gaps.
  return [...own, ...others.filter((slot) => !gone.includes(slot))] as Slot[];
}

/** A slot that came out of a file: known by the variable's name, or else by its place and shape. */
function findLoadedSlot(slots: readonly Slot[], variable: Variable | undefined, index: number): Slot | undefined {
  if (variable === undefined) return undefined;
  const disposeSlots = (slot: Slot | undefined): boolean => slot !== undefined && !owners.has(slot);
  const named = slots.find((slot) => disposeSlots(slot) && slot.originalName.startsWith(`${variable.name}/`));
  if (named !== undefined) return named;
  const there = slots[index];
  return disposeSlots(there) && there?.variable.shape.join() === variable.shape.join() ? there : undefined;
}

/** Mends tfjs's optimizers, once for all. */
export function mendOptimizerSlots(tf: typeof tfjs): void {
  const optimizers = [
    ...[tf.MomentumOptimizer, tf.AdagradOptimizer, tf.RMSPropOptimizer],
    ...[tf.AdadeltaOptimizer, tf.AdamOptimizer, tf.AdamaxOptimizer],
  ];
  for (const { prototype } of optimizers) {
    const optimizer = prototype as AppliesGradients;
    const { applyGradients } = optimizer;
    optimizer.applyGradients = function (gradients) {
      const names = Array.isArray(gradients) ? gradients.map(({ name }) => name) : Object.keys(gradients);
      const variables = names.map((name) => tf.engine().registeredVariables[name]);
      withSlotsOf(this, variables, () => applyGradients.call(this, gradients));
    };
  }
}
