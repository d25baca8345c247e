// A compiled model, as the training loop trains it.
import { measureNames } from "../../losses/measures";
import type { tf } from "../../tfjs/tf";
import { checkInputs, checkTargets } from "../data-checks";
import { forwardPass } from "../evaluation/forward";
import { batchSizeFor, isStateful } from "../stateful";
import { compiledStep } from "../steps/compiled-step";
import { eagerStep } from "../steps/eager-step";
import { stepFor } from "../steps/engine";
import { trainableVariables } from "../steps/trainable";
import { variablesOf } from "../steps/weight-sync";
import type { Trainee } from "./trainee";

/** @throws Error when the model was not compiled. */
export function modelTrainee(model: tf.LayersModel): Trainee {
  return {
    measures: measureNames(model),
    inOrder: isStateful(model),
    owner: model,
    optimizers: [model.optimizer],
    variables: () => variablesOf(model),
    check(dataset, use) {
      checkInputs(model, dataset);
      checkTargets(model, dataset);
      if (use === "training") trainableVariables(model);
    },
    batchSize: (dataset, sizes) => batchSizeFor(model, dataset, sizes),
    createStep: (engine, seed) =>
      stepFor(
        engine,
        () => compiledStep(model, { seed }),
        () => eagerStep(model),
      ),
    // Where the step could not be compiled, the forward pass is not tried.
    createMeasure: (batches, engine) => forwardPass(model, engine === "eager" ? 0 : batches),
  };
}
