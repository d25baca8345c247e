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
const fieldsOf = (optimizer: object): Record<string, unknown> => optimizer as Record<string, unknown>;

/** The field in which tfjs counts an optimizer's steps. */
const STEP_COUNT = "iterations_";

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
  const isUnowned = (slot: Slot | undefined): boolean => slot !== undefined && !owners.has(slot);
  const named = slots.find((slot) => isUnowned(slot) && slot.originalName.startsWith(`${variable.name}/`));
  if (named !== undefined) return named;
  const there = slots[index];
  return isUnowned(there) && there?.variable.shape.join() === variable.shape.join() ? there : undefined;
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

// ## What an optimizer carries from step to step

export interface OptimizerState {
  /** Single variables, such as the powers of Adam's betas. */
  readonly variables: Variable[];
  /** By the name of a field: a variable for each weight, made in the first step. */
  readonly slots: Map<string, Slot[]>;
  readonly iterations: number;
}

/** What it carries now. */
export function stateOf(tf: typeof tfjs, optimizer: tfjs.Optimizer): OptimizerState {
  const fields = Object.entries(optimizer);
  const isSlot = (value: unknown): value is Slot => Object(value).variable instanceof tf.Variable;
  return {
    variables: fields.flatMap(([, value]) => (value instanceof tf.Variable ? [value] : [])),
    slots: new Map(fields.flatMap(([name, value]) => (Array.isArray(value) ? [[name, value.filter(isSlot)]] : []))),
    iterations: Number(fieldsOf(optimizer)[STEP_COUNT] ?? 0),
  };
}

/** All its variables. */
export const variablesIn = ({ variables, slots }: OptimizerState): Variable[] => [
  ...variables,
  ...[...slots.values()].flat().map(({ variable }) => variable),
];

/** Has it carry what it did then, whose values the caller puts back; what it has made since is freed. */
export function restoreState(tf: typeof tfjs, optimizer: tfjs.Optimizer, state: OptimizerState): void {
  const fields = fieldsOf(optimizer);
  for (const [name, slots] of stateOf(tf, optimizer).slots) {
    const before = state.slots.get(name) ?? [];
    for (const slot of slots) if (!before.includes(slot)) slot.variable.dispose();
    fields[name] = [...before];
  }
  fields[STEP_COUNT] = state.iterations;
}

/** Its fields that are numbers, flags or texts, but for the count of its steps: a custom optimizer may decay something there. */
export function plainFieldsOf(optimizer: tfjs.Optimizer): Map<string, unknown> {
  const plain = (value: unknown): boolean => ["number", "boolean", "string"].includes(typeof value);
  return new Map(Object.entries(fieldsOf(optimizer)).filter(([name, value]) => name !== STEP_COUNT && plain(value)));
}

/** Sets such fields back to what they were, and takes away those that were not there. */
export function restorePlainFields(optimizer: tfjs.Optimizer, before: ReadonlyMap<string, unknown>): void {
  const fields = fieldsOf(optimizer);
  for (const name of plainFieldsOf(optimizer).keys()) if (!before.has(name)) delete fields[name];
  Object.assign(fields, Object.fromEntries(before));
}
