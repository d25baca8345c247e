// The forward pass over whole data sets: as one graph where that pays, operation by operation elsewhere. Both give the same
// numbers, so that `evaluate` and `predict` need not know which one runs.

import { batchShapeText, checkArguments, list, MODEL, shapeFits, TENSOR, valueText } from "../../arguments";
import type { Dataset } from "../../data/dataset";
import { CompiledFunction } from "../../graph/compiled-function";
import { tuple } from "../../indexing";
import { bringNewestWeights, RunningLayers, refuseStateful } from "../../layers/model-layers";
import { LAYER_REWRITES } from "../../layers/tfjs-forms/layer-rewrites";
import { measuresOf } from "../../losses/measures";
import { yieldToEventLoop } from "../../notebook";
import { tensorsOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";
import { UncompilableError } from "../../tfjs/uncompilable";
import { BatchMeans, type Measures, RunningMeans } from "../history";
import { objective } from "../steps/train-on";

// ## As one graph

/** A forward pass, ready to be run on batch after batch. The model's newest weights are used, those of a compiled step too. */
export interface ForwardPass {
  /** The model's outputs on one batch, which the caller disposes. */
  predict(inputs: tf.Tensor[]): tf.Tensor[];
  /**
   * The model's loss on one batch, the loss of each output where several have one, then its metrics; nothing is trained, and
   * layers like dropout are off.
   */
  evaluate(inputs: tf.Tensor[], targets: tf.Tensor[]): number[];
  /** The same, with what each mean is over. */
  measure(inputs: tf.Tensor[], targets: tf.Tensor[]): BatchMeans;
  /** Frees what the pass holds. */
  dispose(): void;
}

/**
 * A model's forward pass as one TensorFlow graph, recorded at the first batch of each shape.
 *
 * @param model any model; `evaluate` needs one on which `compile` has been called
 * @throws UncompilableError from `predict` and `evaluate`, when the pass cannot be recorded: it names the layer or operation
 * and why. The model's own `predict` and `evaluate` can take over. RangeError for inputs that do not fit the model; Error after
 * `dispose`.
 *
 * @example
 * ```ts
 * const forward = compiledForward(buildMlp({ preset: "tiny" }))
 * const [probabilities] = forward.predict([tf.tensor2d([[0.5, -0.5]])])
 * probabilities?.shape // => [1, 2]
 * forward.dispose()
 * ```
 */
export function compiledForward(model: tf.LayersModel): ForwardPass {
  checkArguments("compiledForward", { model }, { model: MODEL });
  const layers = new RunningLayers(model);
  const options = { where: () => layers.innermost, rewrites: LAYER_REWRITES };
  const prediction = new CompiledFunction((...inputs) => {
    refuseStateful(model);
    return layers.watch(() => tensorsOf(model.apply(inputs)));
  }, options);
  const evaluation = new CompiledFunction((...data) => {
    refuseStateful(model);
    const inputs = data.slice(0, model.inputs.length);
    return layers.watch(() => [objective(model, inputs, data.slice(inputs.length), false).numbers]);
  }, options);
  let disposed = false;
  const check = (given: Readonly<{ inputs: unknown; targets?: unknown }>): void => {
    if (disposed) throw new Error("This forward pass was disposed. Make a new one with compiledForward to go on.");
    checkArguments("compiledForward", given, { inputs: LISTED, ...("targets" in given && { targets: LISTED }) });
    for (const [number, { name, shape }] of model.inputs.entries()) {
      const tensor = (given.inputs as tf.Tensor[])[number];
      if (tensor === undefined || !shapeFits(tensor.shape, shape))
        throw new RangeError(
          `compiledForward: input ${number} is ${valueText(tensor)}; the input ${name} of the model ${model.name} expects ` +
            `${batchShapeText(shape)}. Give a list with a tensor for each input.`,
        );
    }
  };
  const checkTargetCount = (inputs: readonly tf.Tensor[], targets: readonly tf.Tensor[]): void => {
    const examples = inputs[0]?.shape[0];
    if (targets.length === model.outputs.length && targets.every(({ shape }) => shape[0] === examples)) return;
    throw new RangeError(
      `compiledForward: targets is ${valueText(targets)}; the model ${model.name} takes ${model.outputs.length}, with one target for ` +
        `each of the ${examples} examples in ${valueText(inputs[0])}. Give a list with a tensor for each output.`,
    );
  };
  const measure = (inputs: tf.Tensor[], targets: tf.Tensor[]): BatchMeans => {
    check({ inputs, targets });
    checkTargetCount(inputs, targets);
    const [numbers] = tuple(evaluation.run([...inputs, ...targets]), 1);
    const means = new BatchMeans(measuresOf(model), numbers.dataSync());
    numbers.dispose();
    return means;
  };
  return {
    predict(inputs) {
      check({ inputs });
      return prediction.run(inputs);
    },
    evaluate: (inputs, targets) => measure(inputs, targets).values,
    measure,
    dispose() {
      disposed = true;
      prediction.dispose();
      evaluation.dispose();
    },
  };
}

const LISTED = list("tensors", TENSOR);

// ## As one graph, or operation by operation

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
  readonly #eager: ForwardPass;
  #pass: ForwardPass;
  #compiled = true;
  /** The sizes of batches that are run as a graph, or will be the next time. */
  readonly #sizes = new Set<number>();

  constructor(model: tf.LayersModel) {
    this.#eager = eagerForward(model);
    this.#pass = compiledForward(model);
  }

  predict(inputs: tf.Tensor[]): tf.Tensor[] {
    return this.#attempt(inputs, (pass) => pass.predict(inputs));
  }

  evaluate(inputs: tf.Tensor[], targets: tf.Tensor[]): number[] {
    return this.#attempt(inputs, (pass) => pass.evaluate(inputs, targets));
  }

  measure(inputs: tf.Tensor[], targets: tf.Tensor[]): BatchMeans {
    return this.#attempt(inputs, (pass) => pass.measure(inputs, targets));
  }

  dispose(): void {
    this.#pass.dispose();
  }

  #attempt<Result>(inputs: readonly tf.Tensor[], run: (pass: ForwardPass) => Result): Result {
    if (this.#isOdd(inputs[0]?.shape[0] ?? 0)) return run(this.#eager);
    try {
      return run(this.#pass);
    } catch (error) {
      if (!(error instanceof UncompilableError) || !this.#compiled) throw error;
      console.warn(
        `The forward pass cannot be compiled: ${error.what}. The data are run operation by operation (eager).`,
      );
      this.#pass.dispose();
      this.#pass = this.#eager;
      this.#compiled = false;
      return run(this.#pass);
    }
  }

  /** What is left of the data at the end is a batch of another size: to record it takes longer than to run it, at least once. */
  #isOdd(size: number): boolean {
    const odd = this.#sizes.size > 0 && !this.#sizes.has(size);
    this.#sizes.add(size);
    return odd;
  }
}

/** Examples that a forward pass runs at once, unless told otherwise. */
export const FORWARD_BATCH_SIZE = 256;

/** Means over a data set, from a forward pass that may be used again; the data are known to fit. */
export async function measure(
  forward: Pick<ForwardPass, "measure">,
  dataset: Dataset,
  { batchSize, signal, names }: { batchSize: number; signal: AbortSignal | undefined; names: readonly string[] },
): Promise<Measures> {
  const means = new RunningMeans(names);
  for (const batch of dataset.batches(batchSize)) {
    await yieldToEventLoop();
    signal?.throwIfAborted();
    means.add(forward.measure(batch.inputs, batch.targets));
  }
  return means.means();
}
