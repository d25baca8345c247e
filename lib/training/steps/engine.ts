// The one place that chooses how training steps are computed. The loop (fit.ts) only sees the `TrainingStep`.
import { UncompilableError } from "../../graph";
import type { tf } from "../../tfjs/tf";
import type { Engine } from "../history";
import type { BatchMeans } from "./batch-means";
import { compiledStep } from "./compiled-step";
import { eagerStep } from "./eager-step";
import type { TrainingStep } from "./step";

/**
 * A training step for the model.
 *
 * @param engine the engine asked for; `undefined` takes the compiled one, and the eager one where a step cannot be compiled.
 * @param seed of dropout and the other random layers, in the compiled engine.
 */
export function createStep(model: tf.LayersModel, engine?: Engine, seed?: number): TrainingStep {
  if (engine === "eager") return eagerStep(model);
  const compiled = compiledStep(model, seed === undefined ? {} : { seed });
  return engine === "compiled" ? compiled : new CompiledOrEager(compiled, () => eagerStep(model));
}

/** Compiled until a step turns out not to compile; eager from there on. */
export class CompiledOrEager implements TrainingStep {
  readonly #eager: () => TrainingStep;
  #step: TrainingStep;

  /** @param eager makes the step that takes over */
  constructor(compiled: TrainingStep, eager: () => TrainingStep) {
    this.#eager = eager;
    this.#step = compiled;
  }

  get engine(): Engine {
    return this.#step.engine;
  }

  run(inputs: tf.Tensor[], targets: tf.Tensor[]): BatchMeans {
    try {
      return this.#step.run(inputs, targets);
    } catch (error) {
      // Nothing has been changed by a step that could not be recorded.
      if (!(error instanceof UncompilableError) || this.#step.engine === "eager") throw error;
      this.#step.dispose();
      this.#step = this.#eager();
      console.warn(`${error.message} Training goes on operation by operation (eager).`);
      return this.#step.run(inputs, targets);
    }
  }

  sync(): void {
    this.#step.sync();
  }

  dispose(): void {
    this.#step.dispose();
  }
}
