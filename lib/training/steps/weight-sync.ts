// Weights that live in a graph while it runs.

import { syncVariables } from "../../graph/compiled-function";
import { variableOf } from "../../tfjs/tensors";
import type { tf } from "../../tfjs/tf";

/** The variables that a model's weights are. */
export const variablesOf = (model: tf.LayersModel): tf.Variable[] => model.weights.map(variableOf);

/** Brings a model's newest weights back from a compiled step that may hold them in its graph. */
export function bringNewestWeights(model: tf.LayersModel): void {
  syncVariables(variablesOf(model));
}
