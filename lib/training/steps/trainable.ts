// Which weights a training changes. `trainable` may change at any time, between two steps too, and counts from the next step on.

import { allLayers } from "../../layers/model-layers";
import { variableOf } from "../../tfjs/tensors";
import type { tf } from "../../tfjs/tf";

/**
 * The weights that the next step trains.
 *
 * @throws RangeError when there are none
 */
export function trainableVariables(model: tf.LayersModel): tf.Variable[] {
  const weights = model.trainableWeights;
  if (weights.length > 0) return weights.map(variableOf);
  const has = `The model ${model.name} has ${model.weights.length} weight(s)`;
  if (model.weights.length === 0) throw new RangeError(`${has}: there is nothing to train. Add a layer that has some.`);
  const frozen = model.trainable
    ? model.layers.filter(({ trainable }) => !trainable).map(({ name }) => name)
    : [`the model ${model.name} itself`];
  throw new RangeError(
    `${has}, and none that may be trained: frozen (trainable = false) is ${frozen.join(", ") || "each of them"}. ` +
      "Thaw what is to learn, layer.trainable = true; to measure without training use evaluate.",
  );
}

/** What of a model is frozen, as a text: the same text, the same step. */
export function frozenParts(model: tf.LayersModel): string {
  let flags = model.trainable ? "1" : "0";
  for (const layer of allLayers(model.layers)) flags += layer.trainable ? "1" : "0";
  return flags;
}
