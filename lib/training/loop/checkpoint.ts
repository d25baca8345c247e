// What a training goes back to when its loss is no longer a number: weights and optimizer as an epoch began with them. A tensor
// of tfjs never changes, so that keeping one copies nothing; between epochs the compiled engine does not even make new ones.

import { syncVariables } from "../../graph/compiled-function";
import { fieldsOf, type Slot, STEP_COUNT } from "../../tfjs/mends/engine";
import { tf } from "../../tfjs/tf";
import type { Trainee } from "./trainee";

/** A loss that is no finite number. */
export class DivergedError extends Error {
  /** @param kept the epoch that began with the weights to which the training goes back */
  constructor(loss: number, epoch: number, step: number, kept: number) {
    super(
      `The loss became ${loss} in step ${step} of epoch ${epoch}: the training diverged. The model has the weights again that ` +
        `it had ${kept === 1 ? "before the training" : `after epoch ${kept - 1}`}, and its optimizer is as it was then. ` +
        "Train with a smaller learning rate (a tenth of it, say); check that the inputs are scaled.",
    );
    this.name = "DivergedError";
  }
}

/** What an optimizer carries from step to step. */
interface State {
  /** Single variables, such as the powers of Adam's betas. */
  readonly variables: tf.Variable[];
  /** By the name of a field: a variable for each weight, made in the first step. */
  readonly slots: Map<string, Slot[]>;
  readonly iterations: number;
}

const isSlot = (value: unknown): value is Slot => Object(value).variable instanceof tf.Variable;

function stateOf(optimizer: tf.Optimizer): State {
  const fields = Object.entries(optimizer);
  return {
    variables: fields.flatMap(([, value]) => (value instanceof tf.Variable ? [value] : [])),
    slots: new Map(fields.flatMap(([name, value]) => (Array.isArray(value) ? [[name, value.filter(isSlot)]] : []))),
    iterations: Number(fieldsOf(optimizer)[STEP_COUNT] ?? 0),
  };
}

/** Weights and optimizers as they were at the beginning of an epoch. */
export class Checkpoint {
  readonly #trainee: Pick<Trainee, "variables" | "optimizers">;
  readonly #values = new Map<tf.Variable, tf.Tensor>();
  #states = new Map<tf.Optimizer, State>();
  #epoch = 1;

  constructor(trainee: Pick<Trainee, "variables" | "optimizers">) {
    this.#trainee = trainee;
  }

  /** The epoch that began with what is kept, counted from 1. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Keeps what there is at the beginning of an epoch, unless the last step of the one before has made it infinite. */
  keep(epoch: number): void {
    const states = new Map(this.#trainee.optimizers.map((optimizer) => [optimizer, stateOf(optimizer)]));
    const ofOptimizers = [...states.values()].flatMap(({ variables, slots }) => [
      ...variables,
      ...[...slots.values()].flat().map(({ variable }) => variable),
    ]);
    const variables = [...this.#trainee.variables(), ...ofOptimizers];
    syncVariables(variables);
    if (epoch > 1 && !areFinite(variables)) return;
    this.dispose();
    this.#epoch = epoch;
    this.#states = states;
    for (const variable of variables) this.#values.set(variable, tf.keep(variable.clone()));
  }

  /** Puts back what was kept; what the optimizer has made since then is freed. */
  restore(): void {
    for (const [variable, value] of this.#values) if (!variable.isDisposed) variable.assign(value);
    for (const [optimizer, state] of this.#states) {
      const fields = fieldsOf(optimizer);
      for (const [name, slots] of stateOf(optimizer).slots) {
        const before = state.slots.get(name) ?? [];
        for (const slot of slots) if (!before.includes(slot)) slot.variable.dispose();
        fields[name] = [...before];
      }
      fields[STEP_COUNT] = state.iterations;
    }
  }

  /** Frees what is kept. */
  dispose(): void {
    tf.dispose([...this.#values.values()]);
    this.#values.clear();
  }
}

/** Zero times anything finite is zero. */
const areFinite = (tensors: readonly tf.Tensor[]): boolean =>
  tf.tidy(() => tf.addN(tensors.map((tensor) => tensor.cast("float32").mul(0).sum())).dataSync()[0] === 0);
