// A model's outputs with the masks that its layers hand on beside them: an embedding with `maskZero`, or a masking layer, says
// which positions of a sequence are padding. tfjs drops the masks when the last layer is done; Keras's losses go by them.

import { Replacements } from "../../tfjs/replacements";
import { tensorsOf } from "../../tfjs/tensors";
import { tf } from "../../tfjs/tf";

/** What a function is called with. */
interface MaskedOutputs {
  readonly outputs: tf.Tensor[];
  /** The mask of each output that has one: `[batch, time]`. */
  readonly masks: (tf.Tensor | undefined)[];
}

/** Runs a model and hands its outputs and their masks to a function. */
export function withMaskedOutputs<Result>(
  model: tf.LayersModel,
  inputs: tf.Tensor[],
  training: boolean,
  use: (given: MaskedOutputs) => Result,
): Result {
  const maskOf = new Map<tf.Tensor, tf.Tensor>();
  const watching = new Replacements();
  try {
    for (const layer of lastLayers(model)) watch(layer, watching, maskOf);
    const outputs = tensorsOf(model.apply(inputs, { training }));
    watching.restore();
    return use({ outputs, masks: outputs.map((output) => maskOf.get(output)) });
  } finally {
    watching.restore();
    tf.dispose([...maskOf.values()]);
  }
}

/** The layers whose outputs are the model's; of a model that is a layer, its own last ones. */
function lastLayers(model: tf.LayersModel): Set<tf.layers.Layer> {
  const layers = new Set<tf.layers.Layer>();
  for (const { sourceLayer } of model.outputs)
    for (const layer of sourceLayer instanceof tf.LayersModel ? lastLayers(sourceLayer) : [sourceLayer])
      layers.add(layer);
  return layers;
}

/** tfjs asks a layer for its mask when it has computed its output. */
function watch(layer: tf.layers.Layer, watching: Replacements, maskOf: Map<tf.Tensor, tf.Tensor>): void {
  interface Masked {
    apply(...parameters: unknown[]): unknown;
    computeMask(...parameters: unknown[]): unknown;
  }
  const masked = layer as Masked;
  let output: unknown;
  watching.replace(masked, "apply", (original) => (...parameters) => {
    const result = original.apply(layer, parameters);
    [output] = [result].flat();
    return result;
  });
  watching.replace(masked, "computeMask", (original) => (...parameters) => {
    const result = original.apply(layer, parameters);
    const [mask] = [result].flat();
    // The model disposes its masks when it is done, and its outputs' scope ends before they are used.
    if (output instanceof tf.Tensor && mask instanceof tf.Tensor && !maskOf.has(output))
      maskOf.set(output, tf.keep(mask.clone()));
    return result;
  });
}
