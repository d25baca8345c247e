// The one place that chooses how training steps are computed. The loop (fit.ts) only sees the `TrainingStep`.
import type { tf } from "../tf";
import { eagerStep } from "./eager-step";
import type { Engine, TrainingStep } from "./step";

/**
 * A training step for the model.
 *
 * @param engine the engine asked for; `undefined` takes the fastest that can run the model.
 * @throws Error when the engine asked for cannot run the model.
 */
export function createStep(model: tf.LayersModel, engine?: Engine): TrainingStep {
  if (engine === "compiled")
    throw new Error('The engine "compiled" is not available; leave the option out, or give engine: "eager".');
  return eagerStep(model);
}
