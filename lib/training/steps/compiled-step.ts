// A model's training step as one graph: forward pass, loss, metrics, gradients and the optimizer's update, as the model was
// compiled with them.

import { CompiledFunction } from "../../graph/compiled-function";
import { tuple } from "../../indexing";
import { RunningLayers, refuseKeptLayers, refuseStateful } from "../../layers/model-layers";
import { LAYER_REWRITES } from "../../layers/tfjs-forms/layer-rewrites";
import { measuresOf } from "../../losses/measures";
import type { tf } from "../../tfjs/tf";
import { BatchMeans } from "./batch-means";
import { CustomFunctions } from "./custom-functions";
import { refuseChangingFields } from "./optimizer-fields";
import type { TrainingStep } from "./step";
import { trainOn } from "./train-on";
import { frozenParts } from "./trainable";

interface CompiledStepOptions {
  /** Seed of dropout and every other random layer; default: a new one. */
  readonly seed?: number;
}

/**
 * A training step that runs as one TensorFlow graph. It is recorded at the first batch of each shape; between steps the
 * weights live in the graph, and come back to the model with `sync`.
 *
 * @param model a model on which `compile` has been called
 * @throws UncompilableError from `run`, at the first batch of a shape, when the step cannot be recorded: it names the layer
 * or operation and why; and at a later batch, when a custom loss or metric would be recorded differently by now. The step
 * has changed nothing then, and an eager step can take over.
 */
export function compiledStep(model: tf.LayersModel, options: CompiledStepOptions = {}): TrainingStep {
  const layers = new RunningLayers(model);
  const own = new CustomFunctions(model);
  const measures = measuresOf(model);
  const step = (tensors: tf.Tensor[]): tf.Tensor[] => [own.watch(() => record(model, tensors))];
  const compiled = new CompiledFunction(
    (...tensors) => layers.watch(() => refuseKeptLayers(model, () => step(tensors))),
    {
      ...options,
      where: () => layers.innermost,
      rewrites: LAYER_REWRITES,
    },
  );
  return {
    engine: "compiled",
    run(inputs, targets) {
      own.check();
      const { traces } = compiled;
      const [values] = tuple(compiled.run([...inputs, ...targets], frozenParts(model)), 1);
      if (compiled.traces > traces) own.remember();
      const measured = new BatchMeans(measures, values.dataSync());
      values.dispose();
      return measured;
    },
    sync() {
      compiled.sync();
      own.changesPossible();
    },
    dispose: () => compiled.dispose(),
  };
}

/** The step that the eager engine takes. */
function record(model: tf.LayersModel, tensors: tf.Tensor[]): tf.Tensor1D {
  refuseStateful(model);
  const [inputs, targets] = [tensors.slice(0, model.inputs.length), tensors.slice(model.inputs.length)];
  return refuseChangingFields(model.optimizer, () => trainOn(model, inputs, targets));
}
