// What an optimizer remembers of a weight (Adam's moments, …) stays with that weight. tfjs keeps it by the weight's place in the
// list that is updated: freeze a layer, and what was remembered of its weights goes to those that follow.
import type * as tfjs from "@tensorflow/tfjs-node";

type Variable = tfjs.Variable;

/** What an optimizer remembers of one weight. */
interface Slot {
  readonly originalName: string;
  readonly variable: Variable;
}

type Optimizer = { applyGradients(gradients: Gradients): void };
type Gradients = tfjs.NamedTensorMap | { readonly name: string }[];

const owners = new WeakMap<Slot, Variable>();

/**
 * Runs an update with the optimizer's slots in the order of the variables that are updated; the slots of others, which are not
 * updated this time, come after them. Slots of disposed variables are freed.
 */
export function withSlotsOf(optimizer: object, variables: readonly (Variable | undefined)[], update: () => void): void {
  const fields = optimizer as Record<string, unknown>;
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
    const { applyGradients } = prototype as Optimizer;
    (prototype as Optimizer).applyGradients = function (gradients) {
      const names = Array.isArray(gradients) ? gradients.map(({ name }) => name) : Object.keys(gradients);
      const variables = names.map((name) => tf.engine().registeredVariables[name]);
      withSlotsOf(this, variables, () => applyGradients.call(this, gradients));
    };
  }
}
