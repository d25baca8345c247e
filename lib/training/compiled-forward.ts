// A model's forward pass as one graph, for predictions and evaluation on whole data sets.
import { CompiledFunction } from "../graph";
import type { tf } from "../tf";
import { BatchMeans } from "./batch-means";
import "./layer-forms";
import { measuresOf } from "./measures";
import { objective } from "./objective";
import { RunningLayers, refuseStateful } from "./running-layers";

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
 * and why. The model's own `predict` and `evaluate` can take over.
 */
export function compiledForward(model: tf.LayersModel): ForwardPass {
  const layers = new RunningLayers(model);
  const options = { where: () => layers.innermost };
  const prediction = new CompiledFunction((...inputs) => {
    refuseStateful(model);
    return layers.watch(() => [model.apply(inputs)].flat() as tf.Tensor[]);
  }, options);
  const evaluation = new CompiledFunction((...data) => {
    refuseStateful(model);
    const inputs = data.slice(0, model.inputs.length);
    return layers.watch(() => [objective(model, inputs, data.slice(inputs.length), false).numbers]);
  }, options);
  const measure = (inputs: tf.Tensor[], targets: tf.Tensor[]): BatchMeans => {
    const [numbers] = evaluation.run([...inputs, ...targets]) as [tf.Tensor];
    const means = new BatchMeans(measuresOf(model).losses.length, numbers.dataSync());
    numbers.dispose();
    return means;
  };
  return {
    predict: (inputs) => prediction.run(inputs),
    evaluate: (inputs, targets) => measure(inputs, targets).values,
    measure,
    dispose() {
      prediction.dispose();
      evaluation.dispose();
    },
  };
}
