// What a training goes back to when its loss is no longer a number: weights and optimizer as an epoch began with them. A tensor
// of tfjs never changes, so that keeping one copies nothing; between epochs the compiled engine does not even make new ones.

import { syncVariables } from "../../graph/compiled-function";
import { type OptimizerState, restoreState, stateOf, variablesIn } from "../../tfjs/mends/engine";
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

/** Weights and optimizers as they were at the beginning of an epoch. */
export class Checkpoint {
  readonly #trainee: Pick<Trainee, "variables" | "optimizers">;
  readonly #values = new Map<tf.Variable, tf.Tensor>();
  #states = new Map<tf.Optimizer, OptimizerState>();
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
    const states = new Map(this.#trainee.optimizers.map((optimizer) => [optimizer, stateOf(tf, optimizer)]));
    const variables = [...this.#trainee.variables(), ...[...states.values()].flatMap(variablesIn)];
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
    for (const [optimizer, state] of this.#states) restoreState(tf, optimizer, state);
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
