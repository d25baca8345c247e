// The forward pass over whole data sets: as one graph where that pays, operation by operation elsewhere. Both give the same
// numbers, so that `evaluate` and `predict` need not know which one runs.

import { measuresOf } from "../../losses/measures";
import { tensorsOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { UncompilableError } from "../../tfjs/uncompilable";
import { BatchMeans } from "../steps/batch-means";
import { objective } from "../steps/objective";
import { bringNewestWeights } from "../steps/weight-sync";
import { compiledForward, type ForwardPass } from "./compiled-forward";

/** Recording costs about as much as this many batches. */
const WORTH_RECORDING = 8;

/** @param batches how many will be run; a few are not worth recording a graph. */
export function forwardPass(model: tf.LayersModel, batches: number): ForwardPass {
  return batches < WORTH_RECORDING ? eagerForward(model) : new CompiledOrEagerForward(model);
}

function eagerForward(model: tf.LayersModel): ForwardPass {
  const measure = (inputs: tf.Tensor[], targets: tf.Tensor[]): BatchMeans => {
    bringNewestWeights(model);
    const numbers = tf.tidy(() => objective(model, inputs, targets, false).numbers);
    const means = new BatchMeans(measuresOf(model), numbers.dataSync());
    numbers.dispose();
    return means;
  };
  return {
    predict(inputs) {
      bringNewestWeights(model);
      return tf.tidy(() => tensorsOf(model.apply(inputs, { training: false })));
    },
    evaluate: (inputs, targets) => measure(inputs, targets).values,
    measure,
    dispose() {},
  };
}

class CompiledOrEagerForward implements ForwardPass {
  readonly #model: tf.LayersModel;
  #pass: ForwardPass;
  #compiled = true;

  constructor(model: tf.LayersModel) {
    this.#model = model;
    this.#pass = compiledForward(model);
  }

  predict(inputs: tf.Tensor[]): tf.Tensor[] {
    return this.#attempt((pass) => pass.predict(inputs));
  }

  evaluate(inputs: tf.Tensor[], targets: tf.Tensor[]): number[] {
    return this.#attempt((pass) => pass.evaluate(inputs, targets));
  }

  measure(inputs: tf.Tensor[], targets: tf.Tensor[]): BatchMeans {
    return this.#attempt((pass) => pass.measure(inputs, targets));
  }

  dispose(): void {
    this.#pass.dispose();
  }

  #attempt<Result>(run: (pass: ForwardPass) => Result): Result {
    try {
      return run(this.#pass);
    } catch (error) {
      if (!(error instanceof UncompilableError) || !this.#compiled) throw error;
      console.warn(
        `The forward pass cannot be compiled: ${error.what}. The data are run operation by operation (eager).`,
      );
      this.#pass.dispose();
      this.#pass = eagerForward(this.#model);
      this.#compiled = false;
      return run(this.#pass);
    }
  }
}
