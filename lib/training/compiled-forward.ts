// A model's forward pass as one graph, for predictions and evaluation on whole data sets.
import { CompiledFunction } from "../graph";
import { tf } from "../tf";
import "./layer-forms";
import { objective } from "./objective";
import { RunningLayers, refuseStateful } from "./running-layers";

/** A forward pass, ready to be run on batch after batch. The model's newest weights are used, those of a compiled step too. */
export interface ForwardPass {
  /** The model's outputs on one batch, which the caller disposes. */
  predict(inputs: tf.Tensor[]): tf.Tensor[];
  /**
   * The model's loss on one batch, then its metrics in the order of `model.metricsNames`; nothing is trained, and layers like
   * dropout are off.
   */
  evaluate(inputs: tf.Tensor[], targets: tf.Tensor[]): number[];
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
    return layers.watch(() => [measured(model, data)]);
  }, options);
  return {
    predict: (inputs) => prediction.run(inputs),
    evaluate(inputs, targets) {
      const [values] = evaluation.run([...inputs, ...targets]) as [tf.Tensor];
      const numbers = Array.from(values.dataSync());
      values.dispose();
      return numbers;
    },
    dispose() {
      prediction.dispose();
      evaluation.dispose();
    },
  };
}

/** Loss and metrics in one tensor. */
function measured(model: tf.LayersModel, data: tf.Tensor[]): tf.Tensor1D {
  const inputs = model.inputs.length;
  const { loss, metrics } = objective(model, data.slice(0, inputs), data.slice(inputs), false);
  return tf.stack([loss, ...metrics].map((value) => value.toFloat())) as tf.Tensor1D;
}
