// A model's training step as one graph: forward pass, loss, metrics, gradients and the optimizer's update, as the model was
// compiled with them.
import { CompiledFunction } from "../graph";
import { tf } from "../tf";
import { applyConstraints } from "./constraints";
import { withFastLosses } from "./fast-losses";
import { refuseKeptLayers } from "./kept-layers";
import "./layer-forms";
import { asTruth, compiledParts } from "./objective";
import { refuseChangingFields } from "./optimizer-fields";
import { OwnFunctions } from "./own-functions";
import { RunningLayers, refuseStateful } from "./running-layers";
import type { TrainingStep } from "./step";
import { frozenParts, trainableVariables } from "./trainable";

export interface CompiledStepOptions {
  /** Seed of dropout and every other random layer; default: a new one. */
  readonly seed?: number;
}

/**
 * A training step that runs as one TensorFlow graph. It is recorded at the first batch of each shape; between steps the
 * weights live in the graph, and come back to the model with `sync`.
 *
 * @param model a model on which `compile` has been called
 * @throws UncompilableError from `run`, at the first batch of a shape, when the step cannot be recorded: it names the layer
 * or operation and why; and at a later batch, when a loss or metric of one's own would be recorded otherwise by now. The step
 * has changed nothing then, and an eager step can take over.
 */
export function compiledStep(model: tf.LayersModel, options: CompiledStepOptions = {}): TrainingStep {
  const layers = new RunningLayers(model);
  const own = new OwnFunctions(model);
  const record = (tensors: tf.Tensor[]): tf.Tensor[] => [own.watch(() => trainOn(model, tensors))];
  const compiled = new CompiledFunction(
    (...tensors) => layers.watch(() => refuseKeptLayers(model, () => record(tensors))),
    {
      ...options,
      where: () => layers.innermost,
    },
  );
  return {
    engine: "compiled",
    run(inputs, targets) {
      own.check();
      const { traces } = compiled;
      const [values] = compiled.run([...inputs, ...targets], frozenParts(model)) as [tf.Tensor];
      if (compiled.traces > traces) own.remember();
      const numbers = Array.from(values.dataSync());
      values.dispose();
      return numbers;
    },
    sync() {
      compiled.sync();
      own.changesPossible();
    },
    dispose: () => compiled.dispose(),
  };
}

/** tfjs-layers' own training function, its loss and metrics in one tensor. */
function trainOn(model: tf.LayersModel, tensors: tf.Tensor[]): tf.Tensor1D {
  refuseStateful(model);
  trainableVariables(model);
  const core = compiledParts(model);
  core.collectedTrainableWeights = model.trainableWeights; // tfjs goes by those of the time of `compile`
  const train = core.makeTrainFunction();
  const truths = tensors.slice(model.inputs.length).map(asTruth);
  const data = [...tensors.slice(0, model.inputs.length), ...truths];
  const values = withFastLosses(core, () => refuseChangingFields(model.optimizer, () => train(data)));
  const joined = tf.stack(values.map((value) => value.cast("float32"))) as tf.Tensor1D;
  tf.dispose(values); // tfjs-layers keeps the metrics beyond any tidy
  applyConstraints(model);
  return joined;
}
