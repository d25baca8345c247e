// The one place that chooses how training steps are computed. The loop (fit.ts) only sees the `TrainingStep`.

import type { tf } from "../../tfjs/tf";
import { UncompilableError } from "../../tfjs/uncompilable";
import type { Engine } from "../history";
import type { BatchMeans } from "./batch-means";
import type { TrainingStep } from "./step";

/** @param engine asked for; `undefined` takes the compiled one, and the eager one where a step cannot be compiled. */
export function stepFor(
  engine: Engine | undefined,
  compiled: () => TrainingStep,
  eager: () => TrainingStep,
): TrainingStep {
  if (engine === "eager") return eager();
  return engine === "compiled" ? compiled() : new CompiledOrEager(compiled(), eager);
}

/** Compiled until a step turns out not to compile; eager from there on. */
class CompiledOrEager implements TrainingStep {
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
