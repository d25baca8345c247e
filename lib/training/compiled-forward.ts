// A model's forward pass as one graph, for predictions and evaluation on whole data sets.
import { CompiledFunction } from "../graph";
import { tf } from "../tf";
import "./layer-forms";
import { RunningLayers, refuseStateful } from "./running-layers";

/** What tfjs-layers keeps to itself of a compiled model; a sequential model hands all of it to a functional one inside. */
interface Testable {
  readonly model?: Testable;
  testFunction: ((data: tf.Tensor[]) => tf.Scalar[]) | null;
  makeTestFunction(): void;
}

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
    return layers.watch(() => [testOn(model, data)]);
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

function testOn(model: tf.LayersModel, data: tf.Tensor[]): tf.Tensor1D {
  const outer = model as unknown as Testable;
  const testable = outer.model ?? outer;
  testable.makeTestFunction();
  const values = testable.testFunction?.(data);
  if (values === undefined) throw new Error("The model has no loss to evaluate: call model.compile first.");
  // With several outputs tfjs-layers returns the running sums of their losses first; the last one is the loss.
  const lossAndMetrics = values.slice(model.outputs.length - 1);
  const joined = tf.stack(lossAndMetrics.map((value) => value.cast("float32"))) as tf.Tensor1D;
  tf.dispose(values);
  return joined;
}
