// A model's forward pass as one graph, for predictions and evaluation on whole data sets.

import { batchShapeText, checkArguments, list, MODEL, shapeFits, TENSOR, valueText } from "../../arguments";
import { CompiledFunction } from "../../graph/compiled-function";
import { tuple } from "../../indexing";
import { RunningLayers, refuseStateful } from "../../layers/model-layers";
import { LAYER_REWRITES } from "../../layers/tfjs-forms/layer-rewrites";
import { measuresOf } from "../../losses/measures";
import { tensorsOf } from "../../tfjs/tensors";
import type { tf } from "../../tfjs/tf";
import { BatchMeans } from "../steps/batch-means";
import { objective } from "../steps/objective";

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
